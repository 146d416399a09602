//! `/v1/products`

use axum::extract::State;
use event_store::views::NameIndex;
use http_kit::{
    Access, Caller, Changing, Creating, CursorToken, ETag, FieldError, IfNoneMatch, Limit, Page, PathId,
    Problem, ProblemKind, QueryParams, Reply, Route, Routes, Text, request_body,
};
use inventory_domain::product::{Attributes, AttributesChange, Product};
use inventory_domain::{ProductCode, ProductId};
use kernel::Kg;
use kernel::text::Search;

use super::{Api, changing, creating, errors, page, start};
use crate::Inventory;
use crate::commands::{change_product, create_product};
use crate::product_view::{ProductSuggestion, ProductView};
use crate::queries::{ProductRef, product, products, suggest};

/// How many suggestions are made.
const SUGGESTIONS: usize = 10;

request_body! {
    /// A product for the catalogue.
    pub struct CreateProduct {
        /// What people call it, e.g. `TR131` or `B5004 / B6003`; unique, for good.
        pub product_code: Text<1, 64>,
        /// Application family, e.g. `PP Raffia`.
        pub grade: Option<Text<0, 100>>,
        /// Producer or brand, e.g. `RIL`.
        pub company: Option<Text<0, 100>>,
        /// Polymer family, e.g. `PP`.
        pub specific_grade: Option<Text<0, 100>>,
        /// Below this much available material the product counts as low.
        pub min_stock_kg: Option<Kg>,
    }
}

request_body! {
    /// What to change about a product; its code stays.
    pub struct ChangeProduct {
        /// Application family.
        pub grade: Option<Text<0, 100>>,
        /// Producer or brand.
        pub company: Option<Text<0, 100>>,
        /// Polymer family.
        pub specific_grade: Option<Text<0, 100>>,
        /// Below this much available material the product counts as low.
        pub min_stock_kg: Option<Kg>,
    }
}

request_body! {
    /// Which products to list.
    pub struct ProductQuery {
        /// Words that all occur in code, grade, company or polymer family.
        pub q: Option<Text<1, 100>>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

request_body! {
    /// What somebody has typed so far.
    pub struct SuggestQuery {
        /// Beginnings of words of code, grade, company and polymer family, at least two letters or digits; hyphens, slashes
        /// and blanks make no difference.
        pub q: Text<1, 120>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/products")
                .access(Access::Requires("product:read"))
                .summary("List products in order of their codes")
                .answers::<Page<ProductView>>(200, "A page of products.")
                .handler(list),
        )
        .add(
            Route::post("/v1/products")
                .access(Access::Requires("product:write"))
                .summary("Add a product to the catalogue")
                .answers::<ProductView>(201, "It was added.")
                .refuses(ProblemKind::Conflict, "The code belongs to another product.")
                .handler(create),
        )
        .add(
            Route::get("/v1/products/suggest")
                .access(Access::Requires("product:read"))
                .summary("Suggest products while somebody types, what was sold last first")
                .answers::<Page<ProductSuggestion>>(200, "Ten products at most.")
                .handler(suggestions),
        )
        .add(
            Route::get("/v1/products/{id}")
                .access(Access::Requires("product:read"))
                .summary("Read a product")
                .answers::<ProductView>(200, "The product.")
                .handler(read),
        )
        .add(
            Route::patch("/v1/products/{id}")
                .access(Access::Requires("product:write"))
                .summary("Change a product")
                .answers::<ProductView>(200, "It was changed.")
                .handler(change),
        )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<ProductQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let after = start(&api, &query.scope, query.params.cursor.as_ref())?;
    let limit = usize::from(query.params.limit.get());
    let found = products(&api.inventory_of(&caller), query.params.q.as_deref(), limit, after)
        .await
        .map_err(|e| errors::unlisted(&e))?;
    Ok(page(&api, &query.scope, found)?.unless_known(&known))
}

async fn suggestions(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<SuggestQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let search = Search::try_new(&query.params.q).filter(NameIndex::narrows).ok_or_else(|| {
        let detail = "must have at least 2 letters or digits";
        Problem::invalid_request(FieldError::parameter("q", "too-short", detail))
    })?;
    let data =
        suggest(&api.inventory_of(&caller), &search, SUGGESTIONS).await.map_err(|e| errors::unlisted(&e))?;
    Ok(Reply::ok(&Page { data, next_cursor: None })?.etag_of_content().unless_known(&known))
}

async fn create(State(api): State<Api>, request: Creating<CreateProduct>) -> Result<Reply, Problem> {
    let code: ProductCode = request.body.product_code.as_str().parse().map_err(|error| {
        let detail = inventory_domain::ProductCodeError::to_string(&error);
        Problem::validation([FieldError::pointer("/productCode", "malformed", detail)])
    })?;
    let min_stock = not_negative(request.body.min_stock_kg)?.unwrap_or(Kg::ZERO);
    let asked = creating(&request);
    let text = |text: Option<Text<0, 100>>| text.map(Text::into_string).unwrap_or_default();
    let attributes = Attributes {
        grade: text(request.body.grade),
        company: text(request.body.company),
        specific_grade: text(request.body.specific_grade),
        min_stock,
    };
    let outcome = create_product(&api.inventory_of(&request.caller), &asked, code, attributes)
        .await
        .map_err(|e| errors::product(&e))?;
    let view = shown(outcome.stream.state(), outcome.stream.version(), &api.inventory_of(&request.caller))?;
    let location = format!("/v1/products/{}", view.id);
    Ok(Reply::created(&location, &view)?.etag(&ETag::version(view.version)).replayed(outcome.replayed))
}

async fn read(
    State(api): State<Api>,
    PathId(id): PathId<ProductId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let found =
        product(&api.inventory_of(&caller), &ProductRef::Id(id)).await.map_err(|e| errors::unreadable(&e))?;
    let view = found.ok_or_else(|| Problem::not_found("product"))?;
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)).unless_known(&known))
}

async fn change(
    State(api): State<Api>,
    PathId(id): PathId<ProductId>,
    request: Changing<ChangeProduct>,
) -> Result<Reply, Problem> {
    let text = |text: Option<Text<0, 100>>| text.map(Text::into_string);
    let change = AttributesChange {
        grade: text(request.body.grade),
        company: text(request.body.company),
        specific_grade: text(request.body.specific_grade),
        min_stock: not_negative(request.body.min_stock_kg)?,
    };
    let asked = changing(&request.caller, Some(request.if_match.expected()));
    let outcome = change_product(&api.inventory_of(&request.caller), &asked, id, change)
        .await
        .map_err(|e| errors::product(&e))?;
    let view = shown(outcome.stream.state(), outcome.stream.version(), &api.inventory_of(&request.caller))?;
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}

fn shown(product: &Product, version: u64, inventory: &Inventory) -> Result<ProductView, Problem> {
    let (code, attributes) = product.details().ok_or_else(|| Problem::not_found("product"))?;
    let id = ProductId::of(&inventory.tenant, code);
    Ok(ProductView::of(id, code, attributes, version).with_origin(product))
}

fn not_negative(quantity: Option<Kg>) -> Result<Option<Kg>, Problem> {
    match quantity {
        Some(quantity) if quantity < Kg::ZERO => {
            Err(Problem::validation([FieldError::pointer("/minStockKg", "negative", "must not be negative")]))
        }
        quantity => Ok(quantity),
    }
}
