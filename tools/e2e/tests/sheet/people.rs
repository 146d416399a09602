//! People sort the sheet, insert lines, type over cells and delete rows, while deals change in the API.

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::google::Google;
use crate::queues::Queues;
use crate::sheet::{Sheet, amend, rows, until};
use crate::{CONNECTION, look, say};

impl Sheet {
    /// Every line, and every note.
    pub(crate) async fn everything(&self) -> Result<[Value; 2]> {
        let lines = self.http.get(&self.base).send().await?.error_for_status()?.json().await?;
        let notes = self.http.get(format!("{}/notes", self.base)).send().await?.error_for_status()?;
        Ok([lines, notes.json().await?])
    }

    /// The one line of a customer, and its number.
    async fn line(&self, customer: &str) -> Result<(usize, Vec<Value>)> {
        let mut lines = self.lines(customer).await?;
        ensure!(lines.len() == 1, "{customer}: {lines:?}");
        lines.pop().context("there is one")
    }

    /// The note at a cell, if there is one.
    async fn note(&self, cell: &str) -> Result<Option<String>> {
        let [_, notes] = self.everything().await?;
        Ok(notes[cell].as_str().map(str::to_owned))
    }

    async fn act(&self, method: Method, rest: &str, body: &Value) -> Result<()> {
        let asked = self.http.request(method, format!("{}/{rest}", self.base)).json(body);
        asked.send().await?.error_for_status()?;
        Ok(())
    }

    async fn sort_by_customer(&self, descending: bool) -> Result<()> {
        self.act(Method::POST, "sort", &json!({ "column": "C", "descending": descending })).await
    }
}

/// A deal with a customer of its own, whose one row stands in the sheet.
struct Sold {
    customer: String,
    id: String,
}

impl Sold {
    async fn to(firm: &Firm, name: &str) -> Result<Self> {
        let customer = format!("{name} {}", key());
        firm.enter_customer(&customer).await?;
        let lot = firm.lot("1000", "90").await?;
        let mut sale = firm.sale("1000", "95.5", json!([{ "lotId": lot, "quantityKg": "1000" }]));
        sale["customer"] = json!(customer);
        let deal = firm.api.deal(&key(), &sale).await?;
        let sold = Self { customer, id: text(&deal, "id").to_owned() };
        sold.is(firm, "written").await?;
        Ok(sold)
    }

    fn path(&self) -> String {
        format!("/v1/deals/{}", self.id)
    }

    /// The deal and its tag.
    async fn stands(&self, firm: &Firm) -> Result<(Value, String)> {
        let read = firm.api.get(&self.path()).await?;
        let tag = read.header("etag").context("a deal has a tag")?.to_owned();
        Ok((read.expect(200)?, tag))
    }

    /// Waits until its row is in this state.
    async fn is(&self, firm: &Firm, state: &str) -> Result<()> {
        rows(firm, &self.id, 1, state).await?;
        Ok(())
    }

    /// What met in its row and waits for somebody.
    async fn conflict(&self, firm: &Firm) -> Result<Value> {
        let of_it = |page: &Value| {
            page["data"].as_array().into_iter().flatten().find(|one| one["dealId"] == *self.id).cloned()
        };
        let path = "/v1/sync/conflicts?state=open&limit=200";
        let open = until(firm, path, |page| of_it(page).is_some()).await?;
        of_it(&open).context("it was there")
    }
}

async fn decides(firm: &Firm, policy: &str) -> Result<()> {
    let chosen = firm.api.request(Method::PUT, "/v1/sync/connections/main/policy");
    firm.api.send(chosen.json(&json!({ "policy": policy }))).await?.expect(200)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_keep_to_their_deals_wherever_people_move_them() -> Result<()> {
    let _alone = CONNECTION.lock().await;
    let firm = Firm::open().await?;
    let (sheet, queues) = (Sheet::of(&firm)?, Queues::of(&firm)?);
    // Whatever a test before this one left on.
    Google::of(&firm).await?;
    decides(&firm, "database_wins").await?;
    say(&firm, "resume").await?;
    let sold = try_join_all(["Alder", "Birch", "Cedar"].map(|name| Sold::to(&firm, name))).await?;
    let [alder, birch, cedar] = sold.as_slice() else { bail!("three were sold") };
    sheet.sort_by_customer(false).await?;
    let stood = [sheet.line(&alder.customer).await?, sheet.line(&cedar.customer).await?];

    // Sorted the other way, and lines above that are nobody's row.
    sheet.sort_by_customer(true).await?;
    let own = format!("Seen by Ram {}", key());
    let remarks = json!([["", "", own, "call them"], ["", "", own, 12]]);
    sheet.act(Method::POST, "rows", &json!({ "before": 2, "rows": remarks })).await?;
    let remarks = sheet.lines(&own).await?;
    let [above, of_birch, below] = [
        sheet.line(&cedar.customer).await?,
        sheet.line(&birch.customer).await?,
        sheet.line(&alder.customer).await?,
    ];
    ensure!(stood[0].0 < stood[1].0 && above.0 < below.0, "no row moved: nothing is proved");
    assert_eq!((&below.1, &above.1), (&stood[0].1, &stood[1].1));

    // A rate in the sheet and a comment in the API, both of one deal; a rate in the API, of a row that moved; a row deleted.
    let untouched = cedar.stands(&firm).await?;
    sheet.type_into(&format!("E{}", of_birch.0), &json!(97)).await?;
    amend(&firm, &birch.id, &json!({ "saleComments": "urgent" })).await?;
    amend(&firm, &alder.id, &json!({ "ratePerKg": "96" })).await?;
    sheet.act(Method::DELETE, &format!("rows/{}", above.0), &json!({})).await?;
    look(&queues).await?;
    let amended = until(&firm, &birch.path(), |deal| deal["ratePerKg"] == "97.00").await?;
    assert_eq!((&amended["saleComments"], &amended["marginInr"]), (&json!("urgent"), &json!("7000.00")));
    cedar.is(&firm, "orphaned").await?;
    until(&firm, &format!("/v1/sync/rows?dealId={}", alder.id), |page| {
        page["data"][0]["state"] == "written" && page["data"][0]["written"]["saleRate"] == "96"
    })
    .await?;
    birch.is(&firm, "written").await?;
    let only_the_rate = |line: &[Value], rate: u32| [&line[..4], &[json!(rate)], &line[5..]].concat();
    assert_eq!(sheet.line(&birch.customer).await?.1, only_the_rate(&of_birch.1, 97));
    assert_eq!(sheet.line(&alder.customer).await?.1, only_the_rate(&below.1, 96));
    assert_eq!(sheet.lines(&own).await?, remarks, "what people wrote is theirs");

    // The same cell on both sides, before either hears of the other.
    let (number, _) = sheet.line(&birch.customer).await?;
    decides(&firm, "manual").await?;
    say(&firm, "pause").await?;
    sheet.type_into(&format!("E{number}"), &json!(98)).await?;
    amend(&firm, &birch.id, &json!({ "ratePerKg": "99" })).await?;
    birch.is(&firm, "pending").await?;
    say(&firm, "resume").await?;
    birch.is(&firm, "conflict").await?;
    let conflict = birch.conflict(&firm).await?;
    let history = firm.api.get(&format!("{}/history", birch.path())).await?.expect(200)?;
    let entries = history["data"].as_array().context("a page has data")?;
    let author = entries.iter().map(|entry| text(entry, "actor")).find(|actor| *actor != "system:sheet");
    let of = |side: &str| (text(&conflict[side], "value"), text(&conflict[side], "by"));
    assert_eq!(of("sheet"), ("98", "system:sheet"), "{conflict}");
    assert_eq!(of("database"), ("99", author.context("somebody amended the deal")?), "{conflict}");
    assert_eq!((&conflict["base"], &conflict["outcome"]), (&json!("97"), &json!("open")), "{conflict}");
    assert_eq!(sheet.line(&birch.customer).await?.1[4], 98, "neither side is written over");
    assert_eq!(birch.stands(&firm).await?.0["ratePerKg"], "99.00");

    // People sort once more; what was noted at the cell goes with it, and is taken away where it went.
    let noted = sheet.note(&format!("E{number}")).await?.context("whoever typed there is told")?;
    sheet.sort_by_customer(false).await?;
    let (number, _) = sheet.line(&birch.customer).await?;
    assert_eq!(sheet.note(&format!("E{number}")).await?, Some(noted));
    let path = format!("/v1/sync/conflicts/{}/resolve", text(&conflict, "id"));
    firm.api.post(&path, &key(), &json!({ "take": "sheet" })).await?.expect(200)?;
    until(&firm, &birch.path(), |deal| deal["ratePerKg"] == "98.00").await?;
    birch.is(&firm, "written").await?;
    assert_eq!(sheet.line(&birch.customer).await?.1[4], 98);
    assert_eq!(sheet.note(&format!("E{number}")).await?, None);
    decides(&firm, "database_wins").await?;

    // The row that was deleted has stayed away, and its deal is as it was; people bring it back, and it is ours again.
    cedar.is(&firm, "orphaned").await?;
    assert_eq!(sheet.lines(&cedar.customer).await?.len(), 0);
    assert_eq!(cedar.stands(&firm).await?, untouched);
    sheet.act(Method::POST, "rows", &json!({ "before": 2, "rows": [above.1] })).await?;
    look(&queues).await?;
    cedar.is(&firm, "written").await?;
    assert_eq!(sheet.line(&cedar.customer).await?.1, above.1);
    assert_eq!(cedar.stands(&firm).await?, untouched);
    Ok(())
}
