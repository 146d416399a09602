//! What this context does with its own commits: keep the list of rows up to date, ask for a flush, tell the others.

mod conflict_rows;
mod sheet_rows;

use async_trait::async_trait;
use event_store::{BoxError, Commit, LoadFrom, Stream, StreamId};
use kernel::{Aggregate, Timestamp};
use messaging::{OwnCommits, Publication};
use sync_domain::deal_rows::Event;
use sync_domain::published::{ConflictDetected, ConflictResolved, RowsSettled};
use sync_domain::{Connection, DealId, DealRows};

use crate::Sheets;
use crate::ports::Work;

pub use conflict_rows::{BY_OPENNESS, conflicts_partition, conflicts_that_are};
pub use sheet_rows::{
    BY_DEAL, BY_STATE, CHANGED_AT, CORRELATION, rows_in_state, rows_of_deal, rows_partition,
};

/// Version of the published facts' shapes.
const FACT_VERSION: u16 = 1;

/// Keeps the lists, and does nothing else.
#[derive(Debug, Clone)]
pub struct Lists {
    sheets: Sheets,
}

impl Lists {
    /// Projects into the views of `sheets`.
    #[must_use]
    pub const fn new(sheets: Sheets) -> Self {
        Self { sheets }
    }

    /// Shows the rows of a deal as the log has them now, with the change that made them so; tells whether some wait.
    async fn show(&self, sheets: &Sheets, id: &StreamId, now: Timestamp) -> Result<bool, BoxError> {
        let commits = sheets.store.log().load(id, LoadFrom::Beginning).await?;
        let Some(last) = commits.last() else { return Ok(false) };
        let deal: DealId = id.key().parse()?;
        let stream = Stream::<DealRows>::fold(id.clone(), &commits, now)?;
        let change = (&last.provenance.correlation, last.at);
        sheet_rows::project(sheets, deal, stream.state(), stream.version(), change).await?;
        conflict_rows::project(sheets, stream.state(), stream.version()).await?;
        Ok(stream.state().pending().next().is_some())
    }
}

/// Projects and publishes the commits of this context.
#[derive(Debug, Clone)]
pub struct Projections {
    sheets: Sheets,
    lists: Lists,
}

impl Projections {
    /// Projects into the views of `sheets`, and asks for flushes.
    #[must_use]
    pub fn new(sheets: Sheets) -> Self {
        Self { lists: Lists::new(sheets.clone()), sheets }
    }
}

/// A commit of a kind of stream that this context does not write.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a kind of stream of this context")]
pub struct ForeignStream(pub String);

#[async_trait]
impl OwnCommits for Projections {
    /// Shows the rows as the log has them now, and asks for a flush where some wait. The question stands here and not with the
    /// command, because a commit that was accepted is projected whatever breaks off in between.
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let sheets = self.sheets.of(commit.stream.tenant());
        let waits = match commit.stream.kind() {
            DealRows::KIND => self.lists.show(&sheets, &commit.stream, commit.at).await?,
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
        self.lists.publications(commit).await
    }
}

#[async_trait]
impl OwnCommits for Lists {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        if commit.stream.kind() == DealRows::KIND {
            let sheets = self.sheets.of(commit.stream.tenant());
            self.show(&sheets, &commit.stream, commit.at).await?;
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
            if let Some(fact) = ConflictResolved::of(deal, &event) {
                publications.push(Publication::new(sequence, ConflictResolved::TYPE, FACT_VERSION, &fact)?);
            }
        }
        Ok(publications)
    }
}
