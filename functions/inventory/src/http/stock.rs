//! `/v1/stock`

use std::borrow::Cow;

use axum::extract::State;
use http_kit::{
    Access, Caller, CursorToken, Faults, FromJson, IfNoneMatch, Limit, Node, Page, Problem, QueryParams,
    Reply, Route, Routes, Text, request_body, request_enum,
};
use kernel::BusinessDate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{Api, COSTS, SEES_COSTS, errors, page, start};
use crate::queries::{
    AgeBucket, StockFilter, StockList, ValuationBy, ValuationRow, ageing, stock_list, valuation,
};
use crate::stock_view::StockView;

request_enum! {
    /// By what to add up.
    pub enum ValuationGroup {
        /// All together.
        None => "none",
        /// Producer or brand.
        Company => "company",
        /// Application family.
        Grade => "grade",
        /// Product code.
        Product => "product",
    }
}

/// Declares a query with the filters of stock and further parameters.
macro_rules! filtered {
    ($(#[doc = $doc:expr])* $name:ident { $($(#[doc = $more_doc:expr])* $more:ident: $type:ty,)* }) => {
        request_body! {
            $(#[doc = $doc])*
            pub struct $name {
                /// Only of this producer or brand; case, accents, dashes and spacing do not matter.
                pub company: Option<Text<1, 100>>,
                /// Only of this application family, compared likewise.
                pub grade: Option<Text<1, 100>>,
                /// Words that all occur in code, grade, company or polymer family.
                pub q: Option<Text<1, 100>>,
                $($(#[doc = $more_doc])* pub $more: $type,)*
            }
        }

        impl $name {
            fn filter(&self) -> StockFilter {
                let text = |text: &Option<Text<1, 100>>| text.as_ref().map(|text| text.as_str().to_owned());
                StockFilter { company: text(&self.company), grade: text(&self.grade), q: text(&self.q) }
            }
        }
    };
}

filtered! {
    /// The stock of which products to list.
    StockQuery {
        /// How many.
        limit: Limit,
        /// Where to go on.
        cursor: Option<CursorToken>,
    }
}

filtered! {
    /// The stock of which products to value.
    ValuationQuery {
        /// By what; all together when absent.
        group_by: Option<ValuationGroup>,
    }
}

filtered! {
    /// The stock of which products to sort by age.
    AgeingQuery {
        /// Where one range of ages ends and the next begins, in days.
        buckets: Buckets,
    }
}

/// The ends of ranges of ages in days: one to twelve, ascending; 30, 60 and 90 when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets(Vec<u32>);

impl Buckets {
    const DEFAULT: [u32; 3] = [30, 60, 90];
    const MOST: usize = 12;
    /// A hundred years.
    const OLDEST_DAYS: u32 = 36_500;
}

impl FromJson for Buckets {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let parts: Vec<&str> = node.text(faults)?.split(',').collect();
        let before = faults.len();
        if parts.len() > Self::MOST {
            node.fault("too-many", format!("must have at most {} ends", Self::MOST), faults);
        }
        let read =
            |part: &&str| part.trim().parse().ok().filter(|days| (1..=Self::OLDEST_DAYS).contains(days));
        let ends: Vec<u32> = parts.iter().filter_map(read).collect();
        if ends.len() < parts.len() {
            let detail =
                format!("must be whole numbers of days from 1 to {}, with commas", Self::OLDEST_DAYS);
            node.fault("malformed", detail, faults);
        }
        if !ends.is_sorted_by(|one, next| one < next) {
            node.fault("not-ascending", "must ascend", faults);
        }
        (faults.len() == before).then_some(Self(ends))
    }

    fn absent() -> Option<Self> {
        Some(Self(Self::DEFAULT.to_vec()))
    }
}

impl JsonSchema for Buckets {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Buckets".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": r"^\d+(,\d+){0,11}$", "examples": ["30,60,90"], "default": "30,60,90"
        })
    }
}

/// What the stock is worth, in order of the groups' keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Valuation {
    /// One row a group.
    data: Vec<ValuationRow>,
}

/// What is available by age.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ageing {
    /// The day from which ages are counted: today in Asia/Kolkata.
    as_of: BusinessDate,
    /// One row a range of ages, the youngest first.
    data: Vec<AgeBucket>,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/stock")
                .access(Access::Requires("lot:read"))
                .summary("List what there is of each product, in order of codes")
                .answers::<Page<StockView>>(200, "A page of products with their stock, of 64 KB at most.")
                .handler(list),
        )
        .add(
            Route::get("/v1/stock/low")
                .access(Access::Requires("lot:read"))
                .summary("List products with less than their minimum, most urgent first")
                .description(
                    "First those that have the smallest part of their minimum, to the millionth; of equal parts those that \
                     lack most. Products that are no longer traded are left out.",
                )
                .answers::<Page<StockView>>(200, "A page of products with their shortage, of 64 KB at most.")
                .handler(low),
        )
        .add(
            Route::get("/v1/stock/valuation")
                .access(Access::Requires(SEES_COSTS))
                .summary("Add up what the stock is worth")
                .description(
                    "What is available, each lot at the rate paid for it. Exact: amounts are summed before they are rounded \
                     to the paisa. Products of which there is nothing are in no group.",
                )
                .answers::<Valuation>(200, "The sums of each group.")
                .handler(value),
        )
        .add(
            Route::get("/v1/stock/ageing")
                .access(Access::Requires("lot:read"))
                .summary("Add up what is available by age")
                .description("Exact: amounts are summed before they are rounded to the paisa.")
                .answers::<Ageing>(200, "The sums of each range of ages.")
                .handler(by_age),
        )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<StockQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    listed(&api, &caller, &query, &known, StockList::All).await
}

async fn low(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<StockQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    listed(&api, &caller, &query, &known, StockList::Low).await
}

async fn listed(
    api: &Api,
    caller: &Caller,
    query: &QueryParams<StockQuery>,
    known: &IfNoneMatch,
    list: StockList,
) -> Result<Reply, Problem> {
    let after = start(api, &query.scope, query.params.cursor.as_ref())?;
    let (filter, limit) = (query.params.filter(), usize::from(query.params.limit.get()));
    let with_values = COSTS.lifted_for(&caller.principal);
    let found = stock_list(&api.inventory_of(caller), list, &filter, with_values, limit, after).await;
    Ok(page(api, &query.scope, found.map_err(|e| errors::unlisted(&e))?)?.unless_known(known))
}

async fn value(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<ValuationQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let by = match query.params.group_by {
        Some(ValuationGroup::Company) => ValuationBy::Company,
        Some(ValuationGroup::Grade) => ValuationBy::Grade,
        Some(ValuationGroup::Product) => ValuationBy::Product,
        Some(ValuationGroup::None) | None => ValuationBy::Nothing,
    };
    let data = valuation(&api.inventory_of(&caller), &query.params.filter(), by).await;
    let data = data.map_err(|e| errors::unlisted(&e))?;
    Ok(Reply::ok(&Valuation { data })?.etag_of_content().unless_known(&known))
}

async fn by_age(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<AgeingQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let inventory = api.inventory_of(&caller);
    let as_of = inventory.clock.now().business_date();
    let Buckets(ends) = &query.params.buckets;
    let data = ageing(&inventory, &query.params.filter(), ends, as_of).await;
    let mut data = data.map_err(|e| errors::unlisted(&e))?;
    if !COSTS.lifted_for(&caller.principal) {
        data.iter_mut().for_each(|bucket| bucket.value_inr = None);
    }
    Ok(Reply::ok(&Ageing { as_of, data })?.etag_of_content().unless_known(&known))
}
