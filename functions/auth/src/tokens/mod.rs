//! Access tokens: JSON Web Tokens (RFC 7519) signed with ES256 (RFC 7518, 3.4).
//!
//! The private key lives in KMS and signs one token per login or refresh. The public key is read once, when the function starts, and
//! checks every request: no call, no table.
//!
//! The rules of RFC 8725 that are kept here: one algorithm, fixed by the verifier and not by the token (3.1); issuer and
//! audience checked (3.8, 3.9); keys found by the verifier, never from the token's header (3.10).
//!
//! A token lives `TOKEN_TTL_S` seconds and says what its bearer may do for that long, unless its session is ended or its user
//! changed before ([`Revocations`](crate::Revocations)).

pub(crate) mod algorithms;
mod claims;
mod issuer;
mod key;
mod signature;
mod verifier;

pub use claims::{AUDIENCE, Claims};
pub use issuer::{AccessToken, Issuer, Subject};
pub use key::{KeyError, PublicKey};
pub use signature::{RawSignature, SignatureError};
pub use verifier::{TokenFault, Verifier};
