//! Where the functions are that a command works on.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

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
    /// What the names of the functions begin with
    #[arg(long, default_value = "polymer-local")]
    function_prefix: String,
}

impl Installation {
    /// The functions. No call is made yet.
    ///
    /// # Errors
    /// When the local cloud was not started, or the environment lacks a setting.
    pub fn contexts(&self) -> anyhow::Result<Box<dyn Contexts>> {
        let place = if self.aws { Place::Aws } else { Place::from_endpoints(&self.api_endpoints)? };
        Ok(Box::new(Functions::at(&place, &self.function_prefix)?))
    }
}

/// Runs a command to its end.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the runtime does not start")?.block_on(work)
}
