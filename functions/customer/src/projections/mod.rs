//! What this context does with its own commits: keep lists, names and the blind index up to date, finish what an erasure
//! began, and tell the others.

mod blind_rows;
mod name_rows;
mod party_rows;

use async_trait::async_trait;
use customer_domain::PartyId;
use customer_domain::party::{Event, Party};
use customer_domain::published::PartyFact;
use event_store::{BoxError, Commit, Stream};
use kernel::Aggregate;
use messaging::{OwnCommits, Publication};

use crate::Customers;

pub(crate) use blind_rows::forget;
pub(crate) use name_rows::{names, project as project_names};
pub use party_rows::{
    PARTY_INDEXES, merged_into_partition, parties_partition, parties_with_role, parties_with_tag, position,
};

/// Version of the published facts' shapes.
const FACT_VERSION: u16 = 1;

/// Projects and publishes the commits of this context.
#[derive(Debug, Clone)]
pub struct Projections {
    customers: Customers,
}

impl Projections {
    /// Projects into the views of `customers`.
    #[must_use]
    pub const fn new(customers: Customers) -> Self {
        Self { customers }
    }
}

/// A commit of a kind of stream that this context does not write.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a kind of stream of this context")]
struct ForeignStream(String);

fn party_of(commit: &Commit) -> Result<PartyId, BoxError> {
    if commit.stream.kind() == Party::KIND {
        Ok(commit.stream.key().parse()?)
    } else {
        Err(ForeignStream(commit.stream.kind().to_owned()).into())
    }
}

/// Writes the rows of lists and names; those of a party whose import was taken back, so that nobody finds it there.
async fn show(customers: &Customers, party: PartyId, stream: &Stream<Party>) -> Result<(), BoxError> {
    party_rows::project(customers, party, stream.state(), stream.version()).await?;
    name_rows::project(customers, party, stream.state(), stream.version()).await
}

/// Projects into lists and names only, and publishes nothing: for rebuilding and checking them.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    customers: Customers,
}

impl Lists {
    /// Projects into the views of `customers`.
    pub(crate) const fn new(customers: Customers) -> Self {
        Self { customers }
    }
}

#[async_trait]
impl OwnCommits for Lists {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let party = party_of(commit)?;
        let customers = self.customers.of(commit.stream.tenant());
        let stream = customers.load(party).await?;
        show(&customers, party, &stream).await
    }

    async fn publications(&self, _: &Commit) -> Result<Vec<Publication>, BoxError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl OwnCommits for Projections {
    /// Shows the party as the log has it now, which may be later than the commit.
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let party = party_of(commit)?;
        let customers = self.customers.of(commit.stream.tenant());
        let stream = customers.load(party).await?;
        show(&customers, party, &stream).await?;
        blind_rows::project(&customers, party, stream.state()).await
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        let party = party_of(commit)?;
        let mut publications = Vec::new();
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            let event: Event = stored.decode()?;
            let fact = PartyFact::of(party, &event);
            publications.push(Publication::new(sequence, fact.fact_type(), FACT_VERSION, &fact)?);
        }
        Ok(publications)
    }
}
