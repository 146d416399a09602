//! `GET /readyz`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use http_kit::{Problem, Reply};

use crate::readiness::{Prober, Status};

pub(super) async fn get(State(prober): State<Arc<Prober>>) -> Result<Reply, Problem> {
    let report = prober.report().await;
    let status = match report.status {
        Status::Ready | Status::Degraded => StatusCode::OK,
        Status::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    Reply::json(status, &report)
}
