//! `GET /v1/deals`, `GET /v1/deals/summary`

use axum::extract::State;
use deal_domain::ProductId;
use event_store::Position;
use http_kit::{
    Access, Caller, CursorToken, IfNoneMatch, Limit, Problem, QueryParams, Reply, Route, Routes, Text, Words,
    request_body, request_enum,
};
use kernel::{BusinessDate, Inr, Kg};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::registration::DeliveryTerms;
use super::{Api, COSTS, errors};
use crate::deal_view::DealView;
use crate::queries::{DealFilter, DealOrder, GroupBy, SummaryRow, deals, summary, total};

request_enum! {
    /// Where a deal stands.
    pub enum StatusName {
        /// Waits for stock to answer.
        Pending => "pending",
        /// Covered; its material is sold.
        Confirmed => "confirmed",
        /// Could not be covered.
        Rejected => "rejected",
        /// Called off.
        Cancelled => "cancelled",
    }
}

request_enum! {
    /// In which order.
    pub enum Sort {
        /// By day, the last one first.
        NewestFirst => "-date",
        /// By day, the first one first.
        OldestFirst => "date",
    }
}

request_enum! {
    /// What to answer besides.
    pub enum Include {
        /// How many deals pass the filters, on this page and all others.
        Total => "total",
    }
}

request_enum! {
    /// By what to add up.
    pub enum GroupName {
        /// Month of the day of the deal.
        Month => "month",
        /// Customer.
        Customer => "customer",
        /// Product code.
        Product => "product",
        /// Supplier; a deal from several suppliers counts for each, with its share.
        Supplier => "supplier",
        /// All together.
        None => "none",
    }
}

/// Declares a query with the filters of deals and further parameters.
macro_rules! filtered {
    ($(#[doc = $doc:expr])* $name:ident { $($(#[doc = $more_doc:expr])* $more:ident: $type:ty,)* }) => {
        request_body! {
            $(#[doc = $doc])*
            pub struct $name {
                /// First day, included.
                pub from: Option<BusinessDate>,
                /// Last day, included.
                pub to: Option<BusinessDate>,
                /// Only of this customer; case, accents, dashes and spacing do not matter.
                pub customer: Option<Text<1, 100>>,
                /// Only with material of this supplier, compared likewise.
                pub supplier: Option<Text<1, 100>>,
                /// Only of this product.
                pub product_id: Option<ProductId>,
                /// Only in this status.
                pub status: Option<StatusName>,
                /// Only from this warehouse, compared likewise.
                pub warehouse: Option<Text<1, 100>>,
                /// Only delivered, or only picked up.
                pub delivery_terms: Option<DeliveryTerms>,
                /// At least so much sold.
                pub min_quantity_kg: Option<Kg>,
                /// At most so much sold.
                pub max_quantity_kg: Option<Kg>,
                /// At least so much to pay.
                pub min_revenue_inr: Option<Inr>,
                /// At most so much to pay.
                pub max_revenue_inr: Option<Inr>,
                /// At least this margin; leaves out deals that have none.
                pub min_margin_inr: Option<Inr>,
                /// At most this margin; leaves out deals that have none.
                pub max_margin_inr: Option<Inr>,
                /// Words that all occur in customer, product code, suppliers, warehouse, comments or reference; eight at most.
                pub q: Option<Words<100, 8>>,
                $($(#[doc = $more_doc])* pub $more: $type,)*
            }
        }

        impl $name {
            fn filter(&self) -> DealFilter {
                let text = |text: &Option<Text<1, 100>>| text.as_ref().map(|text| text.as_str().to_owned());
                DealFilter {
                    from: self.from,
                    to: self.to,
                    customer: text(&self.customer),
                    supplier: text(&self.supplier),
                    product: self.product_id,
                    status: self.status.map(StatusName::as_str),
                    warehouse: text(&self.warehouse),
                    delivery_terms: self.delivery_terms.map(Into::into),
                    quantity: (self.min_quantity_kg, self.max_quantity_kg),
                    revenue: (self.min_revenue_inr, self.max_revenue_inr),
                    margin: (self.min_margin_inr, self.max_margin_inr),
                    q: self.q.as_ref().map(|words| words.as_str().to_owned()),
                }
            }
        }
    };
}

filtered! {
    /// Which deals to list.
    DealQuery {
        /// In which order; newest first when absent.
        sort: Option<Sort>,
        /// What to answer besides; the total takes as many reads as a summary.
        include: Option<Include>,
        /// How many.
        limit: Limit,
        /// Where to go on.
        cursor: Option<CursorToken>,
    }
}

filtered! {
    /// Which deals to add up: confirmed ones unless a status is named.
    SummaryQuery {
        /// By what; all together when absent.
        group_by: Option<GroupName>,
    }
}

/// A page of deals.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealPage<T> {
    /// The deals.
    data: Vec<T>,
    /// Continues the list; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// How many deals pass the filters, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

/// The sums of all groups, in order of their keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// One row a group.
    data: Vec<SummaryRow>,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/deals")
                .access(Access::Requires("deal:read"))
                .summary("List deals by day")
                .description(
                    "A page ends at its limit or at 64 KB. Where filters leave out most deals it may be short, even empty, and \
                     still have a next one. Without `cost:read` deals cannot be picked by revenue or margin.",
                )
                .answers::<DealPage<DealView>>(200, "A page of deals.")
                .handler(list),
        )
        .add(
            Route::get("/v1/deals/summary")
                .access(Access::RequiresBoth(["deal:read", "cost:read"]))
                .summary("Add up deals")
                .description("Exact: amounts are summed before they are rounded to the paisa.")
                .answers::<Summary>(200, "The sums of each group.")
                .handler(sums),
        )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<DealQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let cursor = query.params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let filter = query.params.filter();
    let order = match query.params.sort {
        None | Some(Sort::NewestFirst) => DealOrder::NewestFirst,
        Some(Sort::OldestFirst) => DealOrder::OldestFirst,
    };
    if filter.tells_costs() {
        COSTS.require(&caller.principal)?;
    }
    let of_firm = api.deals_of(&caller);
    let found = deals(&of_firm, &filter, order, usize::from(query.params.limit.get()), after)
        .await
        .map_err(|e| errors::unlisted(&e))?;
    let total = match query.params.include {
        Some(Include::Total) => Some(total(&of_firm, &filter).await.map_err(|e| errors::unlisted(&e))?),
        None => None,
    };
    let rows = found.rows.into_iter().map(|row| COSTS.show_rendered(&caller.principal, row.body));
    let data: Vec<Box<RawValue>> = rows.collect::<Result<_, _>>()?;
    let next_cursor = found.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&DealPage { data, next_cursor, total })?.etag_of_content().unless_known(&known))
}

async fn sums(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<SummaryQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let mut filter = query.params.filter();
    filter.status = filter.status.or(Some(StatusName::Confirmed.as_str()));
    let by = match query.params.group_by {
        Some(GroupName::Month) => GroupBy::Month,
        Some(GroupName::Customer) => GroupBy::Customer,
        Some(GroupName::Product) => GroupBy::Product,
        Some(GroupName::Supplier) => GroupBy::Supplier,
        Some(GroupName::None) | None => GroupBy::None,
    };
    let data = summary(&api.deals_of(&caller), &filter, by).await.map_err(|e| errors::unlisted(&e))?;
    Ok(Reply::ok(&Summary { data })?.etag_of_content().unless_known(&known))
}
