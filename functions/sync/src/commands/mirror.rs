//! Comparing a tab with what it mirrors: ask for the list, read what stands there, write what differs in one call.
//!
//! Whatever breaks off in between, the next comparison begins by reading. A row whose key stands there is never appended again, so
//! an answer that was lost doubles nothing. What is noted afterwards is for people, and spares a comparison that nobody needs.

use event_store::{BoxError, Position};
use kernel::Timestamp;
use resilience::{Admission, Report};
use sync_domain::mirror::{Header, TabLines, TabPlan, TabRow, lot_rows, party_rows, plan, product_rows};
use sync_domain::{Connection, Tab};

use super::flush::{FlushError, foremost, storage};
use crate::ports::{Listed, Role, SheetFault, Work};
use crate::tab_status::{TabState, TabStatus};
use crate::{Sheets, WRITES, connection_stream, tab_status};

/// How long facts are gathered for one comparison, in milliseconds.
const GATHERED_MS: i64 = 30_000;
/// How long the lists of other contexts are given to catch up with their facts, in milliseconds.
const LISTS_TRAIL_MS: i64 = 5_000;

/// What a comparison did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mirrored {
    /// Rows that the list has.
    pub rows: usize,
    /// Cells that were written.
    pub cells: usize,
    /// Lines that were deleted.
    pub removed: usize,
    /// Whether there is more to write than went into one call.
    pub more: bool,
}

/// Where a comparison led.
enum Compared {
    Written { mirrored: Mirrored, foreign: usize },
    Missing(String),
    ColumnsMoved(String),
}

/// How long a tab that is missing is not looked for unless somebody asks, in milliseconds: a firm may well not want it.
const MISSED_MS: i64 = 3_300_000;

/// Asks for these tabs to be compared now.
///
/// # Errors
/// When the queue does not answer.
pub async fn mirror_now(sheets: &Sheets, tabs: &[Tab], key: &str) -> Result<(), BoxError> {
    let due = sheets.clock.now();
    for tab in tabs {
        sheets.work.ask(&Work::Mirror { tab: *tab, due }, &format!("{key}-{}", tab.name())).await?;
    }
    Ok(())
}

/// Asks for these tabs to be compared because it is time to. One that was missing is looked for every hour.
///
/// # Errors
/// When the queue or own tables do not answer.
pub async fn mirror_again(sheets: &Sheets, tabs: &[Tab]) -> Result<(), BoxError> {
    let key = format!("tick-{}", sheets.clock.now().unix_ms());
    mirror_now(sheets, &wanted(sheets, tabs).await?, &key).await
}

/// Asks for these tabs to be compared after what has just been heard of; half a minute of facts is one comparison. One that was
/// missing is left to the schedule.
///
/// # Errors
/// When the queue or own tables do not answer.
pub async fn mirror_soon(sheets: &Sheets, tabs: &[Tab]) -> Result<(), BoxError> {
    let gathered = sheets.clock.now().unix_ms().div_euclid(GATHERED_MS).saturating_add(1);
    let end = gathered.saturating_mul(GATHERED_MS);
    let due = Timestamp::from_unix_ms(end.saturating_add(LISTS_TRAIL_MS));
    for tab in wanted(sheets, tabs).await? {
        sheets.work.ask(&Work::Mirror { tab, due }, &format!("soon-{end}-{}", tab.name())).await?;
    }
    Ok(())
}

/// Those of the tabs that were there lately, or not looked for.
async fn wanted(sheets: &Sheets, tabs: &[Tab]) -> Result<Vec<Tab>, BoxError> {
    let now = sheets.clock.now();
    let mut wanted = Vec::with_capacity(tabs.len());
    for tab in tabs {
        let TabStatus { state, compared_at, .. } = tab_status::read(sheets, *tab).await?;
        let lately = compared_at.is_some_and(|at| now.since_ms(at) < MISSED_MS);
        if state != TabState::Missing || !lately {
            wanted.push(*tab);
        }
    }
    Ok(wanted)
}

/// Lets a tab mirror its list, unless a comparison that began at `due` or later has done so. Makes no call while the connection is
/// paused or nobody has named a spreadsheet. A tab that is missing or has other columns is noted, and nothing else comes of it.
///
/// # Errors
/// [`FlushError`]; the tab is as it was, or mirrors its list and nobody knows.
pub async fn mirror(sheets: &Sheets, tab: Tab, due: Timestamp) -> Result<Mirrored, FlushError> {
    let connection = sheets.store.load::<Connection>(&connection_stream(&sheets.tenant)).await;
    let connection = connection.map_err(|error| FlushError::Storage(error.into()))?;
    if connection.state().paused_at.is_some() || sheets.spreadsheet.place().spreadsheet_id.is_empty() {
        return Ok(Mirrored::default());
    }
    let began = sheets.clock.now();
    let before = tab_status::read(sheets, tab).await.map_err(FlushError::Storage)?;
    if before.compared_at.is_some_and(|at| at >= due) {
        return Ok(Mirrored::default());
    }
    if let Ok(wait_ms @ 1..) = u64::try_from(due.since_ms(began)) {
        return Err(FlushError::Waits { wait_ms });
    }
    // Before the tab is read, because what is written must follow closely upon what was seen there; and before the breaker is
    // asked, because whether another context answers says nothing of Google.
    let compared = match listed(sheets, tab).await {
        Ok(rows) => guarded(sheets, tab, &rows).await,
        Err(error) => Err(FlushError::Source(error)),
    };
    let noted = match status(before, began, &compared) {
        Some(status) => tab_status::note(sheets, tab, &status).await.map_err(FlushError::Storage),
        None => Ok(()),
    };
    Ok(match foremost(compared, noted)? {
        Compared::Written { mirrored, .. } => mirrored,
        Compared::Missing(_) | Compared::ColumnsMoved(_) => Mirrored::default(),
    })
}

/// Compares if the breaker lets it, and tells the breaker how it went.
async fn guarded(sheets: &Sheets, tab: Tab, rows: &[TabRow]) -> Result<Compared, FlushError> {
    let admission = sheets.breaker.admit().await.map_err(storage)?;
    if let Admission::Wait { wait_ms } = admission {
        return Err(FlushError::Waits { wait_ms: u64::try_from(wait_ms).unwrap_or(0) });
    }
    let compared = compare(sheets, tab, rows).await;
    let report = compared.as_ref().map_or_else(FlushError::report, |_| Report::Works);
    let reported = sheets.breaker.report(admission, &report).await.map_err(storage);
    foremost(compared, reported)
}

/// What is noted. Waiting is no news.
fn status(before: TabStatus, began: Timestamp, compared: &Result<Compared, FlushError>) -> Option<TabStatus> {
    let wrong = |state, fault: &String| TabStatus { state, fault: Some(fault.clone()), ..before.clone() };
    Some(match compared {
        Err(FlushError::Waits { .. }) => return None,
        // What is refused for good is not tried again before the next schedule: the comparison is over.
        Err(error @ FlushError::Sheet(SheetFault::Refused(_))) => {
            TabStatus { compared_at: Some(began), ..wrong(TabState::Failing, &kernel::error::chain(error)) }
        }
        Err(error) => wrong(TabState::Failing, &kernel::error::chain(error)),
        Ok(Compared::Missing(words)) => TabStatus {
            compared_at: Some(began),
            rows: 0,
            foreign_lines: 0,
            ..wrong(TabState::Missing, words)
        },
        Ok(Compared::ColumnsMoved(words)) => {
            TabStatus { compared_at: Some(began), ..wrong(TabState::ColumnsMoved, words) }
        }
        Ok(Compared::Written { mirrored, foreign }) => TabStatus {
            state: TabState::Current,
            compared_at: Some(began),
            written_at: if mirrored.cells > 0 || mirrored.removed > 0 {
                Some(began)
            } else {
                before.written_at
            },
            rows: mirrored.rows,
            foreign_lines: *foreign,
            fault: None,
        },
    })
}

async fn compare(sheets: &Sheets, tab: Tab, rows: &[TabRow]) -> Result<Compared, FlushError> {
    let found = match sheets.tabs.read_tab(tab).await {
        Ok(lines) => TabLines::of(tab, lines),
        Err(SheetFault::NoTab(words)) => return Ok(Compared::Missing(words)),
        Err(fault) => return Err(fault.into()),
    };
    if let Header::Wrong(words) = found.header {
        return Ok(Compared::ColumnsMoved(words));
    }
    let plan = plan(tab, &found, rows);
    let mirrored =
        Mirrored { rows: rows.len(), cells: plan.count(), removed: plan.remove.len(), more: plan.more };
    if !plan.is_empty() {
        write(sheets, tab, &plan).await?;
    }
    Ok(Compared::Written { mirrored, foreign: found.foreign })
}

async fn write(sheets: &Sheets, tab: Tab, plan: &TabPlan) -> Result<(), FlushError> {
    if let Some(wait_ms) = sheets.limiter.take("sheet-writes", WRITES, 1).await.map_err(storage)? {
        return Err(FlushError::Waits { wait_ms: u64::try_from(wait_ms).unwrap_or(0) });
    }
    sheets.tabs.write_tab(tab, plan).await.map_err(|fault| FlushError::of_write(without_words(tab, fault)))
}

/// What Google says of a call it refuses may quote a cell of it, and people's numbers must get into no log and no table.
fn without_words(tab: Tab, fault: SheetFault) -> SheetFault {
    match fault {
        SheetFault::Refused(_) if tab.is_personal() => {
            SheetFault::Refused("its words may quote people, and are not kept".to_owned())
        }
        fault => fault,
    }
}

/// The rows that the tab shall show, from the whole list.
async fn listed(sheets: &Sheets, tab: Tab) -> Result<Vec<TabRow>, BoxError> {
    let (tenant, listings) = (&sheets.tenant, &sheets.listings);
    let products = |after| listings.products(tenant, after);
    Ok(match tab {
        Tab::Inventory => {
            let lots = all(|after| listings.lots(tenant, after)).await?;
            lot_rows(&lots, &all(products).await?)
        }
        Tab::Products => product_rows(&all(products).await?),
        Tab::SaleParties => party_rows(&all(|after| listings.parties(tenant, Role::Customer, after)).await?),
        Tab::PurchaseParties => {
            party_rows(&all(|after| listings.parties(tenant, Role::Supplier, after)).await?)
        }
    })
}

/// Every page of a list.
async fn all<T, P>(page: impl Fn(Option<Position>) -> P) -> Result<Vec<T>, BoxError>
where
    P: Future<Output = Result<Listed<T>, BoxError>>,
{
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let Listed { rows: more, next } = page(after).await?;
        rows.extend(more);
        if next.is_none() {
            return Ok(rows);
        }
        after = next;
    }
}
