//! The tab `Main`: which column shows what, and what rows a deal is.
//!
//! | A | B | C | D | E | F | G | H | I | J | K | L | M | N |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | key | date | sale party | quantity sold | sale rate | delivery terms | product code | grade | company | specific grade | purchase party | purchase quantity | purchase rate | note |
//!
//! The layout is the firm's own, from the system before this one; only the key is new, in a column that was empty. A deal is
//! one row for each of its sources. Quantity, rate and terms of the sale stand on the first row only, so that the columns can
//! be added up.

use kernel::BusinessDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cell, SheetDeal, SheetNumber};

/// How many columns a row has besides its key.
pub const COLUMNS: usize = 13;

/// A column besides the key's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Column {
    /// B
    Date,
    /// C
    SaleParty,
    /// D, on the first row of a deal.
    QuantitySold,
    /// E, on the first row of a deal.
    SaleRate,
    /// F, on the first row of a deal.
    DeliveryTerms,
    /// G
    ProductCode,
    /// H
    Grade,
    /// I
    Company,
    /// J
    SpecificGrade,
    /// K
    PurchaseParty,
    /// L
    PurchaseQuantity,
    /// M
    PurchaseRate,
    /// N
    Note,
}

impl Column {
    /// From left to right.
    pub const ALL: [Self; COLUMNS] = [
        Self::Date,
        Self::SaleParty,
        Self::QuantitySold,
        Self::SaleRate,
        Self::DeliveryTerms,
        Self::ProductCode,
        Self::Grade,
        Self::Company,
        Self::SpecificGrade,
        Self::PurchaseParty,
        Self::PurchaseQuantity,
        Self::PurchaseRate,
        Self::Note,
    ];

    /// Its name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::SaleParty => "saleParty",
            Self::QuantitySold => "quantitySold",
            Self::SaleRate => "saleRate",
            Self::DeliveryTerms => "deliveryTerms",
            Self::ProductCode => "productCode",
            Self::Grade => "grade",
            Self::Company => "company",
            Self::SpecificGrade => "specificGrade",
            Self::PurchaseParty => "purchaseParty",
            Self::PurchaseQuantity => "purchaseQuantity",
            Self::PurchaseRate => "purchaseRate",
            Self::Note => "note",
        }
    }

    /// The letter people know it by.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Date => 'B',
            Self::SaleParty => 'C',
            Self::QuantitySold => 'D',
            Self::SaleRate => 'E',
            Self::DeliveryTerms => 'F',
            Self::ProductCode => 'G',
            Self::Grade => 'H',
            Self::Company => 'I',
            Self::SpecificGrade => 'J',
            Self::PurchaseParty => 'K',
            Self::PurchaseQuantity => 'L',
            Self::PurchaseRate => 'M',
            Self::Note => 'N',
        }
    }

    /// What stands above it. The firm's sheet has nothing above the notes.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::Date => "Date",
            Self::SaleParty => "Sale Party",
            Self::QuantitySold => "Quantity Sold",
            Self::SaleRate => "Sale Rate",
            Self::DeliveryTerms => "Delivery Terms",
            Self::ProductCode => "Product Code",
            Self::Grade => "Grade",
            Self::Company => "Company",
            Self::SpecificGrade => "Specific Grade",
            Self::PurchaseParty => "Purchase Party",
            Self::PurchaseQuantity => "Purchase Quantity",
            Self::PurchaseRate => "Purchase Rate",
            Self::Note => "",
        }
    }
}

/// The cells of a row besides its key, from B to N.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Content([Cell; COLUMNS]);

impl Content {
    /// From the cells, from B on; what is missing is empty, what stands to the right of N is nobody's business here.
    pub fn of(cells: impl IntoIterator<Item = Cell>) -> Self {
        let mut cells = cells.into_iter();
        Self(std::array::from_fn(|_| cells.next().unwrap_or_default()))
    }

    /// Each column with its cell.
    pub fn cells(&self) -> impl Iterator<Item = (Column, &Cell)> {
        Column::ALL.into_iter().zip(&self.0)
    }

    /// What a part says that its deal has no more: nothing, and why.
    #[must_use]
    pub fn withdrawn() -> Self {
        Self::of((1..COLUMNS).map(|_| Cell::Empty).chain([Cell::text("No longer part of its deal")]))
    }
}

/// What has to stand above the columns of the tab, from A on.
#[must_use]
pub fn header() -> Vec<Cell> {
    std::iter::once("Key").chain(Column::ALL.map(Column::header)).map(Cell::text).collect()
}

/// The headers that are missing or stand elsewhere, with what stands there instead. The two at the ends are people's own:
/// the firm's sheet has none there.
#[must_use]
pub fn misplaced(found: &Content) -> Vec<(Column, String)> {
    let theirs = |column: &Column| !column.header().is_empty();
    let named = found.cells().filter(|(column, _)| theirs(column));
    named
        .map(|(column, cell)| (column, cell.meaning()))
        .filter(|(column, text)| !text.trim().eq_ignore_ascii_case(column.header()))
        .collect()
}

/// The rows of a deal, in the order of its sources; the first is part 1. A deal whose sources are not known is one row.
///
/// A deal that was called off keeps its rows. What is added up is zero, because nothing was sold or bought, and the note says
/// why; everything else stays for people to read.
#[must_use]
pub fn rows(deal: &SheetDeal) -> Vec<Content> {
    if deal.sources.is_empty() {
        let note = if deal.cancelled { "Cancelled" } else { "" };
        return vec![row(deal, true, [Cell::Empty, Cell::Empty, Cell::Empty], Cell::text(note))];
    }
    let count = deal.sources.len();
    let parts = deal.sources.iter().enumerate();
    parts
        .map(|(index, source)| {
            let part = index.saturating_add(1);
            let note = if deal.cancelled {
                format!("Cancelled, part {part} of {count}")
            } else {
                format!("Part {part} of {count}")
            };
            let purchase = [
                Cell::text(&source.supplier),
                quantity(deal, source.quantity_kg.into()),
                Cell::number(source.rate_per_kg),
            ];
            row(deal, index == 0, purchase, Cell::text(&note))
        })
        .collect()
}

fn row(deal: &SheetDeal, first: bool, purchase: [Cell; 3], note: Cell) -> Content {
    let sale = if first {
        [
            quantity(deal, deal.quantity_kg.into()),
            Cell::number(deal.rate_per_kg),
            Cell::text(deal.delivery_terms.as_str()),
        ]
    } else {
        [Cell::Empty, Cell::Empty, Cell::Empty]
    };
    let product = &deal.product;
    let words = [&product.code, &product.grade, &product.company, &product.specific_grade];
    let head = [Cell::text(&day(deal.date)), Cell::text(&deal.customer)];
    Content::of(
        head.into_iter().chain(sale).chain(words.map(|word| Cell::text(word))).chain(purchase).chain([note]),
    )
}

fn quantity(deal: &SheetDeal, quantity: SheetNumber) -> Cell {
    Cell::Number(if deal.cancelled { SheetNumber::ZERO } else { quantity })
}

/// `DD-MM-YYYY`, as the firm writes dates, and as text: a sheet would show a date as its reader's country does.
pub(crate) fn day(date: BusinessDate) -> String {
    let iso = date.to_string();
    let parts: Vec<&str> = iso.rsplit('-').collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::deal_of;

    fn shown(content: &Content) -> Vec<String> {
        content.cells().map(|(_, cell)| cell.meaning()).collect()
    }

    #[test]
    fn a_deal_from_three_lots_is_three_rows_as_laid_out() {
        let rows = rows(&deal_of(&[
            ("Gulf", "10000", "90"),
            ("Deccan", "2804.7", "91.5"),
            ("Gulf", "195.3", "90.1234"),
        ]));
        let golden = [
            "01-08-2025|Ivory|13000|95|delivered|TR131|PP Raffia|IOCL|PP|Gulf|10000|90|Part 1 of 3",
            "01-08-2025|Ivory||||TR131|PP Raffia|IOCL|PP|Deccan|2804.7|91.5|Part 2 of 3",
            "01-08-2025|Ivory||||TR131|PP Raffia|IOCL|PP|Gulf|195.3|90.1234|Part 3 of 3",
        ];
        let shown: Vec<String> = rows.iter().map(|row| shown(row).join("|")).collect();
        assert_eq!(shown, golden);
    }

    #[test]
    fn quantities_and_rates_are_numbers_and_dates_are_text() {
        let rows = rows(&deal_of(&[("Gulf", "13000", "90")]));
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        for (column, cell) in rows[0].cells() {
            match cell {
                Cell::Number(_) => numbers.push(column.letter()),
                Cell::Text(_) => texts.push(column.letter()),
                Cell::Empty => {}
            }
        }
        assert_eq!(numbers, ['D', 'E', 'L', 'M']);
        assert_eq!(texts, ['B', 'C', 'F', 'G', 'H', 'I', 'J', 'K', 'N']);
    }

    #[test]
    fn a_deal_without_known_sources_is_one_row_without_a_note() {
        let rows = rows(&deal_of(&[]));
        assert_eq!(rows.len(), 1);
        assert_eq!(
            shown(&rows[0]).join("|"),
            "01-08-2025|Ivory|13000|95|delivered|TR131|PP Raffia|IOCL|PP||||"
        );
    }

    #[test]
    fn a_cancelled_deal_keeps_its_rows_and_adds_up_to_nothing() {
        let deal =
            SheetDeal { cancelled: true, ..deal_of(&[("Gulf", "10000", "90"), ("Deccan", "3000", "91")]) };
        let shown: Vec<String> = rows(&deal).iter().map(|row| shown(row).join("|")).collect();
        assert_eq!(
            shown,
            [
                "01-08-2025|Ivory|0|95|delivered|TR131|PP Raffia|IOCL|PP|Gulf|0|90|Cancelled, part 1 of 2",
                "01-08-2025|Ivory||||TR131|PP Raffia|IOCL|PP|Deccan|0|91|Cancelled, part 2 of 2",
            ]
        );
    }

    #[test]
    fn a_customer_called_like_a_formula_is_text() {
        let deal = SheetDeal { customer: "=IMPORTDATA(\"x\")".to_owned(), ..deal_of(&[]) };
        let rows = rows(&deal);
        let (_, cell) = rows[0].cells().nth(1).unwrap();
        assert_eq!((cell, cell.meaning()), (&Cell::Text("'=IMPORTDATA(\"x\")".to_owned()), deal.customer));
    }

    #[test]
    fn renamed_columns_are_named_and_the_ends_are_peoples_own() {
        let firm = Content::of(header().into_iter().skip(1));
        assert_eq!(misplaced(&firm), []);
        let mut cells: Vec<Cell> = header().into_iter().skip(1).collect();
        cells[2] = Cell::text("Qty");
        cells[12] = Cell::text("Remarks");
        assert_eq!(misplaced(&Content::of(cells)), [(Column::QuantitySold, "Qty".to_owned())]);
    }
}
