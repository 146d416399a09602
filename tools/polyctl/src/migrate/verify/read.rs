//! Reading back what was imported.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use deal::deal_view::DealView;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use inventory::lot_view::LotView;
use inventory::product_view::ProductView;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Progress;
use crate::contexts::{AskError, Context, Contexts, ask_patiently};
use crate::migrate::patience::Patience;
use crate::migrate::plan::Plan;
use crate::migrate::run::Options;

/// Most lots that one answer should hold; an answer may have 6 MB.
const LOTS_AT_ONCE: usize = 2_000;
/// Most products of one question.
const PRODUCTS_AT_ONCE: usize = 200;
/// Most deals of one question.
const DEALS_AT_ONCE: usize = 200;

/// What the contexts have.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Products by code.
    pub products: BTreeMap<String, ProductView>,
    /// Imported lots by their old identity.
    pub lots: BTreeMap<String, LotView>,
    /// Imported deals by their old identity.
    pub deals: BTreeMap<String, DealView>,
    /// Parties by one of their old identities; `None` when the customer context cannot tell.
    pub parties: Option<BTreeMap<String, PartyRow>>,
    /// Old identities in the lists of products, lots and deals.
    pub listed: [(&'static str, BTreeSet<String>); 3],
    /// What could not be read.
    pub notes: Vec<String>,
}

/// A party as the customer context answers it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyRow {
    /// Its old identities.
    pub legacy_ids: Vec<String>,
    /// Its name.
    pub name: String,
    /// `customer`, `supplier`.
    pub roles: Vec<String>,
    /// Whether it is still traded with.
    pub active: bool,
}

#[derive(Deserialize)]
struct Stock {
    product: ProductView,
    lots: Vec<LotView>,
}

#[derive(Deserialize)]
struct Rows<T> {
    rows: Vec<T>,
    #[serde(default)]
    next: Option<Value>,
}

#[derive(Deserialize)]
struct Ids {
    ids: BTreeMap<String, String>,
    #[serde(default)]
    next: Option<Value>,
}

pub(super) async fn stored(
    contexts: &dyn Contexts,
    plan: &Plan,
    options: &Options,
) -> anyhow::Result<Stored> {
    let reader = Reader { contexts, options };
    let mut stored = Stored::default();
    reader.stock(plan, &mut stored).await?;
    reader.deals(plan, &mut stored).await?;
    let mut patience = Patience::new("lists to show what was imported", options.patience);
    loop {
        reader.lists(&mut stored).await?;
        if !patience.goes_on(stored.behind(plan)).await {
            break;
        }
    }
    Ok(stored)
}

impl Stored {
    /// How many rows the lists do not show yet. Products, lots and deals are known from the logs; parties are known from their
    /// list alone, so all of them count.
    fn behind(&self, plan: &Plan) -> usize {
        let [(_, products), (_, lots), (_, deals)] = &self.listed;
        let imported = self.products.values().filter_map(|product| product.legacy_id.as_ref());
        let planned = plan.parties.iter().filter_map(|party| party.legacy_ids.first());
        let parties = self.parties.as_ref();
        let parties = parties.map_or(0, |listed| planned.filter(|id| !listed.contains_key(*id)).count());
        parties
            + imported.filter(|id| !products.contains(*id)).count()
            + self.lots.keys().filter(|id| !lots.contains(*id)).count()
            + self.deals.keys().filter(|id| !deals.contains(*id)).count()
    }
}

struct Reader<'a> {
    contexts: &'a dyn Contexts,
    options: &'a Options,
}

impl Reader<'_> {
    async fn ask<T: DeserializeOwned>(&self, context: Context, mut question: Value) -> anyhow::Result<T> {
        self.complete(&mut question);
        let answer = ask_patiently(self.contexts, context, &question).await?;
        serde_json::from_value(answer)
            .with_context(|| format!("the {context} function answers in another shape"))
    }

    fn complete(&self, question: &mut Value) {
        if let Some(members) = question.as_object_mut() {
            members.insert("kind".to_owned(), json!("imported"));
            members.insert("tenant".to_owned(), json!(self.options.tenant));
        }
    }

    async fn stock(&self, plan: &Plan, stored: &mut Stored) -> anyhow::Result<()> {
        let lots: BTreeMap<&str, usize> =
            plan.lots.iter().map(|item| (item.product_code.as_str(), item.lots.len())).collect();
        let mut questions: Vec<(Vec<&str>, usize)> = Vec::new();
        for code in plan.products.iter().map(|product| product.product_code.as_str()) {
            let more = lots.get(code).copied().unwrap_or_default();
            match questions.last_mut() {
                Some((codes, lots)) if codes.len() < PRODUCTS_AT_ONCE && *lots + more <= LOTS_AT_ONCE => {
                    codes.push(code);
                    *lots += more;
                }
                _ => questions.push((vec![code], more)),
            }
        }
        let mut progress = Progress::start("stock", plan.products.len());
        let look = |(codes, _): (Vec<&str>, usize)| {
            let question = json!({ "of": "stock", "productCodes": codes });
            async move { self.ask::<Rows<Stock>>(Context::Inventory, question).await }
        };
        let mut answers = stream::iter(questions).map(look).buffer_unordered(self.options.parallel.max(1));
        while let Some(answer) = answers.try_next().await? {
            progress.advance(answer.rows.len());
            for Stock { product, lots } in answer.rows {
                stored.products.insert(product.product_code.to_string(), product);
                let known = |lot: LotView| Some((lot.legacy_id.clone()?, lot));
                stored.lots.extend(lots.into_iter().filter_map(known));
            }
        }
        progress.finish();
        Ok(())
    }

    async fn deals(&self, plan: &Plan, stored: &mut Stored) -> anyhow::Result<()> {
        let mut progress = Progress::start("deals", plan.deals.len());
        let ids: Vec<&str> = plan.deals.iter().map(|deal| deal.legacy_id.as_str()).collect();
        let questions: Vec<Value> =
            ids.chunks(DEALS_AT_ONCE).map(|ids| json!({ "legacyIds": ids })).collect();
        let look = |question| async move { self.ask::<Rows<DealView>>(Context::Deal, question).await };
        let mut answers = stream::iter(questions).map(look).buffer_unordered(self.options.parallel.max(1));
        while let Some(answer) = answers.try_next().await? {
            progress.advance(answer.rows.len());
            let known = |deal: DealView| Some((deal.legacy_id.clone()?, deal));
            stored.deals.extend(answer.rows.into_iter().filter_map(known));
        }
        progress.finish();
        Ok(())
    }

    /// What the lists show now, and all that is known of parties.
    async fn lists(&self, stored: &mut Stored) -> anyhow::Result<()> {
        stored.listed = [
            ("product", self.ids(Context::Inventory, json!({ "of": "products" })).await?),
            ("lot", self.ids(Context::Inventory, json!({ "of": "lots" })).await?),
            ("deal", self.ids(Context::Deal, json!({})).await?),
        ];
        stored.notes.clear();
        if self.options.parties {
            self.parties(stored).await?;
        } else {
            stored.notes.push("parties were left out".to_owned());
        }
        Ok(())
    }

    /// Every old identity in a list.
    async fn ids(&self, context: Context, question: Value) -> anyhow::Result<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        let mut question = question;
        loop {
            let page: Ids = self.ask(context, question.clone()).await?;
            ids.extend(page.ids.into_keys());
            match page.next {
                Some(next) if !next.is_null() => question["after"] = next,
                _ => return Ok(ids),
            }
        }
    }

    /// Parties, if the customer context can be asked for them.
    async fn parties(&self, stored: &mut Stored) -> anyhow::Result<()> {
        let mut parties = BTreeMap::new();
        let mut question = json!({ "of": "parties" });
        loop {
            self.complete(&mut question);
            let answer = match ask_patiently(self.contexts, Context::Customer, &question).await {
                Ok(answer) => answer,
                Err(error @ (AskError::Absent(_) | AskError::Refused { .. })) => {
                    stored.notes.push(format!("parties were not compared: {error}"));
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            };
            let page: Rows<PartyRow> =
                serde_json::from_value(answer).context("the customer function answers in another shape")?;
            for party in page.rows {
                parties.extend(party.legacy_ids.iter().map(|id| (id.clone(), party.clone())));
            }
            match page.next {
                Some(next) if !next.is_null() => question["after"] = next,
                _ => break,
            }
        }
        stored.parties = Some(parties);
        Ok(())
    }
}
