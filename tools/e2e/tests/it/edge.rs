//! What the edge in front of the functions lets through, and what it makes of it.

use std::collections::BTreeSet;

use anyhow::Result;
use e2e::{Answer, Api, Endpoints};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::operations::operations;

/// Pages that may call, as `infra/live/local` says.
const OUR_PAGES: [&str; 2] = ["http://localhost:3000", "http://localhost:5173"];
/// Pages that may not; each resembles one that may.
const OTHER_PAGES: [&str; 6] = [
    "https://localhost:3000",
    "http://localhost",
    "http://localhost:30000",
    "http://localhost:3000.example.com",
    "http://127.0.0.1:3000",
    "null",
];
/// What a page has to send, beyond what any page may.
const OUR_HEADERS: &str =
    "authorization,content-type,idempotency-key,if-match,if-none-match,prefer,x-correlation-id";

/// What a browser asks before a page calls.
async fn preflight(api: &Api, origin: &str, method: &Method, headers: &str) -> Result<Answer> {
    let request = api.request(Method::OPTIONS, "/v1/deals").header("origin", origin);
    let request = request.header("access-control-request-method", method.as_str());
    api.send(request.header("access-control-request-headers", headers)).await
}

/// The members of a list in a header, in lower case.
fn listed(answer: &Answer, header: &str) -> BTreeSet<String> {
    let list = answer.header(header).unwrap_or_default();
    list.split(',').map(|member| member.trim().to_lowercase()).filter(|member| !member.is_empty()).collect()
}

/// Whether a browser would let the page call.
fn admits(answer: &Answer, origin: &str, method: &Method, headers: &str) -> bool {
    let allowed = listed(answer, "access-control-allow-headers");
    answer.header("access-control-allow-origin") == Some(origin)
        && listed(answer, "access-control-allow-methods").contains(&method.as_str().to_lowercase())
        && headers.split(',').all(|header| allowed.contains(header))
}

#[tokio::test]
async fn pages_of_the_named_origins_may_call_what_the_documents_say_and_others_nothing() -> Result<()> {
    let api = Api::anonymous(&Endpoints::from_env()?)?;
    let methods: BTreeSet<String> =
        operations()?.iter().map(|operation| operation.method.to_string()).collect();
    assert!(methods.len() >= 5, "{methods:?}");
    for method in &methods {
        let method: Method = method.parse()?;
        for origin in OUR_PAGES {
            let answer = preflight(&api, origin, &method, OUR_HEADERS).await?;
            assert!(answer.status.is_success(), "{origin} {method}: {}", answer.status);
            assert!(admits(&answer, origin, &method, OUR_HEADERS), "{origin} {method}: {:?}", answer.headers);
            assert!(!admits(&answer, origin, &method, "x-http-method-override"), "{:?}", answer.headers);
            assert!(!admits(&answer, origin, &Method::TRACE, OUR_HEADERS), "{:?}", answer.headers);
            // Tokens travel in a header: no page needs a browser to add cookies.
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
        for origin in OTHER_PAGES {
            let answer = preflight(&api, origin, &method, OUR_HEADERS).await?;
            assert_eq!(answer.header("access-control-allow-origin"), None, "{origin} {method}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_page_can_read_what_clients_need_of_an_answer() -> Result<()> {
    let firm = Firm::open().await?;
    let path = format!("/v1/products/{}", firm.product);
    let answer = firm.api.send(firm.api.request(Method::GET, &path).header("origin", OUR_PAGES[0])).await?;
    assert_eq!(answer.header("access-control-allow-origin"), Some(OUR_PAGES[0]));
    let exposed = listed(&answer, "access-control-expose-headers");
    for header in ["etag", "ratelimit", "ratelimit-policy", "x-correlation-id"] {
        assert!(
            answer.header(header).is_some() && exposed.contains(header),
            "{header}: {:?}",
            answer.headers
        );
    }
    let other = firm.api.send(firm.api.request(Method::GET, &path).header("origin", OTHER_PAGES[0])).await?;
    assert_eq!(other.header("access-control-allow-origin"), None);
    Ok(())
}

#[tokio::test]
async fn the_method_is_what_was_sent_whatever_a_header_says() -> Result<()> {
    let firm = Firm::open().await?;
    let body = json!({ "name": key(), "scopes": ["product:read"] });
    let made = firm.api.post("/v1/api-keys", &key(), &body).await?.expect(201)?;
    let path = format!("/v1/api-keys/{}", text(&made, "id"));
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let request = firm.api.request(Method::GET, &path).header(header, "DELETE");
        let read = firm.api.send(request).await?.expect(200)?;
        assert_eq!(read.get("revokedAt"), None, "{header}: {read}");
    }
    let revoked = firm.api.send(firm.api.request(Method::DELETE, &path)).await?;
    assert_eq!(revoked.status.as_u16(), 204);
    Ok(())
}

/// Members that would matter if anybody believed them.
const SMUGGLED: [&str; 4] = ["tenantId", "status", "__proto__", "isAdmin"];

#[tokio::test]
async fn no_body_takes_a_member_that_its_operation_does_not_know() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("1000", "90").await?;
    let sale = firm.sale("10", "95", json!([{ "lotId": lot, "quantityKg": "10" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    let deal_id = text(&deal, "id");
    let mut refused = 0;
    for operation in operations()? {
        // What comes from a provider is believed by its signature alone.
        if !operation.takes_body || operation.path.starts_with("/v1/hooks/") {
            continue;
        }
        let id = match operation.path.split('/').nth(2) {
            Some("deals" | "audiences") => deal_id,
            Some("lots") => &lot,
            Some("products") => &firm.product,
            Some("parties") => text(&deal, "customerId"),
            _ => "nothing",
        };
        let path =
            operation.path.replace("{id}", id).replace("{name}", "whatsapp").replace("{queue}", "deal-inbox");
        let body: Value = SMUGGLED.iter().map(|name| ((*name).to_owned(), json!("other"))).collect();
        let request = firm.api.request(operation.method.clone(), &path).header("idempotency-key", key());
        let answer = firm.api.send(request.header("if-match", "\"1\"").json(&body)).await?;
        if answer.status.as_u16() == 404 && id == "nothing" {
            continue;
        }
        assert_eq!(answer.status.as_u16(), 422, "{}: {}", operation.name(), answer.body);
        let faults = answer.faults();
        for name in SMUGGLED {
            assert!(
                faults.contains(&format!("/{name}")),
                "{} takes {name}: {}",
                operation.name(),
                answer.body
            );
        }
        refused += 1;
    }
    assert!(refused > 20, "{refused}");
    Ok(())
}

/// Where the system calls is settings of the deployment (`infra`): there is no request by which somebody could send it to an address of
/// theirs, inside the network or outside.
#[test]
fn no_operation_takes_an_address_that_would_be_called() -> Result<()> {
    let telling = ["url", "uri", "host", "callback", "endpoint", "webhook", "domain", "redirect"];
    let mut asked = 0;
    for operation in operations()? {
        for (name, format) in &operation.asks_for {
            asked += 1;
            let words = format!("{name} {format}").to_lowercase();
            assert!(!telling.iter().any(|word| words.contains(word)), "{} takes {name}", operation.name());
        }
    }
    assert!(asked > 200, "{asked} names: the documents are read");
    Ok(())
}
