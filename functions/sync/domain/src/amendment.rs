//! What people may change about a deal by typing into its row: the sale rate and the delivery terms, where the row shows them.
//! Everything else in a row is what stock, or another context, says.

use kernel::PositiveRate;

use crate::{Cell, Column, DeliveryTerms};

/// A change of a deal's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amendment {
    /// At which rate.
    Rate(PositiveRate),
    /// Who brings it.
    Delivery(DeliveryTerms),
}

/// Why what people typed amends nothing, in words for the cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAmendment {
    /// Not a rate.
    #[error("a sale rate is a number above zero with at most four decimals")]
    Rate,
    /// Neither of the two.
    #[error("delivery terms are \"delivered\" or \"pickup\"")]
    Delivery,
    /// The note that says which part of a deal a row is.
    #[error("this cell says which part of the deal the row is; the columns to the right are free")]
    Note,
    /// A cell that shows what is never amended.
    #[error("{0} is not changed here; cancel the deal and register it anew")]
    Fixed(&'static str),
}

/// Whether people may change this cell: one that shows a term of the deal, which is on its first row.
#[must_use]
pub fn is_amendable(column: Column, wanted: &Cell) -> bool {
    matches!(column, Column::SaleRate | Column::DeliveryTerms) && *wanted != Cell::Empty
}

/// What a cell says about its column's term.
///
/// # Errors
/// [`NoAmendment`], to be told in the cell.
pub fn amendment(column: Column, cell: &Cell) -> Result<Amendment, NoAmendment> {
    let text = cell.meaning();
    let text = text.trim();
    match column {
        Column::SaleRate => text.parse().map(Amendment::Rate).map_err(|_| NoAmendment::Rate),
        Column::DeliveryTerms => match text.to_lowercase().as_str() {
            "delivered" => Ok(Amendment::Delivery(DeliveryTerms::Delivered)),
            "pickup" => Ok(Amendment::Delivery(DeliveryTerms::Pickup)),
            _ => Err(NoAmendment::Delivery),
        },
        // Nothing stands above the notes.
        Column::Note => Err(NoAmendment::Note),
        other => Err(NoAmendment::Fixed(other.header())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_people_type_it_and_nothing_else_is_one() {
        let rate = |text: &str| amendment(Column::SaleRate, &Cell::text(text));
        assert_eq!(rate(" 97.5 "), Ok(Amendment::Rate("97.5".parse().unwrap())));
        assert_eq!(
            amendment(Column::SaleRate, &Cell::Number("97.5".parse().unwrap())),
            Ok(Amendment::Rate("97.5".parse().unwrap()))
        );
        for wrong in
            ["", "0", "-5", "=1+1", "97,5", "97.12345", "ninety\nseven", "\u{202e}79", "9999999999999999999"]
        {
            assert_eq!(rate(wrong), Err(NoAmendment::Rate), "{wrong:?}");
        }
        assert_eq!(rate(&"9".repeat(10_000)), Err(NoAmendment::Rate));
    }

    #[test]
    fn delivery_terms_are_two_words_and_other_columns_say_what_to_do_instead() {
        let said = |text: &str| amendment(Column::DeliveryTerms, &Cell::text(text));
        assert_eq!(said("Pickup"), Ok(Amendment::Delivery(DeliveryTerms::Pickup)));
        assert_eq!(said("carried"), Err(NoAmendment::Delivery));
        let quantity = amendment(Column::QuantitySold, &Cell::text("5")).unwrap_err();
        assert!(quantity.to_string().contains("cancel the deal and register it anew"));
        assert!(is_amendable(Column::SaleRate, &Cell::text("x")));
        assert!(!is_amendable(Column::SaleRate, &Cell::Empty), "the second row of a deal shows no rate");
    }
}
