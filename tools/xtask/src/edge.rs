//! The local edge: a plain base URL in front of the emulator's API Gateway.
//!
//! The emulator tells APIs apart by host name, `<api id>.execute-api.localhost`, which does not resolve everywhere.
//! The edge takes what comes to `127.0.0.1:8080`, names the host, and streams bodies both ways. Like API Gateway it
//! adds `X-Forwarded-For`, and nothing else.

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::serve::ListenerExt as _;
use clap::Args;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Headers that belong to one connection, not to the message (RFC 9110, 7.6.1).
const HOP_BY_HOP: [&str; 7] =
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

#[derive(Args)]
pub(crate) struct Options {
    /// Port to listen on
    #[arg(long)]
    port: u16,
    /// Port of the emulator
    #[arg(long)]
    cloud_port: u16,
    /// Id of the HTTP API
    #[arg(long)]
    api_id: String,
}

#[derive(Clone)]
struct Edge {
    client: Client<HttpConnector, Body>,
    cloud_port: u16,
    host: HeaderValue,
}

/// Serves until it is killed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let detached = rustix::process::setsid();
    if let Err(error) = detached {
        // Already the leader of a group, as when started by hand: then it ends with its terminal.
        println!("edge stays with its terminal: {error}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .with_context(|| format!("cannot listen on port {}", options.port))?;
        println!("edge on {} for API {}", options.port, options.api_id);
        let router = router(options.cloud_port, &options.api_id)?;
        serve(listener, router).await
    })
}

async fn serve(listener: TcpListener, router: Router) -> Result<()> {
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            println!("TCP_NODELAY: {error}");
        }
    });
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

fn router(cloud_port: u16, api_id: &str) -> Result<Router> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let edge = Edge {
        client: Client::builder(TokioExecutor::new()).build(connector),
        cloud_port,
        host: HeaderValue::from_str(&format!("{api_id}.execute-api.localhost:{cloud_port}"))?,
    };
    Ok(Router::new().fallback(forward).with_state(edge))
}

async fn forward(
    State(edge): State<Edge>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    match edge.send(peer, request).await {
        Ok(response) => response,
        Err(error) => bad_gateway(edge.cloud_port, &format!("{error:#}")),
    }
}

impl Edge {
    async fn send(&self, peer: SocketAddr, request: Request) -> Result<Response> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = Uri::try_from(format!("http://127.0.0.1:{}{path}", self.cloud_port))?;
        remove_hop_by_hop(&mut parts.headers);
        parts.headers.insert(header::HOST, self.host.clone());
        let forwarded = HeaderName::from_static("x-forwarded-for");
        let before = parts.headers.get(&forwarded).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let addresses = [before, &peer.ip().to_string()].join(", ");
        parts.headers.insert(forwarded, HeaderValue::from_str(addresses.trim_start_matches(", "))?);

        let answer = self.client.request(Request::from_parts(parts, body)).await?;
        let (mut parts, body) = answer.into_parts();
        remove_hop_by_hop(&mut parts.headers);
        Ok(Response::from_parts(parts, Body::new(body)))
    }
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

fn bad_gateway(cloud_port: u16, cause: &str) -> Response {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": "The local cloud does not answer",
        "status": 502,
        "detail": format!("Nothing answers on 127.0.0.1:{cloud_port} ({cause}). Run `cargo xtask up`, then `cargo xtask doctor`."),
    });
    let headers = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::BAD_GATEWAY, headers, problem.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::any;

    /// Serves on a port of its own and gives the port.
    async fn spawn(router: Router) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(serve(listener, router));
        port
    }

    async fn get(port: u16, path: &str) -> (StatusCode, HeaderMap, String) {
        let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
        let request = Request::builder()
            .uri(format!("http://127.0.0.1:{port}{path}"))
            .header("connection", "x-private")
            .header("x-private", "1")
            .header("x-forwarded-for", "203.0.113.7")
            .body(Body::empty())
            .unwrap();
        let (parts, body) = client.request(request).await.unwrap().into_parts();
        let bytes = axum::body::to_bytes(Body::new(body), 1 << 20).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_emulator_sees_the_api_host_the_path_and_the_caller() {
        let cloud = Router::new().fallback(any(|request: Request| async move {
            let header =
                |name: &str| request.headers().get(name).map_or("-", |v| v.to_str().unwrap()).to_owned();
            let seen =
                [request.uri().to_string(), header("host"), header("x-forwarded-for"), header("x-private")];
            (StatusCode::IM_A_TEAPOT, seen.join("|"))
        }));
        let cloud_port = spawn(cloud).await;
        let edge_port = spawn(router(cloud_port, "0f1a57e1").unwrap()).await;
        let (status, _, text) = get(edge_port, "/v1/deals?limit=2").await;
        assert_eq!(status, StatusCode::IM_A_TEAPOT);
        let host = format!("0f1a57e1.execute-api.localhost:{cloud_port}");
        assert_eq!(text, format!("/v1/deals?limit=2|{host}|203.0.113.7, 127.0.0.1|-"));
    }

    #[tokio::test]
    async fn a_cloud_that_is_down_gives_a_problem_with_the_next_step() {
        let dead = crate::ports::any_free().unwrap();
        let edge_port = spawn(router(dead, "0f1a57e1").unwrap()).await;
        let (status, headers, text) = get(edge_port, "/healthz").await;
        assert_eq!(status, StatusCode::BAD_GATEWAY);
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        assert!(text.contains("cargo xtask up"));
    }
}
