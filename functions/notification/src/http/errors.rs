//! How what goes wrong here is answered.

use event_store::{ExecuteError, LogError, StorageError};
use http_kit::{ETag, FieldError, Problem};
use notification_domain::audience::additional::{AdditionalFault, AdditionalRefusal};
use notification_domain::audience::{AudiencesFault, AudiencesRefusal};
use notification_domain::message::MessageRefusal;
use notification_domain::preferences::{PreferencesFault, PreferencesRefusal};
use notification_domain::subscription::SubscriptionRefusal;

use crate::commands::{AdditionalError, SubscribeError};
use crate::queries::PreviewError;

/// A log that cannot be read.
pub(super) fn unreadable(error: &LogError) -> Problem {
    match error {
        LogError::Unavailable(_) => Problem::unavailable(error),
        LogError::Broken { .. } | LogError::Rejected(_) => Problem::internal(error),
    }
}

/// A table that cannot be read or written.
pub(super) fn stored(error: &StorageError) -> Problem {
    match error {
        StorageError::Unavailable { .. } => Problem::unavailable(error),
        StorageError::Failed { .. } => Problem::internal(error),
    }
}

/// A command to a notification that had no effect.
pub(super) fn notification(error: &ExecuteError<MessageRefusal>) -> Problem {
    match error {
        ExecuteError::Refused(MessageRefusal::Unknown) => Problem::not_found("notification"),
        ExecuteError::Refused(refusal) => Problem::conflict(refusal.to_string()),
        other => failed(other),
    }
}

/// A command to a subscription that had no effect.
pub(super) fn subscription(error: &ExecuteError<SubscriptionRefusal>) -> Problem {
    match error {
        ExecuteError::Refused(SubscriptionRefusal::Unknown) => Problem::not_found("subscription"),
        ExecuteError::Refused(refusal @ SubscriptionRefusal::Confirmed) => {
            Problem::conflict(refusal.to_string())
        }
        other => failed(other),
    }
}

/// A subscription that was not asked for.
pub(super) fn subscribing(error: &SubscribeError) -> Problem {
    match error {
        SubscribeError::Execute(error) => subscription(error),
        SubscribeError::Others(error) => unreadable(error),
    }
}

/// Audiences that were not replaced: every rule they break, each at its place in the request.
pub(super) fn audiences(error: &ExecuteError<AudiencesRefusal>) -> Problem {
    match error {
        ExecuteError::Refused(AudiencesRefusal(faults)) => Problem::validation(faults.iter().map(|fault| {
            let (pointer, code) = match fault {
                AudiencesFault::TooMany(audience, _) => (format!("/{audience}"), "too-many"),
                AudiencesFault::Twice(audience, position, field) => {
                    (format!("/{audience}/{position}/{}", field.as_str()), "duplicate")
                }
            };
            FieldError::pointer(pointer, code, fault.to_string())
        })),
        other => failed(other),
    }
}

/// Additional recipients that were not named: every rule they break, each at its place in the request.
pub(super) fn additional(error: &AdditionalError) -> Problem {
    match error {
        AdditionalError::Unknown => Problem::not_found("deal"),
        AdditionalError::Over => Problem::conflict(error.to_string()),
        AdditionalError::Unavailable(_) => Problem::unavailable(error),
        AdditionalError::Execute(ExecuteError::Refused(AdditionalRefusal(faults))) => {
            Problem::validation(faults.iter().map(|fault| {
                let (pointer, code) = match fault {
                    AdditionalFault::TooMany(_) => ("/recipients".to_owned(), "too-many"),
                    AdditionalFault::Twice(position, field) => {
                        (format!("/recipients/{position}/{}", field.as_str()), "duplicate")
                    }
                };
                FieldError::pointer(pointer, code, fault.to_string())
            }))
        }
        AdditionalError::Execute(other) => failed(other),
    }
}

/// Preferences that were not replaced: every rule they break, each at its place in the request.
pub(super) fn preferences(error: &ExecuteError<PreferencesRefusal>) -> Problem {
    match error {
        ExecuteError::Refused(PreferencesRefusal(faults)) => {
            Problem::validation(faults.iter().map(|fault| {
                let (pointer, code) = match fault {
                    PreferencesFault::Twice(position) => {
                        (format!("/quietHours/{position}/audience"), "duplicate")
                    }
                    PreferencesFault::Length(position) => {
                        (format!("/quietHours/{position}/until"), "out-of-range")
                    }
                    PreferencesFault::DigestTwice(position) => {
                        (format!("/digests/{position}/audience"), "duplicate")
                    }
                    PreferencesFault::TimeTwice(position, time) => {
                        (format!("/digests/{position}/at/{time}"), "duplicate")
                    }
                };
                FieldError::pointer(pointer, code, fault.to_string())
            }))
        }
        other => failed(other),
    }
}

/// A preview that cannot be shown.
pub(super) fn preview(error: &PreviewError) -> Problem {
    match error {
        PreviewError::Unknown => {
            Problem::validation([FieldError::pointer("/dealId", "unknown", "is no deal")])
        }
        PreviewError::NeverStood => Problem::conflict(error.to_string()),
        PreviewError::Unavailable(_) => Problem::unavailable(error),
    }
}

fn failed<R: std::error::Error + 'static>(error: &ExecuteError<R>) -> Problem {
    match error {
        ExecuteError::Stale { found, .. } => Problem::precondition_failed(&ETag::version(*found)),
        ExecuteError::KeyReused => Problem::key_reused(),
        ExecuteError::Busy(_) => Problem::unavailable(error),
        ExecuteError::Log(log) => unreadable(log),
        ExecuteError::Refused(_)
        | ExecuteError::GuardTaken(_)
        | ExecuteError::Append(_)
        | ExecuteError::Encode(_) => Problem::internal(error),
    }
}
