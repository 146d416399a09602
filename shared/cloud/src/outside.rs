//! HTTP calls to services that are not AWS, through the same client code as those to AWS: no second HTTP or TLS stack.

use std::error::Error;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use hyper_util::client::legacy;

type BoxError = Box<dyn Error + Send + Sync>;

/// What to send.
#[derive(Debug, Clone)]
pub struct OutsideRequest {
    /// `GET`, `POST`, `PUT`, …
    pub method: &'static str,
    /// Where to; `http://` for stand-ins on this machine.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long all of it may take.
    pub timeout: Duration,
}

/// What came back, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideAnswer {
    /// The status.
    pub status: u16,
    /// `Retry-After` in seconds, when it was sent in that form.
    pub retry_after_s: Option<u32>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer. The difference decides whether the call may be made again.
#[derive(Debug, thiserror::Error)]
pub enum OutsideFault {
    /// The request never left: no address, no connection, no handshake.
    #[error("the request could not be sent")]
    Unsent(#[source] BoxError),
    /// The request left, entirely or in part, and may have had its effect.
    #[error("the request was not answered")]
    Unanswered(#[source] BoxError),
}

/// Makes calls. Connections are kept for the next one.
#[derive(Default)]
pub struct OutsideHttp {
    encrypted: OnceLock<Connector>,
    plain: OnceLock<Connector>,
}

impl fmt::Debug for OutsideHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutsideHttp").finish_non_exhaustive()
    }
}

impl OutsideHttp {
    /// Sends a request and reads the answer to its end. A redirect is an answer like any other: nobody follows it.
    ///
    /// # Errors
    /// [`OutsideFault`] when there is no answer.
    pub async fn send(&self, request: OutsideRequest) -> Result<OutsideAnswer, OutsideFault> {
        self.send_bounded(request, usize::MAX).await
    }

    /// [`send`](Self::send) to somebody who might answer without end: a body of more than `most_bytes` is no answer.
    ///
    /// # Errors
    /// See [`send`](Self::send).
    pub async fn send_bounded(
        &self,
        request: OutsideRequest,
        most_bytes: usize,
    ) -> Result<OutsideAnswer, OutsideFault> {
        let connector = self.connector(&request.url);
        let timeout = request.timeout;
        let prepared = prepare(request).map_err(OutsideFault::Unsent)?;
        let exchange = async {
            let answer = connector.call(prepared).await.map_err(|error| told_apart(error.into()))?;
            let status = answer.status().as_u16();
            let retry_after_s = answer.headers().get("retry-after").and_then(|value| value.parse().ok());
            let body = read(ByteStream::new(answer.into_body()), most_bytes).await;
            let body = body.map_err(OutsideFault::Unanswered)?;
            Ok(OutsideAnswer { status, retry_after_s, body })
        };
        match tokio::time::timeout(timeout, exchange).await {
            Ok(outcome) => outcome,
            Err(elapsed) => Err(OutsideFault::Unanswered(elapsed.into())),
        }
    }

    /// Made by the first call that needs it: reading the system's roots takes longer than the rest of the initialisation.
    fn connector(&self, url: &str) -> &Connector {
        if url.starts_with("http://") {
            return self.plain.get_or_init(|| Connector::builder().build_http());
        }
        self.encrypted.get_or_init(|| {
            let store = TrustStore::empty().with_native_roots(true);
            // Building cannot fail; the default trusts the system's roots, too.
            let context = TlsContext::builder().with_trust_store(store).build().unwrap_or_default();
            let provider = Provider::Rustls(CryptoMode::Ring);
            Connector::builder().tls_provider(provider).tls_context(context).build()
        })
    }
}

async fn read(mut from: ByteStream, most_bytes: usize) -> Result<Vec<u8>, BoxError> {
    let mut body = Vec::new();
    while let Some(part) = from.next().await {
        let part = part?;
        if part.len() > most_bytes.saturating_sub(body.len()) {
            return Err(format!("the answer has more than {most_bytes} bytes").into());
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn prepare(request: OutsideRequest) -> Result<HttpRequest, BoxError> {
    let mut prepared = HttpRequest::new(SdkBody::from(request.body));
    prepared.set_method(request.method)?;
    prepared.set_uri(request.url)?;
    for (name, value) in request.headers {
        prepared.headers_mut().try_insert(name, value)?;
    }
    Ok(prepared)
}

/// The client says of an error whether it happened before there was a connection.
fn told_apart(error: BoxError) -> OutsideFault {
    let mut next: Option<&(dyn Error + 'static)> = Some(error.as_ref());
    while let Some(current) = next {
        if current.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect) {
            return OutsideFault::Unsent(error);
        }
        next = current.source();
    }
    OutsideFault::Unanswered(error)
}
