//! One deal of an import as it is sent, read strictly: everything that is wrong with it is told at once, each at its place.

use std::collections::BTreeMap;

use deal_domain::deal::{ImportedDeal, ImportedSource};
use deal_domain::{Comments, LotId, PartyId};
use http_kit::json::{self, Json};
use http_kit::{At, Faults, FieldError, FromJson, Node, Text};
use kernel::{BusinessDate, Kg, PositiveKg, PositiveRate, RatePerKg, Timestamp};
use serde_json::Value;

use crate::http::DeliveryTerms;
use crate::ports::KnownProduct;

/// A name of the other system.
type Name = Text<1, 200>;

/// A text as it stands in the other system, blank or not.
struct Kept(String);

impl FromJson for Kept {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        node.text(faults).map(|text| Self(text.to_owned()))
    }
}

/// Cells of the other system by their column.
#[derive(Default)]
struct Cells(BTreeMap<String, String>);

impl FromJson for Cells {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let Json::Object(members) = node.value else {
            node.wrong_type("an object", faults);
            return None;
        };
        let mut cells = Some(BTreeMap::new());
        for (name, value) in members {
            let text = Node { value, path: json::Path::Key(&node.path, name) }.text(faults);
            match (text, &mut cells) {
                (Some(text), Some(cells)) => drop(cells.insert(name.to_string(), text.to_owned())),
                (Some(_), None) => {}
                (None, _) => cells = None,
            }
        }
        cells.map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// A source: `lot`, `purchase` or `stock`, as `kind` says.
struct SourceItem(ImportedSource);

impl FromJson for SourceItem {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let kind = match node.value.get("kind") {
            Some(Json::String(kind)) => kind.as_ref(),
            _ => "",
        };
        let mut reader = node.object(faults)?;
        let named: Option<Kept> = reader.required("kind");
        if named.is_some() && !matches!(kind, "lot" | "purchase" | "stock") {
            reader.fault("kind", "unknown", "must be lot, purchase or stock");
        }
        let supplier: Option<Name> = reader.required("supplier");
        let supplier_id: Option<Option<PartyId>> = reader.required("supplierId");
        let quantity_kg: Option<PositiveKg> = reader.required("quantityKg");
        let rate_per_kg: Option<RatePerKg> = reader.required("ratePerKg");
        let lot_id: Option<Option<LotId>> =
            if kind == "lot" { reader.required("lotId").map(Some) } else { Some(None) };
        let bought_kg: Option<Option<PositiveKg>> =
            if kind == "purchase" { reader.required("boughtKg").map(Some) } else { Some(None) };
        reader.finish()?;
        Some(Self(ImportedSource {
            lot_id: lot_id?,
            quantity_kg: quantity_kg?.get(),
            rate_per_kg: rate_per_kg?,
            supplier: supplier?.into_string(),
            supplier_id: supplier_id?,
            warehouse: None,
            bought_kg: bought_kg?.map(Kg::from),
        }))
    }
}

/// A deal, its product by its code.
struct DealItem {
    legacy_id: Name,
    date: BusinessDate,
    customer: Name,
    customer_id: Option<PartyId>,
    quantity_kg: PositiveKg,
    rate_per_kg: PositiveRate,
    delivery_terms: DeliveryTerms,
    warehouse: Option<Kept>,
    sale_comments: Option<Kept>,
    purchase_comments: Option<Kept>,
    final_comments: Option<Kept>,
    created_at: Timestamp,
    sources: Vec<SourceItem>,
    originals: Cells,
}

impl FromJson for DealItem {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut reader = node.object(faults)?;
        let legacy_id = reader.required("legacyId");
        let date = reader.required("date");
        let customer = reader.required("customer");
        let customer_id = reader.required("customerId");
        let product_code: Option<Name> = reader.required("productCode");
        let quantity_kg = reader.required("quantityKg");
        let rate_per_kg = reader.required("ratePerKg");
        let delivery_terms = reader.required("deliveryTerms");
        let warehouse = reader.required("warehouse");
        let sale_comments = reader.required("saleComments");
        let purchase_comments = reader.required("purchaseComments");
        let final_comments = reader.required("finalComments");
        let created_at = reader.required("createdAt");
        let sources = reader.required("sources");
        let originals = reader.required("originals");
        reader.finish()?;
        product_code?;
        Some(Self {
            legacy_id: legacy_id?,
            date: date?,
            customer: customer?,
            customer_id: customer_id?,
            quantity_kg: quantity_kg?,
            rate_per_kg: rate_per_kg?,
            delivery_terms: delivery_terms?,
            warehouse: warehouse?,
            sale_comments: sale_comments?,
            purchase_comments: purchase_comments?,
            final_comments: final_comments?,
            created_at: created_at?,
            sources: sources?,
            originals: originals?,
        })
    }
}

/// The deal of an item whose product is among `products`, by code; or everything that is wrong with it.
pub(super) fn read(
    item: &Value,
    products: &BTreeMap<String, KnownProduct>,
) -> Result<ImportedDeal, Vec<FieldError>> {
    let text = item.to_string();
    let mut faults = Faults::default();
    let deal = match json::parse(text.as_bytes()) {
        Ok(parsed) => DealItem::from_json(&Node::body(&parsed.root), &mut faults),
        Err(error) => return Err(vec![FieldError::pointer("", "syntax", error.to_string())]),
    };
    let code = item.get("productCode").and_then(Value::as_str).map(str::trim);
    let product = code.and_then(|code| products.get(code));
    if let (Some(code), None) = (code.filter(|code| !code.is_empty()), product) {
        let detail = format!("{code:?} is no product of the catalogue");
        faults.push(FieldError::pointer("/productCode", "unknown", detail));
    }
    match (deal, product) {
        (Some(deal), Some(product)) if faults.is_empty() => Ok(imported(deal, product)),
        _ => Err(faults.into_listed()),
    }
}

fn imported(deal: DealItem, product: &KnownProduct) -> ImportedDeal {
    let kept = |text: Option<Kept>| text.map(|Kept(text)| text);
    ImportedDeal {
        legacy_id: deal.legacy_id.into_string(),
        date: deal.date,
        customer: deal.customer.into_string(),
        customer_id: deal.customer_id,
        product_id: product.id,
        product_code: product.code.clone(),
        quantity_kg: deal.quantity_kg,
        rate_per_kg: deal.rate_per_kg,
        delivery_terms: deal.delivery_terms.into(),
        warehouse: kept(deal.warehouse),
        comments: Comments {
            sale: kept(deal.sale_comments),
            purchase: kept(deal.purchase_comments),
            last: kept(deal.final_comments),
        },
        created_at: deal.created_at,
        sources: deal.sources.into_iter().map(|SourceItem(source)| source).collect(),
        originals: deal.originals.0,
    }
}

/// What is wrong, in one line.
pub(super) fn told(faults: &[FieldError]) -> String {
    let told = faults.iter().map(|fault| match &fault.at {
        At::Pointer(place) | At::Parameter(place) => format!("{place}: {}", fault.detail),
        At::Header(name) => format!("{name}: {}", fault.detail),
    });
    told.collect::<Vec<_>>().join("; ")
}
