//! `migrate rollback`: asks the contexts to take back what was imported from these books. They know what was built upon it, so
//! nothing is remembered here, and running again changes nothing.

use anyhow::bail;
use futures_util::{StreamExt as _, stream};
use legacy::Books;
use serde_json::{Value, json};

use super::plan::Plan;
use super::run::Options;
use crate::Progress;
use crate::contexts::{Context, Contexts, ask_patiently};

/// What became of the rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fates {
    /// Taken back.
    pub withdrawn: usize,
    /// Taken back before.
    pub unchanged: usize,
    /// Never imported.
    pub absent: usize,
    /// Identity and reason of what is built upon.
    pub kept: Vec<(String, String)>,
}

/// What became of everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Withdrawn {
    /// By kind of row.
    pub fates: Vec<(&'static str, Fates)>,
}

impl Withdrawn {
    /// Rows that are built upon.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.fates.iter().map(|(_, fates)| fates.kept.len()).sum()
    }

    /// What became of one kind of row.
    #[must_use]
    pub fn of(&self, kind: &str) -> Fates {
        let found = self.fates.iter().find(|(name, _)| *name == kind);
        found.map(|(_, fates)| fates.clone()).unwrap_or_default()
    }
}

/// Takes deals and lots of these books back, deals first.
///
/// # Errors
/// When a context stays silent. What was answered until then is done; running again goes on from there.
pub async fn withdraw(
    contexts: &dyn Contexts,
    books: &Books,
    options: &Options,
    dry_run: bool,
) -> anyhow::Result<Withdrawn> {
    let plan = Plan::of(books);
    let batch = options.batch.max(1);
    let withdrawal = Withdrawal { contexts, parallel: options.parallel.max(1) };
    let event = |member: &str, items: Value| {
        let mut event = json!({ "kind": "withdraw-imports", "tenant": options.tenant, "dryRun": dry_run });
        event[member] = items;
        event
    };
    let deals: Vec<&str> = plan.deals.iter().map(|deal| deal.legacy_id.as_str()).collect();
    let events = deals.chunks(batch).map(|ids| (ids.len(), event("legacyIds", json!(ids)))).collect();
    let deals = withdrawal.step("deals", Context::Deal, deals.len(), events).await?;
    let mut events: Vec<(usize, Vec<Value>)> = Vec::new();
    for product in &plan.lots {
        let ids: Vec<&str> = product.lots.iter().map(|lot| lot.legacy_id.as_str()).collect();
        let (rows, item) = (ids.len(), json!({ "productCode": product.product_code, "legacyIds": ids }));
        match events.last_mut() {
            Some((there, items)) if *there + rows <= batch => {
                *there += rows;
                items.push(item);
            }
            _ => events.push((rows, vec![item])),
        }
    }
    let lots = events.iter().map(|(rows, _)| rows).sum();
    let events = events.into_iter().map(|(rows, items)| (rows, event("items", json!(items)))).collect();
    let lots = withdrawal.step("lots", Context::Inventory, lots, events).await?;
    Ok(Withdrawn { fates: vec![("deals", deals), ("lots", lots)] })
}

struct Withdrawal<'a> {
    contexts: &'a dyn Contexts,
    parallel: usize,
}

impl Withdrawal<'_> {
    async fn step(
        &self,
        name: &'static str,
        context: Context,
        rows: usize,
        events: Vec<(usize, Value)>,
    ) -> anyhow::Result<Fates> {
        let mut progress = Progress::start(name, rows);
        let mut fates = Fates::default();
        let send = |(sent, event): (usize, Value)| async move {
            (sent, ask_patiently(self.contexts, context, &event).await)
        };
        let mut answers = stream::iter(events).map(send).buffer_unordered(self.parallel);
        while let Some((sent, answer)) = answers.next().await {
            let answer = answer?;
            let items = answer.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if items.len() != sent {
                bail!("the {context} function answered {} of {sent} {name}", items.len());
            }
            for item in items {
                fates.count(item)?;
            }
            progress.advance(sent);
        }
        progress.finish();
        Ok(fates)
    }
}

impl Fates {
    fn count(&mut self, item: &Value) -> anyhow::Result<()> {
        let text = |member: &str| item.get(member).and_then(Value::as_str);
        match text("outcome") {
            Some("withdrawn") => self.withdrawn += 1,
            Some("unchanged") => self.unchanged += 1,
            Some("absent") => self.absent += 1,
            Some("kept") => {
                let id = text("legacyId").unwrap_or_default().to_owned();
                self.kept.push((id, text("reason").unwrap_or("no reason given").to_owned()));
            }
            other => bail!("a row was answered with the outcome {other:?}, which this polyctl does not know"),
        }
        Ok(())
    }
}
