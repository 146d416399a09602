//! Whom somebody means.

use std::collections::BTreeMap;

use event_store::Row;
use futures_util::future::try_join_all;
use kernel::{Name, Provenance, Tenant};

use crate::rows::Entry;
use crate::{Answer, Directory, DirectoryError, Identity, Known, Reference};

/// Most merges on the way that are followed here; what leads further is asked of the owner.
const MOST_MERGES: usize = 8;

impl<I: Identity> Directory<I> {
    /// Where the rows stand that [`Directory::resolve`] wants, one for each reference, in order: for whoever reads rows of
    /// other kinds in the same call.
    #[must_use]
    pub fn keys(&self, tenant: &Tenant, references: &[Reference<I>]) -> Vec<(String, String)> {
        references.iter().map(|reference| (self.partition(tenant), reference.position())).collect()
    }

    /// Whom each of these means, in order. One read, unless one of them was merged or is not known here.
    ///
    /// # Errors
    /// When the table does not answer, or the owner does not where it has to be asked. What is known here needs no owner.
    pub async fn find(
        &self,
        by: &Provenance,
        references: &[Reference<I>],
    ) -> Result<Vec<Answer<I>>, DirectoryError> {
        let rows = self.views.get_many(&self.keys(&by.tenant, references)).await?;
        self.resolve(by, references, rows).await
    }

    /// Whom each of these means, given the rows that stand at their [`Directory::keys`]. Asks the owner for what has none, all at once.
    ///
    /// # Errors
    /// As [`Directory::find`].
    pub async fn resolve(
        &self,
        by: &Provenance,
        references: &[Reference<I>],
        rows: Vec<Option<Row>>,
    ) -> Result<Vec<Answer<I>>, DirectoryError> {
        let mut answers: BTreeMap<String, Answer<I>> = BTreeMap::new();
        let mut missing: BTreeMap<String, &Reference<I>> = BTreeMap::new();
        for (reference, row) in references.iter().zip(rows) {
            let position = reference.position();
            if answers.contains_key(&position) || missing.contains_key(&position) {
                continue;
            }
            let entry: Option<Entry<I>> = row.map(|row| serde_json::from_str(&row.body)).transpose()?;
            let known = match entry {
                Some(entry) if !entry.withdrawn => self.onward(&by.tenant, entry).await?,
                _ => None,
            };
            match known {
                Some(known) => drop(answers.insert(position, Answer::Known(known))),
                None => drop(missing.insert(position, reference)),
            }
        }
        let asked = missing.into_iter().map(|(position, reference)| async move {
            self.owner.whom(by, reference).await.map(|answer| (position, answer))
        });
        answers.extend(try_join_all(asked).await?);
        let nobody = || Answer::Unknown(Vec::new());
        Ok(references.iter().map(|r| answers.get(&r.position()).cloned().unwrap_or_else(nobody)).collect())
    }

    /// Who has each of these names: entered now, in the role beside it, where nobody has it.
    ///
    /// # Errors
    /// When the owner does not answer; some may have been entered.
    pub async fn enter(
        &self,
        by: &Provenance,
        names: &[(&Name, &'static str)],
    ) -> Result<Vec<Known<I>>, DirectoryError> {
        let mut different: BTreeMap<String, (&Name, &'static str)> = BTreeMap::new();
        let position = |name: &Name| Reference::<I>::Name(name.clone()).position();
        for (name, role) in names {
            different.entry(position(name)).or_insert((*name, *role));
        }
        let asked = different.into_iter().map(|(position, (name, role))| async move {
            self.owner.whom_or_new(by, name, role).await.map(|known| (position, known))
        });
        let known: BTreeMap<String, Known<I>> = try_join_all(asked).await?.into_iter().collect();
        Ok(names.iter().filter_map(|(name, _)| known.get(&position(name)).cloned()).collect())
    }

    /// The one that this entry leads to; `None` when the way cannot be followed here.
    async fn onward(&self, tenant: &Tenant, first: Entry<I>) -> Result<Option<Known<I>>, DirectoryError> {
        let mut seen = vec![first.id];
        let mut here = first.clone();
        while let Some(into) = here.into {
            if seen.contains(&into) {
                // Two merges that met; one of them is about to be taken back.
                here = first;
                break;
            }
            if seen.len() > MOST_MERGES {
                return Ok(None);
            }
            seen.push(into);
            let (pk, sk) = (self.partition(tenant), Reference::Id(into).position());
            let Some(row) = self.views.get(&pk, &sk).await? else { return Ok(None) };
            here = serde_json::from_str(&row.body)?;
            if here.withdrawn {
                return Ok(None);
            }
        }
        Ok(Some(Known { id: here.id, name: here.name }))
    }
}
