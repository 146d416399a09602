//! The directory on tables in memory, and what is asked of an owner's function.
#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod following;
mod function;

use kernel::{Actor, Provenance};
use uuid::Uuid;

kernel::typed_id!(
    /// Identifies a thing.
    ThingId, "thing"
);

fn thing(number: u128) -> ThingId {
    ThingId::new(Uuid::from_u128(number))
}

fn somebody() -> Provenance {
    Provenance {
        tenant: "main".parse().unwrap(),
        actor: Actor::system("test"),
        correlation: "c-1".parse().unwrap(),
        causation: None,
        traceparent: None,
    }
}
