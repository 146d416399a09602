use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{LotId, PartyId, ProductId};

/// A tab that mirrors what the database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Tab {
    /// `Inventory`: lots of which something is available.
    Inventory,
    /// `Product Database`: products that are traded.
    Products,
    /// `Sale Parties`: whom the firm sells to.
    SaleParties,
    /// `Purchase Parties`: whom the firm buys from.
    PurchaseParties,
}

impl Tab {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Inventory, Self::Products, Self::SaleParties, Self::PurchaseParties];
    /// Those that show stock and products.
    pub const STOCK: [Self; 2] = [Self::Inventory, Self::Products];
    /// Those that show parties.
    pub const PARTIES: [Self; 2] = [Self::SaleParties, Self::PurchaseParties];

    /// Its name in the API and in keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Products => "products",
            Self::SaleParties => "saleParties",
            Self::PurchaseParties => "purchaseParties",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Inventory => "Inventory",
            Self::Products => "Product Database",
            Self::SaleParties => "Sale Parties",
            Self::PurchaseParties => "Purchase Parties",
        }
    }

    /// What stands above its columns, from B on.
    #[must_use]
    pub const fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Inventory => &[
                "Product Code",
                "Grade",
                "Company",
                "Specific Grade",
                "Quantity",
                "Rate",
                "Supplier",
                "Date Added",
            ],
            Self::Products => &["Product Code", "Grade", "Company", "Specific Grade", "Added At"],
            Self::SaleParties | Self::PurchaseParties => &["Name", "Contact", "Phone", "Email", "Address"],
        }
    }

    /// The line of the header, from 1; rows stand below it.
    #[must_use]
    pub const fn header_line(self) -> u32 {
        match self {
            Self::Products => 3,
            Self::Inventory | Self::SaleParties | Self::PurchaseParties => 1,
        }
    }

    /// Whether it shows personal data, which must get into no log and no table.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::SaleParties | Self::PurchaseParties)
    }

    /// Whether a text in column A is the key of a row of this tab.
    #[must_use]
    pub fn is_key(self, text: &str) -> bool {
        match self {
            Self::Inventory => text.parse::<LotId>().is_ok(),
            Self::Products => text.parse::<ProductId>().is_ok(),
            Self::SaleParties | Self::PurchaseParties => text.parse::<PartyId>().is_ok(),
        }
    }
}
