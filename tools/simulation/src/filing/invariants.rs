//! What must hold when nothing is under way any more.

use std::collections::BTreeMap;
use std::sync::Arc;

use event_store::{EventStore, Stream};
use kernel::Aggregate as _;
use messaging::Envelope;
use resilience::{Breaker, Limiter};
use sync::adapters::{MemoryWork, Unconnected};
use sync::projections::Lists;
use sync::row_view::{RowView, shown};
use sync::{BREAKER, Sheets};
use sync_domain::deal_rows::RowState;
use sync_domain::{Content, DealId, DealRows, Policy, RowKey};

use super::World;
use super::neighbours::Nobody;
use super::workload::Deal;
use crate::clock::{DrawnIds, SkewedClock, VirtualTimer};
use crate::invariants::delivery::{handled, marked, parked, published};
use crate::invariants::streams::chained;
use crate::simulate::Stage as _;
use crate::sync::locked;

/// What must hold, in words, and what finds out; the error says what does not.
type Check = (&'static str, fn(&World) -> Result<(), String>);

/// Checks it; what does not hold is noted as a violation.
pub(super) fn at_rest(world: &World) {
    let checks: [Check; 6] = [
        ("every stream is gapless and chained", |world| chained(&world.sim, &world.context.tables)),
        ("queues, dead letters and parked facts are empty", nothing_is_left_over),
        ("every commit is marked as published", |world| marked(&world.context.tables)),
        ("every fact reached the bus and was handled", every_fact_was_handled),
        ("the sheet has each row of each deal once, as it is", the_sheet_is_what_the_deals_are),
        ("every row is known to be written, and listed so", rows_are_written),
    ];
    for (invariant, check) in checks {
        if let Err(detail) = check(world) {
            world.sim.violate(invariant, detail);
        }
    }
}

fn nothing_is_left_over(world: &World) -> Result<(), String> {
    let mut left = world.unfinished();
    left.push(("dead letters of sync-inbox", world.context.inbox.dead()));
    left.push(("dead letters of sync-sheet", world.work.dead()));
    left.push(("parked facts", parked(&world.tenant, &world.context.tables)));
    left.retain(|(_, count)| *count > 0);
    if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
}

/// The facts of deals, and those that the context's own commits publish.
fn every_fact_was_handled(world: &World) -> Result<(), String> {
    let mut facts: Vec<Envelope> = locked(&world.facts).clone();
    let lists = Lists::new(bystander(world));
    facts.extend(published(world.context.name, &world.context.tables, &lists)?);
    handled(&world.bus, &facts)
}

/// What the sheet shows of a row, without what is the same of all: whose, at which rate, and what is noted.
type Gist = (String, String, String);

fn the_sheet_is_what_the_deals_are(world: &World) -> Result<(), String> {
    let mut expected: BTreeMap<String, Gist> = BTreeMap::new();
    for deal in locked(&world.deals).iter() {
        expect(deal, &mut expected);
    }
    for line in world.sheet.lines().into_iter().skip(1) {
        let mut cells = line.into_iter();
        let key = cells.next().unwrap_or_default().meaning();
        let content = shown(&Content::of(cells));
        let cell = |name: &str| content.get(name).cloned().unwrap_or_default();
        let found = (cell("saleParty"), cell("saleRate"), cell("note"));
        let wanted =
            expected.remove(&key).ok_or_else(|| format!("{key} stands there again or for nothing"))?;
        if wanted != found {
            return Err(format!("{key} shows {found:?}, not {wanted:?}"));
        }
    }
    match expected.keys().next() {
        None => Ok(()),
        Some(key) => Err(format!("{key} is missing")),
    }
}

fn expect(deal: &Deal, expected: &mut BTreeMap<String, Gist>) {
    let Some(cancelled) = deal.stands() else { return };
    for part in 1..=deal.sources {
        let key = RowKey::new(deal.id, u32::try_from(part).unwrap_or_default());
        let rate = if part == 1 { deal.rate(deal.steps.len()).to_string() } else { String::new() };
        let place = format!("art {part} of {}", deal.sources);
        let note = if cancelled { format!("Cancelled, p{place}") } else { format!("P{place}") };
        expected.insert(key.to_string(), (deal.customer.clone(), rate, note));
    }
}

fn rows_are_written(world: &World) -> Result<(), String> {
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    for row in world.context.tables.views.memory().rows() {
        rows.insert(format!("{} {}", row.pk, row.sk), row.body);
    }
    let streams = world.context.tables.log.memory().streams();
    for (stream, commits) in streams.into_iter().filter(|(stream, _)| stream.kind() == DealRows::KIND) {
        let id: DealId = stream.key().parse().map_err(|error| format!("{error}"))?;
        let folded =
            Stream::<DealRows>::fold(stream, &commits, world.sim.now()).map_err(|e| e.to_string())?;
        let last = commits.last().ok_or("a stream is empty")?;
        let known = folded.state().known().ok_or_else(|| format!("{id} is not known"))?;
        for (part, row) in &known.rows {
            if row.state != RowState::Written || !row.conflicts.is_empty() {
                return Err(format!("part {part} of {id} is {}: {:?}", row.state.name(), row.conflicts));
            }
            let place = format!("T#{}#sheet-rows {}#{id}#{part:04}", world.tenant, known.deal.date);
            let view = RowView::of(id, *part, row, &last.provenance.correlation);
            let view = serde_json::to_string(&view).map_err(|error| error.to_string())?;
            let listed = rows.remove(&place).ok_or_else(|| format!("{place} is missing"))?;
            if listed != view {
                return Err(format!("{place} shows {listed}, not {view}"));
            }
        }
    }
    match rows.keys().next() {
        None => Ok(()),
        Some(place) => Err(format!("{place} shows nothing that there is")),
    }
}

/// The context on its tables as they are, without a network between.
fn bystander(world: &World) -> Sheets {
    let clock = Arc::new(SkewedClock::exact(Arc::clone(&world.sim)));
    let ids = Arc::new(DrawnIds::drawn(&world.sim));
    let timer = Arc::new(VirtualTimer(Arc::clone(&world.sim)));
    let (tables, tenant) = (&world.context.tables, world.tenant.clone());
    let ops = Arc::new(event_store::ops::MemoryOps::default());
    Sheets {
        store: EventStore::new(tables.log.memory(), clock.clone(), ids.clone(), timer),
        views: tables.views.memory(),
        spreadsheet: Arc::new(Unconnected),
        work: Arc::new(MemoryWork::default()),
        tabs: Arc::new(Unconnected),
        listings: Arc::new(Nobody),
        products: Arc::new(Nobody),
        deals: Arc::new(Nobody),
        breaker: Breaker::new(ops.clone(), clock.clone(), tenant.clone(), "google-sheets", BREAKER),
        limiter: Limiter::new(ops.clone(), clock.clone(), tenant.clone()),
        ops,
        policy: Policy::Manual,
        tenant,
        clock,
        ids,
    }
}
