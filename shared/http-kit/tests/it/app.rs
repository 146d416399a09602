//! A small API with one route of every kind.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use http_kit::{
    Access, Changing, Creating, CursorKey, CursorToken, ETag, Edge, Faults, FromJson, IfNoneMatch, Input,
    Items, Limit, Node, Note, Page, Patch, PathId, Prefer, Problem, ProblemKind, QueryParams, Reply,
    RequestInfo, Route, Routes, Secret, Text, ValidateOnly, request_body, request_enum,
};
use kernel::{BusinessDate, Clock, IdSource, Kg, PositiveKg, PositiveRate, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

kernel::typed_id!(
    /// Identifies an order.
    OrderId, "order"
);
kernel::typed_id!(
    /// Identifies a bin.
    BinId, "bin"
);

request_enum! {
    /// How it is handed over.
    pub enum Terms {
        /// We bring it.
        Delivered => "delivered",
        /// It is fetched.
        Pickup => "pickup",
    }
}

/// Where material comes from: a bin, or a purchase made for the order.
#[derive(Debug, Clone)]
pub enum Source {
    /// From a bin.
    Bin { bin_id: BinId, quantity: PositiveKg },
    /// Bought for it.
    Purchase { quantity: PositiveKg, rate: PositiveRate },
}

impl FromJson for Source {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut reader = node.object(faults)?;
        if reader.has("purchase") {
            let purchase = reader.nested("purchase", |purchase| {
                let (quantity, rate) = (purchase.required("quantityKg"), purchase.required("ratePerKg"));
                purchase.finish()?;
                Some(Self::Purchase { quantity: quantity?, rate: rate? })
            });
            reader.finish()?;
            return purchase;
        }
        let (bin_id, quantity) = (reader.required("binId"), reader.required("quantityKg"));
        reader.finish()?;
        Some(Self::Bin { bin_id: bin_id?, quantity: quantity? })
    }
}

impl JsonSchema for Source {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Source".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (bin, kg) = (generator.subschema_for::<BinId>(), generator.subschema_for::<PositiveKg>());
        let rate = generator.subschema_for::<PositiveRate>();
        json_schema!({ "oneOf": [
            {
                "type": "object", "additionalProperties": false, "required": ["binId", "quantityKg"],
                "properties": { "binId": bin, "quantityKg": kg },
            },
            {
                "type": "object", "additionalProperties": false, "required": ["purchase"],
                "properties": { "purchase": {
                    "type": "object", "additionalProperties": false, "required": ["quantityKg", "ratePerKg"],
                    "properties": { "quantityKg": kg, "ratePerKg": rate },
                } },
            },
        ] })
    }
}

request_body! {
    /// An order to be placed.
    pub struct PlaceOrder {
        /// The day it counts for.
        pub date: BusinessDate,
        /// Who wants it.
        pub customer: Text<1, 20>,
        /// How much.
        pub quantity_kg: PositiveKg,
        /// For how much.
        pub rate_per_kg: PositiveRate,
        /// How it is handed over.
        pub delivery_terms: Terms,
        /// Where it comes from.
        pub sources: Items<Source, 1, 3>,
        /// Remarks.
        pub remarks: Option<Note<50>>,
        /// Whether it cannot wait.
        pub urgent: bool = false,
    }
}

request_body! {
    /// What to change about an order.
    pub struct ChangeOrder {
        /// Remarks; `null` removes them.
        pub remarks: Patch<Note<50>>,
    }
}

request_body! {
    /// Which orders to list.
    pub struct OrderFilter {
        /// Placed on or after this day.
        pub from: Option<BusinessDate>,
        /// Of this customer.
        pub customer: Option<Text<1, 20>>,
        /// From this bin.
        pub bin_id: Option<BinId>,
        /// Only urgent ones.
        pub urgent: Option<bool>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

request_body! {
    /// Who signs in.
    pub struct SignIn {
        /// The address.
        pub email: Text<3, 254>,
        /// The password.
        pub password: Secret<1, 100>,
    }
}

/// An order.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    id: OrderId,
    quantity_kg: Kg,
    remarks: Option<String>,
}

/// What the handlers need.
#[derive(Clone)]
pub struct App {
    cursors: CursorKey,
}

/// The version every order is at.
pub const CURRENT: u64 = 7;

async fn list(
    State(app): State<App>,
    query: QueryParams<OrderFilter>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let start: u64 = match &query.params.cursor {
        Some(cursor) => app.cursors.open(&query.scope, cursor)?,
        None => 0,
    };
    let next = start + u64::from(query.params.limit.get());
    let data = (start..next).map(|n| format!("order number {n}")).collect();
    let page = Page { data, next_cursor: app.cursors.seal(&query.scope, &next) };
    Ok(Reply::ok(&page)?.etag_of_content().unless_known(&known))
}

async fn show(PathId(id): PathId<OrderId>, known: IfNoneMatch) -> Result<Reply, Problem> {
    let view = OrderView { id, quantity_kg: Kg::ZERO, remarks: None };
    Ok(Reply::ok(&view)?.etag(&ETag::version(CURRENT)).unless_known(&known))
}

async fn place(prefer: Prefer, request: Creating<PlaceOrder, ValidateOnly>) -> Result<Reply, Problem> {
    let id = OrderId::new(request.derived_id());
    if request.query.validate_only {
        return Ok(Reply::no_content());
    }
    let remarks = Some(request.fingerprint.clone());
    let view = OrderView { id, quantity_kg: request.body.quantity_kg.get(), remarks };
    Ok(Reply::accepted(&format!("/v1/orders/{id}"), &view)?.preference_applied(&prefer))
}

async fn change(PathId(id): PathId<OrderId>, request: Changing<ChangeOrder>) -> Result<Reply, Problem> {
    request.if_match.require(CURRENT)?;
    let remarks = request.body.remarks.apply(None).map(Note::into_string);
    Reply::ok(&OrderView { id, quantity_kg: Kg::ZERO, remarks }).map(|r| r.etag(&ETag::version(CURRENT + 1)))
}

async fn sign_in(info: RequestInfo, Input(body): Input<SignIn>) -> Result<Reply, Problem> {
    Reply::ok(&serde_json::json!({ "email": body.email.as_str(), "at": info.now }))
}

async fn fail() -> Result<Reply, Problem> {
    Err(Problem::internal(&std::io::Error::other("secret table name")))
}

async fn lose() -> Result<Reply, Problem> {
    Err(Problem::unavailable(&std::io::Error::other("secret host name")))
}

async fn later() -> Problem {
    Problem::not_implemented("Later comes later.")
}

#[expect(clippy::panic, reason = "what is tested is that a panic stays inside")]
async fn crash() -> Result<Reply, Problem> {
    panic!("secret invariant")
}

/// The table.
pub fn routes() -> Routes<App> {
    Routes::new("order", "Orders")
        .description("Orders, for the tests of the edge.")
        .add(
            Route::get("/v1/orders")
                .access(Access::Requires("order:read"))
                .summary("List orders")
                .answers::<Page<String>>(200, "A page of orders.")
                .handler(list),
        )
        .add(
            Route::post("/v1/orders")
                .access(Access::Requires("order:write"))
                .summary("Place an order")
                .description("Accepted at once, decided later.")
                .operation_id("placeOrder")
                .answers::<OrderView>(202, "It was accepted.")
                .answers_empty(204, "It would be accepted.")
                .refuses(ProblemKind::KeyReused, "The key belongs to another order.")
                .example(serde_json::from_slice(GOOD_ORDER).unwrap())
                .handler(place),
        )
        .add(
            Route::get("/v1/orders/{id}")
                .access(Access::SignedIn)
                .summary("Show an order")
                .answers::<OrderView>(200, "The order.")
                .handler(show),
        )
        .add(
            Route::patch("/v1/orders/{id}")
                .access(Access::Requires("order:write"))
                .summary("Change an order")
                .answers::<OrderView>(200, "It was changed.")
                .handler(change),
        )
        .add(Route::post("/v1/sign-in").access(Access::Public).summary("Sign in").handler(sign_in))
        .add(Route::get("/v1/fail").access(Access::Public).summary("Fail").handler(fail))
        .add(Route::get("/v1/lose").access(Access::Public).summary("Lose a dependency").handler(lose))
        .add(Route::get("/v1/crash").access(Access::Public).summary("Crash").handler(crash))
        .add(Route::put("/v1/later/{*rest}").access(Access::Public).undocumented().handler(later))
}

/// An order that is accepted.
pub const GOOD_ORDER: &[u8] = br#"{
  "date": "2026-11-22", "customer": " Rama & Sons <b> ", "quantityKg": "30000.000", "ratePerKg": 123.75,
  "deliveryTerms": "pickup", "remarks": null,
  "sources": [
    { "binId": "bin_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f", "quantityKg": "27000" },
    { "purchase": { "quantityKg": 3000, "ratePerKg": "90" } }
  ]
}"#;

/// Ten milliseconds pass between two looks.
struct TickingClock(std::sync::atomic::AtomicI64);

impl Clock for TickingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.fetch_add(10, std::sync::atomic::Ordering::Relaxed))
    }
}

/// 1, 2, 3, …
struct CountingIds(std::sync::atomic::AtomicU64);

impl IdSource for CountingIds {
    fn uuid(&self) -> uuid::Uuid {
        uuid::Uuid::from_u128(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed).into())
    }
}

/// The service, as fresh as after a start.
pub fn router() -> Router {
    testkit::logs::listen();
    let clock = TickingClock(1_750_000_000_000.into());
    router_behind(Edge::new(Arc::new(clock), Arc::new(CountingIds(1.into()))))
}

/// The service behind an edge of one's own.
pub fn router_behind(edge: Edge) -> Router {
    let cursors = CursorKey::try_new(b"a secret of at least thirty-two bytes").unwrap();
    routes().into_router(App { cursors }, edge)
}
