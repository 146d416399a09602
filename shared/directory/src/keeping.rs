//! How a directory follows the facts of the owner.

use std::collections::BTreeSet;

use kernel::Tenant;

use crate::rows::{Described, Description, Entry, Lead, joined};
use crate::{Directory, DirectoryError, Identity, Reference};

impl<I: Identity> Directory<I> {
    /// Something is called so from now on. `sequence` is the fact's place in the thing's own stream: what comes again, or late,
    /// changes nothing.
    ///
    /// # Errors
    /// When the table does not answer; telling it again finishes what was begun.
    pub async fn describe(
        &self,
        tenant: &Tenant,
        id: I,
        names: &Description,
        sequence: u64,
    ) -> Result<(), DirectoryError> {
        self.describe_as(tenant, id, names, false, sequence).await
    }

    /// The owner withdrew something: nobody here means it any more, unless it is described again.
    ///
    /// # Errors
    /// As [`Directory::describe`].
    pub async fn withdraw(
        &self,
        tenant: &Tenant,
        id: I,
        names: &Description,
        sequence: u64,
    ) -> Result<(), DirectoryError> {
        self.describe_as(tenant, id, names, true, sequence).await
    }

    async fn describe_as(
        &self,
        tenant: &Tenant,
        id: I,
        names: &Description,
        withdrawn: bool,
        sequence: u64,
    ) -> Result<(), DirectoryError> {
        let described = Described { names: names.clone(), withdrawn };
        self.views.put(self.row(tenant, format!("described#{id}"), sequence, &described)?).await?;
        self.join(tenant, id).await
    }

    /// Something was merged and leads to `into` from now on, or stands for itself again.
    ///
    /// # Errors
    /// As [`Directory::describe`].
    pub async fn lead(
        &self,
        tenant: &Tenant,
        id: I,
        into: Option<I>,
        sequence: u64,
    ) -> Result<(), DirectoryError> {
        self.views.put(self.row(tenant, format!("leads#{id}"), sequence, &Lead { into })?).await?;
        self.join(tenant, id).await
    }

    /// Writes what one read shall find of something, from both that is known of it.
    async fn join(&self, tenant: &Tenant, id: I) -> Result<(), DirectoryError> {
        let places = ["described", "leads"].map(|kind| (self.partition(tenant), format!("{kind}#{id}")));
        let mut rows = self.views.get_many(&places).await?.into_iter();
        let (described, leads) = (rows.next().flatten(), rows.next().flatten());
        // Where it leads is written when its name is known.
        let Some(described) = described else { return Ok(()) };
        let Described { names, withdrawn } = serde_json::from_str(&described.body)?;
        let Description { name, others } = names;
        let (into, led) = match leads {
            Some(row) => (serde_json::from_str::<Lead<I>>(&row.body)?.into, row.sequence),
            None => (None, 0),
        };
        let names = std::iter::once(name.clone()).chain(others).map(Reference::Name);
        let positions: BTreeSet<String> =
            std::iter::once(Reference::Id(id)).chain(names).map(|reference| reference.position()).collect();
        let entry = Entry { id, name, into, withdrawn };
        for position in positions {
            let row = self.row(tenant, position, joined(described.sequence, led), &entry)?;
            self.views.put(row).await?;
        }
        Ok(())
    }
}
