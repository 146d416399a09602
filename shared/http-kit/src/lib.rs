//! The HTTP edge every function shares: strict request bodies, problems, access, versions, cursors, OpenAPI.
//!
//! A function declares its bodies with [`request_body!`], its routes in a [`Routes`] table, and writes handlers that
//! parse, call one command or query, and map the outcome. Everything else is done here, once.
//!
//! ```
//! use axum::extract::State;
//! use http_kit::{
//!     Access, Changing, Creating, CursorKey, CursorToken, ETag, Edge, IfNoneMatch, Limit, Note, Page, Patch, PathId,
//!     Problem, QueryParams, Reply, Route, Routes, Text, request_body,
//! };
//! use kernel::{Kg, PositiveKg};
//! use schemars::JsonSchema;
//! use serde::Serialize;
//!
//! kernel::typed_id!(/** Identifies a thing. */ ThingId, "thing");
//!
//! request_body! {
//!     /// A thing to be made.
//!     pub struct MakeThing {
//!         /// What to call it.
//!         pub display_name: Text<1, 100>,
//!         /// How heavy it is.
//!         pub weight_kg: PositiveKg,
//!     }
//! }
//!
//! request_body! {
//!     /// What to change about a thing.
//!     pub struct ChangeThing {
//!         /// Remarks; `null` removes them.
//!         pub remarks: Patch<Note<2_000>>,
//!     }
//! }
//!
//! request_body! {
//!     /// Which things to list.
//!     pub struct ThingFilter {
//!         /// Only things of this name.
//!         pub display_name: Option<Text<1, 100>>,
//!         /// How many.
//!         pub limit: Limit,
//!         /// Where to go on.
//!         pub cursor: Option<CursorToken>,
//!     }
//! }
//!
//! /// A thing.
//! #[derive(Serialize, JsonSchema)]
//! #[serde(rename_all = "camelCase")]
//! struct ThingView {
//!     id: ThingId,
//!     weight_kg: Kg,
//! }
//!
//! #[derive(Clone)]
//! struct App {
//!     cursors: CursorKey,
//! }
//!
//! async fn list(
//!     State(app): State<App>,
//!     query: QueryParams<ThingFilter>,
//!     known: IfNoneMatch,
//! ) -> Result<Reply, Problem> {
//!     let start: Option<u32> =
//!         query.params.cursor.as_ref().map(|cursor| app.cursors.open(&query.scope, cursor)).transpose()?;
//!     // … ask the store for `query.params.limit` entries from `start` …
//!     let next_cursor = app.cursors.seal(&query.scope, &(start.unwrap_or(0) + 1));
//!     let page: Page<ThingView> = Page { data: vec![], next_cursor };
//!     Ok(Reply::ok(&page)?.etag_of_content().unless_known(&known))
//! }
//!
//! async fn make(request: Creating<MakeThing>) -> Result<Reply, Problem> {
//!     let id = ThingId::new(request.derived_id());
//!     // … run the command with request.caller.provenance() and request.fingerprint …
//!     let view = ThingView { id, weight_kg: request.body.weight_kg.get() };
//!     Ok(Reply::created(&format!("/v1/things/{id}"), &view)?.etag(&ETag::version(1)))
//! }
//!
//! async fn change(PathId(id): PathId<ThingId>, request: Changing<ChangeThing>) -> Result<Reply, Problem> {
//!     let current = 7; // … load the thing …
//!     request.if_match.require(current)?;
//!     Ok(Reply::ok(&ThingView { id, weight_kg: Kg::ZERO })?.etag(&ETag::version(current + 1)))
//! }
//!
//! fn routes() -> Routes<App> {
//!     Routes::new("thing", "Things")
//!         .add(
//!             Route::get("/v1/things")
//!                 .access(Access::Requires("thing:read"))
//!                 .summary("List things")
//!                 .answers::<Page<ThingView>>(200, "A page of things.")
//!                 .handler(list),
//!         )
//!         .add(
//!             Route::post("/v1/things")
//!                 .access(Access::Requires("thing:write"))
//!                 .summary("Make a thing")
//!                 .answers::<ThingView>(201, "It was made.")
//!                 .handler(make),
//!         )
//!         .add(
//!             Route::patch("/v1/things/{id}")
//!                 .access(Access::Requires("thing:write"))
//!                 .summary("Change a thing")
//!                 .answers::<ThingView>(200, "It was changed.")
//!                 .handler(change),
//!         )
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use http_kit::testing::TestRequest;
//! let cursors = CursorKey::try_new(&[7; 32]).unwrap();
//! let router = routes().into_router(App { cursors }, Edge::system());
//!
//! let body = serde_json::json!({ "displayNam": "A", "weightKg": "0" });
//! let refused = TestRequest::post("/v1/things").caller("user_1", &["thing:write"]).json(&body).send(&router).await;
//! assert_eq!(refused.status(), 400);
//! assert_eq!(refused.json()["errors"][2]["detail"], "must be more than zero");
//!
//! let body = serde_json::json!({ "displayName": "A", "weightKg": "0.5" });
//! let made = TestRequest::post("/v1/things").caller("user_1", &["thing:write"]).key("k-1").json(&body).send(&router).await;
//! assert_eq!((made.status(), made.header("etag")), (201, "\"1\""));
//! # }
//! ```
//!
//! Deliberately absent: business words, I/O, sessions, CORS and TLS (API Gateway's).

pub mod body;
pub mod conditional;
pub mod cursor;
pub mod edge;
pub mod extract;
pub mod faults;
pub mod idempotency;
pub mod json;
pub mod limits;
pub mod mask;
pub mod prefer;
pub mod principal;
pub mod problem;
pub mod reply;
pub mod routes;
pub mod testing;

pub use body::{FromJson, Items, Node, Note, Parsed, Patch, Reader, Secret, Text, Words};
pub use conditional::{ETag, IfMatch, IfNoneMatch};
pub use cursor::{CursorKey, CursorScope, CursorToken};
pub use edge::{Edge, RequestInfo};
pub use extract::{
    Caller, Changing, Creating, Input, Limit, NoQuery, PathId, QueryParams, RawBody, ValidateOnly,
};
pub use faults::{At, Faults, FieldError};
pub use idempotency::{IdempotencyKey, derived_id, fingerprint};
pub use mask::Mask;
pub use prefer::{Deadline, Prefer};
pub use principal::{Access, AuthorizerContext, Identity, Principal};
pub use problem::{Problem, ProblemKind};
pub use reply::{Page, Reply};
pub use routes::{Endpoint, Route, RouteInfo, Routes};

/// What the macros expand to.
#[doc(hidden)]
pub mod __private {
    pub use schemars;

    pub use crate::body::{request, request_enum};
}
