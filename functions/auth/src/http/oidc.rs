//! Logging in by an outside provider: `GET /v1/auth/oidc/{provider}/start`, `GET /v1/auth/oidc/{provider}/callback`.
//!
//! Both are visited by browsers and not called by programs, so the second takes whatever else a provider adds to its answer.

use std::borrow::Cow;

use axum::Extension;
use axum::extract::State;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, Uri};
use http_kit::routes::{Documented, Inputs};
use http_kit::{Access, FieldError, PathId, Problem, ProblemKind, Reply, RequestInfo, Route, Routes};
use kernel::error::chain;
use lambda_entry::HttpOrigin;
use schemars::JsonSchema;

use super::Api;
use super::device::origin;
use super::granted::{Granted, granted};
use crate::commands::{BeginOidcLoginError, FinishOidcLoginError, Kept, Return};
use crate::oidc::{LOGIN_MS, ProviderName};

/// Longest parameter that is looked at, in bytes.
const LONGEST: usize = 4_096;
/// What the browser keeps between the two. The prefix has it come back to this host only, encrypted, and from no other host's hand
/// (RFC 6265bis, section 4.1.3.2); a stand-in on one machine is not encrypted.
const COOKIE_NAME: &str = "__Host-login";
const COOKIE_NAME_IN_PLAIN: &str = "login";

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/auth/oidc/{provider}/start")
                .access(Access::Public)
                .operation_id("beginProviderLogin")
                .summary("Log in by an outside provider")
                .description(
                    "A browser goes here, and is sent on to the provider's page with a cookie that ties the login to it for ten \
                     minutes. Of two logins in one browser the later counts.",
                )
                .answers_empty(302, "`Location` is the provider's page.")
                .refuses(ProblemKind::Unavailable, "The provider does not answer.")
                .handler(start),
        )
        .add(
            Route::get("/v1/auth/oidc/{provider}/callback")
                .access(Access::Public)
                .operation_id("finishProviderLogin")
                .summary("Come back from an outside provider")
                .description(
                    "The provider sends the browser here. A login is finished once, in the browser that began it. Somebody is found by \
                     the identity that they are linked to, or linked the first time by an address that the provider has verified, \
                     where the firm trusts it so far. Nobody becomes a user so.",
                )
                .answers::<Granted>(200, "Tokens for the user's client.")
                .refuses(ProblemKind::InvalidRequest, "No such login was begun in this browser; begin again.")
                .refuses(ProblemKind::Unauthenticated, "The provider logged nobody in, or its answer proves nothing.")
                .refuses(ProblemKind::Forbidden, "The person is no user of the firm, or is disabled.")
                .refuses(ProblemKind::Unavailable, "The provider does not answer; begin again.")
                .handler(callback),
        )
}

async fn start(State(api): State<Api>, name: PathId<ProviderName>) -> Result<Reply, Problem> {
    let departure = api.begin_oidc_login.run(&name.0).await.map_err(|error| match error {
        BeginOidcLoginError::Unknown => Problem::not_found("provider"),
        BeginOidcLoginError::Failed(_) => Problem::unavailable(&error),
    })?;
    let cookie = cookie(&departure.browser, departure.encrypted, LOGIN_MS / 1_000);
    Ok(Reply::found(&departure.location).header(SET_COOKIE, &cookie))
}

/// What the provider adds to the address.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "for the document; providers add more, which is not refused")]
struct Parameters {
    /// What was sent along.
    state: String,
    /// Proof of the login, where there was one.
    code: Option<String>,
    /// Why there was none.
    error: Option<String>,
    /// Who answers.
    iss: Option<String>,
}

/// The address as it came.
struct Answered(Uri);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Answered {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parts.uri.clone()))
    }
}

impl Documented for Answered {
    fn document(inputs: &mut Inputs) {
        inputs.query::<Parameters>();
    }
}

async fn callback(
    State(api): State<Api>,
    name: PathId<ProviderName>,
    info: RequestInfo,
    from: Option<Extension<HttpOrigin>>,
    headers: HeaderMap,
    Answered(uri): Answered,
) -> Result<Reply, Problem> {
    let (_, origin) = origin(info, from);
    let said = |wanted: &str| said(&uri, wanted);
    let (state, code, error, issuer) = (said("state")?, said("code")?, said("error")?, said("iss")?);
    let Some(state) = state else {
        let missing =
            FieldError::parameter("state", "missing", "comes from the provider; begin the login again");
        return Err(Problem::invalid_request(missing));
    };
    let encrypted = kept(&headers, COOKIE_NAME);
    let back = Return {
        state: &state,
        browser: Kept { encrypted, in_plain: kept(&headers, COOKIE_NAME_IN_PLAIN) },
        code: code.as_deref(),
        error: error.as_deref(),
        issuer: issuer.as_deref(),
    };
    let grant = api.finish_oidc_login.run(&name.0, back, &origin).await.map_err(|error| problem(&error))?;
    Ok(granted(&grant)?.header(SET_COOKIE, &cookie("", encrypted.is_some(), 0)))
}

/// A parameter; one that is there twice is a fault, because two readers could believe two of them (RFC 6749, section 3.1).
fn said<'a>(uri: &'a Uri, wanted: &str) -> Result<Option<Cow<'a, str>>, Problem> {
    let parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut found = parameters.filter(|(name, _)| name == wanted).map(|(_, value)| value);
    let first = found.next();
    let fault = |code, text| Err(Problem::invalid_request(FieldError::parameter(wanted, code, text)));
    match &first {
        _ if found.next().is_some() => fault("duplicate-parameter", "occurs more than once"),
        Some(value) if value.len() > LONGEST => fault("too-long", "has more than 4096 bytes"),
        Some(_) | None => Ok(first),
    }
}

/// The value of a cookie.
fn kept<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies =
        lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// A cookie for both routes, that no script reads, and that comes along when another site sends the browser back here.
fn cookie(value: &str, encrypted: bool, age_s: i64) -> String {
    let (name, secure) = if encrypted { (COOKIE_NAME, "; Secure") } else { (COOKIE_NAME_IN_PLAIN, "") };
    format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}")
}

fn problem(error: &FinishOidcLoginError) -> Problem {
    match error {
        FinishOidcLoginError::Unknown => Problem::not_found("provider"),
        FinishOidcLoginError::NotBegun => Problem::new(
            ProblemKind::InvalidRequest,
            "No such login waits in this browser: it took more than ten minutes, was finished before, or was begun elsewhere. \
             Begin again.",
        ),
        FinishOidcLoginError::Denied => {
            Problem::unauthenticated("The provider logged nobody in. Begin again.")
        }
        FinishOidcLoginError::Unproven(_) => {
            tracing::warn!(error = chain(error), "a provider's answer was not believed");
            Problem::unauthenticated("The provider's answer does not prove who you are. Begin again.")
        }
        FinishOidcLoginError::Stranger => Problem::new(
            ProblemKind::Forbidden,
            "The firm has no user for this account who may log in. Ask whoever looks after its users.",
        ),
        FinishOidcLoginError::Failed(_) => Problem::new(
            ProblemKind::Unavailable,
            "The login could not be finished. Begin again in a moment.",
        )
        .caused_by(chain(error)),
    }
}
