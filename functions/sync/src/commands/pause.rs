use std::convert::Infallible;

use event_store::{ExecuteError, Outcome, Request};
use sync_domain::connection::Command;
use sync_domain::{Connection, Policy};

use crate::{Sheets, connection_stream};

/// Writes nothing more until the connection is resumed; rows wait.
///
/// # Errors
/// A failure of the store.
pub async fn pause(
    sheets: &Sheets,
    request: &Request,
) -> Result<Outcome<Connection>, ExecuteError<Infallible>> {
    sheets.store.execute(&connection_stream(&sheets.tenant), request, &Command::Pause).await
}

/// Lets another policy decide where people and deals disagree. What was decided stays as it is.
///
/// # Errors
/// A failure of the store.
pub async fn set_policy(
    sheets: &Sheets,
    request: &Request,
    policy: Policy,
) -> Result<Outcome<Connection>, ExecuteError<Infallible>> {
    sheets.store.execute(&connection_stream(&sheets.tenant), request, &Command::SetPolicy(policy)).await
}

/// Lets the rows that wait go into the sheet. The projection of the commit asks for the flush.
///
/// # Errors
/// A failure of the store.
pub async fn resume(
    sheets: &Sheets,
    request: &Request,
) -> Result<Outcome<Connection>, ExecuteError<Infallible>> {
    sheets.store.execute(&connection_stream(&sheets.tenant), request, &Command::Resume).await
}
