//! `migrate rollback`: asks the contexts to take back what was imported from these books: deals, lots, products, parties, each
//! after what names it. They know what was built upon it, so nothing is remembered here, and running again changes nothing.
//!
//! What one context cannot know of another is seen here: that a deal which is kept sells a product, and that a lot which stands
//! names a party. The customer context hears of deals a little later than they are taken back; a party that is kept for that
//! alone is asked for again.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use futures_util::{StreamExt as _, stream};
use kernel::NameKey;
use legacy::Books;
use serde::Deserialize;
use serde_json::{Value, json};

use super::patience::Patience;
use super::plan::{DealItem, Plan, ProductItem};
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

/// Takes these books back: deals, lots, products and, unless they are left out, parties.
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
    let withdrawal = Withdrawal { contexts, options, dry_run };
    let (deals, gone_deals) = withdrawal.deals(&plan).await?;
    let (lots, gone_lots) = withdrawal.lots(&plan).await?;
    let products = withdrawal.products(&plan, &deals).await?;
    let mut fates = vec![("deals", deals), ("lots", lots), ("products", products)];
    if options.parties {
        fates.push(("parties", withdrawal.parties(&plan, &gone_deals, &gone_lots).await?));
    }
    Ok(Withdrawn { fates })
}

/// The old identities of what is gone, now or before.
type Gone = BTreeSet<String>;

/// Items of one invocation, and how many rows they are.
type Batch = (usize, Value);

struct Withdrawal<'a> {
    contexts: &'a dyn Contexts,
    options: &'a Options,
    dry_run: bool,
}

impl Withdrawal<'_> {
    async fn deals(&self, plan: &Plan) -> anyhow::Result<(Fates, Gone)> {
        let ids: Vec<&str> = plan.deals.iter().map(|deal| deal.legacy_id.as_str()).collect();
        let events = self.batches(&ids, |ids| self.event("withdraw-imports", json!({ "legacyIds": ids })));
        self.step("deals", Context::Deal, events).await
    }

    /// Products with all their lots, as many as there are rows in a batch; a product is never split, because its lots are one
    /// commit.
    async fn lots(&self, plan: &Plan) -> anyhow::Result<(Fates, Gone)> {
        let mut batches: Vec<(usize, Vec<Value>)> = Vec::new();
        for product in &plan.lots {
            let ids: Vec<&str> = product.lots.iter().map(|lot| lot.legacy_id.as_str()).collect();
            let (rows, item) = (ids.len(), json!({ "productCode": product.product_code, "legacyIds": ids }));
            match batches.last_mut() {
                Some((there, items)) if *there + rows <= self.batch() => {
                    *there += rows;
                    items.push(item);
                }
                _ => batches.push((rows, vec![item])),
            }
        }
        let event = |(rows, items)| (rows, self.event("withdraw-imports", json!({ "items": items })));
        self.step("lots", Context::Inventory, batches.into_iter().map(event).collect()).await
    }

    /// Products that no deal sells which is kept. A dry run says which lots would be gone by then.
    async fn products(&self, plan: &Plan, deals: &Fates) -> anyhow::Result<Fates> {
        let sold = sold_by_kept(&plan.deals, deals);
        let lots: BTreeMap<&str, Vec<&str>> = plan
            .lots
            .iter()
            .map(|item| {
                let ids = item.lots.iter().map(|lot| lot.legacy_id.as_str()).collect();
                (item.product_code.as_str(), ids)
            })
            .collect();
        let (kept, asked): (Vec<&ProductItem>, Vec<&ProductItem>) =
            plan.products.iter().partition(|product| sold.contains_key(product.product_code.as_str()));
        let item = |product: &&ProductItem| {
            let code = product.product_code.as_str();
            let lots = lots.get(code).filter(|_| self.dry_run).cloned().unwrap_or_default();
            json!({ "productCode": code, "lots": lots })
        };
        let items: Vec<Value> = asked.iter().map(item).collect();
        let events = self.batches(&items, |items| self.event("withdraw-products", json!({ "items": items })));
        let (mut fates, _) = self.step("products", Context::Inventory, events).await?;
        for product in kept {
            let deal = sold.get(product.product_code.as_str()).copied().unwrap_or_default();
            fates.kept.push((product.product_code.clone(), format!("the deal {deal} is kept and sells it")));
        }
        Ok(fates)
    }

    /// Parties that no lot names which stands.
    async fn parties(&self, plan: &Plan, deals: &Gone, lots: &Gone) -> anyhow::Result<Fates> {
        let suppliers = self.suppliers(lots).await?;
        let lots_of = |name: &str| name.parse().ok().and_then(|key: NameKey| suppliers.get(&key).copied());
        let names = plan.parties.iter().map(|party| party.name.as_str());
        let (kept, asked): (Vec<&str>, Vec<&str>) = names.partition(|name| lots_of(name).is_some());
        let trading = trading(&plan.deals);
        let event = |names: &[&str]| {
            let keys = names.iter().filter_map(|name| name.parse::<NameKey>().ok());
            let named: BTreeSet<&str> = keys.filter_map(|key| trading.get(&key)).flatten().copied().collect();
            let gone: Vec<&str> = named.into_iter().filter(|id| deals.contains(*id)).collect();
            self.event("withdraw-parties", json!({ "names": names, "gone": gone }))
        };
        let mut progress = Progress::start("parties", asked.len());
        let mut patience = Patience::new("customer to hear that deals are gone", self.options.patience);
        let (mut fates, mut left) = (Fates::default(), asked);
        loop {
            let batches = self.batches(&left, event);
            let answered = self.answers("parties", Context::Customer, batches, &mut progress).await?;
            fates.add(answered.fates);
            if !patience.goes_on(answered.unheard).await {
                fates.kept.extend(answered.waiting);
                break;
            }
            left.retain(|name| answered.waiting.iter().any(|(waiting, _)| waiting == name));
        }
        progress.finish();
        for name in kept {
            let lots = lots_of(name).unwrap_or_default();
            fates.kept.push((name.to_owned(), format!("lots that stand name the party: {lots}")));
        }
        Ok(fates)
    }

    /// How many lots name each supplier, but for those that are gone, or would be.
    async fn suppliers(&self, gone: &Gone) -> anyhow::Result<BTreeMap<NameKey, usize>> {
        let mut suppliers: BTreeMap<NameKey, usize> = BTreeMap::new();
        let mut after = Value::Null;
        loop {
            let event = json!({ "kind": "stock", "tenant": self.options.tenant, "after": after });
            let page = ask_patiently(self.contexts, Context::Inventory, &event).await?;
            let Stock { rows, next } = serde_json::from_value(page)?;
            for lot in rows.into_iter().flat_map(|row| row.lots) {
                let is_gone = lot.legacy_id.is_some_and(|id| gone.contains(&id));
                // A name that no party can have names none.
                if let (false, Ok(name)) = (is_gone, lot.supplier.parse()) {
                    *suppliers.entry(name).or_default() += 1;
                }
            }
            if next.is_null() {
                return Ok(suppliers);
            }
            after = next;
        }
    }

    fn batch(&self) -> usize {
        self.options.batch.max(1)
    }

    fn batches<T>(&self, items: &[T], event: impl Fn(&[T]) -> Value) -> Vec<Batch> {
        items.chunks(self.batch()).map(|items| (items.len(), event(items))).collect()
    }

    fn event(&self, kind: &str, mut event: Value) -> Value {
        event["kind"] = json!(kind);
        event["tenant"] = json!(self.options.tenant);
        event["dryRun"] = json!(self.dry_run);
        event
    }

    async fn step(
        &self,
        name: &'static str,
        context: Context,
        events: Vec<Batch>,
    ) -> anyhow::Result<(Fates, Gone)> {
        let mut progress = Progress::start(name, events.iter().map(|(rows, _)| rows).sum());
        let mut answered = self.answers(name, context, events, &mut progress).await?;
        progress.finish();
        answered.fates.kept.append(&mut answered.waiting);
        Ok((answered.fates, answered.gone))
    }

    async fn answers(
        &self,
        name: &'static str,
        context: Context,
        events: Vec<Batch>,
        progress: &mut Progress,
    ) -> anyhow::Result<Answers> {
        let mut all = Answers::default();
        let send =
            |(sent, event): Batch| async move { (sent, ask_patiently(self.contexts, context, &event).await) };
        let mut answers = stream::iter(events).map(send).buffer_unordered(self.options.parallel.max(1));
        while let Some((sent, answer)) = answers.next().await {
            let answer = answer?;
            let items = answer.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if items.len() != sent {
                bail!("the {context} function answered {} of {sent} {name}", items.len());
            }
            let before = all.waiting.len();
            items.iter().try_for_each(|item| all.count(item))?;
            progress.advance(sent.saturating_sub(all.waiting.len() - before));
        }
        Ok(all)
    }
}

/// The part of the inventory's stock that is looked at.
#[derive(Deserialize)]
struct Stock {
    rows: Vec<StockRow>,
    #[serde(default)]
    next: Value,
}

#[derive(Deserialize)]
struct StockRow {
    lots: Vec<StandingLot>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StandingLot {
    supplier: String,
    #[serde(default)]
    legacy_id: Option<String>,
}

/// The products that deals sell which are kept, each with one of them.
fn sold_by_kept<'p>(deals: &'p [DealItem], fates: &Fates) -> BTreeMap<&'p str, &'p str> {
    let kept: BTreeSet<&str> = fates.kept.iter().map(|(id, _)| id.as_str()).collect();
    let kept = deals.iter().filter(|deal| kept.contains(deal.legacy_id.as_str()));
    kept.map(|deal| (deal.product_code.as_str(), deal.legacy_id.as_str())).collect()
}

/// The deals that name each party, as customer or as supplier.
fn trading(deals: &[DealItem]) -> BTreeMap<NameKey, BTreeSet<&str>> {
    let mut trading: BTreeMap<NameKey, BTreeSet<&str>> = BTreeMap::new();
    for deal in deals {
        let suppliers = deal.sources.iter().map(|source| &source.supplier);
        for key in std::iter::once(&deal.customer).chain(suppliers).filter_map(|name| name.parse().ok()) {
            trading.entry(key).or_default().insert(&deal.legacy_id);
        }
    }
    trading
}

impl Fates {
    fn add(&mut self, more: Self) {
        self.withdrawn += more.withdrawn;
        self.unchanged += more.unchanged;
        self.absent += more.absent;
        self.kept.extend(more.kept);
    }
}

/// What a context answered.
#[derive(Default)]
struct Answers {
    fates: Fates,
    /// What is gone, now or before.
    gone: Gone,
    /// Identity and reason of what is kept for the moment.
    waiting: Vec<(String, String)>,
    /// Facts that those wait for. Falls while they come in, long before the last one of a party does.
    unheard: usize,
}

impl Answers {
    fn count(&mut self, item: &Value) -> anyhow::Result<()> {
        let text = |member: &str| item.get(member).and_then(Value::as_str);
        let id =
            ["legacyId", "productCode", "name"].into_iter().find_map(text).unwrap_or_default().to_owned();
        let reason = || text("reason").unwrap_or("no reason given").to_owned();
        match text("outcome") {
            Some("withdrawn") => self.fates.withdrawn += 1,
            Some("unchanged") => self.fates.unchanged += 1,
            Some("absent") => self.fates.absent += 1,
            Some("kept") => {
                self.fates.kept.push((id, reason()));
                return Ok(());
            }
            Some("waiting") => {
                self.waiting.push((id, reason()));
                let facts = item.get("unheard").and_then(Value::as_u64).unwrap_or(1);
                self.unheard += usize::try_from(facts).unwrap_or(1);
                return Ok(());
            }
            other => bail!("a row was answered with the outcome {other:?}, which this polyctl does not know"),
        }
        self.gone.insert(id);
        Ok(())
    }
}
