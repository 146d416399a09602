//! How often a caller may ask.
//!
//! Every caller has a bucket of requests for each route. What is in it is said in `RateLimit` and `RateLimit-Policy`
//! (draft-ietf-httpapi-ratelimit-headers-10); a request that finds it empty is answered 429 with `Retry-After`. The quotas are wide: they stop a
//! loop that went wild, not a client that is busy. A key that is meant for fewer requests is held to those besides, all routes of a
//! function together.
//!
//! Deliberately absent: where buckets are kept (a port), and limits of strangers, whom no route but the public ones serves.

use std::fmt::{Debug, Write as _};

use async_trait::async_trait;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::principal::Principal;
use crate::problem::{Problem, ProblemKind};

static RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
static RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Requests that read, for each caller and route.
const READS: Quota = Quota { name: "read", tokens: 6_000, window_s: 60 };
/// Requests that write, for each caller and route.
const WRITES: Quota = Quota { name: "write", tokens: 1_200, window_s: 60 };

/// How many requests in how long. They can be made at once, and come back evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What it is called in headers.
    pub name: &'static str,
    /// Requests; at least 1.
    pub tokens: u32,
    /// In so many seconds; at least 1.
    pub window_s: u32,
}

/// What a bucket says to one more request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may pass.
    Passes {
        /// How many more may.
        left: u32,
    },
    /// It may pass, because nobody can say what is in the bucket.
    Uncounted,
    /// It may not.
    Waits {
        /// For so long none may, in milliseconds.
        wait_ms: i64,
    },
}

/// Counts requests.
#[async_trait]
pub trait Limits: Debug + Send + Sync {
    /// Takes one request out of the bucket called `bucket`. Must let it pass ([`Admission::Uncounted`]) when nobody can say
    /// what is in the bucket: a limit protects a service that works, and is no reason for it not to.
    async fn take(&self, bucket: &str, quota: Quota) -> Admission;
}

/// Takes a request of `principal` out of its buckets. Gives what the answer has to say of them.
///
/// # Errors
/// 429 when one of them is empty.
pub(crate) async fn admit(
    limits: &dyn Limits,
    principal: &Principal,
    method: &Method,
    route: &str,
) -> Result<HeaderMap, Problem> {
    let caller = principal.user_id.as_str();
    let own =
        principal.rate_per_minute.map(|tokens| Quota { name: "key", tokens: tokens.max(1), window_s: 60 });
    let of_route = if matches!(*method, Method::GET | Method::HEAD) { READS } else { WRITES };
    let buckets = own.map(|own| (caller.to_owned(), own)).into_iter();
    let mut said = Said::default();
    for (bucket, quota) in buckets.chain([(format!("{caller} {method} {route}"), of_route)]) {
        match limits.take(&bucket, quota).await {
            Admission::Passes { left } => said.add(quota, left.min(quota.tokens)),
            Admission::Uncounted => {}
            Admission::Waits { wait_ms } => {
                said.add(quota, 0);
                return Err(said.refusal(quota, wait_ms));
            }
        }
    }
    Ok(said.headers())
}

/// Both headers, as they grow: lists of structured fields (RFC 9651).
#[derive(Default)]
struct Said {
    policies: String,
    limits: String,
}

impl Said {
    fn add(&mut self, Quota { name, tokens, window_s }: Quota, left: u32) {
        let comma = if self.limits.is_empty() { "" } else { ", " };
        // Until the bucket is full again.
        let missing = u64::from(tokens.saturating_sub(left)).saturating_mul(u64::from(window_s));
        let full_in_s = missing.div_ceil(u64::from(tokens.max(1)));
        // Writing to a text cannot fail.
        let written = write!(self.policies, "{comma}\"{name}\";q={tokens};w={window_s}")
            .and_then(|()| write!(self.limits, "{comma}\"{name}\";r={left};t={full_in_s}"));
        debug_assert!(written.is_ok());
    }

    fn headers(&self) -> HeaderMap {
        let texts = [(&RATELIMIT_POLICY, &self.policies), (&RATELIMIT, &self.limits)];
        let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
        said.filter_map(|(name, text)| Some((name.clone(), HeaderValue::from_str(text).ok()?))).collect()
    }

    fn refusal(&self, quota: Quota, wait_ms: i64) -> Problem {
        let wait_s = u32::try_from(wait_ms.saturating_add(999).div_euclid(1_000)).unwrap_or(u32::MAX).max(1);
        let Quota { name, tokens, window_s } = quota;
        let detail = format!(
            "More than {tokens} requests in {window_s} s (quota \"{name}\"). Try again in {wait_s} s."
        );
        let problem = Problem::new(ProblemKind::TooManyRequests, detail)
            .with_header(RETRY_AFTER, HeaderValue::from(wait_s))
            .with("quota", name);
        let headers = self.headers();
        headers
            .iter()
            .fold(problem, |problem, (name, value)| problem.with_header(name.clone(), value.clone()))
    }
}
