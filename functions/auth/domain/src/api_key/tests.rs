use proptest::prelude::*;
use testkit::{Given, NOON, given, given_nothing};

use super::*;
use crate::{Role, Roles};

const HOUR_MS: i64 = 60 * 60 * 1_000;

fn print(name: u32) -> Fingerprint {
    let mut digest = [7; 32];
    digest[..4].copy_from_slice(&name.to_be_bytes());
    Fingerprint::of(digest)
}

fn user(number: u128) -> UserId {
    UserId::new(uuid::Uuid::from_u128(number))
}

fn trader() -> BTreeSet<Permission> {
    permissions([Role::Trader])
}

fn create(scopes: &[Permission], expires_at: Option<Timestamp>) -> Command {
    Command::Create {
        owner: user(1),
        name: "Quotes".parse().unwrap(),
        scopes: scopes.iter().copied().collect(),
        held: trader(),
        rate_per_minute: None,
        expires_at,
        secret: print(1),
        at: NOON,
    }
}

fn created(expires_at: Timestamp) -> Event {
    Event::Created {
        owner: user(1),
        name: "Quotes".parse().unwrap(),
        scopes: BTreeSet::from([Permission::DealRead, Permission::DealWrite]),
        rate_per_minute: None,
        expires_at,
        secret: print(1),
    }
}

/// A key that ends after this many days, made at noon.
fn key(days: i64) -> Given<ApiKey> {
    given([created(NOON.plus_days(days))])
}

fn rotate(secret: u32, overlap_h: u16, after_ms: i64) -> Command {
    Command::Rotate { by: user(1), secret: print(secret), overlap_h, at: NOON.plus_ms(after_ms) }
}

fn rotated(secret: u32, until_ms: i64) -> Event {
    Event::Rotated { secret: print(secret), earlier_until: NOON.plus_ms(until_ms) }
}

const fn asker(user_id: UserId, of_all: bool) -> Asker {
    Asker { user_id, of_all }
}

fn check(scenario: &Given<ApiKey>, secret: u32, after_ms: i64) -> Result<(), Fault> {
    scenario.state().issued().unwrap().check(&print(secret), NOON.plus_ms(after_ms))
}

fn account(roles: &[Role], disabled: bool) -> Account {
    Account {
        email: "asha@example.com".parse().unwrap(),
        name: "Asha Rao".parse().unwrap(),
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".parse().unwrap(),
        roles: roles.iter().copied().collect::<Roles>(),
        disabled,
        created_at: NOON,
        admitted_since: NOON,
        identities: Default::default(),
    }
}

#[test]
fn a_key_is_made_for_what_its_owner_may_do_and_ends_within_a_year() {
    let scopes = [Permission::DealRead, Permission::DealWrite];
    given_nothing::<ApiKey>().when(&create(&scopes, None)).then([created(NOON.plus_days(LONGEST_DAYS))]);
    let tomorrow = NOON.plus_days(1);
    let after = given_nothing::<ApiKey>().when(&create(&scopes, Some(tomorrow))).then([created(tomorrow)]);
    after.when(&create(&scopes, Some(tomorrow))).then_refused(&Refusal::AlreadyExists);
}

#[test]
fn nobody_gives_away_what_they_do_not_have_or_what_is_for_people() {
    let refused = |scopes: &[Permission], refusal| {
        given_nothing::<ApiKey>().when(&create(scopes, None)).then_refused(&refusal);
    };
    refused(&[], Refusal::NoScopes);
    refused(&[Permission::DealRead, Permission::LotWrite], Refusal::NotHeld(Permission::LotWrite));
    for scope in PEOPLE_ONLY {
        refused(&[Permission::DealRead, scope], Refusal::PeopleOnly(scope));
    }
}

#[test]
fn a_key_that_ends_before_it_begins_or_after_a_year_is_refused() {
    let expiring = |at| given_nothing::<ApiKey>().when(&create(&[Permission::DealRead], Some(at)));
    expiring(NOON).then_refused(&Refusal::ExpiryPast);
    expiring(NOON.plus_days(LONGEST_DAYS).plus_ms(1)).then_refused(&Refusal::ExpiryTooLate);
}

#[test]
fn a_rate_is_at_least_one_request_and_at_most_what_the_system_is_made_for() {
    for rate in [0, MOST_PER_MINUTE + 1] {
        let mut command = create(&[Permission::DealRead], None);
        let Command::Create { rate_per_minute, .. } = &mut command else { unreachable!() };
        *rate_per_minute = Some(rate);
        given_nothing::<ApiKey>().when(&command).then_refused(&Refusal::Rate);
    }
}

#[test]
fn the_old_secret_works_for_the_overlap_and_then_is_known_for_an_old_one() {
    let after = key(30).when(&rotate(2, 24, 0)).then([rotated(2, 24 * HOUR_MS)]);
    assert_eq!((check(&after, 1, 24 * HOUR_MS - 1), check(&after, 2, 0)), (Ok(()), Ok(())));
    assert_eq!(check(&after, 1, 24 * HOUR_MS), Err(Fault::Over));
    assert_eq!(check(&after, 2, 24 * HOUR_MS), Ok(()));
    assert_eq!(check(&after, 3, 0), Err(Fault::Unknown));
}

#[test]
fn a_rotation_without_overlap_leaves_no_earlier_secret() {
    let after = key(30)
        .when(&rotate(2, 24, 0))
        .then([rotated(2, 24 * HOUR_MS)])
        .when(&rotate(3, 0, 0))
        .then([rotated(3, 0)]);
    assert_eq!((check(&after, 1, 0), check(&after, 2, 0)), (Err(Fault::Over), Err(Fault::Over)));
    assert_eq!(check(&after, 3, 0), Ok(()));
}

#[test]
fn a_rotation_whose_answer_was_lost_takes_nothing_from_the_secret_in_use() {
    let after = key(30)
        .when(&rotate(2, 24, 0))
        .then([rotated(2, 24 * HOUR_MS)])
        .when(&rotate(3, 48, 0))
        .then([rotated(3, 48 * HOUR_MS)]);
    assert_eq!(check(&after, 1, 24 * HOUR_MS - 1), Ok(()));
    assert_eq!(check(&after, 1, 24 * HOUR_MS), Err(Fault::Over), "nor is it given more");
}

#[test]
fn four_earlier_secrets_work_at_a_time_and_none_is_dropped_for_a_fifth() {
    let mut scenario = key(30);
    for secret in 2..6 {
        scenario = scenario.when(&rotate(secret, 1, 0)).then([rotated(secret, HOUR_MS)]);
    }
    for secret in 1..6 {
        assert_eq!(check(&scenario, secret, 0), Ok(()), "{secret}");
    }
    scenario.clone().when(&rotate(6, 1, 0)).then_refused(&Refusal::TooManySecrets);
    scenario.clone().when(&rotate(6, 0, 0)).then([rotated(6, 0)]);
    scenario.when(&rotate(6, 1, HOUR_MS)).then([rotated(6, 2 * HOUR_MS)]);
}

#[test]
fn earlier_secrets_work_for_a_week_at_most() {
    key(30).when(&rotate(2, LONGEST_OVERLAP_H, 0)).then([rotated(2, 7 * 24 * HOUR_MS)]);
    key(30).when(&rotate(2, LONGEST_OVERLAP_H + 1, 0)).then_refused(&Refusal::OverlapTooLong);
}

#[test]
fn a_key_expires_with_all_its_secrets() {
    let day_ms = 24 * HOUR_MS;
    let after = key(1).when(&rotate(2, 48, 0)).then([rotated(2, 2 * day_ms)]);
    assert_eq!((check(&after, 1, day_ms - 1), check(&after, 2, day_ms - 1)), (Ok(()), Ok(())));
    assert_eq!((check(&after, 1, day_ms), check(&after, 2, day_ms)), (Err(Fault::Over), Err(Fault::Over)));
    after.when(&rotate(3, 0, day_ms)).then_refused(&Refusal::Expired);
}

#[test]
fn a_key_is_revoked_once_and_for_good() {
    let revoke = Command::Revoke { by: asker(user(1), false) };
    let after = key(30).when(&revoke).then([Event::Revoked]).when(&revoke).then_nothing();
    assert_eq!(check(&after, 1, 0), Err(Fault::Over));
    after.when(&rotate(2, 24, 0)).then_refused(&Refusal::Revoked);
}

#[test]
fn a_key_is_changed_by_its_owner_and_ended_by_whoever_manages_users_too() {
    let stranger = Command::Rotate { by: user(2), secret: print(2), overlap_h: 0, at: NOON };
    key(30).when(&stranger).then_refused(&Refusal::Unknown);
    key(30).when(&Command::Revoke { by: asker(user(2), false) }).then_refused(&Refusal::Unknown);
    key(30).when(&Command::Revoke { by: asker(user(2), true) }).then([Event::Revoked]);
    for command in [rotate(2, 0, 0), Command::Revoke { by: asker(user(1), true) }] {
        given_nothing::<ApiKey>().when(&command).then_refused(&Refusal::Unknown);
    }
}

#[test]
fn a_key_may_do_what_it_was_made_for_of_what_its_owner_may_do_now() {
    let scenario = key(30);
    let issued = scenario.state().issued().unwrap();
    let both = BTreeSet::from([Permission::DealRead, Permission::DealWrite]);
    assert_eq!(issued.powers(&account(&[Role::Trader], false)), Some(both));
    let reads = BTreeSet::from([Permission::DealRead]);
    assert_eq!(issued.powers(&account(&[Role::Viewer, Role::Logistics], false)), Some(reads));
    assert_eq!(issued.powers(&account(&[Role::Owner], true)), None);
}

#[test]
fn neither_a_key_nor_its_events_show_their_secret_in_debug_output() {
    let (stored, shown) = (serde_json::to_string(&created(NOON)).unwrap(), format!("{:?}", created(NOON)));
    let digest = serde_json::to_value(print(1)).unwrap();
    assert!(stored.contains(digest.as_str().unwrap()) && !shown.contains(digest.as_str().unwrap()));
}

proptest! {
    /// However a key is rotated and time passes: its present secret works, an earlier one as long as each rotation since
    /// has left it, no other, and all is over with the key.
    #[test]
    fn a_secret_works_as_long_as_every_rotation_since_has_left_it(
        days in 1_i64..20,
        steps in prop::collection::vec((0_i64..40, 0_u16..180), 1..25),
        look_h in 0_i64..200,
    ) {
        let (mut scenario, expires_at) = (key(days), NOON.plus_days(days));
        let (mut present, mut now) = (1_u32, NOON);
        let mut limits: Vec<(u32, Timestamp)> = Vec::new();
        for (pause_h, overlap_h) in steps {
            now = now.plus_ms(pause_h * HOUR_MS);
            let next = present + 1;
            let command = Command::Rotate { by: user(1), secret: print(next), overlap_h, at: now };
            let Ok(events) = scenario.state().decide(&command) else { continue };
            scenario = scenario.and_at(now, events);
            let until = now.plus_ms(i64::from(overlap_h) * HOUR_MS);
            limits.iter_mut().for_each(|(_, limit)| *limit = (*limit).min(until));
            limits.push((present, until));
            present = next;
        }
        let at = now.plus_ms(look_h * HOUR_MS);
        let issued = scenario.state().issued().unwrap();
        prop_assert_eq!(issued.check(&print(present), at).is_ok(), at < expires_at);
        prop_assert_eq!(issued.check(&print(present + 1), at), Err(Fault::Unknown));
        for (secret, limit) in limits {
            prop_assert_eq!(issued.check(&print(secret), at).is_ok(), at < limit.min(expires_at), "{}", secret);
        }
        prop_assert!(issued.earlier.iter().filter(|earlier| now < earlier.until).count() <= MOST_EARLIER);
    }

    /// Whatever a key was made for and whatever roles its owner has: it can do nothing that they cannot, and nothing it was
    /// not made for.
    #[test]
    fn a_key_never_can_do_more_than_its_owner(
        scopes in prop::sample::subsequence(Permission::ALL.to_vec(), 1..8),
        first in prop::sample::subsequence(Role::ALL.to_vec(), 1..4),
        later in prop::sample::subsequence(Role::ALL.to_vec(), 1..4),
    ) {
        let mut command = create(&scopes, None);
        let Command::Create { held, .. } = &mut command else { unreachable!() };
        *held = permissions(first.iter().copied());
        let asked: BTreeSet<Permission> = scopes.into_iter().collect();
        let grantable = !PEOPLE_ONLY.iter().any(|scope| asked.contains(scope));
        let allowed = grantable && asked.is_subset(&permissions(first));
        let decided = ApiKey::default().decide(&command);
        prop_assert_eq!(decided.is_ok(), allowed);
        if let Ok(events) = decided {
            let key = given::<ApiKey>(events);
            let powers = key.state().issued().unwrap().powers(&account(&later, false)).unwrap();
            prop_assert!(powers.is_subset(&asked) && powers.is_subset(&permissions(later)));
        }
    }
}
