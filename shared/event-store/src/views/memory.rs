use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Filter, Page, Position, Query, Row, ViewTable, Views};
use crate::StorageError;

/// Views that live as long as the process: for tests and the simulation.
#[derive(Debug, Default)]
pub struct MemoryViews {
    rows: Mutex<BTreeMap<(String, String), Row>>,
}

impl MemoryViews {
    /// Every row, for checking views against the fold of the log.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String), Row>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filter {
    fn admits(&self, row: &Row) -> bool {
        match self {
            Self::Equals(name, value) => row.attributes.get(*name) == Some(value),
            Self::Differs(name, value) => row.attributes.get(*name) != Some(value),
            Self::Between(name, low, high) => {
                row.attributes.get(*name).is_some_and(|v| low <= v && v <= high)
            }
            Self::Contains(name, part) => {
                row.attributes.get(*name).is_some_and(|v| v.contains(part.as_str()))
            }
        }
    }
}

#[async_trait]
impl Views for MemoryViews {
    async fn put(&self, row: Row) -> Result<bool, StorageError> {
        let mut rows = self.lock();
        let key = (row.pk.clone(), row.sk.clone());
        if rows.get(&key).is_some_and(|present| present.sequence >= row.sequence) {
            return Ok(false);
        }
        rows.insert(key, row);
        Ok(true)
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError> {
        Ok(self.lock().get(&(pk.to_owned(), sk.to_owned())).cloned())
    }

    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError> {
        let rows = self.lock();
        Ok(keys.iter().map(|key| rows.get(key).cloned()).collect())
    }

    async fn query(&self, query: Query) -> Result<Page, StorageError> {
        let rows = self.lock();
        let mut found: Vec<(String, &Row)> = rows
            .values()
            .filter_map(|row| row.place_in(query.index).map(|place| (place, row)))
            .filter(|((partition, range), _)| {
                *partition == query.partition
                    && query.from.as_deref().is_none_or(|from| from <= *range)
                    && query.to.as_deref().is_none_or(|to| *range <= to)
            })
            .map(|((_, range), row)| (range.to_owned(), row))
            .collect();
        found.sort_by(|(a, x), (b, y)| (a, &x.pk, &x.sk).cmp(&(b, &y.pk, &y.sk)));
        if query.descending {
            found.reverse();
        }
        let start = query.after.as_ref().map_or(0, |after| {
            let before = |(range, row): &(String, &Row)| {
                let here = (range.as_str(), row.pk.as_str(), row.sk.as_str());
                let there =
                    (after.range.as_deref().unwrap_or(&after.sk), after.pk.as_str(), after.sk.as_str());
                if query.descending { here >= there } else { here <= there }
            };
            found.partition_point(before)
        });
        let mut matching = found
            .into_iter()
            .skip(start)
            .filter(|(_, row)| query.filters.iter().all(|filter| filter.admits(row)));
        let rows: Vec<Row> = matching.by_ref().take(query.limit.max(1)).map(|(_, row)| row.clone()).collect();
        let next = matching.next().and(rows.last()).map(|row| Position::of(row, query.index));
        Ok(Page { rows, next })
    }
}

#[async_trait]
impl ViewTable for MemoryViews {
    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError> {
        self.lock().remove(&(pk.to_owned(), sk.to_owned()));
        Ok(())
    }
}
