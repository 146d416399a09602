//! Many clients after the same material.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

/// Registers as a client should who must know: where the platform ended the invocation without an answer, as it may when fifty
/// of them share one machine, it asks again with its key.
async fn insist(firm: &Firm, key: &str, sale: &Value) -> Result<Value> {
    for _ in 0..5 {
        let answer = firm.api.register(key, sale).await?;
        if !matches!(answer.status.as_u16(), 502..=504) {
            return firm.api.outcome(answer).await;
        }
    }
    bail!("five times no answer")
}

/// Fifty clients sell 1,000 kg each from one lot of 27,000 kg; every fifth gives up waiting and asks again with its key.
#[tokio::test(flavor = "multi_thread")]
async fn a_lot_of_27_tonnes_gives_27_deals_of_one() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("27000", "90").await?;
    let sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    let clients = (0..50).map(|client| {
        let (firm, sale) = (&firm, &sale);
        async move {
            let key = key();
            if client % 5 == 0 {
                // The answer is lost on this client: it hangs up.
                let request = firm.api.request(Method::POST, "/v1/deals").header("Idempotency-Key", &key);
                let impatient =
                    request.header("Prefer", "wait=20").json(sale).timeout(Duration::from_millis(300));
                drop(firm.api.send(impatient).await);
            }
            insist(firm, &key, sale).await
        }
    });
    let deals = join_all(clients).await.into_iter().collect::<Result<Vec<Value>>>()?;
    let count = |status: &str| deals.iter().filter(|deal| text(deal, "status") == status).count();
    assert_eq!((count("confirmed"), count("rejected")), (27, 23));
    let distinct: BTreeSet<&str> = deals.iter().map(|deal| text(deal, "id")).collect();
    assert_eq!(distinct.len(), 50, "one deal per key");
    assert_eq!(firm.settled(&lot).await?, ["0.000", "0.000", "27000.000"]);
    // No client's retry made a deal beside its own.
    for _ in 0..60 {
        let path = format!("/v1/deals?productId={}&limit=100", firm.product);
        let listed = firm.api.get(&path).await?.expect(200)?;
        if listed["data"].as_array().map(Vec::len) == Some(50) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    anyhow::bail!("the list does not show fifty deals")
}
