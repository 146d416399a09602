//! What the SDK's errors mean: whether to try again, and whether something may have been written.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::log::{AppendError, LogError};
use crate::{BoxError, StorageError};

/// Codes that say "later" although their status is 400
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>).
const LATER: [&str; 7] = [
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "UnavailableException",
];

/// A call without an answer that counts.
#[derive(Debug)]
pub(super) enum Fault {
    /// Timeout, connection, throttling or server fault: it may work later, and a write may have happened.
    Passing(BoxError),
    /// The platform understood and said no.
    Lasting(BoxError),
}

impl<E> From<SdkError<E, HttpResponse>> for Fault
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let passing = match &error {
            SdkError::ConstructionFailure(_) => false,
            SdkError::DispatchFailure(failure) => !failure.is_user(),
            SdkError::ServiceError(answer) => {
                answer.raw().status().is_server_error()
                    || answer.err().code().is_some_and(|code| LATER.contains(&code))
            }
            // A timeout, an answer that could not be read, and whatever later versions of the SDK add.
            _ => true,
        };
        if passing { Self::Passing(error.into()) } else { Self::Lasting(error.into()) }
    }
}

impl Fault {
    /// As the outcome of an append. That throttling certainly wrote nothing is not told apart: reading settles it.
    pub(super) fn on_append(self) -> AppendError {
        match self {
            Self::Passing(source) => AppendError::Ambiguous(source),
            Self::Lasting(source) => AppendError::Rejected(source),
        }
    }

    /// As the outcome of reading the log.
    pub(super) fn on_log_read(self) -> LogError {
        match self {
            Self::Passing(source) => LogError::Unavailable(source),
            Self::Lasting(source) => LogError::Rejected(source),
        }
    }

    /// As the outcome of a call on views or ops.
    pub(super) fn on(self, operation: &'static str) -> StorageError {
        match self {
            Self::Passing(source) => StorageError::Unavailable { operation, source },
            Self::Lasting(source) => StorageError::Failed { operation, source },
        }
    }
}
