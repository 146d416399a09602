use event_store::{Filter, Index, Page, Position, Query, StorageError};
use kernel::text::comparable;

use crate::Inventory;
use crate::projections::{StockFigures, standing, stock_partition};

/// Rows asked for in one call; a read ends at a megabyte.
const ROWS_AT_ONCE: usize = 5_000;

/// The stock of which products; what is `None` does not narrow. Names are compared without regard to case, accents, dashes
/// and spacing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StockFilter {
    /// Of this producer or brand.
    pub company: Option<String>,
    /// Of this application family.
    pub grade: Option<String>,
    /// Words that all occur in code, grade, company or polymer family, or are part of a word there.
    pub q: Option<String>,
}

impl StockFilter {
    pub(super) fn conditions(&self) -> Vec<Filter> {
        let mut conditions = vec![standing()];
        for (name, value) in [("company", &self.company), ("grade", &self.grade)] {
            conditions.extend(value.as_deref().map(|value| Filter::Equals(name, comparable(value))));
        }
        conditions.extend(self.q.as_deref().into_iter().flat_map(|typed| Filter::words("text", typed)));
        conditions
    }
}

/// The figures of all products that pass the filter, in order of their codes: one query for each megabyte of rows, which is
/// a thousand products or more, however many lots they have.
pub(super) async fn figures(
    inventory: &Inventory,
    filter: &StockFilter,
) -> Result<Vec<StockFigures>, StorageError> {
    let mut found = Vec::new();
    let mut after: Option<Position> = None;
    loop {
        let query = Query {
            index: Index::Primary,
            partition: stock_partition(&inventory.tenant),
            from: None,
            to: None,
            descending: false,
            filters: filter.conditions(),
            limit: ROWS_AT_ONCE,
            after,
        };
        let Page { rows, next } = inventory.views.query(query).await?;
        for row in rows {
            found.push(read(&row.body)?);
        }
        after = next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

/// The figures in a row.
pub(super) fn read(body: &str) -> Result<StockFigures, StorageError> {
    serde_json::from_str(body).map_err(unreadable)
}

/// A row that is not of the shape this code writes.
pub(super) fn unreadable(error: serde_json::Error) -> StorageError {
    StorageError::Failed { operation: "views.read", source: error.into() }
}
