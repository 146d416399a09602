//! The items of an import, read so that everything wrong with one is told at once, with JSON pointers into the item.

use std::collections::BTreeMap;
use std::str::FromStr;

use http_kit::json::{Json, parse};
use http_kit::{At, Faults, FieldError, FromJson, Node};
use inventory_domain::product::ImportedProduct;
use inventory_domain::stock::{LotImport, Receipt};
use inventory_domain::{PartyId, ProductCode};
use kernel::positive::LARGEST_QUANTITY;
use kernel::{BusinessDate, Kg, PositiveRate};
use serde_json::Value;

/// A product of the other system.
pub(super) struct ProductItem {
    pub(super) code: ProductCode,
    pub(super) product: ImportedProduct,
}

impl FromJson for ProductItem {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut reader = node.object(faults)?;
        let legacy_id = reader.required("legacyId");
        let code = reader.required("productCode");
        let grade = reader.required("grade");
        let company = reader.required("company");
        let specific_grade = reader.required("specificGrade");
        let active = reader.required("active");
        reader.finish()?;
        let (Code(code), Name(legacy_id)) = (code?, legacy_id?);
        let (Kept(grade), Kept(company), Kept(specific_grade)) = (grade?, company?, specific_grade?);
        let product = ImportedProduct { legacy_id, grade, company, specific_grade, active: active? };
        Some(Self { code, product })
    }
}

/// The lots of one product of the other system, each to be read by itself.
pub(super) struct LotsItem {
    pub(super) code: ProductCode,
}

impl FromJson for LotsItem {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut reader = node.object(faults)?;
        let code = reader.required("productCode");
        let lots = reader.required::<Several, _>("lots");
        reader.finish()?;
        let (Code(code), Several) = (code?, lots?);
        Some(Self { code })
    }
}

/// A lot of the other system.
pub(super) struct LotItem(pub(super) LotImport);

impl FromJson for LotItem {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut reader = node.object(faults)?;
        let legacy_id = reader.required("legacyId");
        let supplier = reader.required("supplier");
        let supplier_id = reader.optional::<PartyId, _>("supplierId");
        let quantity = reader.required("quantityKg");
        let rate = reader.required::<PositiveRate, _>("ratePerKg");
        let received_on = reader.required::<BusinessDate, _>("receivedOn");
        let originals = reader.optional("originals");
        reader.finish()?;
        let (Name(legacy_id), Name(supplier), Left(quantity)) = (legacy_id?, supplier?, quantity?);
        let Originals(originals) = originals?.unwrap_or_default();
        let supplier_id = supplier_id?;
        let (rate, received_on, supplier) = (rate?.get(), received_on?, supplier.trim().to_owned());
        let receipt = Receipt { supplier, supplier_id, warehouse: None, quantity, rate, received_on };
        Some(Self(LotImport { legacy_id, receipt, originals }))
    }
}

/// Reads an item.
///
/// # Errors
/// Everything wrong with it.
pub(super) fn read_item<T: FromJson>(item: &Value) -> Result<T, Vec<FieldError>> {
    // A value that came out of a JSON text goes into one.
    let text = item.to_string();
    let mut faults = Faults::default();
    let read = match parse(text.as_bytes()) {
        Ok(parsed) => T::from_json(&Node::body(&parsed.root), &mut faults),
        Err(error) => return Err(vec![FieldError::pointer("", "syntax", error.to_string())]),
    };
    read.ok_or_else(|| faults.into_listed())
}

/// All faults as one sentence, for people.
pub(super) fn in_words(faults: &[FieldError]) -> String {
    let word = |fault: &FieldError| match &fault.at {
        At::Pointer(place) => format!("{} {}", place.trim_start_matches('/'), fault.detail),
        At::Parameter(name) => format!("{name} {}", fault.detail),
        At::Header(name) => format!("{name} {}", fault.detail),
    };
    faults.iter().map(word).collect::<Vec<_>>().join("; ")
}

/// A text exactly as it is, of any length.
struct Kept(String);

impl FromJson for Kept {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        node.text(faults).map(|text| Self(text.to_owned()))
    }
}

/// A name or an identity as it is: 1 to 200 characters without control characters, not only blanks.
struct Name(String);

impl FromJson for Name {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = node.text(faults)?;
        let blank = text.trim().is_empty();
        let fits = !blank && text.chars().count() <= 200 && !text.chars().any(char::is_control);
        if !fits {
            let detail = "must be 1 to 200 characters without control characters";
            node.fault("malformed", detail, faults);
        }
        fits.then(|| Self(text.to_owned()))
    }
}

/// A product code.
struct Code(ProductCode);

impl FromJson for Code {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        match ProductCode::from_str(node.text(faults)?) {
            Ok(code) => Some(Self(code)),
            Err(error) => {
                node.fault("malformed", error.to_string(), faults);
                None
            }
        }
    }
}

/// What is left of a lot; unlike a receipt it may be nothing.
struct Left(Kg);

impl FromJson for Left {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let quantity = Kg::from_json(node, faults)?;
        let fits = (Kg::ZERO..=LARGEST_QUANTITY).contains(&quantity);
        if !fits {
            node.fault("out-of-range", format!("must be zero to {LARGEST_QUANTITY} kg"), faults);
        }
        fits.then_some(Self(quantity))
    }
}

/// Any number of values, which are not looked at.
struct Several;

impl FromJson for Several {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        node.items(faults).map(|_| Self)
    }
}

/// Texts by name, exactly as they are.
#[derive(Default)]
struct Originals(BTreeMap<String, String>);

impl FromJson for Originals {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let Json::Object(members) = node.value else {
            node.wrong_type("an object", faults);
            return None;
        };
        let texts = members.iter().map(|(name, value)| match value {
            Json::String(text) => Some((name.clone().into_owned(), text.clone().into_owned())),
            _ => None,
        });
        let texts: Option<BTreeMap<String, String>> = texts.collect();
        if texts.is_none() {
            node.fault("wrong-type", "must have texts only", faults);
        }
        texts.map(Self)
    }
}
