use proptest::prelude::*;
use testkit::{Given, NOON, given, given_nothing};

use super::*;

fn print(name: u32) -> Fingerprint {
    let mut digest = [7; 32];
    digest[..4].copy_from_slice(&name.to_be_bytes());
    Fingerprint::of(digest)
}

const FAMILY: u32 = 99_999;

fn user() -> UserId {
    UserId::new(uuid::Uuid::from_u128(1))
}

fn opened() -> Event {
    Event::Opened { user_id: user(), family: print(FAMILY), secret: print(1), device: Device::default() }
}

/// The token of a generation; its secret is named after it.
fn token(generation: u32) -> Presented {
    Presented { generation, family: print(FAMILY), secret: print(generation) }
}

fn refresh(generation: u32, next: u32, after_ms: i64) -> Command {
    Command::Refresh { presented: token(generation), next: print(next), at: NOON.plus_ms(after_ms) }
}

fn refreshed(presented: u32, next: u32) -> Event {
    Event::Refreshed { presented, secret: print(next) }
}

/// A session with this history, all at noon.
fn session(events: impl IntoIterator<Item = Event>) -> Given<Session> {
    given(events)
}

const REUSED: Event = Event::Ended { reason: EndReason::Reused };

#[test]
fn a_token_is_traded_for_the_next() {
    let open =
        Command::Open { user_id: user(), family: print(FAMILY), secret: print(1), device: Device::default() };
    given_nothing::<Session>()
        .when(&open)
        .then([opened()])
        .when(&refresh(1, 2, 1_000))
        .then([refreshed(1, 2)])
        .when(&refresh(2, 3, 2_000))
        .then([refreshed(2, 3)]);
}

#[test]
fn tabs_that_trade_the_same_token_within_ten_seconds_each_get_one_that_works() {
    let tabs = session([opened()])
        .when(&refresh(1, 2, 0))
        .then([refreshed(1, 2)])
        .when(&refresh(1, 3, 5_000))
        .then([refreshed(1, 3)])
        .when(&refresh(1, 4, GRACE_MS))
        .then([refreshed(1, 4)]);
    for tab in [2, 3, 4] {
        let next = tabs.state().decide(&refresh(tab, 5, GRACE_MS + 1)).unwrap();
        assert_eq!(next, [refreshed(tab, 5)], "tab with token {tab}");
    }
}

#[test]
fn a_traded_token_that_comes_back_later_ends_the_session_for_everybody() {
    session([opened(), refreshed(1, 2)])
        .when(&refresh(1, 3, GRACE_MS + 1))
        .then([REUSED])
        .when(&refresh(2, 3, GRACE_MS + 2))
        .then_refused(&Refusal::Ended);
}

#[test]
fn an_old_token_is_known_for_one_of_the_family_long_after_it_was_forgotten() {
    let mut events = vec![opened()];
    events.extend((1..200).map(|generation| refreshed(generation, generation + 1)));
    let later = NOON.plus_ms(GRACE_MS + 1);
    let after = session(events).and_at(later, [refreshed(200, 201)]);
    // The last one that was traded, and the one that is good.
    assert_eq!(after.state().opened().unwrap().tokens.len(), 2);
    after.when(&refresh(3, 202, GRACE_MS + 1)).then([REUSED]);
}

#[test]
fn whoever_guesses_neither_gets_in_nor_ends_the_session() {
    let wrong = |presented: Presented| {
        let command = Command::Refresh { presented, next: print(50), at: NOON };
        session([opened(), refreshed(1, 2)]).when(&command).then_refused(&Refusal::Unknown);
    };
    wrong(Presented { family: print(5), ..token(2) });
    wrong(Presented { family: print(5), ..token(1) });
    wrong(Presented { secret: print(5), ..token(2) });
    wrong(Presented { generation: 3, ..token(2) });
    wrong(Presented { generation: 0, ..token(2) });
}

#[test]
fn a_session_ends_once_and_then_takes_no_token() {
    let end = Command::End { reason: EndReason::LoggedOut };
    session([opened()])
        .when(&end)
        .then([Event::Ended { reason: EndReason::LoggedOut }])
        .when(&Command::End { reason: EndReason::Revoked })
        .then_nothing()
        .when(&refresh(1, 2, 0))
        .then_refused(&Refusal::Ended);
    given_nothing::<Session>().when(&end).then_refused(&Refusal::Unknown);
    given_nothing::<Session>().when(&refresh(1, 2, 0)).then_refused(&Refusal::Unknown);
}

#[test]
fn a_session_expires_after_a_week_without_use_and_after_thirty_days_in_any_case() {
    session([opened()]).when(&refresh(1, 2, IDLE_MS - 1)).then([refreshed(1, 2)]);
    session([opened()]).when(&refresh(1, 2, IDLE_MS)).then_refused(&Refusal::Expired);
    let used = session([opened()]).and_at(NOON.plus_ms(LONGEST_MS - 1_000), [refreshed(1, 2)]);
    assert_eq!(used.state().opened().unwrap().expires_at(), NOON.plus_ms(LONGEST_MS));
    used.when(&refresh(2, 3, LONGEST_MS)).then_refused(&Refusal::Expired);
}

proptest! {
    /// Whatever is presented when: nobody but who holds a good token gets the next one, and memory stays bounded.
    #[test]
    fn only_good_tokens_are_traded(steps in prop::collection::vec((1_u32..40, 0_i64..15_000), 1..60)) {
        let mut session = Session::default()
            .evolve(&Recorded { sequence: 1, at: NOON, event: opened() });
        // By generation: when it was traded first.
        let mut traded: BTreeMap<u32, Option<Timestamp>> = BTreeMap::from([(1, None)]);
        let mut now = NOON;
        for (sequence, (generation, pause_ms)) in (2..).zip(steps) {
            now = now.plus_ms(pause_ms);
            let next = session.opened().unwrap().generation() + 1;
            let command = Command::Refresh { presented: token(generation), next: print(next), at: now };
            let good = traded.get(&generation).map(|first| first.is_none_or(|at| now.since_ms(at) <= GRACE_MS));
            match (good, session.decide(&command)) {
                (None, Err(refusal)) => prop_assert_eq!(refusal, Refusal::Unknown),
                (Some(true), Ok(events)) => {
                    prop_assert_eq!(&events, &[refreshed(generation, next)]);
                    session = session.evolve(&Recorded { sequence, at: now, event: events[0].clone() });
                    traded.get_mut(&generation).unwrap().get_or_insert(now);
                    traded.insert(next, None);
                }
                (Some(false), Ok(events)) => {
                    prop_assert_eq!(events, [REUSED]);
                    return Ok(());
                }
                (good, decided) => prop_assert!(false, "{:?} led to {:?}", good, decided),
            }
            prop_assert!(session.opened().unwrap().tokens.len() <= MOST_TOKENS);
            let read_back = Session::from_snapshot(session.to_snapshot().unwrap());
            prop_assert_eq!(read_back.as_ref(), Some(&session));
        }
    }
}
