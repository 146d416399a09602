//! Where the functions are that a command works on.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use dead_letters::{BusRecords, SqsLetters};

use crate::Failure;
use crate::contexts::{Contexts, Functions, Place};

/// Which functions.
#[derive(Debug, Clone, Args)]
pub struct Installation {
    /// The local cloud's addresses, as `cargo xtask up` writes them
    #[arg(long, value_name = "FILE", default_value = ".local/endpoints.json")]
    api_endpoints: PathBuf,
    /// The functions in AWS instead, with the credentials and the region of the environment
    #[arg(long, conflicts_with = "api_endpoints")]
    aws: bool,
    /// What the names of the functions, queues and of the bus begin with
    #[arg(long, default_value = "polymer-local")]
    function_prefix: String,
}

impl Installation {
    /// The queues of dead letters, and the bus that keeps what is done to them. No call is made yet.
    ///
    /// # Errors
    /// When the local cloud was not started, or the environment lacks a setting.
    pub fn dead_letters(&self) -> anyhow::Result<(SqsLetters, BusRecords)> {
        let aws = self.place()?.aws()?;
        let bus = format!("{}-facts", self.function_prefix);
        Ok((SqsLetters::prefixed(&aws, &self.function_prefix), BusRecords::new(&aws, bus, "operator")))
    }

    fn place(&self) -> anyhow::Result<Place> {
        if self.aws { Ok(Place::Aws) } else { Place::from_endpoints(&self.api_endpoints) }
    }

    /// The functions. No call is made yet.
    ///
    /// # Errors
    /// When the local cloud was not started, or the environment lacks a setting.
    pub fn contexts(&self) -> anyhow::Result<Box<dyn Contexts>> {
        Ok(Box::new(Functions::at(&self.place()?, &self.function_prefix)?))
    }
}

/// Runs a command to its end.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the runtime does not start")?.block_on(work)
}
