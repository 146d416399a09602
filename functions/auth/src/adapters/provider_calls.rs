//! Providers over HTTP, by the client that all outside calls go through.

use std::time::Duration;

use async_trait::async_trait;
use cloud::{OutsideHttp, OutsideRequest};
use event_store::BoxError;

use crate::ports::{ProviderAnswer, ProviderCalls};

/// How long a call may take. A login makes three at most, and the function has 15 seconds.
const CALL_TIMEOUT: Duration = Duration::from_secs(4);
/// Longest answer that is read, in bytes: documents and tokens have a few thousand.
const MOST_BYTES: usize = 128 * 1024;

/// Calls providers.
#[derive(Debug)]
pub struct OutsideProviders {
    outside: OutsideHttp,
    timeout: Duration,
}

impl Default for OutsideProviders {
    fn default() -> Self {
        Self::with_timeout(CALL_TIMEOUT)
    }
}

impl OutsideProviders {
    /// Calls that take no longer than `timeout`.
    #[must_use]
    pub fn with_timeout(timeout: Duration) -> Self {
        Self { outside: OutsideHttp::default(), timeout }
    }

    async fn send(
        &self,
        method: &'static str,
        url: &str,
        headers: Vec<(&'static str, String)>,
        body: String,
    ) -> Result<ProviderAnswer, BoxError> {
        let headers = [vec![("accept", "application/json".to_owned())], headers].concat();
        let (url, timeout) = (url.to_owned(), self.timeout);
        let request = OutsideRequest { method, url, headers, body: body.into_bytes(), timeout };
        let answer = self.outside.send_bounded(request, MOST_BYTES).await?;
        Ok(ProviderAnswer { status: answer.status, body: answer.body })
    }
}

#[async_trait]
impl ProviderCalls for OutsideProviders {
    async fn get(&self, url: &str) -> Result<ProviderAnswer, BoxError> {
        self.send("GET", url, Vec::new(), String::new()).await
    }

    async fn post_form(
        &self,
        url: &str,
        authorization: Option<String>,
        form: String,
    ) -> Result<ProviderAnswer, BoxError> {
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        headers.extend(authorization.map(|authorization| ("authorization", authorization)));
        self.send("POST", url, headers, form).await
    }
}
