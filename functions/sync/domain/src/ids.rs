//! The key of a row, and the identifiers by which this context knows deals and products.

kernel::typed_id!(
    /// Identifies a deal, as the deal context publishes it.
    DealId, "deal"
);

kernel::typed_id!(
    /// Identifies a product, as the inventory context publishes it.
    ProductId, "product"
);

kernel::member_id!(
    /// Identifies a lot, as the inventory context publishes it: its product, and its number there.
    LotId of ProductId, "lot"
);

kernel::typed_id!(
    /// Identifies a party, as the customer context publishes it.
    PartyId, "party"
);

kernel::typed_id!(
    /// Identifies a conflict: two values that met in one cell.
    ConflictId, "conflict"
);

kernel::member_id!(
    /// Identifies a row of the sheet: its deal, and the part of the deal it shows, from 1. Stands in the row's first column.
    RowKey of DealId, "row"
);

kernel::typed_id!(
    /// Identifies a run: a look at every row.
    RunId, "run"
);
