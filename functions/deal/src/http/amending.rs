//! `PATCH /v1/deals/{id}`

use std::borrow::Cow;

use axum::extract::State;
use deal_domain::DealId;
use deal_domain::deal::{CommentsPatch, SeenTerms, TermsPatch};
use http_kit::{
    Access, Changing, ETag, Faults, FromJson, Node, Note, Patch, PathId, Problem, ProblemKind, Reply, Route,
    Routes, Text, request_body,
};
use kernel::PositiveRate;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::deals::shown;
use super::linked::LinkedDeal;
use super::registration::DeliveryTerms;
use super::{Api, changing, errors};
use crate::commands::amend_deal;

/// A part of a deal that is never amended: named so that whoever tries is told what to do instead of that it is unknown.
#[derive(Debug, Clone, Copy)]
pub struct Settled;

impl FromJson for Settled {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        node.fault("not-amendable", "is not amended: cancel the deal and register it anew", faults);
        None
    }
}

impl JsonSchema for Settled {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Settled".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "not": {} })
    }
}

request_body! {
    /// What to change about a deal; what is left out stays. Terms are changed of a confirmed deal only, notes of any.
    pub struct AmendDeal {
        /// The sale rate.
        pub rate_per_kg: Option<PositiveRate>,
        /// Who brings it.
        pub delivery_terms: Option<DeliveryTerms>,
        /// From where; `null` names no warehouse. Lots stay where they are.
        pub warehouse: Patch<Text<1, 100>>,
        /// On the sale; `null` removes it.
        pub sale_comments: Patch<Note<2_000>>,
        /// On the purchase; `null` removes it.
        pub purchase_comments: Patch<Note<2_000>>,
        /// In the end, never sent to anyone; `null` removes it.
        pub final_comments: Patch<Note<2_000>>,
        /// Never: cancel the deal and register it anew.
        pub quantity_kg: Option<Settled>,
        /// Never: cancel the deal and register it anew.
        pub product_id: Option<Settled>,
        /// Never: cancel the deal and register it anew.
        pub product_code: Option<Settled>,
        /// Never: cancel the deal and register it anew.
        pub sources: Option<Settled>,
        /// Never: cancel the deal and register it anew.
        pub customer: Option<Settled>,
        /// Never: cancel the deal and register it anew.
        pub customer_id: Option<Settled>,
        /// Never: cancel the deal and register it anew.
        pub date: Option<Settled>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::patch("/v1/deals/{id}")
            .access(Access::Requires("deal:amend"))
            .summary("Change a deal's sale rate, delivery terms, warehouse and comments")
            .description(
                "Revenue and margin follow, whoever was told of the deal is told of the correction, and the firm's sheet is \
                 brought up to date. Terms are changed of a confirmed deal only, and not of an imported one, whose terms are \
                 those of the old system; comments are changed of any deal. What stock was reserved for, the customer and \
                 the date are never changed: cancel the deal and register it anew.",
            )
            .answers::<LinkedDeal>(200, "It was changed.")
            .refuses(ProblemKind::Conflict, "The deal does not stand, or was imported.")
            .handler(amend),
    )
}

async fn amend(
    State(api): State<Api>,
    PathId(id): PathId<DealId>,
    request: Changing<AmendDeal>,
) -> Result<Reply, Problem> {
    let asked = changing(&request.caller, Some(request.if_match.expected()));
    let patch = request.body.into();
    let outcome =
        amend_deal(&api.deals_of(&request.caller), &asked, id, patch).await.map_err(|e| errors::deal(&e))?;
    let deal = shown(&request.caller, id, &outcome.stream)?;
    Ok(Reply::ok(&deal.shown)?.etag(&ETag::version(deal.version)))
}

impl From<AmendDeal> for TermsPatch {
    fn from(body: AmendDeal) -> Self {
        Self {
            rate_per_kg: body.rate_per_kg,
            delivery_terms: body.delivery_terms.map(Into::into),
            warehouse: change(body.warehouse.map(Text::into_string)),
            comments: CommentsPatch {
                sale: change(body.sale_comments.map(Note::into_string)),
                purchase: change(body.purchase_comments.map(Note::into_string)),
                last: change(body.final_comments.map(Note::into_string)),
            },
            // The version says what was seen.
            seen: SeenTerms::default(),
        }
    }
}

fn change(patch: Patch<String>) -> Option<Option<String>> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => Some(None),
        Patch::Set(text) => Some(Some(text)),
    }
}
