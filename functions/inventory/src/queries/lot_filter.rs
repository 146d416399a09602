use event_store::Filter;
use inventory_domain::ProductId;
use kernel::sortable::rate;
use kernel::text::comparable;
use kernel::{BusinessDate, RatePerKg};

/// Sorts before every position in a list by day.
const BEFORE_EVERY_DAY: &str = "0";

/// Which lots; what is `None`, false or empty does not narrow. Names are compared without regard to case, accents, dashes and
/// spacing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LotFilter {
    /// Of this product.
    pub product: Option<ProductId>,
    /// In this warehouse.
    pub warehouse: Option<String>,
    /// From this supplier.
    pub supplier: Option<String>,
    /// With something available.
    pub available: bool,
    /// First and last day of receipt, included.
    pub received: (Option<BusinessDate>, Option<BusinessDate>),
    /// Least and most age in days, included.
    pub age_days: (Option<u16>, Option<u16>),
    /// Least and most that the firm paid.
    pub rate: (Option<RatePerKg>, Option<RatePerKg>),
    /// Words that all occur in product code, supplier or warehouse, or are part of a word there.
    pub q: Option<String>,
}

/// An attribute that an index already holds still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Nothing,
    Product,
    Warehouse,
    Supplier,
}

impl LotFilter {
    /// The conditions on attributes, without the one that the walked index fulfils.
    pub(super) fn conditions(&self, held: Held) -> Vec<Filter> {
        let mut conditions = Vec::new();
        let mut equals = |name, value: Option<String>| {
            conditions.extend(value.map(|value| Filter::Equals(name, value)));
        };
        equals("product", self.product.filter(|_| held != Held::Product).map(|id| id.to_string()));
        equals("warehouse", self.warehouse.as_deref().filter(|_| held != Held::Warehouse).map(comparable));
        equals("supplier", self.supplier.as_deref().filter(|_| held != Held::Supplier).map(comparable));
        equals("available", self.available.then(|| "yes".to_owned()));
        conditions.extend(Filter::between("rate", self.rate, rate));
        conditions.extend(self.q.as_deref().into_iter().flat_map(|typed| Filter::words("text", typed)));
        conditions
    }

    /// From the beginning of the first day to the end of the last, as positions in an index by day.
    pub(super) fn days(&self, today: BusinessDate) -> (Option<String>, Option<String>) {
        let (received_from, received_to) = self.received;
        let (least, most) = self.age_days;
        let before = |days: u16| today.plus_days(-i64::from(days));
        // No lot is older than the calendar.
        let from = received_from.max(most.and_then(before));
        let to = match least.map(before) {
            Some(None) => return (None, Some(BEFORE_EVERY_DAY.to_owned())),
            Some(Some(youngest)) => Some(received_to.map_or(youngest, |to| to.min(youngest))),
            None => received_to,
        };
        // Positions continue a day with `#`; `~` stands behind it.
        (from.map(|day| day.to_string()), to.map(|day| format!("{day}~")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(received: (Option<&str>, Option<&str>), age_days: (Option<u16>, Option<u16>)) -> [String; 2] {
        let day = |text: &str| text.parse::<BusinessDate>().unwrap();
        let received = (received.0.map(day), received.1.map(day));
        let (from, to) = LotFilter { received, age_days, ..LotFilter::default() }.days(day("2026-11-22"));
        [from.unwrap_or_default(), to.unwrap_or_default()]
    }

    #[test]
    fn an_age_is_a_range_of_days_and_the_narrower_end_counts() {
        assert_eq!(days((None, None), (Some(0), Some(30))), ["2026-10-23", "2026-11-22~"]);
        assert_eq!(
            days((Some("2026-11-01"), Some("2026-11-05")), (Some(30), Some(90))),
            ["2026-11-01", "2026-10-23~"]
        );
        assert_eq!(days((Some("2025-01-01"), None), (None, Some(5))), ["2026-11-17", ""]);
    }

    #[test]
    fn nothing_is_older_than_the_calendar() {
        assert_eq!(days((None, None), (None, Some(u16::MAX))), ["", ""]);
        assert_eq!(days((None, None), (Some(u16::MAX), None)), ["", BEFORE_EVERY_DAY]);
    }
}
