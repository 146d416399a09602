//! The Lambda runtime API, as far as one function needs it: hands out events, takes answers, notes when.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use telemetry::Stopwatch;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

type Answer = Response<Full<Bytes>>;

/// Far enough in the future for every invocation here.
const DEADLINE_MS: &str = "4102444800000";

/// Longest wait for a function that starts, also under valgrind.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the function did.
#[derive(Debug)]
enum Deed {
    /// Asked for the next event.
    Asked,
    /// Answered the event it had.
    Answered(Bytes),
    /// Reported an error instead.
    Failed(String),
}

/// One function's runtime API.
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::Sender<Bytes>,
    deeds: mpsc::Receiver<Deed>,
}

struct Shared {
    events: Mutex<mpsc::Receiver<Bytes>>,
    deeds: mpsc::Sender<Deed>,
}

impl RuntimeApi {
    /// Listens on a free port.
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (events, waiting) = mpsc::channel(1);
        let (done, deeds) = mpsc::channel(4);
        let shared = Arc::new(Shared { events: Mutex::new(waiting), deeds: done });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Err(error) = stream.set_nodelay(true) {
                    eprintln!("no TCP_NODELAY: {error}");
                }
                let shared = Arc::clone(&shared);
                let service = service_fn(move |request| serve(Arc::clone(&shared), request));
                // The connection ends when the function does; that is no error here.
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Self { address, events, deeds })
    }

    /// What `AWS_LAMBDA_RUNTIME_API` is set to.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the function asks for its first event: its initialisation is over.
    pub(crate) async fn ready(&mut self) -> Result<()> {
        let deed = timeout(PATIENCE, self.deeds.recv()).await.with_context(|| {
            format!("the function has asked for no event in {} s: it may have ended", PATIENCE.as_secs())
        })?;
        match deed {
            Some(Deed::Asked) => Ok(()),
            Some(Deed::Failed(why)) => bail!("the function failed: {why}"),
            other => bail!("the function does not ask for an event: {other:?}"),
        }
    }

    /// Hands out `event` and returns the answer and its time in microseconds. The function must be waiting.
    pub(crate) async fn invoke(&mut self, event: Bytes) -> Result<(Bytes, u64)> {
        let stopwatch = Stopwatch::start();
        self.events.send(event).await.context("the runtime API has ended")?;
        let answer = match self.deeds.recv().await {
            Some(Deed::Answered(answer)) => answer,
            Some(Deed::Failed(why)) => bail!("the function failed: {why}"),
            other => bail!("the function does not answer: {other:?}"),
        };
        let elapsed_us = stopwatch.elapsed_us();
        self.ready().await?;
        Ok((answer, elapsed_us))
    }

    /// Lets the function end: its next request for an event fails, and then it exits by itself.
    pub(crate) fn close(self) {
        drop(self);
    }
}

async fn serve(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let path = request.uri().path().to_owned();
    let answer = if request.method() == Method::GET && path.ends_with("/invocation/next") {
        next(&shared).await
    } else {
        let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let deed = if path.ends_with("/response") {
            Deed::Answered(body)
        } else {
            Deed::Failed(format!("{path}: {}", String::from_utf8_lossy(&body)))
        };
        tell(&shared, deed).await;
        status(StatusCode::ACCEPTED)
    };
    Ok(answer)
}

async fn next(shared: &Shared) -> Answer {
    tell(shared, Deed::Asked).await;
    let Some(event) = shared.events.lock().await.recv().await else {
        return status(StatusCode::GONE);
    };
    let mut answer = Response::new(Full::new(event));
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "00000000-0000-0000-0000-000000000000"),
        ("lambda-runtime-deadline-ms", DEADLINE_MS),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:ap-south-1:000000000000:function:bench"),
        ("content-type", "application/json"),
    ] {
        answer.headers_mut().insert(name, hyper::header::HeaderValue::from_static(value));
    }
    answer
}

async fn tell(shared: &Shared, deed: Deed) {
    // Nobody listens any more once the measurement is over.
    drop(shared.deeds.send(deed).await);
}

fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}
