//! `POST /v1/lots`, `/v1/lots/{id}`

use axum::extract::State;
use http_kit::{
    Access, Caller, Creating, CursorToken, ETag, IfNoneMatch, Limit, Page, PathId, Problem, QueryParams,
    Reply, Route, Routes, Text, request_body,
};
use inventory_domain::stock::Receipt;
use inventory_domain::{LotId, ProductId};
use kernel::{BusinessDate, Kg, PositiveKg, PositiveRate};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Api, COSTS, creating, errors};
use crate::commands::{adjust_lot, receive_lot};
use crate::lot_view::LotView;
use crate::queries::{MovementView, lot, lot_movements};

request_body! {
    /// Material coming into stock.
    pub struct ReceiveLot {
        /// Of which product.
        pub product_id: ProductId,
        /// Who sold it to the firm.
        pub supplier: Text<1, 100>,
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

async fn receive(State(api): State<Api>, request: Creating<ReceiveLot>) -> Result<Reply, Problem> {
    let asked = creating(&request);
    let ReceiveLot { product_id, supplier, warehouse, quantity_kg, rate_per_kg, received_on } = request.body;
    let receipt = Receipt {
        supplier: supplier.into_string(),
        warehouse: warehouse.map(Text::into_string),
        quantity: quantity_kg.get(),
        rate: rate_per_kg.get(),
        received_on,
    };
    let (number, outcome) = receive_lot(&api.inventory_of(&request.caller), &asked, product_id, receipt)
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
    let shown = view.render(caller.principal.may(COSTS)).map_err(|error| Problem::internal(&error))?;
    Ok(ShownLot { shown, version })
}

/// A lot as this caller may see it.
struct ShownLot {
    shown: Box<RawValue>,
    version: u64,
}
