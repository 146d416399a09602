//! A small HTTP/1.1 server that can do what a polite one cannot: close the connection instead of answering.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

/// Marks a response that shall never be sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CloseInstead;

/// Serves until the listener fails.
///
/// # Errors
/// When the listener cannot accept any more.
pub async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(connection(socket, router.clone()));
    }
}

async fn connection(socket: TcpStream, router: Router) {
    let service = service_fn(move |request: http::Request<Incoming>| {
        let router = router.clone();
        async move {
            let response = match router.oneshot(request.map(Body::new)).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            answered(response)
        }
    });
    if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await {
        // Either side went away: a fault that was asked for, or a client that had enough.
        println!("connection closed: {error}");
    }
}

/// An error here is what makes hyper close the connection without a byte.
fn answered(response: Response) -> Result<Response, io::Error> {
    if response.extensions().get::<CloseInstead>().is_some() {
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    Ok(response)
}

/// Simulators in this process, on a port of their own, until dropped. For tests.
#[derive(Debug)]
pub struct Local {
    address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
}

impl Local {
    /// Serves `router` on a free loopback port.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start(router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self { address: listener.local_addr()?, task: tokio::spawn(serve(listener, router)) })
    }

    /// `http://127.0.0.1:<port>`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.task.abort();
    }
}
