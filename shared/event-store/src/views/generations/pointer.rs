//! Which generation of a view is read, and which are written.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::GRACE_MS;
use crate::StorageError;
use crate::ops::{Ops, OpsItem};
use crate::views::{Page, Position, Row, View};

/// The partition of the pointers in `ops`.
const PARTITION: &str = "VIEWS";
/// How often a change is tried when others change the same pointer.
const MOST_TRIES: usize = 5;
/// Views of a context, those that it had once included.
const MOST_VIEWS: usize = 100;
/// Longest name.
const LONGEST: usize = 20;
/// What stands before the partitions of all generations but the first.
const PREFIX: &str = "G#";

/// The name of a generation of a view: letters, digits and hyphens, a letter first, at most 20. `first` is the one whose
/// rows have no prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(String);

/// A text that names no generation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a generation is named by 1 to {LONGEST} small letters, digits and hyphens, a letter first")]
pub struct GenerationError;

impl Default for Generation {
    fn default() -> Self {
        Self("first".to_owned())
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Generation {
    type Err = GenerationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let named = text.starts_with(|c: char| c.is_ascii_lowercase());
        if named && text.len() <= LONGEST && text.chars().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(GenerationError)
        }
    }
}

kernel::text_serde!(Generation, "^[a-z][a-z0-9-]{0,19}$");

impl Generation {
    /// A partition as this generation has it.
    #[must_use]
    pub fn place(&self, partition: &str) -> String {
        if *self == Self::default() { partition.to_owned() } else { format!("{PREFIX}{self}#{partition}") }
    }

    /// The generation of a stored partition, and the partition without it.
    #[must_use]
    pub fn of(stored: &str) -> (Self, &str) {
        let split = stored.strip_prefix(PREFIX).and_then(|rest| rest.split_once('#'));
        match split.map(|(name, partition)| (name.parse(), partition)) {
            Some((Ok(generation), partition)) => (generation, partition),
            _ => (Self::default(), stored),
        }
    }

    pub(super) fn place_row(&self, mut row: Row) -> Row {
        row.pk = self.place(&row.pk);
        for (partition, _) in row.indexes.iter_mut().flatten() {
            *partition = self.place(partition);
        }
        row
    }

    /// A stored row as projections wrote it.
    #[must_use]
    pub fn take_row(&self, mut row: Row) -> Row {
        row.pk = Self::of(&row.pk).1.to_owned();
        for (partition, _) in row.indexes.iter_mut().flatten() {
            *partition = Self::of(partition).1.to_owned();
        }
        row
    }

    pub(super) fn place_position(&self, position: Position) -> Position {
        Position { pk: self.place(&position.pk), ..position }
    }

    pub(super) fn take_page(&self, page: Page) -> Page {
        let rows = page.rows.into_iter().map(|row| self.take_row(row)).collect();
        let next = page.next.map(|next| Position { pk: Self::of(&next.pk).1.to_owned(), ..next });
        Page { rows, next }
    }
}

/// Where a view stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pointer {
    /// What is read.
    pub live: Generation,
    /// What is written; the live one is among them.
    pub kept: Vec<Generation>,
    /// What was read before, and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<(Generation, Timestamp)>,
}

impl Default for Pointer {
    fn default() -> Self {
        Self { live: Generation::default(), kept: vec![Generation::default()], before: None }
    }
}

impl Pointer {
    pub(super) fn keep(&mut self, generation: &Generation) {
        if !self.kept.contains(generation) {
            self.kept.push(generation.clone());
        }
    }

    pub(super) fn switch(&mut self, to: &Generation, now: Timestamp) -> Option<Generation> {
        if !self.kept.contains(to) {
            return None;
        }
        let before = std::mem::replace(&mut self.live, to.clone());
        if before != *to {
            self.before = Some((before.clone(), now));
        }
        Some(before)
    }

    pub(super) fn let_go(&mut self, generation: &Generation, now: Timestamp) -> bool {
        let read_until = self.before.as_ref().filter(|(before, _)| before == generation).map(|(_, at)| *at);
        let may_be_read = read_until.is_some_and(|at| now < at.plus_ms(GRACE_MS));
        if *generation == self.live || may_be_read {
            return false;
        }
        self.kept.retain(|kept| kept != generation);
        true
    }
}

fn broken(error: serde_json::Error) -> StorageError {
    StorageError::Failed { operation: "views.pointer", source: error.into() }
}

/// The pointers of all views that ever had more than one generation.
pub(super) async fn all(ops: &dyn Ops) -> Result<BTreeMap<String, Pointer>, StorageError> {
    let items = ops.list(PARTITION, MOST_VIEWS).await?;
    let read = |item: OpsItem| Ok((item.sk, serde_json::from_str(&item.body).map_err(broken)?));
    items.into_iter().map(read).collect()
}

/// Changes a pointer, unless somebody else did meanwhile: then again, on what that one left. One conditional write.
pub(super) async fn change(
    ops: &dyn Ops,
    view: &View,
    mut change: impl FnMut(&mut Pointer) + Send,
) -> Result<(), StorageError> {
    for _ in 0..MOST_TRIES {
        let present = ops.get(PARTITION, view.name).await?;
        let before = match &present {
            Some(item) => serde_json::from_str(&item.body).map_err(broken)?,
            None => Pointer::default(),
        };
        let mut pointer = before.clone();
        change(&mut pointer);
        if pointer == before {
            return Ok(());
        }
        let body = serde_json::to_string(&pointer).map_err(broken)?;
        let item = OpsItem { pk: PARTITION.to_owned(), sk: view.name.to_owned(), body, expires: None };
        let written = match present {
            Some(present) => ops.replace(item, &present.body).await?,
            None => ops.put_new(item).await?,
        };
        if written {
            return Ok(());
        }
    }
    let source = "somebody else kept changing the pointer".into();
    Err(StorageError::Unavailable { operation: "views.pointer", source })
}
