//! Whom the firm trades with: parties, each a customer, a supplier, or both.
//!
//! | question | answered by |
//! |---|---|
//! | what can happen to a party | [`party`] |
//! | when two names are the same | [`NameKey`] |
//! | what a tax number must look like | [`Gstin`], [`Pan`] |
//! | what other contexts hear | [`published`] |
//!
//! Deliberately absent: what personal data says. The domain sees it [`Sealed`] only; keys are the business of the function.
//! Absent too: the rule that a name belongs to one party, which is a uniqueness guard of the log, because one party's
//! history cannot know the others'.

mod contact;
mod gstin;
mod ids;
mod pan;
pub mod party;
pub mod published;
mod role;
mod sealed;
mod tag;

pub use contact::{Phone, PhoneError};
pub use gstin::{Gstin, GstinError, StateCode, StateCodeError};
pub use ids::{DealId, PartyId};
pub use kernel::{Email, Name as PartyName, NameKey};
pub use pan::{Pan, PanError};
pub use role::{Role, Roles, UnknownRole};
pub use sealed::{Sealed, SealedError};
pub use tag::{Tag, TagError};
