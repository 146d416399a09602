//! `migrate run`: hands the plan to the contexts, in batches. The contexts know what they have, so running again, after a kill
//! or every night, writes only what is missing or has changed; nothing is remembered here.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::bail;
use futures_util::{StreamExt as _, stream};
use kernel::Tenant;
use legacy::Books;
use serde::Serialize;
use serde_json::{Value, json};

use super::plan::{LotsItem, Plan};
use crate::Progress;
use crate::contexts::{Context, Contexts, ask_patiently};

/// How to import.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whose data it is.
    pub tenant: Tenant,
    /// Most rows in one invocation.
    pub batch: usize,
    /// Most invocations at once.
    pub parallel: usize,
    /// Whether parties are imported.
    pub parties: bool,
    /// How long nothing more may come of what follows a little later, such as lists, before it is taken for missing.
    pub patience: Duration,
}

/// What became of the rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// New here.
    pub created: usize,
    /// Changed in the old system since the last time.
    pub changed: usize,
    /// As they were.
    pub unchanged: usize,
    /// Identity and reason of what a rule forbids.
    pub refused: Vec<(String, String)>,
    /// How long it took.
    pub took: Duration,
}

/// What became of everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// By kind of row, in the order of the import.
    pub tallies: Vec<(&'static str, Tally)>,
}

impl Report {
    /// Rows that were written, new or changed.
    #[must_use]
    pub fn written(&self) -> usize {
        self.tallies.iter().map(|(_, tally)| tally.created + tally.changed).sum()
    }

    /// Rows that a rule forbids.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.tallies.iter().map(|(_, tally)| tally.refused.len()).sum()
    }

    /// The tally of one kind of row.
    #[must_use]
    pub fn of(&self, kind: &str) -> Tally {
        self.tallies
            .iter()
            .find(|(name, _)| *name == kind)
            .map(|(_, tally)| tally.clone())
            .unwrap_or_default()
    }
}

/// Imports the books: parties, products, lots, deals.
///
/// # Errors
/// When a context stays silent. What was answered until then is stored; running again goes on from there.
pub async fn import(contexts: &dyn Contexts, books: &Books, options: &Options) -> anyhow::Result<Report> {
    let plan = Plan::of(books);
    let mut report = Report::default();
    let importer = Importer { contexts, options };
    let mut entered: BTreeMap<String, String> = BTreeMap::new();
    if options.parties {
        let batches = importer.batches(&plan.parties)?;
        let remember = |item: &Value| {
            let old = item.get("legacyIds").and_then(Value::as_array).into_iter().flatten();
            if let Some(new) = text(item, "id") {
                entered.extend(old.filter_map(Value::as_str).map(|old| (old.to_owned(), new.to_owned())));
            }
        };
        let tally = importer.step(Step::PARTIES, plan.parties.len(), batches, remember).await?;
        report.tallies.push((Step::PARTIES.name, tally));
    }
    let batches = importer.batches(&plan.products)?;
    let tally = importer.step(Step::PRODUCTS, plan.products.len(), batches, |_| {}).await?;
    report.tallies.push((Step::PRODUCTS.name, tally));
    let named = plan.parties.iter().filter_map(|party| {
        let id = party.legacy_ids.iter().find_map(|old| entered.get(old))?;
        Some((party.name.clone(), id.clone()))
    });
    let parties: BTreeMap<String, String> = named.collect();
    let stock: Vec<LotsItem> = plan.lots.iter().map(|item| item.with_parties(&parties)).collect();
    let mut lots: BTreeMap<String, String> = BTreeMap::new();
    let rows = plan.lots.iter().map(|item| item.lots.len()).sum();
    let remember = |item: &Value| {
        if let (Some(old), Some(new)) = (text(item, "legacyId"), text(item, "id")) {
            lots.insert(old.to_owned(), new.to_owned());
        }
    };
    let tally = importer.step(Step::LOTS, rows, importer.lot_batches(&stock)?, remember).await?;
    report.tallies.push((Step::LOTS.name, tally));
    let (mut deals, mut refused) = (Vec::with_capacity(plan.deals.len()), Vec::new());
    for deal in &plan.deals {
        match deal.with_lots(&lots) {
            Ok(deal) => deals.push(deal.with_parties(&parties)),
            Err(lot) => refused.push((deal.legacy_id.clone(), format!("its lot {lot} was not imported"))),
        }
    }
    let mut tally = importer.step(Step::DEALS, deals.len(), importer.batches(&deals)?, |_| {}).await?;
    tally.refused.append(&mut refused);
    report.tallies.push((Step::DEALS.name, tally));
    Ok(report)
}

/// One kind of row.
#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    context: Context,
    kind: &'static str,
}

impl Step {
    const PARTIES: Self = Self { name: "parties", context: Context::Customer, kind: "import-parties" };
    const PRODUCTS: Self = Self { name: "products", context: Context::Inventory, kind: "import-products" };
    const LOTS: Self = Self { name: "lots", context: Context::Inventory, kind: "import-lots" };
    const DEALS: Self = Self { name: "deals", context: Context::Deal, kind: "import-deals" };
}

/// Items of one invocation, and how many rows they are.
struct Batch {
    items: Vec<Value>,
    rows: usize,
}

struct Importer<'a> {
    contexts: &'a dyn Contexts,
    options: &'a Options,
}

impl Importer<'_> {
    fn batches(&self, items: &[impl Serialize]) -> anyhow::Result<Vec<Batch>> {
        let batch = |items: &[_]| {
            let items = items.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>()?;
            Ok(Batch { rows: items.len(), items })
        };
        items.chunks(self.options.batch.max(1)).map(batch).collect()
    }

    /// Products with all their lots, as many as there are rows in a batch; a product is never split, because its lots are one
    /// commit.
    fn lot_batches(&self, products: &[LotsItem]) -> anyhow::Result<Vec<Batch>> {
        let mut batches: Vec<Batch> = Vec::new();
        for product in products {
            let (item, rows) = (serde_json::to_value(product)?, product.lots.len());
            match batches.last_mut() {
                Some(batch) if batch.rows + rows <= self.options.batch => {
                    batch.items.push(item);
                    batch.rows += rows;
                }
                _ => batches.push(Batch { items: vec![item], rows }),
            }
        }
        Ok(batches)
    }

    /// Sends batches, several at once, and counts what became of each row; `each` sees every answered row.
    async fn step(
        &self,
        step: Step,
        rows: usize,
        batches: Vec<Batch>,
        mut each: impl FnMut(&Value),
    ) -> anyhow::Result<Tally> {
        let mut progress = Progress::start(step.name, rows);
        let mut tally = Tally::default();
        let send = |batch: Batch| async move {
            let event = json!({ "kind": step.kind, "tenant": self.options.tenant, "items": batch.items });
            (batch.rows, ask_patiently(self.contexts, step.context, &event).await)
        };
        let mut answers = stream::iter(batches).map(send).buffer_unordered(self.options.parallel.max(1));
        while let Some((sent, answer)) = answers.next().await {
            let answer = answer?;
            let items = answer.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if items.len() != sent {
                bail!("the {} function answered {} of {sent} {}", step.context, items.len(), step.name);
            }
            for item in items {
                tally.count(item)?;
                each(item);
            }
            progress.advance(sent);
        }
        tally.took = progress.finish();
        Ok(tally)
    }
}

impl Tally {
    fn count(&mut self, item: &Value) -> anyhow::Result<()> {
        match text(item, "outcome") {
            Some("created") => self.created += 1,
            Some("changed") => self.changed += 1,
            Some("unchanged") => self.unchanged += 1,
            Some("refused") => {
                let named = text(item, "legacyId").map(str::to_owned);
                let named =
                    named.or_else(|| item.get("legacyIds").map(ToString::to_string)).unwrap_or_default();
                self.refused.push((named, text(item, "reason").unwrap_or("no reason given").to_owned()));
            }
            other => bail!("a row was answered with the outcome {other:?}, which this polyctl does not know"),
        }
        Ok(())
    }
}

fn text<'a>(item: &'a Value, member: &str) -> Option<&'a str> {
    item.get(member).and_then(Value::as_str)
}
