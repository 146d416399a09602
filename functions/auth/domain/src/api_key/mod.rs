//! An API key: what a program shows instead of a login. It belongs to a user and can do nothing that they cannot do.
//!
//! ```text
//!          create              rotate              revoke
//! (none) ──────────▶ good ───────────────▶ good ──────────▶ revoked
//!                          (new secret)      │
//!                                            └── its time passes ──▶ expired
//! ```
//!
//! A rotation makes a new secret at once and lets the ones before work for a while, so that a program can be given the new one
//! without standing still. Every rotation only ever shortens what earlier secrets have left: one without overlap leaves none, which
//! is what somebody needs whose secret got out.
//!
//! Deliberately absent: the secret itself, of which only a [`Fingerprint`] gets here, and when the key was last used, which is worth
//! no event.

mod command;
mod error;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use kernel::{Aggregate, Recorded, Timestamp};

pub use command::{Asker, Command};
pub use error::{Fault, Refusal};
pub use event::Event;

use crate::policy::{PEOPLE_ONLY, permissions};
use crate::user::Account;
use crate::{Fingerprint, Name, Permission, UserId};

/// The longest a key lives, and how long it lives when nothing is said, in days: the same day of next year, leap years included.
pub const LONGEST_DAYS: i64 = 366;
/// The longest that earlier secrets work after a rotation, in hours: a week.
pub const LONGEST_OVERLAP_H: u16 = 7 * 24;
/// Earlier secrets that work beside the present one.
pub const MOST_EARLIER: usize = 4;
/// The fastest a key may be meant for, in requests per minute.
pub const MOST_PER_MINUTE: u32 = 6_000;

/// The state of a key's stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiKey {
    issued: Option<Issued>,
}

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Whose it is.
    pub owner: UserId,
    /// What it is called.
    pub name: Name,
    /// What it may do as long as its owner may; never empty.
    pub scopes: BTreeSet<Permission>,
    /// How many requests a minute it is meant for.
    pub rate_per_minute: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was given its present secret, if that is not its first.
    pub rotated_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    secret: Fingerprint,
    earlier: Vec<Earlier>,
}

/// A secret that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Earlier {
    secret: Fingerprint,
    until: Timestamp,
}

impl ApiKey {
    /// The key; `None` before it is made.
    #[must_use]
    pub const fn issued(&self) -> Option<&Issued> {
        self.issued.as_ref()
    }

    fn of(&self, asker: Asker) -> Result<&Issued, Refusal> {
        self.issued.as_ref().filter(|issued| issued.concerns(asker)).ok_or(Refusal::Unknown)
    }
}

impl Issued {
    /// Whether somebody may know of it.
    #[must_use]
    pub fn concerns(&self, asker: Asker) -> bool {
        asker.of_all || self.owner == asker.user_id
    }

    /// Until when the last of its earlier secrets works, or worked; `None` when it never had another.
    #[must_use]
    pub fn earlier_until(&self) -> Option<Timestamp> {
        self.earlier.iter().map(|earlier| earlier.until).max()
    }

    /// Whether a secret opens anything at this instant. Whoever does not hold one of its secrets learns nothing of the key.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn check(&self, presented: &Fingerprint, at: Timestamp) -> Result<(), Fault> {
        // All are compared, and each takes as long as the other.
        let present = (self.secret == *presented).then_some(self.expires_at);
        let until = self.earlier.iter().fold(present, |found, earlier| {
            if earlier.secret == *presented { Some(earlier.until) } else { found }
        });
        match until {
            None => Err(Fault::Unknown),
            Some(until) if at < until && self.is_good(at).is_ok() => Ok(()),
            Some(_) => Err(Fault::Over),
        }
    }

    /// What it may do now: what it was made for, of what its owner may do. `None` when its owner may do nothing.
    #[must_use]
    pub fn powers(&self, owner: &Account) -> Option<BTreeSet<Permission>> {
        let may = permissions(owner.roles.iter().copied());
        (!owner.disabled).then(|| self.scopes.intersection(&may).copied().collect())
    }

    fn is_good(&self, at: Timestamp) -> Result<(), Refusal> {
        match self.revoked_at {
            Some(_) => Err(Refusal::Revoked),
            None if self.expires_at <= at => Err(Refusal::Expired),
            None => Ok(()),
        }
    }

    fn rotate(&self, secret: &Fingerprint, overlap_h: u16, at: Timestamp) -> Result<Event, Refusal> {
        self.is_good(at)?;
        if overlap_h > LONGEST_OVERLAP_H {
            return Err(Refusal::OverlapTooLong);
        }
        let working = self.earlier.iter().filter(|earlier| at < earlier.until).count();
        if overlap_h > 0 && working >= MOST_EARLIER {
            return Err(Refusal::TooManySecrets);
        }
        let earlier_until = at.plus_ms(i64::from(overlap_h) * 60 * 60 * 1_000);
        Ok(Event::Rotated { secret: secret.clone(), earlier_until })
    }

    fn rotated(&mut self, secret: &Fingerprint, earlier_until: Timestamp, at: Timestamp) {
        self.earlier.retain(|earlier| at < earlier.until);
        for earlier in &mut self.earlier {
            earlier.until = earlier.until.min(earlier_until);
        }
        let replaced = std::mem::replace(&mut self.secret, secret.clone());
        // Kept even when it is over at once, so that whoever still shows it is told that there is another.
        self.earlier.push(Earlier { secret: replaced, until: earlier_until });
        self.rotated_at = Some(at);
    }
}

/// What a new key may be.
fn create(
    scopes: &BTreeSet<Permission>,
    held: &BTreeSet<Permission>,
    rate_per_minute: Option<u32>,
    expires_at: Option<Timestamp>,
    at: Timestamp,
) -> Result<Timestamp, Refusal> {
    if scopes.is_empty() {
        return Err(Refusal::NoScopes);
    }
    if let Some(scope) = scopes.iter().find(|scope| PEOPLE_ONLY.contains(scope)) {
        return Err(Refusal::PeopleOnly(*scope));
    }
    if let Some(scope) = scopes.difference(held).next() {
        return Err(Refusal::NotHeld(*scope));
    }
    if rate_per_minute.is_some_and(|rate| !(1..=MOST_PER_MINUTE).contains(&rate)) {
        return Err(Refusal::Rate);
    }
    let latest = at.plus_days(LONGEST_DAYS);
    match expires_at {
        Some(expires_at) if expires_at <= at => Err(Refusal::ExpiryPast),
        Some(expires_at) if expires_at > latest => Err(Refusal::ExpiryTooLate),
        chosen => Ok(chosen.unwrap_or(latest)),
    }
}

impl Aggregate for ApiKey {
    const KIND: &'static str = "api-key";

    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Create { .. } if self.issued.is_some() => Err(Refusal::AlreadyExists),
            Command::Create { owner, name, scopes, held, rate_per_minute, expires_at, secret, at } => {
                let expires_at = create(scopes, held, *rate_per_minute, *expires_at, *at)?;
                Ok(vec![Event::Created {
                    owner: *owner,
                    name: name.clone(),
                    scopes: scopes.clone(),
                    rate_per_minute: *rate_per_minute,
                    expires_at,
                    secret: secret.clone(),
                }])
            }
            // Nobody is given a secret of somebody else's key: it can do what its owner can.
            Command::Rotate { by, secret, overlap_h, at } => {
                let issued = self.of(Asker { user_id: *by, of_all: false })?;
                Ok(vec![issued.rotate(secret, *overlap_h, *at)?])
            }
            Command::Revoke { by } => {
                Ok(if self.of(*by)?.revoked_at.is_some() { Vec::new() } else { vec![Event::Revoked] })
            }
        }
    }

    fn evolve(mut self, recorded: &Recorded<Event>) -> Self {
        let at = recorded.at;
        match (&mut self.issued, &recorded.event) {
            (issued, Event::Created { owner, name, scopes, rate_per_minute, expires_at, secret }) => {
                *issued = Some(Issued {
                    owner: *owner,
                    name: name.clone(),
                    scopes: scopes.clone(),
                    rate_per_minute: *rate_per_minute,
                    created_at: at,
                    expires_at: *expires_at,
                    rotated_at: None,
                    revoked_at: None,
                    secret: secret.clone(),
                    earlier: Vec::new(),
                });
            }
            (Some(issued), Event::Rotated { secret, earlier_until }) => {
                issued.rotated(secret, *earlier_until, at);
            }
            (Some(issued), Event::Revoked) => issued.revoked_at = Some(at),
            // `decide` lets nothing happen to a key before it is made.
            (None, _) => {}
        }
        self
    }
}
