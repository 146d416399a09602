//! Who may do what: users, their roles, and the permissions a role carries.
//!
//! | question | answered by |
//! |---|---|
//! | what can happen to a user | [`user`] |
//! | how long a login lasts, and when somebody has a copy of its token | [`session`] |
//! | what a program shows instead of a login | [`api_key`] |
//! | which role may do what | [`policy`], the only place that knows |
//! | what other contexts hear | [`published`] |
//!
//! Deliberately absent: hashing of passwords and secrets, tokens and their signatures (adapters of the function), and the rule that an
//! e-mail address belongs to one user (a uniqueness guard of the log: one user's history cannot know the others').

pub mod api_key;
mod api_key_id;
mod fingerprint;
mod name;
mod outside_identity;
mod password_hash;
pub mod policy;
pub mod published;
mod role;
pub mod session;
mod session_id;
pub mod user;
mod user_id;

pub use api_key_id::ApiKeyId;
pub use fingerprint::Fingerprint;
pub use kernel::{Email, EmailError};
pub use name::{Name, NameError};
pub use outside_identity::{OutsideIdentity, OutsideIdentityError};
pub use password_hash::{PasswordHash, PasswordHashError};
pub use policy::{Permission, UnknownPermission};
pub use role::{Role, Roles, UnknownRole};
pub use session_id::SessionId;
pub use user_id::UserId;
