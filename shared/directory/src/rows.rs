//! The rows of a directory. Of every thing there are four kinds, all in one partition:
//!
//! | sort key | holds | sequence |
//! |---|---|---|
//! | `described#<id>` | its names, as last told | of the fact |
//! | `leads#<id>` | what it leads to, as last told | of the fact |
//! | `id#<id>`, `name#<key>` for each name | both of the above, for one read | of both, [`joined`] |
//!
//! What its owner withdrew stays as it was last described, with a mark: whoever meets the mark asks the owner, because the names
//! are free and may be somebody else's by now, whose own facts have lower sequences.
//!
//! Facts come in any order and more than once. Each of the first two kinds follows one kind of fact, and the newest wins. Whoever
//! has written one of them reads both and writes the third: the later of two writers sees both.

use std::collections::BTreeMap;

use event_store::Row;
use kernel::{Name, Tenant};
use serde::{Deserialize, Serialize};

use crate::Directory;

/// Bits for the sequence of the fact that says where something leads, beside that of the one that describes it: no stream has
/// four thousand million events.
const LEADS_BITS: u32 = 32;

/// What something is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// What it is called now.
    pub name: Name,
    /// What else leads to it. Names are added and, as long as it stands, never given up.
    pub others: Vec<Name>,
}

/// What something is called, as the first kind of row holds it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Described {
    #[serde(flatten)]
    pub(crate) names: Description,
    /// Whether its owner withdrew it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) withdrawn: bool,
}

/// Where something leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lead<I> {
    pub(crate) into: Option<I>,
}

/// What one read finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry<I> {
    pub(crate) id: I,
    pub(crate) name: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) into: Option<I>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) withdrawn: bool,
}

/// A sequence that grows with either.
pub(crate) const fn joined(described: u64, leads: u64) -> u64 {
    (described << LEADS_BITS) | leads
}

impl<I> Directory<I> {
    pub(crate) fn partition(&self, tenant: &Tenant) -> String {
        format!("T#{tenant}#{}", self.name)
    }

    pub(crate) fn row(
        &self,
        tenant: &Tenant,
        sk: String,
        sequence: u64,
        body: &impl Serialize,
    ) -> Result<Row, serde_json::Error> {
        Ok(Row {
            pk: self.partition(tenant),
            sk,
            sequence,
            indexes: [None, None, None],
            attributes: BTreeMap::new(),
            body: serde_json::to_string(body)?,
        })
    }
}
