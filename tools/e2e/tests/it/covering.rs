//! Deals covered from lots, from purchases, and from both.

use anyhow::Result;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

#[tokio::test]
async fn three_lots_cover_a_deal_at_their_own_rates() -> Result<()> {
    let firm = Firm::open().await?;
    let lots = [
        firm.lot("27000", "90").await?,
        firm.lot("2804.7", "123.75").await?,
        firm.lot("1092.7", "123.75").await?,
    ];
    let sources = json!([
        { "lotId": lots[0], "quantityKg": "27000" },
        { "lotId": lots[1], "quantityKg": "2000" },
        { "lotId": lots[2], "quantityKg": "1000" },
    ]);
    let deal = firm.api.deal(&key(), &firm.sale("30000", "125", sources)).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");
    assert_eq!(text(&deal, "costInr"), "2801250.00");
    assert_eq!(text(&deal, "revenueInr"), "3750000.00");
    assert_eq!(text(&deal, "marginInr"), "948750.00");
    let mut left = Vec::new();
    for lot in &lots {
        left.push(firm.settled(lot).await?[0].clone());
    }
    assert_eq!(left, ["0.000", "804.700", "92.700"]);
    Ok(())
}

#[tokio::test]
async fn what_was_bought_beyond_the_sale_stays_in_a_new_lot() -> Result<()> {
    let firm = Firm::open().await?;
    let purchase =
        json!([{ "purchase": { "supplier": "Fresh & Co.", "quantityKg": "21000", "ratePerKg": "90" } }]);
    let deal = firm.api.deal(&key(), &firm.sale("10000", "91", purchase)).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");
    assert_eq!(text(&deal, "marginInr"), "10000.00");
    let lot = text(&deal["sources"][0], "lotId");
    assert_eq!(firm.settled(lot).await?, ["11000.000", "0.000", "10000.000"]);
    let shown = firm.api.get(&format!("/v1/lots/{lot}")).await?.expect(200)?;
    assert_eq!(text(&shown, "ratePerKg"), "90.00");
    assert_eq!(text(&shown, "purchasedFor"), text(&deal, "id"));
    Ok(())
}

#[tokio::test]
async fn a_lot_and_a_purchase_cover_a_deal_together() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("16000", "90").await?;
    let sources = json!([
        { "lotId": lot, "quantityKg": "16000" },
        { "purchase": { "supplier": "Fresh & Co.", "quantityKg": "14000", "ratePerKg": "92" } },
    ]);
    let deal = firm.api.deal(&key(), &firm.sale("30000", "95", sources)).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");
    assert_eq!([text(&deal, "costInr"), text(&deal, "marginInr")], ["2728000.00", "122000.00"]);
    // At zero the lot stays, but not among those with something available.
    assert_eq!(firm.settled(&lot).await?, ["0.000", "0.000", "16000.000"]);
    let listed = |body: Value| body.to_string().contains(lot.as_str());
    let all = firm.api.get(&format!("/v1/lots?productId={}", firm.product)).await?.expect(200)?;
    let available =
        firm.api.get(&format!("/v1/lots?productId={}&available=true", firm.product)).await?.expect(200)?;
    assert!(listed(all) && !listed(available));
    Ok(())
}

#[tokio::test]
async fn a_short_lot_rejects_the_deal_and_says_by_how_much() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("804.7", "90").await?;
    let sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    assert_eq!(text(&deal, "status"), "rejected");
    let shortage = &deal["reason"]["shortages"][0];
    assert_eq!([text(shortage, "lotId"), text(shortage, "shortKg")], [lot.as_str(), "195.300"]);
    assert!(text(&deal["reason"], "detail").contains("short by 195.300 kg"));
    assert_eq!(firm.settled(&lot).await?, ["804.700", "0.000", "0.000"]);
    Ok(())
}

#[tokio::test]
async fn a_cancelled_deal_gives_its_material_back() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("1000", "90").await?;
    let sale = firm.sale("600", "95", json!([{ "lotId": lot, "quantityKg": "600" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    assert_eq!(text(&deal, "status"), "confirmed");
    let path = format!("/v1/deals/{}/cancel", text(&deal, "id"));
    let cancelled =
        firm.api.post(&path, &key(), &json!({ "reason": "customer withdrew" })).await?.expect(200)?;
    assert_eq!(text(&cancelled, "status"), "cancelled");
    for _ in 0..120 {
        if firm.buckets(&lot).await? == ["1000.000", "0.000", "0.000"] {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    anyhow::bail!("the material did not come back: {:?}", firm.buckets(&lot).await?)
}

#[tokio::test]
async fn a_preview_answers_cost_and_margin_and_writes_nothing() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("1000", "90").await?;
    let sale = firm.sale("600", "95", json!([{ "lotId": lot, "quantityKg": "600" }]));
    let preview = firm.api.post("/v1/deals?validateOnly=true", &key(), &sale).await?.expect(200)?;
    assert_eq!([text(&preview, "costInr"), text(&preview, "marginInr")], ["54000.00", "3000.00"]);
    let short = firm.sale("1600", "95", json!([{ "lotId": lot, "quantityKg": "1600" }]));
    let preview = firm.api.post("/v1/deals?validateOnly=true", &key(), &short).await?.expect(200)?;
    assert_eq!(text(&preview["problems"][0], "shortKg"), "600.000", "{preview}");
    assert_eq!(firm.buckets(&lot).await?, ["1000.000", "0.000", "0.000"]);
    let listed = firm.api.get(&format!("/v1/deals?productId={}", firm.product)).await?.expect(200)?;
    assert_eq!(listed["data"], json!([]));
    Ok(())
}
