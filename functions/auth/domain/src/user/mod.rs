//! A user: one person's account.
//!
//! ```text
//!            create               disable
//! (nobody) ─────────▶ active ───────────────▶ disabled
//!                       ▲                        │
//!                       └──────── enable ────────┘
//! ```
//!
//! Every command that finds its effect already there changes nothing, so that repeating one is safe.

mod command;
mod error;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Aggregate, Recorded, Timestamp};

pub use command::{Authority, Command};
pub use error::Refusal;
pub use event::Event;

use crate::{Email, Name, OutsideIdentity, PasswordHash, Role, Roles};

/// The state of a user's stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    account: Option<Account>,
}

/// A user that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The address they log in with.
    pub email: Email,
    /// What they are called.
    pub name: Name,
    /// What their password is checked against.
    pub password_hash: PasswordHash,
    /// Their places in the firm; never empty.
    pub roles: Roles,
    /// Whether they are kept from logging in.
    pub disabled: bool,
    /// When the account was opened.
    pub created_at: Timestamp,
    /// Sessions that were opened before are over: since when the password is what it is, and nobody kept the user out.
    pub admitted_since: Timestamp,
    /// As whom outside providers know them: one identity for each issuer.
    pub identities: BTreeMap<String, OutsideIdentity>,
}

impl User {
    /// The account; `None` before it is created.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    fn existing(&self) -> Result<&Account, Refusal> {
        self.account.as_ref().ok_or(Refusal::Unknown)
    }
}

/// Whether somebody may have these roles on this word.
fn appointable(roles: &Roles, by: Authority) -> Result<(), Refusal> {
    if roles.is_empty() {
        return Err(Refusal::NoRoles);
    }
    if roles.contains(&Role::Owner) && by != Authority::Owner {
        return Err(Refusal::OwnersOnly);
    }
    Ok(())
}

/// One event, unless its effect is there already.
fn unless(already: bool, event: Event) -> Vec<Event> {
    if already { Vec::new() } else { vec![event] }
}

impl Aggregate for User {
    const KIND: &'static str = "user";

    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Create { email, name, password_hash, roles, by } => {
                appointable(roles, *by)?;
                let created = Event::Created {
                    email: email.clone(),
                    name: name.clone(),
                    password_hash: password_hash.clone(),
                    roles: roles.clone(),
                };
                match &self.account {
                    None => Ok(vec![created]),
                    // The hash is salted anew each time and tells nothing about a repetition.
                    Some(account) if account.is(email, name, roles) => Ok(Vec::new()),
                    Some(_) => Err(Refusal::AlreadyExists),
                }
            }
            Command::Change { roles, disabled, by } => {
                let account = self.existing()?;
                account.is_changed_by(*by)?;
                let mut events = Vec::new();
                if let Some(roles) = roles {
                    appointable(roles, *by)?;
                    events.extend(unless(
                        account.roles == *roles,
                        Event::RolesChanged { roles: roles.clone() },
                    ));
                }
                if let Some(disabled) = disabled {
                    let event = if *disabled { Event::Disabled } else { Event::Enabled };
                    events.extend(unless(account.disabled == *disabled, event));
                }
                Ok(events)
            }
            Command::ChangePassword { password_hash } => {
                let account = self.existing()?;
                if account.disabled {
                    return Err(Refusal::Disabled);
                }
                let changed = Event::PasswordChanged { password_hash: password_hash.clone() };
                Ok(unless(account.password_hash == *password_hash, changed))
            }
            Command::Link { identity } => {
                let account = self.existing()?;
                match account.identities.get(identity.issuer()) {
                    _ if account.disabled => Err(Refusal::Disabled),
                    Some(linked) if linked != identity => Err(Refusal::LinkedOtherwise),
                    linked => {
                        Ok(unless(linked.is_some(), Event::IdentityLinked { identity: identity.clone() }))
                    }
                }
            }
            Command::Unlink { issuer } => {
                let unlinked = !self.existing()?.identities.contains_key(issuer);
                Ok(unless(unlinked, Event::IdentityUnlinked { issuer: issuer.clone() }))
            }
        }
    }

    fn evolve(mut self, recorded: &Recorded<Event>) -> Self {
        match (&mut self.account, &recorded.event) {
            (account, Event::Created { email, name, password_hash, roles }) => {
                *account = Some(Account {
                    email: email.clone(),
                    name: name.clone(),
                    password_hash: password_hash.clone(),
                    roles: roles.clone(),
                    disabled: false,
                    created_at: recorded.at,
                    admitted_since: recorded.at,
                    identities: BTreeMap::new(),
                });
            }
            (Some(account), Event::PasswordChanged { password_hash }) => {
                account.password_hash = password_hash.clone();
                account.admitted_since = recorded.at;
            }
            (Some(account), Event::RolesChanged { roles }) => account.roles = roles.clone(),
            (Some(account), Event::Disabled) => {
                account.disabled = true;
                account.admitted_since = recorded.at;
            }
            (Some(account), Event::Enabled) => account.disabled = false,
            (Some(account), Event::IdentityLinked { identity }) => {
                account.identities.insert(identity.issuer().to_owned(), identity.clone());
            }
            (Some(account), Event::IdentityUnlinked { issuer }) => {
                account.identities.remove(issuer);
            }
            // `decide` lets nothing happen to a user before its creation.
            (None, _) => {}
        }
        self
    }
}

impl Account {
    fn is_changed_by(&self, by: Authority) -> Result<(), Refusal> {
        match by {
            Authority::Oneself => Err(Refusal::Own),
            Authority::Keeper if self.roles.contains(&Role::Owner) => Err(Refusal::OwnersOnly),
            Authority::Keeper | Authority::Owner => Ok(()),
        }
    }

    /// Whether a session that was opened then may still be used.
    #[must_use]
    pub fn admits_session_of(&self, opened_at: Timestamp) -> bool {
        !self.disabled && self.admitted_since <= opened_at
    }

    /// Whether this is the account such a creation would make, apart from the password.
    #[must_use]
    pub fn is(&self, email: &Email, name: &Name, roles: &Roles) -> bool {
        self.email == *email && self.name == *name && self.roles == *roles
    }
}
