//! What became of a call to a provider that is an AWS service.

use std::error::Error;

use aws_sdk_sqs::error::SdkError;
use resilience::FaultClass;

use crate::ports::Sent;

/// What an answer, or the lack of one, says of the message. `class` tells what an error of the service itself means.
pub(super) fn outcome<E, R>(
    called: Result<Option<String>, SdkError<E, R>>,
    class: impl FnOnce(&E) -> FaultClass,
) -> Sent
where
    E: Error + aws_sdk_sqs::error::ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
{
    match called {
        Ok(Some(provider_id)) => Sent::Accepted { provider_id },
        Ok(None) => Sent::Unknown { reason: "an answer without a message id".to_owned() },
        // Its own words may quote the address: its code says enough.
        Err(SdkError::ServiceError(context)) => {
            let error = context.err();
            let reason = error.meta().code().unwrap_or("an error without a code").to_owned();
            match class(error) {
                // It broke off half-way, and nobody says which half; a service that is not there did nothing.
                FaultClass::Transient if !reason.starts_with("ServiceUnavailable") => {
                    Sent::Unknown { reason }
                }
                class => Sent::Refused { class, reason },
            }
        }
        Err(SdkError::ConstructionFailure(_)) => {
            Sent::Refused { class: FaultClass::Permanent, reason: "the call cannot be made".to_owned() }
        }
        // Whether a connection broke before or after the message went through it is not told.
        Err(_) => Sent::Unknown { reason: "no answer".to_owned() },
    }
}

/// What the errors mean that every service has
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>).
pub(super) fn by_code(code: Option<&str>) -> FaultClass {
    match code {
        Some("Throttling" | "ThrottlingException" | "ThrottledException" | "TooManyRequestsException") => {
            FaultClass::Rate { retry_after_ms: None }
        }
        Some(
            "AccessDenied"
            | "AccessDeniedException"
            | "AuthorizationError"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "OptInRequired",
        ) => FaultClass::Config,
        Some("InternalFailure" | "InternalError" | "ServiceUnavailable" | "ServiceUnavailableException") => {
            FaultClass::Transient
        }
        _ => FaultClass::Permanent,
    }
}
