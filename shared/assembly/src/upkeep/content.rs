//! What a row says, apart from when it was written.

use event_store::Row;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// The member of a body that tells at which version of a stream it was rendered. A row that shows part of a stream is
/// rendered anew only when that part changes, so its version depends on when the relay came by.
const VERSION: &str = "version";

/// Everything a reader can see or find a row by, but for the version.
pub(super) fn content(row: &Row) -> Value {
    let mut body = serde_json::from_str(&row.body).unwrap_or_else(|_| Value::String(row.body.clone()));
    if let Some(members) = body.as_object_mut() {
        *members =
            std::mem::take(members).into_iter().filter(|(name, _)| name != VERSION).collect::<Map<_, _>>();
    }
    json!([row.pk, row.sk, row.indexes, row.attributes, body])
}

/// Rows in any order: how many, and the sum of the first 128 bits of their digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Checksum {
    rows: u64,
    sum: u128,
}

impl Checksum {
    pub(super) fn add(&mut self, row: &Row) {
        let digest: [u8; 32] = Sha256::digest(content(row).to_string()).into();
        let (first, _) = digest.split_at(16);
        let number = first.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        self.rows = self.rows.saturating_add(1);
        self.sum = self.sum.wrapping_add(number);
    }

    pub(super) const fn join(&mut self, other: Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.sum = self.sum.wrapping_add(other.sum);
    }

    pub(super) fn answer(&self) -> Value {
        json!({ "rows": self.rows, "sum": format!("{:032x}", self.sum) })
    }
}
