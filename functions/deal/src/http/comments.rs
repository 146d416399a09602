//! `PATCH /v1/deals/{id}`

use axum::extract::State;
use deal_domain::DealId;
use deal_domain::deal::CommentsPatch;
use http_kit::{Access, Changing, ETag, Note, Patch, PathId, Problem, Reply, Route, Routes, request_body};

use super::deals::shown;
use super::{Api, changing, errors};
use crate::commands::amend_comments;
use crate::deal_view::DealView;

request_body! {
    /// What to change about a deal's notes; `null` removes one.
    pub struct AmendComments {
        /// On the sale.
        pub sale_comments: Patch<Note<2_000>>,
        /// On the purchase.
        pub purchase_comments: Patch<Note<2_000>>,
        /// In the end; never sent to anyone.
        pub final_comments: Patch<Note<2_000>>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::patch("/v1/deals/{id}")
            .access(Access::Requires("deal:amend"))
            .summary("Change a deal's comments")
            .answers::<DealView>(200, "They were changed.")
            .handler(amend),
    )
}

async fn amend(
    State(api): State<Api>,
    PathId(id): PathId<DealId>,
    request: Changing<AmendComments>,
) -> Result<Reply, Problem> {
    let patch = CommentsPatch {
        sale: change(request.body.sale_comments),
        purchase: change(request.body.purchase_comments),
        last: change(request.body.final_comments),
    };
    let asked = changing(&request.caller, Some(request.if_match.expected()));
    let outcome = amend_comments(&api.deals_of(&request.caller), &asked, id, patch)
        .await
        .map_err(|e| errors::deal(&e))?;
    let view = shown(id, &outcome.stream)?;
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}

fn change(patch: Patch<Note<2_000>>) -> Option<Option<String>> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => Some(None),
        Patch::Set(note) => Some(Some(note.into_string())),
    }
}
