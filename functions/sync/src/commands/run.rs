use std::collections::BTreeSet;

use event_store::{BoxError, ExecuteError, Index, Position, Query, Request};
use kernel::CorrelationId;
use sync_domain::deal_rows::{Command, Refusal};
use sync_domain::{DealId, DealRows, RunId, Tab};
use uuid::Uuid;

use super::mirror_now;
use crate::ports::Work;
use crate::projections::rows_partition;
use crate::row_view::RowView;
use crate::{Sheets, rows_stream};

/// How many rows one message of a run looks at.
const ROWS_A_STEP: usize = 50;

/// Asks for every row to be looked at again, and for every tab to be compared; rows that are held go in when `release` says so, rows that
/// people deleted when `restore` does.
///
/// # Errors
/// When the queue does not answer.
pub async fn start_run(
    sheets: &Sheets,
    run_id: RunId,
    (release, restore): (bool, bool),
) -> Result<(), BoxError> {
    sheets.work.ask(&Work::Run { run_id, release, restore, after: None }, &run_id.to_string()).await?;
    mirror_now(sheets, &Tab::ALL, &run_id.to_string()).await
}

/// Looks at the next rows of a run: each becomes pending again, and the flush that follows writes what differs. Asks for the
/// step after it. Doing a step twice changes nothing that the first time did not.
///
/// # Errors
/// When log, views or queue do not answer.
pub async fn carry_on(
    sheets: &Sheets,
    run_id: RunId,
    (release, restore): (bool, bool),
    after: Option<Position>,
) -> Result<(), BoxError> {
    let page = sheets
        .views
        .query(Query {
            index: Index::Primary,
            partition: rows_partition(&sheets.tenant),
            from: None,
            to: None,
            descending: false,
            filters: Vec::new(),
            limit: ROWS_A_STEP,
            after,
        })
        .await?;
    let mut deals: BTreeSet<DealId> = BTreeSet::new();
    for row in &page.rows {
        let view: RowView = serde_json::from_str(&row.body)?;
        deals.insert(view.deal_id);
    }
    let correlation: CorrelationId = run_id.to_string().parse()?;
    for deal in deals {
        let request = Request::new(sheets.by_itself(correlation.clone()));
        execute(sheets, &request, deal, &Command::Recheck).await?;
        if release {
            execute(sheets, &request, deal, &Command::Release).await?;
        }
        if restore {
            execute(sheets, &request, deal, &Command::Restore).await?;
        }
    }
    match page.next {
        Some(next) => {
            let key = format!("{run_id}#{}", next.sk);
            sheets.work.ask(&Work::Run { run_id, release, restore, after: Some(next) }, &dedup(&key)).await
        }
        None => Ok(()),
    }
}

async fn execute(
    sheets: &Sheets,
    request: &Request,
    deal: DealId,
    command: &Command,
) -> Result<(), BoxError> {
    let stream = rows_stream(&sheets.tenant, deal);
    let outcome: Result<_, ExecuteError<Refusal>> =
        sheets.store.execute::<DealRows>(&stream, request, command).await;
    Ok(outcome.map(drop)?)
}

/// A key of a step; queues take short ones of plain characters.
fn dedup(text: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).to_string()
}
