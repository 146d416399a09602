//! Views in generations: a view is rebuilt beside the one that is read, and one write of a pointer changes over.
//!
//! A generation is a prefix of partitions, of the table and of the indexes; the first one has none, so that rows of a time
//! before there were others are its rows. Projections and queries know nothing of it: they write and ask for
//! `T#main#deals`, and [`Generations`] puts the prefix before it and takes it off again. A position, and so a cursor that
//! was given to a client, names no generation: it goes on in whichever is live.
//!
//! Writers write every generation that is kept, and learn which these are once a batch ([`Generations::refresh`]). Readers
//! read the live one and may know it for a minute: longer than it takes anybody to drop the one before ([`GRACE_MS`]).

mod pointer;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::{join, try_join_all};
use kernel::{Clock, Timestamp};

pub use pointer::{Generation, GenerationError, Pointer};

use super::{Page, Query, Row, View, ViewTable, Views, view_of};
use crate::StorageError;
use crate::ops::Ops;

/// Readers look again, beside what they read anyway, when what they know is as old, in milliseconds.
const FRESH_MS: i64 = 10_000;
/// Nobody reads by what he learned longer ago, in milliseconds.
const STALE_MS: i64 = 60_000;
/// How long a generation stays readable after another went live, in milliseconds.
const GRACE_MS: i64 = 2 * STALE_MS;

/// What is known of the pointers, and since when.
#[derive(Debug, Clone)]
struct Known {
    pointers: BTreeMap<String, Pointer>,
    read_at: Timestamp,
}

/// The views of a context, each in the generation that is live.
#[derive(Clone)]
pub struct Generations {
    declared: &'static [View],
    views: Arc<dyn Views>,
    table: Arc<dyn ViewTable>,
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    known: Arc<Mutex<Option<Known>>>,
}

impl std::fmt::Debug for Generations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generations").field("declared", &self.declared).finish_non_exhaustive()
    }
}

impl Generations {
    /// The `declared` views, in the rows of `views`, which are those of `table`; pointers are in `ops`.
    #[must_use]
    pub fn new(
        declared: &'static [View],
        views: Arc<dyn Views>,
        table: Arc<dyn ViewTable>,
        ops: Arc<dyn Ops>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { declared, views, table, ops, clock, known: Arc::default() }
    }

    /// The views there are.
    #[must_use]
    pub const fn declared(&self) -> &'static [View] {
        self.declared
    }

    /// Reads which generations there are: whoever writes does so once a batch. One read.
    ///
    /// # Errors
    /// When the pointers cannot be read.
    pub async fn refresh(&self) -> Result<(), StorageError> {
        let read_at = self.clock.now();
        let pointers = pointer::all(self.ops.as_ref()).await?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known { pointers, read_at });
        Ok(())
    }

    /// Where a view stands, as it is now.
    ///
    /// # Errors
    /// When the pointer cannot be read.
    pub async fn pointer(&self, view: &View) -> Result<Pointer, StorageError> {
        self.refresh().await?;
        Ok(self.known(view).unwrap_or_default())
    }

    /// Where a view stands, as far as is known: at most a minute old.
    ///
    /// # Errors
    /// When the pointer must be read and cannot.
    pub async fn cached_pointer(&self, view: &View) -> Result<Pointer, StorageError> {
        if self.age_ms().is_none_or(|age_ms| age_ms >= STALE_MS) {
            self.refresh().await?;
        }
        Ok(self.known(view).unwrap_or_default())
    }

    /// Keeps one more generation of a view: from the next batch on, writers write it too.
    ///
    /// # Errors
    /// When the pointer cannot be changed.
    pub async fn keep(&self, view: &View, generation: &Generation) -> Result<(), StorageError> {
        pointer::change(self.ops.as_ref(), view, |pointer| pointer.keep(generation)).await?;
        self.refresh().await
    }

    /// Lets a view be read from this generation from now on: one conditional write. Gives what it was read from before;
    /// `None` when nobody writes the generation.
    ///
    /// # Errors
    /// When the pointer cannot be changed.
    pub async fn switch(&self, view: &View, to: &Generation) -> Result<Option<Generation>, StorageError> {
        let now = self.clock.now();
        let mut before = None;
        pointer::change(self.ops.as_ref(), view, |pointer| {
            before = pointer.switch(to, now);
        })
        .await?;
        self.refresh().await?;
        Ok(before)
    }

    /// Lets nobody write this generation any more. Tells whether it may be deleted: not while it is live, nor as long as
    /// somebody may still read it.
    ///
    /// # Errors
    /// When the pointer cannot be changed.
    pub async fn let_go(&self, view: &View, generation: &Generation) -> Result<bool, StorageError> {
        let now = self.clock.now();
        let mut free = false;
        pointer::change(self.ops.as_ref(), view, |pointer| free = pointer.let_go(generation, now)).await?;
        self.refresh().await?;
        Ok(free)
    }

    /// Writes a row into one generation of its view, whichever is live.
    ///
    /// # Errors
    /// See [`Views::put`].
    pub async fn put_into(&self, generation: &Generation, row: Row) -> Result<bool, StorageError> {
        self.views.put(generation.place_row(row)).await
    }

    /// Reads a row of one generation, consistently.
    ///
    /// # Errors
    /// See [`Views::get`].
    pub async fn get_from(
        &self,
        generation: &Generation,
        pk: &str,
        sk: &str,
    ) -> Result<Option<Row>, StorageError> {
        Ok(self.views.get(&generation.place(pk), sk).await?.map(|row| generation.take_row(row)))
    }

    /// Reads a page of one generation.
    ///
    /// # Errors
    /// See [`Views::query`].
    pub async fn query_in(&self, generation: &Generation, mut query: Query) -> Result<Page, StorageError> {
        query.partition = generation.place(&query.partition);
        query.after = query.after.map(|after| generation.place_position(after));
        Ok(generation.take_page(self.views.query(query).await?))
    }

    /// Deletes a row of one generation.
    ///
    /// # Errors
    /// See [`ViewTable::delete`].
    pub async fn delete_from(&self, generation: &Generation, row: &Row) -> Result<(), StorageError> {
        self.table.delete(&generation.place(&row.pk), &row.sk).await
    }

    fn known(&self, view: &View) -> Option<Pointer> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(|known| known.pointers.get(view.name).cloned().unwrap_or_default())
    }

    /// How old what is known is, in milliseconds; `None` when nothing is.
    fn age_ms(&self) -> Option<i64> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let read_at = known.as_ref()?.read_at;
        Some(self.clock.now().unix_ms().saturating_sub(read_at.unix_ms()))
    }

    /// The generations of a partition's view. Partitions of no declared view are in the first one for good.
    async fn pointer_of(&self, partition: &str) -> Result<Pointer, StorageError> {
        let Some(view) = view_of(self.declared, partition) else { return Ok(Pointer::default()) };
        if self.age_ms().is_none() {
            self.refresh().await?;
        }
        Ok(self.known(view).unwrap_or_default())
    }

    /// The generation that a partition is read from.
    async fn live(&self, partition: &str) -> Result<Generation, StorageError> {
        if self.age_ms().is_none_or(|age_ms| age_ms >= STALE_MS) {
            self.refresh().await?;
        }
        Ok(self.pointer_of(partition).await?.live)
    }

    /// Reads, and looks meanwhile whether something else is live by now: never a round trip more, except after a pause.
    async fn reading<T>(
        &self,
        read: impl Future<Output = Result<T, StorageError>>,
    ) -> Result<T, StorageError> {
        if self.age_ms().is_none_or(|age_ms| age_ms < FRESH_MS) {
            return read.await;
        }
        let (answer, refreshed) = join(read, self.refresh()).await;
        if let Err(error) = refreshed {
            tracing::warn!(error = kernel::error::chain(&error), "generations of views not read");
        }
        answer
    }
}

#[async_trait]
impl Views for Generations {
    /// Writes into every generation that is kept; tells whether the live one took it.
    async fn put(&self, row: Row) -> Result<bool, StorageError> {
        let Pointer { live, kept, .. } = self.pointer_of(&row.pk).await?;
        let others = kept.iter().filter(|generation| **generation != live);
        let written = std::iter::once(&live).chain(others).map(|into| self.put_into(into, row.clone()));
        Ok(try_join_all(written).await?.first().copied().unwrap_or_default())
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError> {
        let live = self.live(pk).await?;
        self.reading(self.get_from(&live, pk, sk)).await
    }

    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError> {
        let (mut lives, mut places) = (Vec::with_capacity(keys.len()), Vec::with_capacity(keys.len()));
        for (pk, sk) in keys {
            let live = self.live(pk).await?;
            places.push((live.place(pk), sk.clone()));
            lives.push(live);
        }
        let rows = self.reading(self.views.get_many(&places)).await?;
        Ok(lives.iter().zip(rows).map(|(live, row)| row.map(|row| live.take_row(row))).collect())
    }

    async fn query(&self, query: Query) -> Result<Page, StorageError> {
        let live = self.live(&query.partition).await?;
        self.reading(self.query_in(&live, query)).await
    }
}
