//! Through the log by time, a page at a time.

use event_store::{CommitLog, CommitRef, LogError};
use kernel::Timestamp;

/// Older than any commit of the system: the year of its first one.
pub(super) const EARLIEST: Timestamp = Timestamp::from_unix_ms(1_767_225_600_000);
/// Days looked through for one page: each costs four reads, also when nothing happened.
const MOST_DAYS: i64 = 60;

/// Commits in order of time, and where the next page begins; `None` when nothing is left before `now`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WalkPage {
    pub(super) commits: Vec<CommitRef>,
    pub(super) next: Option<Timestamp>,
}

/// Some `limit` commits from an instant on. A page ends between two instants: commits of one stand on one page, however many
/// they are.
pub(super) async fn page(
    log: &dyn CommitLog,
    from: Timestamp,
    now: Timestamp,
    limit: usize,
) -> Result<WalkPage, LogError> {
    let end = now.plus_ms(1);
    let to = from.plus_days(MOST_DAYS).min(end);
    let mut limit = limit.max(1);
    loop {
        let mut commits = log.committed_between(from, to, limit).await?;
        if commits.len() < limit {
            return Ok(WalkPage { commits, next: (to < end).then_some(to) });
        }
        match commits.last().map(|last| last.at) {
            Some(last) if last > from => {
                commits.retain(|commit| commit.at < last);
                return Ok(WalkPage { commits, next: Some(last) });
            }
            // All of one instant, and perhaps more of it.
            _ => limit = limit.saturating_mul(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_commit_is_older_than_the_walk_begins() {
        assert_eq!(EARLIEST.to_string(), "2026-01-01T00:00:00.000Z");
    }
}
