//! Projections: disposable rows with a few indexes.

mod declared;
mod generations;
mod memory;
mod names;

use std::collections::BTreeMap;

use async_trait::async_trait;

use kernel::text::words;

pub use declared::{Fed, STREAM, View, view_of};
pub use generations::{Generation, GenerationError, Generations, Pointer};
pub use memory::MemoryViews;
pub use names::NameIndex;

use crate::StorageError;

/// One row of a view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Partition, e.g. `T#main#deals`.
    pub pk: String,
    /// Position within the partition; lists come in this order.
    pub sk: String,
    /// Sequence of the event it shows, per stream; an older one never replaces a newer one.
    pub sequence: u64,
    /// Partition and position in the extra indexes.
    pub indexes: [Option<(String, String)>; 3],
    /// Attributes that [`Query::filters`] can look at.
    pub attributes: BTreeMap<String, String>,
    /// The rendered JSON of a list entry, passed through untouched.
    pub body: String,
}

/// Which index a query walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Partition and sort key of the table itself.
    Primary,
    /// One of the three extra indexes, 0 to 2.
    Extra(usize),
}

/// A condition on a row's attributes, applied after the index has been walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// The attribute has exactly this value.
    Equals(&'static str, String),
    /// The attribute has another value than this, or there is none.
    Differs(&'static str, String),
    /// The attribute lies in this range, both ends included, compared as text.
    Between(&'static str, String, String),
    /// The attribute has this text in it somewhere.
    Contains(&'static str, String),
}

impl Filter {
    /// The attribute lies in this range of values as `text` writes them; an end that is `None` is open. No condition when
    /// both are.
    #[must_use]
    pub fn between<T: Copy>(
        name: &'static str,
        (least, most): (Option<T>, Option<T>),
        text: fn(T) -> String,
    ) -> Option<Self> {
        if least.is_none() && most.is_none() {
            return None;
        }
        // What sorts before and behind every value.
        let end = |value: Option<T>, open: &str| value.map_or_else(|| open.to_owned(), text);
        Some(Self::Between(name, end(least, "0"), end(most, "~")))
    }

    /// Every word of what somebody typed occurs somewhere in the attribute, which holds [`words`].
    pub fn words(name: &'static str, typed: &str) -> impl Iterator<Item = Self> {
        words(typed).into_iter().map(move |word| Self::Contains(name, word))
    }
}

/// Where a page ended; the next one starts behind it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// The last row's partition in the table.
    pub pk: String,
    /// The last row's position in the table.
    pub sk: String,
    /// Its position in the walked index, when that is an extra one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
}

impl Row {
    /// Partition and position in an index; `None` when the row is not in it.
    fn place_in(&self, index: Index) -> Option<(&str, &str)> {
        match index {
            Index::Primary => Some((&self.pk, &self.sk)),
            Index::Extra(n) => {
                let (partition, range) = self.indexes.get(n)?.as_ref()?;
                Some((partition, range))
            }
        }
    }
}

impl Position {
    /// The position of a row in an index.
    #[must_use]
    pub fn of(row: &Row, index: Index) -> Self {
        let range = row.place_in(index).filter(|_| index != Index::Primary);
        Self { pk: row.pk.clone(), sk: row.sk.clone(), range: range.map(|(_, range)| range.to_owned()) }
    }
}

/// What to read from a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The index to walk.
    pub index: Index,
    /// The partition of that index.
    pub partition: String,
    /// First position, included.
    pub from: Option<String>,
    /// Last position, included.
    pub to: Option<String>,
    /// Newest first.
    pub descending: bool,
    /// What the rows must satisfy besides.
    pub filters: Vec<Filter>,
    /// Most rows to return, at least 1.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<Position>,
}

/// Rows in index order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// At most [`Query::limit`] rows.
    pub rows: Vec<Row>,
    /// Present when there may be more. A page may be shorter than its limit, even empty, and still have more: what a
    /// call reads is bounded ([`MOST_READS`]), whatever the filters leave of it.
    pub next: Option<Position>,
}

impl Page {
    /// As many of the rows as have bodies of at most `most_bytes` together, at least one; the rest begins the next page.
    #[must_use]
    pub fn within(mut self, most_bytes: usize, index: Index) -> Self {
        let mut bytes = 0_usize;
        let fits = |row: &Row| {
            bytes = bytes.saturating_add(row.body.len()).saturating_add(1);
            bytes <= most_bytes
        };
        let fitting = self.rows.iter().map(fits).take_while(|fits| *fits).count().max(1);
        if fitting < self.rows.len() {
            self.rows.truncate(fitting);
            self.next = self.rows.last().map(|row| Position::of(row, index));
        }
        self
    }
}

/// Most bytes of entries on a page, so that an answer stays below 64 KB.
pub const PAGE_BYTES: usize = 63_000;

/// Most index pages one query call reads before it hands back what it has.
pub const MOST_READS: usize = 8;

/// Disposable rows, rebuilt from the log at will. Eventually consistent.
#[async_trait]
pub trait Views: Send + Sync {
    /// Writes a row unless one of the same or a newer sequence stands there. Tells whether it wrote.
    async fn put(&self, row: Row) -> Result<bool, StorageError>;

    /// Reads one row, consistently.
    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError>;

    /// Reads these rows, consistently each, in the order asked; a key may be named twice. One call to the platform for
    /// up to 100 different keys, if it serves all of them at once.
    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError>;

    /// Reads one page in index order.
    async fn query(&self, query: Query) -> Result<Page, StorageError>;
}

/// The table behind views, for upkeep: nothing here serves a request.
#[async_trait]
pub trait ViewTable: Send + Sync {
    /// Deletes a row; deleting none is fine.
    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError>;
}
