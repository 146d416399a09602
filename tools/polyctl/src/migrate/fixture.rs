//! `migrate fixture`.

use std::path::Path;

use anyhow::Context as _;
use legacy::fixture::{Plan, write};

use crate::{Exit, Failure};

pub(super) fn run(out: &Path, seed: u64, scale: u32) -> Result<Exit, Failure> {
    write(out, Plan { seed, scale }).context("no fixture was made")?;
    println!("{}: seed {seed}, scale {scale}", out.display());
    Ok(Exit::Done)
}
