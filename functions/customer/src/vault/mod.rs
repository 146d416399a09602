//! Personal data at rest: sealed field by field, each party with a key of its own.
//!
//! ```text
//! master key (KMS) ──wraps──▶ data key of a party ──seals──▶ each phone, e-mail, address, … in the log
//!                  └─wraps──▶ index key of the firm ──HMAC──▶ where to look for a phone, an e-mail, a GSTIN
//! ```
//!
//! The log cannot forget, so it never learns: what stands in it is readable only with the data key, and the wrapped data key
//! stands in `ops`, where it can be deleted. See [ADR 16](../../../../docs/adr/0016-party-data-protection.md).

mod blind_index;
mod data_key;
mod key_ring;

pub use blind_index::{BlindIndex, Kind};
pub use data_key::{DataKey, Field, Place, SealError};
pub use key_ring::{KeyError, KeyRing, Rotation};
