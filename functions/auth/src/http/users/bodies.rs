//! What requests about users carry.

use auth_domain::{Email, Name, Role};
use http_kit::{CursorToken, Items, Limit, Parsed, Secret, request_body};

/// As many as there are.
const MOST_ROLES: usize = Role::ALL.len();

request_body! {
    /// An account to be opened.
    pub(super) struct CreateUser {
        /// The address to log in with, in any case; nobody else's.
        pub(super) email: Parsed<Email>,
        /// What the user is called.
        pub(super) name: Parsed<Name>,
        /// The first password, at least 15 characters.
        pub(super) password: Secret<1, 1024>,
        /// Places in the firm. Repetitions do not matter.
        pub(super) roles: Items<Parsed<Role>, 1, MOST_ROLES>,
    }
}

request_body! {
    /// What to change of a user; what is left out stays.
    pub(super) struct ChangeUser {
        /// The new roles, all of them.
        pub(super) roles: Option<Items<Parsed<Role>, 1, MOST_ROLES>>,
        /// Whether they are kept from logging in.
        pub(super) disabled: Option<bool>,
    }
}

request_body! {
    /// Which users to list.
    pub(super) struct UserQuery {
        /// How many.
        pub(super) limit: Limit,
        /// Where to go on.
        pub(super) cursor: Option<CursorToken>,
    }
}
