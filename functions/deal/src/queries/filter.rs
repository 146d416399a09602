use deal_domain::{DeliveryTerms, ProductId};
use event_store::Filter;
use kernel::sortable::{amount, weight};
use kernel::text::comparable;
use kernel::{BusinessDate, Inr, Kg};

use crate::projections::framed;

/// The status of deals whose import was taken back.
pub(super) const WITHDRAWN: &str = "withdrawn";

/// Which deals; what is `None` or empty does not narrow. Names are compared without regard to case, accents, dashes and
/// spacing; amounts as they are shown, to the paisa.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DealFilter {
    /// First day, included.
    pub from: Option<BusinessDate>,
    /// Last day, included.
    pub to: Option<BusinessDate>,
    /// Of this customer.
    pub customer: Option<String>,
    /// With material of this supplier.
    pub supplier: Option<String>,
    /// Of this product.
    pub product: Option<ProductId>,
    /// In this status.
    pub status: Option<&'static str>,
    /// From this warehouse.
    pub warehouse: Option<String>,
    /// Delivered, or picked up.
    pub delivery_terms: Option<DeliveryTerms>,
    /// Least and most that is sold.
    pub quantity: (Option<Kg>, Option<Kg>),
    /// Least and most that the customer pays.
    pub revenue: (Option<Inr>, Option<Inr>),
    /// Least and most margin; only deals that have one.
    pub margin: (Option<Inr>, Option<Inr>),
    /// Words that all occur somewhere in the deal's names and comments, or begin in one.
    pub q: Option<String>,
}

/// An attribute that an index already holds still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Nothing,
    Customer,
    Product,
    Status,
}

impl DealFilter {
    /// Whether which deals pass tells what they cost or bring in.
    #[must_use]
    pub fn tells_costs(&self) -> bool {
        self.revenue != (None, None) || self.margin != (None, None)
    }

    /// The conditions on attributes, without the one that the walked index fulfils.
    pub(super) fn conditions(&self, held: Held) -> Vec<Filter> {
        let mut conditions = Vec::new();
        // Withdrawn deals stand in no extra index, and keep their places in the others.
        if held == Held::Nothing && self.status.is_none() {
            conditions.push(standing());
        }
        let mut equals = |name, value: Option<String>| {
            conditions.extend(value.map(|value| Filter::Equals(name, value)));
        };
        equals("customer", self.customer.as_deref().filter(|_| held != Held::Customer).map(comparable));
        equals("product", self.product.filter(|_| held != Held::Product).map(|id| id.to_string()));
        equals("status", self.status.filter(|_| held != Held::Status).map(str::to_owned));
        equals("warehouse", self.warehouse.as_deref().map(comparable));
        equals("terms", self.delivery_terms.map(|terms| terms.name().to_owned()));
        conditions.extend(Filter::between("kg", self.quantity, weight));
        conditions.extend(Filter::between("revenue", self.revenue, amount));
        conditions.extend(Filter::between("margin", self.margin, amount));
        conditions.extend(self.supplier.as_deref().map(|name| Filter::Contains("suppliers", framed(name))));
        conditions.extend(self.q.as_deref().into_iter().flat_map(|typed| Filter::words("text", typed)));
        conditions
    }

    /// From the beginning of the first day to the end of the last, as positions in an index by day.
    pub(super) fn days(&self) -> (Option<String>, Option<String>) {
        // Positions continue a day with `#`; `~` stands behind it.
        (self.from.map(|day| day.to_string()), self.to.map(|day| format!("{day}~")))
    }
}

/// Not withdrawn.
pub(super) fn standing() -> Filter {
    Filter::Differs("status", WITHDRAWN.to_owned())
}
