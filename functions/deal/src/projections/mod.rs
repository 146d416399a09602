//! What this context does with its own commits: keep the lists up to date and tell the others.

mod attributes;
mod deal_rows;
mod figure_rows;

use async_trait::async_trait;
use deal_domain::deal::DealEvent;
use deal_domain::published::DealFact;
use deal_domain::{Deal, DealId};
use event_store::{BoxError, Commit, LoadFrom, Stream};
use futures_util::try_join;
use kernel::{Aggregate, Recorded};
use messaging::{OwnCommits, Publication};

use crate::Deals;

pub(crate) use attributes::framed;
pub use deal_rows::{
    BY_CUSTOMER, BY_PRODUCT, BY_STATUS, deals_by_customer, deals_by_product, deals_by_status, deals_partition,
};
pub use figure_rows::{Figures, SourceFigures, figures_of_month, month_of};

/// Version of the published facts' shapes.
const FACT_VERSION: u16 = 1;

/// Projects and publishes the commits of this context.
#[derive(Debug, Clone)]
pub struct Projections {
    deals: Deals,
}

impl Projections {
    /// Projects into the views of `deals`.
    #[must_use]
    pub const fn new(deals: Deals) -> Self {
        Self { deals }
    }

    /// The deal just before `commit`. The first commit needs no read.
    async fn before(&self, commit: &Commit) -> Result<Deal, BoxError> {
        if commit.first == 1 {
            return Ok(Deal::default());
        }
        let mut commits = self.deals.store.log().load(&commit.stream, LoadFrom::Beginning).await?;
        commits.retain(|earlier| earlier.first < commit.first);
        Ok(Stream::<Deal>::fold(commit.stream.clone(), &commits, commit.at)?.state().clone())
    }
}

#[async_trait]
impl OwnCommits for Projections {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let deal: DealId = commit.stream.key().parse()?;
        let stream = if commit.first == 1 {
            Stream::fold(commit.stream.clone(), std::slice::from_ref(commit), commit.at)?
        } else {
            self.deals.store.load::<Deal>(&commit.stream).await?
        };
        let Some(registered) = stream.state().registered() else { return Ok(()) };
        let deals = self.deals.of(commit.stream.tenant());
        let version = stream.version();
        try_join!(
            deal_rows::project(&deals, deal, registered, version),
            figure_rows::project(&deals, deal, registered, version),
        )?;
        Ok(())
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        let id: DealId = commit.stream.key().parse()?;
        let mut deal = self.before(commit).await?;
        let mut publications = Vec::new();
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            let event: DealEvent = stored.decode()?;
            let recorded = Recorded { sequence, at: commit.at, event };
            let before = deal.registered().map(|deal| deal.terms.clone());
            deal = deal.evolve(&recorded);
            if let Some(after) = deal.registered() {
                let fact = DealFact::of(id, &recorded.event, before.as_ref(), after);
                publications.push(Publication::new(sequence, fact.fact_type(), FACT_VERSION, &fact)?);
            }
        }
        Ok(publications)
    }
}
