//! `withdraw-imports`: lots.

use std::collections::BTreeSet;
use std::convert::Infallible;

use event_store::{Proposed, Request, Stream};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use inventory_domain::stock::{Stock, StockCommand, StockEvent, StockRefusal};
use inventory_domain::{LotId, ProductCode, ProductId};
use kernel::Aggregate as _;
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{AT_ONCE, Asked, asked};
use crate::direct::failed;
use crate::{Inventory, stock_stream};

/// Most lots in one commit, as many as one import has.
const MOST_PER_COMMIT: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    product_code: ProductCode,
    legacy_ids: Vec<String>,
}

/// `{"items": [{legacyId, productCode, id?, outcome, reason?}]}`, one entry per lot.
pub(crate) async fn lots(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let Asked { inventory, request, items, dry_run } = asked(inventory, payload)?;
    let outcomes: Vec<_> =
        items.into_iter().map(|item| lots_of(&inventory, &request, item, dry_run)).collect();
    let outcomes: Vec<Vec<Value>> = stream::iter(outcomes).buffered(AT_ONCE).try_collect().await?;
    Ok(json!({ "items": outcomes.concat() }))
}

async fn lots_of(
    inventory: &Inventory,
    request: &Request,
    item: Item,
    dry_run: bool,
) -> Result<Vec<Value>, DirectError> {
    let Item { product_code, legacy_ids } = item;
    let product = ProductId::of(&inventory.tenant, &product_code);
    let place = stock_stream(&inventory.tenant, product);
    let mut answers = Vec::with_capacity(legacy_ids.len());
    for part in legacy_ids.chunks(MOST_PER_COMMIT) {
        let mut decided = Vec::new();
        let decide = |stream: &Stream<Stock>| {
            let (outcomes, events) = decide(stream.state(), part);
            decided = outcomes;
            Ok::<_, Infallible>(events)
        };
        if dry_run {
            let stream = inventory.store.load::<Stock>(&place).await.map_err(|e| failed(&e))?;
            decided = self::decide(stream.state(), part).0;
        } else {
            inventory.store.change(&place, request, None, decide).await.map_err(|e| failed(&e))?;
        }
        for (legacy_id, (lot, outcome)) in part.iter().zip(decided) {
            let mut answer = json!({ "legacyId": legacy_id, "productCode": product_code });
            answer["id"] = json!(lot.map(|number| LotId::new(product, number)));
            answer["outcome"] = json!(outcome.name());
            if let Outcome::Kept(reason) = outcome {
                answer["reason"] = json!(reason);
            }
            answers.push(answer);
        }
    }
    Ok(answers)
}

/// The lot's number, if it was ever imported, and what becomes of it.
type OfLot = (Option<u32>, Outcome);

enum Outcome {
    Withdrawn,
    Unchanged,
    Absent,
    Kept(String),
}

impl Outcome {
    const fn name(&self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Unchanged => "unchanged",
            Self::Absent => "absent",
            Self::Kept(_) => "kept",
        }
    }
}

/// What becomes of each lot. They do not depend on each other; one that is named twice is withdrawn once.
fn decide(stock: &Stock, legacy_ids: &[String]) -> (Vec<OfLot>, Vec<Proposed<StockEvent>>) {
    let (mut outcomes, mut proposed) = (Vec::with_capacity(legacy_ids.len()), Vec::new());
    let mut seen = BTreeSet::new();
    for legacy_id in legacy_ids {
        let again = !seen.insert(legacy_id);
        let decision = stock.decide(&StockCommand::WithdrawImport { legacy_id: legacy_id.clone() });
        let outcome = match decision {
            Ok(events) if again || events.is_empty() => Outcome::Unchanged,
            Ok(events) => {
                proposed.extend(events.into_iter().map(Proposed::new));
                Outcome::Withdrawn
            }
            Err(StockRefusal::NotImported(_)) => Outcome::Absent,
            Err(refusal) => Outcome::Kept(refusal.to_string()),
        };
        outcomes.push((stock.imported(legacy_id), outcome));
    }
    (outcomes, proposed)
}
