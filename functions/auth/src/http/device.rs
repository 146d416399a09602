//! On what device somebody sits.

use std::net::IpAddr;

use auth_domain::session::Device;
use axum::Extension;
use http_kit::RequestInfo;
use lambda_entry::HttpOrigin;

use crate::commands::Origin;

/// Longest name of a browser that is kept, in characters.
const LONGEST_AGENT: usize = 200;

/// Where a request comes from: the address, and what a session notes of the device.
pub(super) fn origin(info: RequestInfo, from: Option<Extension<HttpOrigin>>) -> (Option<IpAddr>, Origin) {
    let from = from.map(|Extension(from)| from).unwrap_or_default();
    let agent = from.user_agent.filter(|agent| !agent.is_empty());
    let device = Device {
        agent: agent.map(|agent| agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect()),
        address: from.source_ip.map(|address| address.to_string()),
    };
    (from.source_ip, Origin { info, device })
}
