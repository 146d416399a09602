//! A local AWS behind TLS: DynamoDB for real (in process), every other service with a fixed answer. Meters what is asked.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::meter::Meter;

type Proxy = Client<HttpConnector, Full<Bytes>>;

/// A running stand-in.
pub(crate) struct LocalAws {
    /// What `AWS_ENDPOINT_URL` is set to.
    pub(crate) url: String,
    dynamodb: String,
    proxy: Proxy,
    /// What the functions asked for.
    pub(crate) meter: Arc<Meter>,
}

impl LocalAws {
    /// Listens on a free port; writes the certificate to trust to `certificate`.
    /// KMS gives `public_key`, as a `SubjectPublicKeyInfo`.
    pub(crate) async fn start(certificate: &Path, public_key: &[u8]) -> Result<Self> {
        let dynamodb = start_dynamodb().await?;
        let acceptor = acceptor(certificate)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("https://localhost:{}", listener.local_addr()?.port());
        let meter = Arc::new(Meter::default());
        let proxy: Proxy = Client::builder(TokioExecutor::new()).build_http();
        let aws = Self { url, dynamodb, proxy, meter };
        let public_key: Arc<str> = STANDARD.encode(public_key).into();
        let (upstream, proxy, meter) = (aws.dynamodb.clone(), aws.proxy.clone(), Arc::clone(&aws.meter));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, upstream, proxy) = (acceptor.clone(), upstream.clone(), proxy.clone());
                let (meter, public_key) = (Arc::clone(&meter), Arc::clone(&public_key));
                tokio::spawn(async move {
                    stream.set_nodelay(true)?;
                    let stream = acceptor.accept(stream).await?;
                    let service = service_fn(move |request| {
                        let public_key = Arc::clone(&public_key);
                        answer(upstream.clone(), proxy.clone(), Arc::clone(&meter), public_key, request)
                    });
                    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                    served.await.context("connection")
                });
            }
        });
        Ok(aws)
    }

    /// DynamoDB itself, without the meter before it.
    pub(crate) fn dynamodb_url(&self) -> &str {
        &self.dynamodb
    }

    /// A DynamoDB operation, for preparing and looking; not metered.
    pub(crate) async fn dynamodb(&self, operation: &str, input: &Value) -> Result<Value> {
        let request = Request::post(&self.dynamodb)
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=bench/20260101/ap-south-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
            .header("x-amz-date", "20260101T000000Z")
            .body(Full::from(input.to_string()))?;
        let response = self.proxy.request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        anyhow::ensure!(status.is_success(), "{operation}: {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }
}

async fn start_dynamodb() -> Result<String> {
    let database = dynoxide::Database::memory().map_err(|error| anyhow::anyhow!("{error}"))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    Ok(url)
}

fn acceptor(certificate: &Path) -> Result<TlsAcceptor> {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    std::fs::write(certificate, signed.cert.pem())?;
    let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).map_err(anyhow::Error::msg)?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn answer(
    dynamodb: String,
    proxy: Proxy,
    meter: Arc<Meter>,
    public_key: Arc<str>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or(request.uri().path()).to_owned();
    meter.call();
    let answer = match target.strip_prefix("DynamoDB_20120810.") {
        Some(operation) => forward(dynamodb, &proxy, &meter, operation, request).await,
        None => fixed(&target, &meter, &public_key, request).await,
    };
    Ok(answer.unwrap_or_else(|error| {
        let mut response = Response::new(Full::from(format!("{error:#}")));
        *response.status_mut() = hyper::StatusCode::BAD_GATEWAY;
        response
    }))
}

async fn forward(
    dynamodb: String,
    proxy: &Proxy,
    meter: &Meter,
    operation: &str,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>> {
    let (mut parts, body) = request.into_parts();
    parts.uri = dynamodb.parse::<Uri>()?;
    for name in ["host", "content-length"] {
        parts.headers.remove(name);
    }
    let mut body: Value = serde_json::from_slice(&body.collect().await?.to_bytes())?;
    body["ReturnConsumedCapacity"] = "TOTAL".into();
    let response = proxy.request(Request::from_parts(parts, Full::from(body.to_string()))).await?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    meter.capacity(operation, &serde_json::from_slice(&body)?);
    Ok(Response::from_parts(parts, Full::new(body)))
}

async fn fixed(
    target: &str,
    meter: &Meter,
    public_key: &str,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>> {
    let body = request.into_body().collect().await?.to_bytes();
    let answer = match target {
        "AWSEvents.PutEvents" => {
            let body: Value = serde_json::from_slice(&body)?;
            let entries = body["Entries"].as_array().cloned().unwrap_or_default();
            let taken: Vec<Value> = entries.iter().map(|_| json!({ "EventId": "e" })).collect();
            meter.facts(entries);
            json!({ "FailedEntryCount": 0, "Entries": taken })
        }
        "AmazonSQS.GetQueueAttributes" => json!({ "Attributes": {
            "ApproximateNumberOfMessages": "0",
            "ApproximateNumberOfMessagesNotVisible": "0",
            "ApproximateNumberOfMessagesDelayed": "0",
        } }),
        "TrentService.GetPublicKey" => json!({
            "KeyId": "bench",
            "KeySpec": "ECC_NIST_P256",
            "KeyUsage": "SIGN_VERIFY",
            "PublicKey": public_key,
            "SigningAlgorithms": ["ECDSA_SHA_256"],
        }),
        path if path.ends_with("/invocations") => json!({ "ok": { "status": "ready", "checks": [] } }),
        other => anyhow::bail!("no fixed answer to {other}"),
    };
    Ok(Response::new(Full::from(answer.to_string())))
}
