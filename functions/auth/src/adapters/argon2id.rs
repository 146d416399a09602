use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{Error, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use auth_domain::PasswordHash;

use crate::password::Password;
use crate::ports::{HashError, PasswordHasher};

/// Memory, in KiB: 19 MiB. This and the next two are the least that OWASP's Password Storage Cheat Sheet recommends
/// (<https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;

/// What the password of nobody is checked against: the parameters above with a salt and an output that were drawn at random
/// and belong to no password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$GsMvqTJxRXy0yW5rYR2kHw$b3nYV0tqkX9bU8Qm2rJx7m1cJd4pZ6sWvE5hTn0gLaM";

/// Argon2id (RFC 9106).
#[derive(Debug, Clone)]
pub struct Argon2id {
    hasher: Argon2<'static>,
}

impl Argon2id {
    /// With OWASP's parameters.
    ///
    /// # Errors
    /// When the library does not take them.
    pub fn try_new() -> Result<Self, HashError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| HashError(error.into()))?;
        Ok(Self { hasher: Argon2::new(Algorithm::Argon2id, Version::V0x13, params) })
    }
}

impl PasswordHasher for Argon2id {
    fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        let phc = self.hasher.hash_password(password.expose()).map_err(failed)?;
        phc.to_string().parse().map_err(|error: auth_domain::PasswordHashError| HashError(error.into()))
    }

    fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> Result<bool, HashError> {
        let phc =
            Phc::new(hash.map_or(NOBODY, PasswordHash::expose)).map_err(|error| HashError(error.into()))?;
        // The library takes a hash without an output for one that no password fits.
        if phc.salt.is_none() || phc.hash.is_none() {
            return Err(HashError("the hash has no salt or no output".into()));
        }
        match self.hasher.verify_password(password.expose(), &phc) {
            Ok(()) => Ok(hash.is_some()),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }
}

fn failed(error: Error) -> HashError {
    HashError(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        text.parse().unwrap()
    }

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let hasher = Argon2id::try_new().unwrap();
        let hash = hasher.hash(&password("correct horse battery")).unwrap();
        assert!(hasher.verify(&password("correct horse battery"), Some(&hash)).unwrap());
        assert!(!hasher.verify(&password("correct horse batterz"), Some(&hash)).unwrap());
    }

    #[test]
    fn the_same_password_is_hashed_to_something_else_each_time() {
        let hasher = Argon2id::try_new().unwrap();
        assert_ne!(hasher.hash(&password("a")).unwrap(), hasher.hash(&password("a")).unwrap());
    }

    #[test]
    fn nobodys_password_costs_as_much_as_anybodys() {
        let hasher = Argon2id::try_new().unwrap();
        assert!(!hasher.verify(&password("a"), None).unwrap());
        let head = |phc: &str| phc.rsplitn(3, '$').last().map(str::to_owned);
        let anybody = hasher.hash(&password("a")).unwrap();
        assert_eq!(head(NOBODY), head(anybody.expose()));
        assert_eq!(NOBODY.len(), anybody.expose().len());
    }

    #[test]
    fn a_hash_that_cannot_be_read_is_a_failure_and_not_a_wrong_password() {
        let hasher = Argon2id::try_new().unwrap();
        for text in ["$argon2id$v=19$m=oops", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ", "$argon2id$$$"] {
            let broken: PasswordHash = text.parse().unwrap();
            assert!(hasher.verify(&password("a"), Some(&broken)).is_err(), "{text}");
        }
    }
}
