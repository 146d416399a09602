//! What operators ask for by direct invocation, which IAM guards: first users, and repairs.
//!
//! | event | answer |
//! |---|---|
//! | `{"kind":"ready"}` | `{status, checks: [{name, status, durationMs}]}` |
//! | `{"kind":"create-user", email, name, password, roles, userId?}` | `{userId, created}`; an existing user with the same name and roles is left alone, password included |
//! | `{"kind":"change-password", email, password}` | `{userId}` |
//! | `{"kind":"change-roles", email, roles}` | `{userId}` |
//! | `{"kind":"disable-user", email}`, `{"kind":"enable-user", email}` | `{userId}` |
//! | `{"kind":"link-identity", email, issuer, subject}`, `{"kind":"unlink-identity", email, issuer}` | `{userId}` |

mod members;

use async_trait::async_trait;
use auth_domain::user::Refusal;
use kernel::error::chain;
use lambda_entry::{DirectError, DirectHandler};
use serde_json::{Value, json};

use crate::commands::{Change, ChangeUser, ChangeUserError, CreateUser, CreateUserError, NewUser};
use crate::queries::Readiness;
use members::Members;

/// Answers operators.
#[derive(Debug, Clone)]
pub struct Operator {
    create_user: CreateUser,
    change_user: ChangeUser,
    readiness: Readiness,
}

impl Operator {
    /// Puts the use cases together.
    #[must_use]
    pub const fn new(create_user: CreateUser, change_user: ChangeUser, readiness: Readiness) -> Self {
        Self { create_user, change_user, readiness }
    }

    async fn create_user(&self, payload: &Value) -> Result<Value, DirectError> {
        let mut members = Members::of(payload);
        let user_id = members.optional("userId");
        let (email, name) = (members.text("email"), members.text("name"));
        let (password, roles) = (members.new_password("password"), members.roles("roles"));
        members.finish()?;
        let (Some(email), Some(name), Some(password), Some(roles)) = (email, name, password, roles) else {
            return Err(DirectError::new("invalid", "a member is missing"));
        };
        let new = NewUser { user_id, email, name, password, roles };
        match self.create_user.run(&new).await {
            Ok(created) => Ok(json!({ "userId": created.user_id, "created": created.new })),
            Err(error @ CreateUserError::Conflict) => Err(DirectError::new("conflict", error.to_string())),
            Err(CreateUserError::Refused(refusal)) => Err(refused(refusal)),
            Err(error @ CreateUserError::Failed(_)) => Err(failure(&error)),
        }
    }

    async fn change(
        &self,
        members: Members<'_>,
        email: Option<auth_domain::Email>,
        change: Option<Change>,
    ) -> Result<Value, DirectError> {
        members.finish()?;
        let (Some(email), Some(change)) = (email, change) else {
            return Err(DirectError::new("invalid", "a member is missing"));
        };
        match self.change_user.run(&email, &change).await {
            Ok(user_id) => Ok(json!({ "userId": user_id })),
            Err(ChangeUserError::Refused(refusal)) => Err(refused(refusal)),
            Err(error @ ChangeUserError::Taken) => Err(DirectError::new("conflict", error.to_string())),
            Err(error @ ChangeUserError::Failed(_)) => Err(failure(&error)),
        }
    }
}

#[async_trait]
impl DirectHandler for Operator {
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError> {
        let mut members = Members::of(&payload);
        match kind {
            "ready" => Ok(self.readiness.report().await),
            "create-user" => self.create_user(&payload).await,
            "change-password" => {
                let (email, password) = (members.text("email"), members.new_password("password"));
                self.change(members, email, password.map(Change::Password)).await
            }
            "change-roles" => {
                let (email, roles) = (members.text("email"), members.roles("roles"));
                self.change(members, email, roles.map(Change::Roles)).await
            }
            "disable-user" => {
                let email = members.text("email");
                self.change(members, email, Some(Change::Disable)).await
            }
            "enable-user" => {
                let email = members.text("email");
                self.change(members, email, Some(Change::Enable)).await
            }
            "link-identity" => {
                let (email, identity) = (members.text("email"), members.identity("issuer", "subject"));
                self.change(members, email, identity.map(Change::Link)).await
            }
            "unlink-identity" => {
                let (email, issuer) = (members.text("email"), members.text("issuer"));
                self.change(members, email, issuer.map(Change::Unlink)).await
            }
            unknown => Err(DirectError::unknown_kind(unknown)),
        }
    }
}

fn refused(refusal: Refusal) -> DirectError {
    let code = match refusal {
        Refusal::Unknown => "not-found",
        Refusal::AlreadyExists | Refusal::LinkedOtherwise => "conflict",
        Refusal::NoRoles => "invalid",
        Refusal::OwnersOnly | Refusal::Own => "forbidden",
        Refusal::Disabled => "disabled",
    };
    DirectError::new(code, refusal.to_string())
}

/// The reason goes to the log; the caller may try again.
fn failure(error: &(dyn std::error::Error + 'static)) -> DirectError {
    tracing::error!(error = chain(error), "direct invocation failed");
    DirectError::new("unavailable", "try again; the reason is in the log")
}
