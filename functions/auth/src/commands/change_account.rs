use auth_domain::user::{Authority, Command, Refusal, User};
use auth_domain::{Roles, UserId};
use event_store::{ExecuteError, Outcome, Request};

use crate::users::Users;

/// Changes accounts for those who look after users.
#[derive(Debug, Clone)]
pub struct ChangeAccount {
    /// Among whom.
    pub users: Users,
}

/// What to change; what is not named stays.
#[derive(Debug, Clone)]
pub struct AccountChange {
    /// The new roles.
    pub roles: Option<Roles>,
    /// Whether the user is kept out.
    pub disabled: Option<bool>,
    /// On whose word.
    pub by: Authority,
}

impl ChangeAccount {
    /// Changes an account: one read, one write.
    ///
    /// # Errors
    /// When a rule forbids it, the account has changed in between, or something that is needed does not work.
    pub async fn run(
        &self,
        id: UserId,
        change: AccountChange,
        request: &Request,
    ) -> Result<Outcome<User>, ExecuteError<Refusal>> {
        let AccountChange { roles, disabled, by } = change;
        let command = Command::Change { roles, disabled, by };
        self.users.store().execute(&self.users.stream(id), request, &command).await
    }
}
