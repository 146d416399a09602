//! `GET /v1/lots`

use axum::extract::State;
use http_kit::{
    Access, Caller, CursorToken, IfNoneMatch, Limit, Problem, QueryParams, Reply, Route, Routes, Text,
    request_body, request_enum,
};
use inventory_domain::ProductId;
use kernel::{BusinessDate, RatePerKg};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Api, COSTS, errors, start};
use crate::lot_view::LotView;
use crate::queries::{LotFilter, LotOrder, lot_count, lots};

request_enum! {
    /// In which order.
    pub enum LotSort {
        /// By day of receipt, the last one first.
        NewestFirst => "-receivedOn",
        /// By day of receipt, the first one first.
        OldestFirst => "receivedOn",
    }
}

request_enum! {
    /// What to answer besides.
    pub enum Include {
        /// How many lots pass the filters, on this page and all others.
        Total => "total",
    }
}

request_body! {
    /// Which lots to list.
    pub struct LotQuery {
        /// Only of this product.
        pub product_id: Option<ProductId>,
        /// Only in this warehouse; case, accents, dashes and spacing do not matter.
        pub warehouse: Option<Text<1, 100>>,
        /// Only from this supplier, compared likewise.
        pub supplier: Option<Text<1, 100>>,
        /// `true`: only lots with something available.
        pub available: bool = false,
        /// First day of receipt, included.
        pub received_from: Option<BusinessDate>,
        /// Last day of receipt, included.
        pub received_to: Option<BusinessDate>,
        /// At least so many days old today, by the calendar of Asia/Kolkata.
        pub min_age_days: Option<u16>,
        /// At most so many days old today.
        pub max_age_days: Option<u16>,
        /// At least this rate; needs `cost:read`.
        pub min_rate_per_kg: Option<RatePerKg>,
        /// At most this rate; needs `cost:read`.
        pub max_rate_per_kg: Option<RatePerKg>,
        /// Words that all occur in product code, supplier or warehouse.
        pub q: Option<Text<1, 100>>,
        /// In which order; newest first when absent.
        pub sort: Option<LotSort>,
        /// What to answer besides; the total takes one read for each thousand lots or so.
        pub include: Option<Include>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

impl LotQuery {
    fn filter(&self) -> LotFilter {
        let text = |text: &Option<Text<1, 100>>| text.as_ref().map(|text| text.as_str().to_owned());
        LotFilter {
            product: self.product_id,
            warehouse: text(&self.warehouse),
            supplier: text(&self.supplier),
            available: self.available,
            received: (self.received_from, self.received_to),
            age_days: (self.min_age_days, self.max_age_days),
            rate: (self.min_rate_per_kg, self.max_rate_per_kg),
            q: text(&self.q),
        }
    }
}

/// A page of lots.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotPage<T> {
    /// The lots.
    data: Vec<T>,
    /// Continues the list; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// How many lots pass the filters, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// `true` when counting stopped before the end, after some 60,000 lots: there are at least so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_is_at_least: Option<bool>,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::get("/v1/lots")
            .access(Access::Requires("lot:read"))
            .summary("List lots by day of receipt")
            .description(
                "A page ends at its limit or at 64 KB. Where filters leave out most lots it may be short, even empty, and \
                 still have a next one. Without `cost:read` lots are shown without rate and value, and cannot be picked by \
                 rate.",
            )
            .answers::<LotPage<LotView>>(200, "A page of lots.")
            .handler(list),
    )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<LotQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let after = start(&api, &query.scope, query.params.cursor.as_ref())?;
    let filter = query.params.filter();
    if filter.rate != (None, None) {
        COSTS.require(&caller.principal)?;
    }
    let order = match query.params.sort {
        None | Some(LotSort::NewestFirst) => LotOrder::NewestFirst,
        Some(LotSort::OldestFirst) => LotOrder::OldestFirst,
    };
    let of_firm = api.inventory_of(&caller);
    let found = lots(&of_firm, &filter, order, usize::from(query.params.limit.get()), after)
        .await
        .map_err(|e| errors::unlisted(&e))?;
    let count = match query.params.include {
        Some(Include::Total) => Some(lot_count(&of_firm, &filter).await.map_err(|e| errors::unlisted(&e))?),
        None => None,
    };
    let shown = found.rows.into_iter().map(|row| COSTS.show_rendered(&caller.principal, row.body));
    let page = LotPage {
        data: shown.collect::<Result<Vec<_>, _>>()?,
        next_cursor: found.next.and_then(|position| api.cursors.seal(&query.scope, &position)),
        total: count.map(|count| count.lots),
        total_is_at_least: count.and_then(|count| (!count.complete).then_some(true)),
    };
    Ok(Reply::ok(&page)?.etag_of_content().unless_known(&known))
}
