//! `deal.confirmed`, `deal.amended`, `deal.imported`, `deal.cancelled`, `deal.import-withdrawn`: a deal stands, stands on other
//! terms, was called off, or is as if it had never moved in.

use std::collections::BTreeMap;

use customer_domain::{DealId, NameKey, PartyId};
use kernel::{BusinessDate, Inr, Kg, PositiveKg, PositiveRate, RatePerKg, Tenant};
use messaging::{Envelope, Fact};
use serde::Deserialize;

use super::Unusable;
use crate::supply::{SupplyEntry, Taken};
use crate::trade::{DealEntry, DealStatus};

/// The part of the five facts that this context reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DealFact {
    deal_id: DealId,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    legacy_id: Option<String>,
    terms: Terms,
    #[serde(default)]
    sources: Vec<Source>,
    /// Of a deal that stands, or was amended: where it stands.
    #[serde(default)]
    status: Option<String>,
}

/// Where material came from.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    supplier: String,
    #[serde(default)]
    supplier_id: Option<PartyId>,
    quantity_kg: Kg,
    rate_per_kg: RatePerKg,
    #[serde(default)]
    bought_kg: Option<Kg>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    date: BusinessDate,
    customer: String,
    #[serde(default)]
    customer_id: Option<PartyId>,
    product_code: String,
    quantity_kg: PositiveKg,
    rate_per_kg: PositiveRate,
}

macro_rules! deal_facts {
    ($($name:ident = $type:literal),*) => { $(
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct $name(DealFact);

        impl Fact for $name {
            const TYPE: &'static str = $type;
        }
    )* };
}
deal_facts!(
    Confirmed = "deal.confirmed",
    Amended = "deal.amended",
    Imported = "deal.imported",
    Withdrawn = "deal.import-withdrawn",
    Cancelled = "deal.cancelled"
);

/// A deal and where it belongs.
#[derive(Debug)]
pub(super) struct Filed {
    pub(super) under: PartyId,
    pub(super) name: NameKey,
    pub(super) entry: DealEntry,
    /// What it took of each supplier, by where that belongs.
    pub(super) supplies: BTreeMap<PartyId, SupplyEntry>,
}

/// What a fact says; `None` when it names a customer that can be no party, or amends a deal in nothing that is filed: one that
/// does not stand, or an imported one, of which only notes are amended and whose sources are in its own facts.
pub(super) fn filed(tenant: &Tenant, envelope: &Envelope) -> Result<Option<Filed>, Unusable> {
    let (fact, status) = match envelope.fact_type.as_str() {
        "deal.confirmed" => (envelope.fact::<Confirmed>()?.0, DealStatus::Confirmed),
        "deal.amended" => {
            let fact = envelope.fact::<Amended>()?.0;
            if fact.status.as_deref() != Some("confirmed") || fact.sources.is_empty() {
                return Ok(None);
            }
            (fact, DealStatus::Confirmed)
        }
        "deal.imported" => (envelope.fact::<Imported>()?.0, DealStatus::Confirmed),
        "deal.import-withdrawn" => (envelope.fact::<Withdrawn>()?.0, DealStatus::Withdrawn),
        "deal.cancelled" => (envelope.fact::<Cancelled>()?.0, DealStatus::Cancelled),
        other => return Err(Unusable::Unheard(other.to_owned())),
    };
    let Ok(name) = fact.terms.customer.parse::<NameKey>() else {
        tracing::warn!(deal.id = %fact.deal_id, "the deal's customer has a name that no party can have: not filed");
        return Ok(None);
    };
    let sources = fact.sources;
    let (quantity_kg, rate_per_kg) = (fact.terms.quantity_kg.get(), fact.terms.rate_per_kg.get());
    let entry = DealEntry {
        deal_id: fact.deal_id,
        reference: fact.reference,
        legacy_id: fact.legacy_id,
        date: fact.terms.date,
        product_code: fact.terms.product_code,
        quantity_kg,
        rate_per_kg,
        revenue_inr: rate_per_kg.times(quantity_kg),
        status,
    };
    let under = fact.terms.customer_id.unwrap_or_else(|| PartyId::of(tenant, &name));
    let supplies = supplies(tenant, &entry, sources);
    Ok(Some(Filed { under, name, entry, supplies }))
}

/// The sources of each supplier. A purchase that the deal took nothing of is no supply of the deal; a name that no party can have
/// is filed nowhere.
fn supplies(tenant: &Tenant, deal: &DealEntry, sources: Vec<Source>) -> BTreeMap<PartyId, SupplyEntry> {
    let mut supplies: BTreeMap<PartyId, SupplyEntry> = BTreeMap::new();
    for source in sources.into_iter().filter(|source| source.quantity_kg.is_positive()) {
        let named = source.supplier.parse::<NameKey>().ok().map(|name| PartyId::of(tenant, &name));
        let Some(under) = source.supplier_id.or(named) else { continue };
        let entry = supplies.entry(under).or_insert_with(|| SupplyEntry {
            deal_id: deal.deal_id,
            reference: deal.reference.clone(),
            legacy_id: deal.legacy_id.clone(),
            date: deal.date,
            product_code: deal.product_code.clone(),
            quantity_kg: Kg::ZERO,
            cost_inr: Inr::ZERO,
            sources: Vec::new(),
            status: deal.status,
        });
        entry.quantity_kg = entry.quantity_kg.saturating_add(source.quantity_kg);
        entry.sources.push(Taken {
            quantity_kg: source.quantity_kg,
            rate_per_kg: source.rate_per_kg,
            bought_kg: source.bought_kg,
        });
        entry.cost_inr = entry.cost();
    }
    supplies
}
