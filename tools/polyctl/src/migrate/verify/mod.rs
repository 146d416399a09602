//! `migrate verify`: reads everything back through the contexts and compares it with the old database, row by row and by totals.
//! Deals, lots and products are read from the logs; the lists are only looked through for what the old database does not have.

mod read;
mod rows;
mod sums;

use legacy::Books;
use legacy::totals::{self, Totals};

use super::plan::Plan;
use super::run::Options;
use crate::contexts::Contexts;

pub use read::Stored;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// One line per difference.
    pub mismatches: Vec<String>,
    /// What was not compared, or only later can be.
    pub notes: Vec<String>,
    /// How much was compared.
    pub compared: Compared,
    /// The sums of the old database.
    pub totals: Totals,
}

/// How many rows were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compared {
    /// Parties.
    pub parties: usize,
    /// Products.
    pub products: usize,
    /// Lots.
    pub lots: usize,
    /// Deals.
    pub deals: usize,
    /// Sums.
    pub sums: usize,
}

/// Compares the contexts with the books.
///
/// # Errors
/// When a context stays silent or answers in a shape that is not known.
pub async fn verify(contexts: &dyn Contexts, books: &Books, options: &Options) -> anyhow::Result<Verdict> {
    let plan = Plan::of(books);
    let stored = read::stored(contexts, &plan, options).await?;
    let mut verdict =
        Verdict { totals: totals::of(books), notes: stored.notes.clone(), ..Verdict::default() };
    rows::compare(&plan, &stored, &mut verdict);
    sums::compare(books, &stored, &mut verdict);
    Ok(verdict)
}
