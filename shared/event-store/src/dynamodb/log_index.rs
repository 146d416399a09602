//! The partitions of the index by time.

use kernel::Timestamp;

use crate::item::{SHARDS, day_shard};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The partitions that hold the commits of this instant's day.
pub(super) fn shards_of(instant: Timestamp) -> impl Iterator<Item = String> {
    let day = instant.utc_day();
    (0..SHARDS).map(move |shard| day_shard(&day, shard))
}

/// The first instant of the next day.
pub(super) const fn next_day(instant: Timestamp) -> Timestamp {
    let ms = instant.unix_ms();
    Timestamp::from_unix_ms(ms.saturating_sub(ms.rem_euclid(DAY_MS)).saturating_add(DAY_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_day_begins_at_midnight_also_before_1970() {
        for (instant, next) in [
            ("2026-11-22T00:00:00Z", "2026-11-23T00:00:00.000Z"),
            ("2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z"),
            ("1969-12-31T12:00:00Z", "1970-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(next_day(instant.parse().unwrap()).to_string(), next);
        }
    }

    #[test]
    fn a_day_has_four_shards() {
        let shards: Vec<String> = shards_of("2026-11-22T10:00:00Z".parse().unwrap()).collect();
        assert_eq!(shards, ["2026-11-22#0", "2026-11-22#1", "2026-11-22#2", "2026-11-22#3"]);
    }
}
