//! Row by row: every field of every row that was imported.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use deal::deal_view::DealView;
use inventory::lot_view::LotView;
use kernel::{Inr, Kg};
use serde_json::json;

use super::{Stored, Verdict};
use crate::migrate::plan::{DealItem, LotItem, PartyItem, Plan, ProductItem, SourceItem};

pub(super) fn compare(plan: &Plan, stored: &Stored, verdict: &mut Verdict) {
    for product in &plan.products {
        verdict.compared.products += 1;
        compare_product(product, stored, verdict);
    }
    for (product, lot) in plan.lots.iter().flat_map(|item| item.lots.iter().map(move |lot| (item, lot))) {
        verdict.compared.lots += 1;
        match stored.lots.get(&lot.legacy_id) {
            None => missing("lot", &lot.legacy_id, verdict),
            Some(found) => compare_lot(&product.product_code, lot, found, verdict),
        }
    }
    for deal in &plan.deals {
        verdict.compared.deals += 1;
        match stored.deals.get(&deal.legacy_id) {
            None => missing("deal", &deal.legacy_id, verdict),
            Some(found) => compare_deal(deal, found, stored, verdict),
        }
    }
    if let Some(found) = &stored.parties {
        for party in &plan.parties {
            verdict.compared.parties += 1;
            compare_party(party, found, verdict);
        }
    }
    surplus(plan, stored, verdict);
}

fn missing(kind: &str, id: &str, verdict: &mut Verdict) {
    verdict.mismatches.push(format!("{kind} {id}: is missing"));
}

/// Compares one field as it is shown.
fn field(row: &str, name: &str, old: impl Display, new: impl Display, verdict: &mut Verdict) {
    let (old, new) = (old.to_string(), new.to_string());
    if old != new {
        verdict.mismatches.push(format!("{row}: {name} is {new:?} instead of {old:?}"));
    }
}

fn compare_product(product: &ProductItem, stored: &Stored, verdict: &mut Verdict) {
    let Some(found) = stored.products.get(&product.product_code) else {
        return missing("product", &product.product_code, verdict);
    };
    let row = format!("product {:?}", product.product_code);
    field(&row, "grade", &product.grade, &found.grade, verdict);
    field(&row, "company", &product.company, &found.company, verdict);
    field(&row, "specific grade", &product.specific_grade, &found.specific_grade, verdict);
    field(&row, "active", product.active, found.active, verdict);
    let legacy_id = found.legacy_id.as_deref().unwrap_or_default();
    field(&row, "old identity", &product.legacy_id, legacy_id, verdict);
}

/// All that is in a lot or was sold from it here: what the old system has of it.
pub(super) fn whole(lot: &LotView) -> Kg {
    lot.received_kg.saturating_add(lot.adjusted_kg)
}

fn compare_lot(code: &str, lot: &LotItem, found: &LotView, verdict: &mut Verdict) {
    let row = format!("lot {}", lot.legacy_id);
    let product = found.product_code.as_ref().map(ToString::to_string).unwrap_or_default();
    field(&row, "product", code, product, verdict);
    field(&row, "supplier", &lot.supplier, &found.supplier, verdict);
    field(&row, "quantity", lot.quantity_kg, whole(found), verdict);
    field(&row, "rate", lot.rate_per_kg, found.rate_per_kg, verdict);
    field(&row, "date", lot.received_on, found.received_on, verdict);
}

fn compare_deal(deal: &DealItem, found: &DealView, stored: &Stored, verdict: &mut Verdict) {
    let row = format!("deal {}", deal.legacy_id);
    let text = |text: &Option<String>| json!(text).to_string();
    field(&row, "status", "confirmed", &found.status, verdict);
    field(&row, "date", deal.date, found.date, verdict);
    field(&row, "customer", &deal.customer, &found.customer, verdict);
    field(&row, "product", &deal.product_code, &found.product_code, verdict);
    field(&row, "quantity", deal.quantity_kg, found.quantity_kg, verdict);
    field(&row, "rate", deal.rate_per_kg, found.rate_per_kg, verdict);
    field(&row, "delivery terms", json!(deal.delivery_terms), json!(found.delivery_terms), verdict);
    field(&row, "warehouse", text(&deal.warehouse), text(&found.warehouse), verdict);
    field(&row, "sale comments", text(&deal.sale_comments), text(&found.comments.sale), verdict);
    field(&row, "purchase comments", text(&deal.purchase_comments), text(&found.comments.purchase), verdict);
    field(&row, "final comments", text(&deal.final_comments), text(&found.comments.last), verdict);
    field(&row, "instant", deal.created_at, found.requested_at, verdict);
    let cost: Inr = deal.sources.iter().map(|source| source.rate_per_kg.times(source.quantity_kg)).sum();
    let revenue = deal.rate_per_kg.times(deal.quantity_kg);
    field(&row, "revenue", revenue, found.revenue_inr, verdict);
    field(&row, "cost", cost, found.cost_inr.unwrap_or_default(), verdict);
    field(&row, "margin", revenue - cost, found.margin_inr.unwrap_or_default(), verdict);
    let old: Vec<String> = deal.sources.iter().map(|source| expected(source, stored)).collect();
    let new: Vec<String> = found
        .sources
        .iter()
        .map(|source| {
            let lot = source.lot_id.map(|lot| lot.to_string());
            shown(
                &source.kind,
                lot,
                source.supplier.as_deref(),
                source.quantity_kg,
                source.rate_per_kg,
                source.bought_kg,
            )
        })
        .collect();
    field(&row, "sources", old.join(" + "), new.join(" + "), verdict);
}

fn expected(source: &SourceItem, stored: &Stored) -> String {
    let lot = source.lot_id.as_ref().map(|old| {
        stored.lots.get(old).map_or_else(|| format!("(lot {old}, missing)"), |lot| lot.id.to_string())
    });
    let supplier = Some(source.supplier.as_str());
    shown(source.kind, lot, supplier, source.quantity_kg, Some(source.rate_per_kg), source.bought_kg)
}

fn shown(
    kind: &str,
    lot: Option<String>,
    supplier: Option<&str>,
    quantity: Kg,
    rate: Option<kernel::RatePerKg>,
    bought: Option<Kg>,
) -> String {
    let rate = rate.map(|rate| rate.to_string()).unwrap_or_default();
    let bought = bought.map(|bought| format!(" of {bought} kg bought")).unwrap_or_default();
    let lot = lot.unwrap_or_default();
    format!("{kind} {lot} {} {quantity} kg{bought} at {rate}", supplier.unwrap_or_default())
}

fn compare_party(party: &PartyItem, found: &BTreeMap<String, super::read::PartyRow>, verdict: &mut Verdict) {
    let Some(first) = party.legacy_ids.first() else { return };
    let Some(found) = found.get(first) else { return missing("party", &party.name, verdict) };
    let row = format!("party {:?}", party.name);
    field(&row, "name", &party.name, &found.name, verdict);
    field(&row, "active", party.active, found.active, verdict);
    for role in &party.roles {
        if !found.roles.iter().any(|has| has == role) {
            verdict.mismatches.push(format!("{row}: is no {role}"));
        }
    }
}

/// What the lists have and the old database does not, and how far the lists lag behind.
fn surplus(plan: &Plan, stored: &Stored, verdict: &mut Verdict) {
    let products: BTreeSet<&str> = plan.products.iter().map(|item| item.legacy_id.as_str()).collect();
    let lots: BTreeSet<&str> =
        plan.lots.iter().flat_map(|item| &item.lots).map(|lot| lot.legacy_id.as_str()).collect();
    let deals: BTreeSet<&str> = plan.deals.iter().map(|deal| deal.legacy_id.as_str()).collect();
    for ((kind, listed), planned) in stored.listed.iter().zip([products, lots, deals]) {
        let mut more: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        if *kind == "lot" {
            more.extend(stored.lots.keys().map(String::as_str));
        }
        for id in more.iter().filter(|id| !planned.contains(**id)) {
            verdict.mismatches.push(format!("{kind} {id}: was imported, and is not among what is compared"));
        }
        let shown = planned.iter().filter(|id| listed.contains(**id)).count();
        if shown < planned.len() {
            verdict.notes.push(format!("the list shows {shown} of {} {kind}s so far", planned.len()));
        }
    }
}
