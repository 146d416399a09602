//! Changing a deal as far as stock has no part in it: the sale rate, who brings the material, the warehouse that is named, and
//! what is noted.
//!
//! Quantity, product and sources are what stock was reserved for, the customer is whose trade it is, and the date is the deal's
//! place in every list: whoever wants another one cancels the deal and registers it anew.

use kernel::PositiveRate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DealEvent, DealRefusal, Registered, Status};
use crate::{Comments, DeliveryTerms, Terms};

/// What to change. `None` leaves a term as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TermsPatch {
    /// At which rate.
    pub rate_per_kg: Option<PositiveRate>,
    /// Who brings it.
    pub delivery_terms: Option<DeliveryTerms>,
    /// From where; `Some(None)` names no warehouse any more.
    pub warehouse: Option<Option<String>>,
    /// What is noted.
    pub comments: CommentsPatch,
    /// What has to stand there, so that the change is one of what its author saw.
    pub seen: SeenTerms,
}

/// For each note: `None` leaves it, `Some(None)` clears it, `Some(Some(text))` sets it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommentsPatch {
    /// On the sale.
    pub sale: Option<Option<String>>,
    /// On the purchase.
    pub purchase: Option<Option<String>>,
    /// In the end.
    pub last: Option<Option<String>>,
}

/// Terms as somebody saw them before changing them elsewhere, where there is no version to name. `None` was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeenTerms {
    /// At which rate.
    pub rate_per_kg: Option<PositiveRate>,
    /// Who brings it.
    pub delivery_terms: Option<DeliveryTerms>,
}

impl From<CommentsPatch> for TermsPatch {
    fn from(comments: CommentsPatch) -> Self {
        Self { comments, ..Self::default() }
    }
}

/// The terms that may be amended, as they read after an amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendedTerms {
    /// At which rate.
    pub rate_per_kg: PositiveRate,
    /// Who brings it.
    pub delivery_terms: DeliveryTerms,
    /// From where, when it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// What is noted.
    pub comments: Comments,
}

impl AmendedTerms {
    /// As they read now.
    fn of(terms: &Terms) -> Self {
        Self {
            rate_per_kg: terms.rate_per_kg,
            delivery_terms: terms.delivery_terms,
            warehouse: terms.warehouse.clone(),
            comments: terms.comments.clone(),
        }
    }

    /// Puts them into the terms of a deal.
    pub(super) fn apply(&self, terms: &mut Terms) {
        let Self { rate_per_kg, delivery_terms, warehouse, comments } = self.clone();
        terms.rate_per_kg = rate_per_kg;
        terms.delivery_terms = delivery_terms;
        terms.warehouse = warehouse;
        terms.comments = comments;
    }
}

/// One term that changed. What is absent was not there, or is there no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Its name, as in `terms`.
    pub field: String,
    /// As it read before, in the form that `terms` has it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// As it reads now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What differs between two states of a deal's terms, of what may be amended.
#[must_use]
pub fn changes(before: &Terms, after: &Terms) -> Vec<Change> {
    let terms = |terms: &Terms| {
        let Comments { sale, purchase, last } = terms.comments.clone();
        [
            ("ratePerKg", Some(terms.rate_per_kg.get().to_string())),
            ("deliveryTerms", Some(terms.delivery_terms.name().to_owned())),
            ("warehouse", terms.warehouse.clone()),
            ("saleComments", sale),
            ("purchaseComments", purchase),
            ("finalComments", last),
        ]
    };
    let pairs = terms(before).into_iter().zip(terms(after));
    pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| Change { field: field.to_owned(), before, after })
        .collect()
}

/// Notes may be amended whatever became of a deal; terms only while it stands, and only where it was made here: the terms of
/// an imported deal follow the system it comes from.
pub(super) fn amend(deal: &Registered, patch: &TermsPatch) -> Result<Vec<DealEvent>, DealRefusal> {
    let present = AmendedTerms::of(&deal.terms);
    let wanted = AmendedTerms {
        rate_per_kg: patch.rate_per_kg.unwrap_or(present.rate_per_kg),
        delivery_terms: patch.delivery_terms.unwrap_or(present.delivery_terms),
        warehouse: patch.warehouse.clone().unwrap_or_else(|| present.warehouse.clone()),
        comments: noted(&present.comments, &patch.comments),
    };
    if wanted == present {
        return Ok(vec![]);
    }
    let comments = wanted.comments.clone();
    if wanted == (AmendedTerms { comments: comments.clone(), ..present.clone() }) {
        return Ok(vec![DealEvent::CommentsAmended { comments }]);
    }
    if deal.imported.is_some() {
        return Err(DealRefusal::ImportedTerms);
    }
    if !matches!(deal.status, Status::Confirmed { .. }) {
        return Err(DealRefusal::NotStanding(deal.status.name()));
    }
    let overtaken = patch.seen.rate_per_kg.is_some_and(|seen| seen != present.rate_per_kg)
        || patch.seen.delivery_terms.is_some_and(|seen| seen != present.delivery_terms);
    if overtaken {
        return Err(DealRefusal::Overtaken);
    }
    Ok(vec![DealEvent::TermsAmended { terms: wanted }])
}

fn noted(present: &Comments, patch: &CommentsPatch) -> Comments {
    let keep = |change: &Option<Option<String>>, present: &Option<String>| {
        change.clone().unwrap_or_else(|| present.clone())
    };
    Comments {
        sale: keep(&patch.sale, &present.sale),
        purchase: keep(&patch.purchase, &present.purchase),
        last: keep(&patch.last, &present.last),
    }
}
