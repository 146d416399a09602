//! Fields that the domain parses from text, with its own words for what is wrong.

use std::borrow::Cow;

use http_kit::{Faults, FromJson, Node, request_enum};
use kernel::Inr;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Most a party may owe, in rupees: a thousand crore.
const MOST_RUPEES: i128 = 10_000_000_000;
/// Units of [`Inr`] in a rupee and in a paisa.
const PER_RUPEE: i128 = 10_000_000;
const PER_PAISA: i128 = 100_000;

/// What a party may owe at most: whole paise, not negative, at most a thousand crore rupees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditLimit(pub Inr);

impl FromJson for CreditLimit {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let limit = Inr::from_json(node, faults)?;
        let units = limit.ten_millionths();
        if !(0..=MOST_RUPEES * PER_RUPEE).contains(&units) {
            node.fault("out-of-range", format!("must be 0 to {MOST_RUPEES}"), faults);
        } else if units % PER_PAISA != 0 {
            node.fault("too-precise", "must have at most 2 decimals", faults);
        } else {
            return Some(Self(limit));
        }
        None
    }
}

impl JsonSchema for CreditLimit {
    fn inline_schema() -> bool {
        Inr::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        Inr::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Inr::json_schema(generator)
    }
}

/// Longest credit a party gives or gets, in days.
const MOST_DAYS: u16 = 365;

/// Days to pay: 0 (at once) to 365.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(pub u16);

impl FromJson for Days {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let days = u16::from_json(node, faults)?;
        if days > MOST_DAYS {
            node.fault("out-of-range", format!("must be 0 to {MOST_DAYS}"), faults);
            return None;
        }
        Some(Self(days))
    }
}

impl JsonSchema for Days {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Days".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 0, "maximum": MOST_DAYS })
    }
}

request_enum! {
    /// What a party is to the firm.
    pub enum PartyRole {
        /// Buys from the firm.
        Customer => "customer",
        /// Sells to the firm.
        Supplier => "supplier",
    }
}

impl From<PartyRole> for customer_domain::Role {
    fn from(role: PartyRole) -> Self {
        match role {
            PartyRole::Customer => Self::Customer,
            PartyRole::Supplier => Self::Supplier,
        }
    }
}
