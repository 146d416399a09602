//! An index of names in a view: what somebody types finds them by any beginning of their words, run together or not.

use futures_util::future::try_join_all;
use kernel::text::{Search, run_ons};

use super::{Index, Query, Row, Views};
use crate::StorageError;

/// How many characters choose the partition: the fewest that a search must have.
const PARTITION_CHARS: usize = 2;
/// Most entries that are read for one beginning.
const MOST_ENTRIES: usize = 200;

/// An index of names: one row for each word of each name, by how the rest of the name begins there ([`run_ons`]).
///
/// Rows are replaced and never deleted: who drops a name writes its rows anew all the same, with a body that does not have it,
/// and a reader asks [`Search::finds`] of what the body says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameIndex {
    place: String,
}

impl NameIndex {
    /// The index whose partitions begin with `place`, e.g. `T#main#names`.
    #[must_use]
    pub const fn new(place: String) -> Self {
        Self { place }
    }

    /// The rows by which `names` lead to `body`. `key` is the identity of what has the names; a row of a later `sequence`
    /// replaces an earlier one.
    pub fn rows<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
        key: &str,
        sequence: u64,
        body: &str,
    ) -> Vec<Row> {
        let mut beginnings: Vec<String> = names.into_iter().flat_map(run_ons).collect();
        beginnings.sort_unstable();
        beginnings.dedup();
        let row = |beginning: String| Row {
            pk: self.partition(&beginning),
            sk: format!("{beginning}#{key}"),
            sequence,
            body: body.to_owned(),
            ..Row::default()
        };
        beginnings.into_iter().map(row).collect()
    }

    /// Whether the index can be asked this: whether one of the beginnings it would look up has two characters at least.
    #[must_use]
    pub fn narrows(search: &Search) -> bool {
        search.probes().iter().any(|probe| probe.chars().count() >= PARTITION_CHARS)
    }

    /// The bodies of the first 200 rows that begin like each of `beginnings`: one query each. The same body comes as often
    /// as it is found.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn bodies(
        &self,
        views: &dyn Views,
        beginnings: &[String],
    ) -> Result<Vec<String>, StorageError> {
        let pages = beginnings.iter().map(|beginning| {
            views.query(Query {
                index: Index::Primary,
                partition: self.partition(beginning),
                from: Some(beginning.clone()),
                // The largest character: nothing that begins so comes after it.
                to: Some(format!("{beginning}{}", char::MAX)),
                descending: false,
                filters: Vec::new(),
                limit: MOST_ENTRIES,
                after: None,
            })
        });
        let pages = try_join_all(pages).await?;
        Ok(pages.into_iter().flat_map(|page| page.rows).map(|row| row.body).collect())
    }

    fn partition(&self, beginning: &str) -> String {
        let first: String = beginning.chars().take(PARTITION_CHARS).collect();
        format!("{}#{first}", self.place)
    }
}
