//! `/v1/parties/suggest`, `/v1/parties/lookup`

use axum::extract::State;
use customer_domain::{Email, Gstin, NameKey, Phone};
use event_store::views::NameIndex;
use http_kit::{
    Access, Caller, FieldError, IfNoneMatch, Page, Parsed, Problem, QueryParams, Reply, Route, Routes, Text,
    request_body,
};
use kernel::text::Search;

use super::fields::PartyRole;
use super::{Api, CONTACTS, errors, view};
use crate::card::Suggestion;
use crate::party_view::PartyView;
use crate::queries::{Lookup, lookup, suggest};

/// How many suggestions are made.
const SUGGESTIONS: usize = 10;

request_body! {
    /// What somebody has typed so far.
    pub struct SuggestQuery {
        /// Beginnings of words, at least two letters or digits; hyphens, slashes and blanks make no difference.
        pub q: Text<1, 120>,
        /// Only with this role.
        pub role: Option<PartyRole>,
    }
}

request_body! {
    /// What a party is looked up by: exactly one of these.
    pub struct LookupQuery {
        /// One of its telephone numbers in international form.
        pub phone: Option<Parsed<Phone>>,
        /// One of its e-mail addresses.
        pub email: Option<Parsed<Email>>,
        /// Its GST number.
        pub gstin: Option<Parsed<Gstin>>,
        /// Its name or an alias, whatever its case, accents, hyphens and blanks.
        pub name: Option<Parsed<NameKey>>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/parties/suggest")
                .access(Access::Requires("party:read"))
                .summary("Suggest parties while somebody types, who bought last first")
                .answers::<Page<Suggestion>>(200, "Ten parties at most.")
                .handler(suggestions),
        )
        .add(
            Route::get("/v1/parties/lookup")
                .access(Access::Requires("party:read"))
                .summary("Look a party up by telephone number, e-mail address, GSTIN or name")
                .description(
                    "By telephone number or e-mail address needs `party:contacts` too. A `+` in a query string is \
                     written `%2B`.",
                )
                .answers::<Page<PartyView>>(200, "The parties that have it; none is no fault.")
                .handler(found),
        )
}

async fn suggestions(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<SuggestQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let typed = query.params.q;
    let search = Search::try_new(&typed).filter(NameIndex::narrows).ok_or_else(|| {
        let detail = "must have at least 2 letters or digits";
        Problem::invalid_request(FieldError::parameter("q", "too-short", detail))
    })?;
    let customers = api.customers_of(&caller);
    let role = query.params.role.map(Into::into);
    let data = suggest(&customers, &search, role, SUGGESTIONS).await.map_err(|e| errors::failed(&e))?;
    Ok(Reply::ok(&Page { data, next_cursor: None })?.etag_of_content().unless_known(&known))
}

async fn found(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<LookupQuery>,
) -> Result<Reply, Problem> {
    let by = only_one(query.params)?;
    if matches!(by, Lookup::Phone(_) | Lookup::Email(_)) {
        CONTACTS.require(&caller.principal)?;
    }
    let customers = api.customers_of(&caller);
    let mut data = Vec::new();
    for party in lookup(&customers, &by).await.map_err(|e| errors::looked_up(&e))? {
        data.push(view(&customers, &party, &caller).await?);
    }
    Reply::ok(&Page { data, next_cursor: None })
}

fn only_one(query: LookupQuery) -> Result<Lookup, Problem> {
    let LookupQuery { phone, email, gstin, name } = query;
    let mut named = [
        phone.map(|phone| Lookup::Phone(phone.0)),
        email.map(|email| Lookup::Email(email.0)),
        gstin.map(|gstin| Lookup::Gstin(gstin.0)),
        name.map(|name| Lookup::Name(name.0)),
    ]
    .into_iter()
    .flatten();
    match (named.next(), named.next()) {
        (Some(by), None) => Ok(by),
        (None, _) => Err(Problem::invalid_request(FieldError::parameter(
            "name",
            "missing",
            "one of phone, email, gstin and name is required",
        ))),
        (Some(_), Some(_)) => Err(Problem::invalid_request(FieldError::parameter(
            "name",
            "too-many",
            "only one of phone, email, gstin and name may be given",
        ))),
    }
}
