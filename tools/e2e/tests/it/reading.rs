//! Lists, single reads, history, versions.

use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

async fn listed(firm: &Firm, path: &str, count: usize) -> Result<Vec<Value>> {
    for _ in 0..60 {
        let body = firm.api.get(path).await?.expect(200)?;
        if let Some(rows) = body["data"].as_array().filter(|rows| rows.len() == count) {
            return Ok(rows.clone());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    anyhow::bail!("{path} does not list {count}")
}

#[tokio::test]
async fn a_deal_reads_back_as_it_was_at_any_instant() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("1000", "90").await?;
    let sale = firm.sale("600", "95", json!([{ "lotId": lot, "quantityKg": "600" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    let path = format!("/v1/deals/{}", text(&deal, "id"));
    let history = firm.api.get(&format!("{path}/history")).await?.expect(200)?;
    let entries = history["data"].as_array().context("entries")?;
    let what: Vec<&str> = entries.iter().map(|entry| text(entry, "what")).collect();
    assert_eq!(what, ["requested", "confirmed"]);
    let requested_at = text(&entries[0], "at");
    let before = firm.api.get(&format!("{path}?asOf={requested_at}")).await?.expect(200)?;
    assert_eq!(text(&before, "status"), "pending");
    let never = firm.api.get(&format!("{path}?asOf=2020-01-01T00:00:00Z")).await?;
    assert_eq!(never.status, 404);
    Ok(())
}

#[tokio::test]
async fn comments_change_only_from_the_version_that_was_read() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("1000", "90").await?;
    let sale = firm.sale("600", "95", json!([{ "lotId": lot, "quantityKg": "600" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    let path = format!("/v1/deals/{}", text(&deal, "id"));
    let tag = firm.api.get(&path).await?.header("etag").context("an ETag")?.to_owned();
    let patch = |tag: Option<&str>| {
        let request = firm.api.request(Method::PATCH, &path).json(&json!({ "saleComments": "urgent" }));
        tag.map_or_else(|| request.try_clone(), |tag| request.try_clone().map(|r| r.header("If-Match", tag)))
    };
    let send = async |tag: Option<&str>| firm.api.send(patch(tag).context("a request")?).await;
    assert_eq!(send(None).await?.status, 428);
    let amended = send(Some(&tag)).await?;
    let next = amended.header("etag").context("an ETag")?.to_owned();
    assert_eq!(text(&amended.expect(200)?, "saleComments"), "urgent");
    assert_ne!(next, tag);
    assert_eq!(send(Some(&tag)).await?.status, 412);
    let unchanged = firm.api.request(Method::GET, &path).header("If-None-Match", next);
    assert_eq!(firm.api.send(unchanged).await?.status, 304);
    Ok(())
}

#[tokio::test]
async fn lists_come_in_pages_that_fit_together() -> Result<()> {
    let firm = Firm::open().await?;
    for quantity in ["1", "2", "3"] {
        firm.lot(quantity, "90").await?;
    }
    let all = listed(&firm, &format!("/v1/lots?productId={}", firm.product), 3).await?;
    let mut paged = Vec::new();
    let mut path = format!("/v1/lots?productId={}&limit=2", firm.product);
    loop {
        let page = firm.api.get(&path).await?.expect(200)?;
        paged.extend(page["data"].as_array().context("rows")?.clone());
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/v1/lots?productId={}&limit=2&cursor={cursor}", firm.product);
    }
    assert_eq!(paged, all);
    Ok(())
}

#[tokio::test]
async fn deals_are_found_by_customer_product_status_and_day() -> Result<()> {
    let firm = Firm::open().await?;
    let purchase = json!([{ "purchase": { "supplier": "Fresh", "quantityKg": "10", "ratePerKg": "90" } }]);
    let deal = firm.api.deal(&key(), &firm.sale("10", "91", purchase)).await?;
    let base = format!("/v1/deals?productId={}", firm.product);
    for (filter, count) in [
        ("", 1),
        ("&status=confirmed", 1),
        ("&status=rejected", 0),
        ("&from=2025-08-01&to=2025-08-01", 1),
        ("&from=2025-08-02", 0),
        ("&to=2025-07-31", 0),
        ("&customer=Nobody", 0),
        ("&customer=Ivory%20Ice%E2%80%91cream%20Cups", 1),
    ] {
        let rows = listed(&firm, &format!("{base}{filter}"), count).await.context(filter)?;
        if let Some(row) = rows.first() {
            assert_eq!(text(row, "id"), text(&deal, "id"));
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_movements_of_a_lot_tell_its_story() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("1000", "90").await?;
    let adjust = json!({ "quantityKg": "-1.5", "reason": "spilt" });
    let adjusted =
        firm.api.post(&format!("/v1/lots/{lot}/adjustments"), &key(), &adjust).await?.expect(201)?;
    assert_eq!([text(&adjusted, "availableKg"), text(&adjusted, "adjustedKg")], ["998.500", "-1.500"]);
    let sale = firm.sale("600", "95", json!([{ "lotId": lot, "quantityKg": "600" }]));
    firm.api.deal(&key(), &sale).await?;
    firm.settled(&lot).await?;
    let movements = firm.api.get(&format!("/v1/lots/{lot}/movements")).await?.expect(200)?;
    let kinds: Vec<&str> =
        movements["data"].as_array().context("rows")?.iter().map(|m| text(m, "kind")).collect();
    assert_eq!(kinds, ["received", "adjusted", "reserved", "sold"]);
    Ok(())
}

#[tokio::test]
async fn a_product_is_found_by_its_code_and_sold_by_it() -> Result<()> {
    let firm = Firm::open().await?;
    let mut sale = firm.sale(
        "10",
        "91",
        json!([{ "purchase": { "supplier": "Fresh", "quantityKg": "10", "ratePerKg": "90" } }]),
    );
    let members = sale.as_object_mut().context("an object")?;
    members.remove("productId");
    members.insert("productCode".to_owned(), json!(firm.code));
    let deal = firm.api.deal(&key(), &sale).await?;
    assert_eq!([text(&deal, "productId"), text(&deal, "status")], [firm.product.as_str(), "confirmed"]);
    let again = json!({ "productCode": firm.code, "grade": "", "company": "", "specificGrade": "", "minStockKg": "0" });
    assert_eq!(firm.api.post("/v1/products", &key(), &again).await?.status, 409);
    Ok(())
}
