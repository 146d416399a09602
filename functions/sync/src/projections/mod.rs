//! What this context does with its own commits: keep the list of rows up to date, ask for a flush, tell the others.

mod conflict_rows;
mod sheet_rows;

use async_trait::async_trait;
use event_store::{BoxError, Commit};
use kernel::Aggregate;
use messaging::{OwnCommits, Publication};
use sync_domain::deal_rows::Event;
use sync_domain::published::{ConflictDetected, RowsSettled};
use sync_domain::{Connection, DealId, DealRows};

use crate::Sheets;
use crate::ports::Work;

pub use conflict_rows::{BY_OPENNESS, conflicts_partition, conflicts_that_are};
pub use sheet_rows::{
    BY_DEAL, BY_STATE, CHANGED_AT, CORRELATION, rows_in_state, rows_of_deal, rows_partition,
};

/// Version of the published facts' shapes.
const FACT_VERSION: u16 = 1;

/// Projects and publishes the commits of this context.
#[derive(Debug, Clone)]
pub struct Projections {
    sheets: Sheets,
}

impl Projections {
    /// Projects into the views of `sheets`.
    #[must_use]
    pub const fn new(sheets: Sheets) -> Self {
        Self { sheets }
    }
}

/// A commit of a kind of stream that this context does not write.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a kind of stream of this context")]
struct ForeignStream(String);

#[async_trait]
impl OwnCommits for Projections {
    /// Shows the rows as the log has them now, and asks for a flush where some wait. The question stands here and not with the
    /// command, because a commit that was accepted is projected whatever breaks off in between.
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let sheets = self.sheets.of(commit.stream.tenant());
        let waits = match commit.stream.kind() {
            DealRows::KIND => {
                let deal: DealId = commit.stream.key().parse()?;
                let stream = sheets.store.load::<DealRows>(&commit.stream).await?;
                let change = (&commit.provenance.correlation, commit.at);
                sheet_rows::project(&sheets, deal, stream.state(), stream.version(), change).await?;
                conflict_rows::project(&sheets, stream.state(), stream.version()).await?;
                stream.state().pending().next().is_some()
            }
            Connection::KIND => {
                let connection = sheets.store.load::<Connection>(&commit.stream).await?;
                connection.state().paused_at.is_none()
            }
            other => return Err(ForeignStream(other.to_owned()).into()),
        };
        if waits {
            sheets.work.ask(&Work::Flush, &commit.id.to_string()).await?;
        }
        Ok(())
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        if commit.stream.kind() != DealRows::KIND {
            return Ok(Vec::new());
        }
        let deal: DealId = commit.stream.key().parse()?;
        let mut publications = Vec::new();
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            let event: Event = stored.decode()?;
            if let Some(fact) = RowsSettled::of(deal, &event) {
                publications.push(Publication::new(sequence, RowsSettled::TYPE, FACT_VERSION, &fact)?);
            }
            if let Some(fact) = ConflictDetected::of(deal, &event) {
                publications.push(Publication::new(sequence, ConflictDetected::TYPE, FACT_VERSION, &fact)?);
            }
        }
        Ok(publications)
    }
}
