//! Which views a context has: by name, with the rows that belong to each and what they are made from.

use kernel::Tenant;

use super::Row;
use crate::StreamId;

/// A view of a context. A row belongs to it by the third part of its partition, its *family*: `deals` for
/// `T#main#deals`, and for the index partition `T#main#deals#c#acme` too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// What operators call it.
    pub name: &'static str,
    /// The families of its rows and of their places in indexes.
    pub families: &'static [&'static str],
    /// What its rows are made from.
    pub fed: Fed,
}

/// What the rows of a view are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// The context's own log: each row shows one stream, and can be made again from it.
    OwnLog {
        /// Kind of the streams it shows.
        kind: &'static str,
        /// What the keys of those streams begin with, e.g. `deal_`; a row has one of them in its own key.
        key: &'static str,
    },
    /// Facts that other contexts published, which are in no log of this one.
    Facts {
        /// Which contexts.
        of: &'static str,
    },
}

/// The attribute that names the key of the stream a row shows, where the row's own key does not.
pub const STREAM: &str = "stream";

impl View {
    /// A view of the context's own streams: kind of stream, and what its keys begin with.
    #[must_use]
    pub const fn of_log(
        name: &'static str,
        families: &'static [&'static str],
        kind: &'static str,
        key: &'static str,
    ) -> Self {
        Self { name, families, fed: Fed::OwnLog { kind, key } }
    }

    /// A view of facts of other contexts.
    #[must_use]
    pub const fn of_facts(name: &'static str, families: &'static [&'static str], of: &'static str) -> Self {
        Self { name, families, fed: Fed::Facts { of } }
    }

    /// Whether the context can make it again from its own log.
    #[must_use]
    pub const fn is_rebuildable(&self) -> bool {
        matches!(self.fed, Fed::OwnLog { .. })
    }

    /// The stream that a row of this view shows, by its attribute [`STREAM`] or its key; `None` when neither names one.
    #[must_use]
    pub fn stream_of(&self, row: &Row) -> Option<StreamId> {
        let Fed::OwnLog { kind, key } = self.fed else { return None };
        let tenant: Tenant = row.pk.split('#').nth(1)?.parse().ok()?;
        let named = row.attributes.get(STREAM).map(String::as_str);
        let mut parts = named.into_iter().chain(row.pk.rsplit('#')).chain(row.sk.rsplit('#'));
        let named = parts.find(|part| part.starts_with(key))?;
        Some(StreamId::new(tenant, kind, named))
    }
}

/// The view that a partition, without its generation, belongs to.
#[must_use]
pub fn view_of<'a>(declared: &'a [View], partition: &str) -> Option<&'a View> {
    let family = partition.split('#').nth(2)?;
    declared.iter().find(|view| view.families.contains(&family))
}
