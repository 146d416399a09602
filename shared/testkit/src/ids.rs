use std::sync::atomic::{AtomicU64, Ordering};

use kernel::IdSource;
use uuid::Uuid;

/// Identifiers that count up: `00000000-0000-7000-8000-000000000001`, `…002`, and so on. They have the form of UUID
/// version 7 and are the same in every run.
#[derive(Debug, Default)]
pub struct SequentialIds {
    series: u16,
    given: AtomicU64,
}

impl SequentialIds {
    /// Identifiers of their own `series`, which never meet those of another: one per simulated process.
    #[must_use]
    pub const fn series(series: u16) -> Self {
        Self { series, given: AtomicU64::new(0) }
    }
}

impl IdSource for SequentialIds {
    fn uuid(&self) -> Uuid {
        let n = self.given.fetch_add(1, Ordering::SeqCst).saturating_add(1);
        let version = 0x7000_u64;
        let variant = 0x8000_0000_0000_0000_u64;
        Uuid::from_u64_pair(u64::from(self.series) << 16 | version, variant | n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_count_up_and_look_like_version_7() {
        let ids = SequentialIds::default();
        assert_eq!(ids.uuid().to_string(), "00000000-0000-7000-8000-000000000001");
        let second = ids.uuid();
        assert_eq!(second.to_string(), "00000000-0000-7000-8000-000000000002");
        assert_eq!(second.get_version_num(), 7);
        assert_eq!(second.get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn series_never_meet() {
        let (a, b) = (SequentialIds::series(1), SequentialIds::series(2));
        assert_ne!(a.uuid(), b.uuid());
    }
}
