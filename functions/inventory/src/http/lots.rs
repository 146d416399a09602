//! `POST /v1/lots`, `/v1/lots/{id}`

use axum::extract::State;
use directory::Reference;
use http_kit::{
    Access, Caller, Creating, CursorToken, ETag, Faults, FromJson, IfNoneMatch, Limit, Node, Page, PathId,
    Problem, QueryParams, Reply, Route, Routes, Text, request_body,
};
use inventory_domain::{LotId, PartyId, ProductId};
use kernel::{BusinessDate, Kg, Name, PositiveKg, PositiveRate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Api, COSTS, creating, errors};
use crate::commands::{Delivery, Missing, adjust_lot, receive_lot};
use crate::lot_view::LotView;
use crate::queries::{MovementView, lot, lot_movements};

/// What entering a party needs, here as in the customer context.
const ENTER_PARTIES: &str = "party:write";

request_body! {
    /// What becomes of a supplier that nobody has entered yet.
    pub struct Receiving {
        /// `true`: enter a supplier that is named and not known; needs `party:write` too.
        pub create_missing: bool = false,
    }
}

request_body! {
    /// Material coming into stock. The supplier is named by `supplier` or by `supplierId`.
    pub struct ReceiveLot {
        /// Of which product.
        pub product_id: ProductId,
        /// Who sold it to the firm, by any name, alias or former name; case, accents and dashes make no difference.
        pub supplier: Option<Name>,
        /// Who sold it to the firm, by identity.
        pub supplier_id: Option<PartyId>,
        /// Where it lies.
        pub warehouse: Option<Text<1, 100>>,
        /// How much.
        pub quantity_kg: PositiveKg,
        /// What the firm paid.
        pub rate_per_kg: PositiveRate,
        /// When the firm got it.
        pub received_on: BusinessDate,
    }
}

/// A receipt whose supplier is named in one way.
#[derive(Debug, Clone)]
pub struct NamedReceipt(Delivery);

impl FromJson for NamedReceipt {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let body = ReceiveLot::from_json(node, faults);
        let body = node.exactly_one("supplier", "supplierId", faults).and(body)?;
        Some(Self(Delivery {
            product: body.product_id,
            supplier: Reference::one_of(body.supplier_id, body.supplier)?,
            warehouse: body.warehouse.map(Text::into_string),
            quantity: body.quantity_kg.get(),
            rate: body.rate_per_kg.get(),
            received_on: body.received_on,
        }))
    }
}

impl JsonSchema for NamedReceipt {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        ReceiveLot::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        ReceiveLot::json_schema(generator)
    }
}

request_body! {
    /// A correction of what is available in a lot.
    pub struct AdjustLot {
        /// More, or less with a minus.
        pub quantity_kg: Kg,
        /// Why.
        pub reason: Text<1, 500>,
    }
}

request_body! {
    /// Which page of a lot's movements.
    pub struct MovementPage {
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

/// Where a page of movements ended.
#[derive(Serialize, Deserialize)]
struct After {
    movements: usize,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::post("/v1/lots")
                .access(Access::Requires("lot:write"))
                .summary("Receive material as a new lot")
                .description(
                    "A supplier that nobody has entered is refused with those whose names are nearest, or entered with \
                     `createMissing=true` (needs `party:write` too).",
                )
                .answers::<LotView>(201, "The new lot.")
                .handler(receive),
        )
        .add(
            Route::get("/v1/lots/{id}")
                .access(Access::Requires("lot:read"))
                .summary("Read a lot")
                .answers::<LotView>(200, "The lot.")
                .handler(read),
        )
        .add(
            Route::get("/v1/lots/{id}/movements")
                .access(Access::Requires("lot:read"))
                .summary("Read what happened to a lot, oldest first")
                .answers::<Page<MovementView>>(200, "A page of movements.")
                .handler(movements),
        )
        .add(
            Route::post("/v1/lots/{id}/adjustments")
                .access(Access::Requires("lot:write"))
                .summary("Correct what is available in a lot")
                .answers::<LotView>(201, "The lot after the correction.")
                .handler(adjust),
        )
}

async fn receive(
    State(api): State<Api>,
    request: Creating<NamedReceipt, Receiving>,
) -> Result<Reply, Problem> {
    let asked = creating(&request);
    let missing = if request.query.create_missing { Missing::Create } else { Missing::Refuse };
    if missing == Missing::Create && !request.caller.principal.may(ENTER_PARTIES) {
        return Err(Problem::forbidden(ENTER_PARTIES));
    }
    let NamedReceipt(delivery) = request.body;
    let product_id = delivery.product;
    let (number, outcome) = receive_lot(&api.inventory_of(&request.caller), &asked, delivery, missing)
        .await
        .map_err(|e| errors::receipt(&e))?;
    let id = LotId::new(product_id, number);
    let lot = shown(&api, &request.caller, id).await?;
    Ok(Reply::created(&format!("/v1/lots/{id}"), &lot.shown)?
        .etag(&ETag::version(lot.version))
        .replayed(outcome.replayed))
}

async fn read(
    State(api): State<Api>,
    PathId(id): PathId<LotId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let lot = shown(&api, &caller, id).await?;
    Ok(Reply::ok(&lot.shown)?.etag(&ETag::version(lot.version)).unless_known(&known))
}

async fn movements(
    State(api): State<Api>,
    PathId(id): PathId<LotId>,
    caller: Caller,
    query: QueryParams<MovementPage>,
) -> Result<Reply, Problem> {
    let cursor = query.params.cursor.as_ref();
    let after: Option<After> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let found = lot_movements(&api.inventory_of(&caller), id).await.map_err(|e| errors::unreadable(&e))?;
    let found = found.ok_or_else(|| Problem::not_found("lot"))?;
    let (skipped, limit) = (after.map_or(0, |after| after.movements), usize::from(query.params.limit.get()));
    let end = skipped.saturating_add(limit);
    let next_cursor =
        (end < found.len()).then(|| api.cursors.seal(&query.scope, &After { movements: end })).flatten();
    let data: Vec<MovementView> = found.into_iter().skip(skipped).take(limit).collect();
    Reply::ok(&Page { data, next_cursor })
}

async fn adjust(
    State(api): State<Api>,
    PathId(id): PathId<LotId>,
    request: Creating<AdjustLot>,
) -> Result<Reply, Problem> {
    let asked = creating(&request);
    let AdjustLot { quantity_kg, reason } = request.body;
    let outcome =
        adjust_lot(&api.inventory_of(&request.caller), &asked, id, quantity_kg, reason.into_string()).await;
    let outcome = outcome.map_err(|e| errors::stock(&e))?;
    let lot = shown(&api, &request.caller, id).await?;
    let location = format!("/v1/lots/{id}/movements");
    Ok(Reply::created(&location, &lot.shown)?.etag(&ETag::version(lot.version)).replayed(outcome.replayed))
}

async fn shown(api: &Api, caller: &Caller, id: LotId) -> Result<ShownLot, Problem> {
    let found = lot(&api.inventory_of(caller), id).await.map_err(|e| errors::unreadable(&e))?;
    let view = found.ok_or_else(|| Problem::not_found("lot"))?;
    let version = view.version;
    let shown = COSTS.show(&caller.principal, &view)?;
    Ok(ShownLot { shown, version })
}

/// A lot as this caller may see it.
struct ShownLot {
    shown: Box<RawValue>,
    version: u64,
}
