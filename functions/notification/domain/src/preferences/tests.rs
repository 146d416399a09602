use proptest::prelude::*;
use testkit::{given, given_nothing};

use super::*;

fn quiet(audience: AudienceName, from: &str, until: &str) -> QuietHours {
    QuietHours { audience, from: from.parse().unwrap(), until: until.parse().unwrap() }
}

fn digest(audience: AudienceName, at: &[&str]) -> DigestTimes {
    DigestTimes { audience, at: at.iter().map(|time| time.parse().unwrap()).collect() }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_night_is_quiet_until_the_morning_of_the_next_day() {
    let night = quiet(AudienceName::Owners, "21:30", "07:00");
    for (instant, left_ms) in [
        // Half past nine in the evening in India is 16:00 UTC.
        ("2026-11-22T15:59:59.999Z", None),
        ("2026-11-22T16:00:00.000Z", Some(9 * 3_600_000 + 30 * 60_000)),
        ("2026-11-23T01:29:00.500Z", Some(59_500)),
        ("2026-11-23T01:30:00.000Z", None),
        ("2026-11-23T10:00:00.000Z", None),
    ] {
        assert_eq!(night.left_ms(at(instant)), left_ms, "{instant}");
    }
    let preferences = Preferences { quiet_hours: vec![night], ..Preferences::default() };
    assert!(preferences.quiet_ms(AudienceName::Owners, at("2026-11-22T20:00:00.000Z")).is_some());
    assert_eq!(preferences.quiet_ms(AudienceName::Accounts, at("2026-11-22T20:00:00.000Z")), None);
}

#[test]
fn quiet_hours_are_said_anew_and_the_same_again_is_no_event() {
    let quiet_hours = vec![quiet(AudienceName::Owners, "22:00", "06:00")];
    let replaced = PreferencesEvent::QuietHoursReplaced { quiet_hours: quiet_hours.clone() };
    let replace = PreferencesCommand::Replace { quiet_hours, digests: vec![] };
    given_nothing::<Preferences>().when(&replace).then([replaced.clone()]);
    given::<Preferences>([replaced]).when(&replace).then_nothing();
}

#[test]
fn a_digest_leaves_at_the_next_of_its_times_by_indias_clock() {
    let twice_a_day = digest(AudienceName::Owners, &["19:00", "13:00"]);
    for (now, next) in [
        ("2026-11-22T07:29:59.999Z", "2026-11-22T07:30:00.000Z"),
        // The very moment counts.
        ("2026-11-22T07:30:00.000Z", "2026-11-22T07:30:00.000Z"),
        ("2026-11-22T07:30:00.001Z", "2026-11-22T13:30:00.000Z"),
        ("2026-11-22T13:30:00.001Z", "2026-11-23T07:30:00.000Z"),
        ("2026-11-22T20:00:00.000Z", "2026-11-23T07:30:00.000Z"),
    ] {
        assert_eq!(twice_a_day.next(at(now)), Some(at(next)), "{now}");
    }
    let preferences = Preferences { digests: vec![twice_a_day], ..Preferences::default() };
    assert!(preferences.next_digest(AudienceName::Owners, at("2026-11-22T20:00:00.000Z")).is_some());
    assert_eq!(preferences.next_digest(AudienceName::Accounts, at("2026-11-22T20:00:00.000Z")), None);
}

#[test]
fn who_is_told_by_digest_is_said_apart_from_when_it_is_quiet() {
    let quiet_hours = vec![quiet(AudienceName::Owners, "22:00", "06:00")];
    let digests = vec![digest(AudienceName::Accounts, &["19:00"])];
    let (quieted, digested) = (
        PreferencesEvent::QuietHoursReplaced { quiet_hours: quiet_hours.clone() },
        PreferencesEvent::DigestsReplaced { digests: digests.clone() },
    );
    let both = PreferencesCommand::Replace { quiet_hours: quiet_hours.clone(), digests };
    given_nothing::<Preferences>().when(&both).then([quieted.clone(), digested.clone()]);
    given::<Preferences>([quieted.clone()]).when(&both).then([digested.clone()]);
    given::<Preferences>([quieted.clone(), digested.clone()]).when(&both).then_nothing();
    given::<Preferences>([quieted, digested])
        .when(&PreferencesCommand::Replace { quiet_hours, digests: vec![] })
        .then([PreferencesEvent::DigestsReplaced { digests: vec![] }]);
}

#[test]
fn every_rule_that_is_broken_is_named() {
    given_nothing::<Preferences>()
        .when(&PreferencesCommand::Replace {
            quiet_hours: vec![
                quiet(AudienceName::Owners, "18:59", "07:00"),
                quiet(AudienceName::Accounts, "12:00", "12:00"),
                quiet(AudienceName::Owners, "19:00", "07:00"),
            ],
            digests: vec![
                digest(AudienceName::Owners, &["07:00", "19:00", "07:00"]),
                digest(AudienceName::Owners, &["08:00"]),
            ],
        })
        .then_refused(&PreferencesRefusal(vec![
            PreferencesFault::Length(0),
            PreferencesFault::Length(1),
            PreferencesFault::Twice(2),
            PreferencesFault::TimeTwice(0, 2),
            PreferencesFault::DigestTwice(1),
        ]));
}

#[test]
fn what_is_no_time_of_day_is_refused() {
    for text in ["", "7:00", "24:00", "12:60", "12", "12:0", "-1:00", "12:00:00", "ab:cd", "+1:00"] {
        assert_eq!(text.parse::<TimeOfDay>(), Err(TimeOfDayError), "{text}");
    }
}

proptest! {
    /// Once the time that is left has passed, it is quiet no more; until then it is.
    #[test]
    fn whoever_waits_as_long_as_told_may_speak(from in 0_i64..1_440, long in 1_i64..=LONGEST_MIN, ms in 0_i64..4_000_000_000_000) {
        let time = |minutes: i64| format!("{:02}:{:02}", minutes % 1_440 / 60, minutes % 60);
        let quiet = quiet(AudienceName::Owners, &time(from), &time(from + long));
        let now = Timestamp::from_unix_ms(ms);
        if let Some(left_ms) = quiet.left_ms(now) {
            prop_assert!((1..=LONGEST_MIN * 60_000).contains(&left_ms));
            prop_assert_eq!(quiet.left_ms(now.plus_ms(left_ms)), None);
            prop_assert_eq!(quiet.left_ms(now.plus_ms(left_ms - 1)), Some(1));
        }
    }
}
