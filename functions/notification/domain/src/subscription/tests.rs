use kernel::Aggregate as _;
use proptest::prelude::*;
use testkit::{NOON, given, given_nothing};

use super::SubscriptionCommand as Command;
use super::SubscriptionEvent as Event;
use super::*;
use crate::{Address, AudienceName, ChatId, Recipient};

const RIGHT: CodeDigest = CodeDigest::new([1; 32]);
const WRONG: CodeDigest = CodeDigest::new([2; 32]);

fn asked(code: CodeDigest) -> Box<Asked> {
    Box::new(Asked {
        recipient: Subscriber {
            name: "Asha".to_owned(),
            place: Place::Phone { phone: "+919876543210".parse().unwrap() },
        },
        audience: AudienceName::Accounts,
        code,
        expires_at: NOON.plus_ms(CODE_VALID_MS),
    })
}

fn requested() -> Event {
    Event::SubscriptionRequested { asked: asked(RIGHT) }
}

fn confirm(said: CodeDigest, message: &str, after_ms: i64) -> Command {
    Command::Confirm { said, message: message.to_owned(), at: NOON.plus_ms(after_ms), chat: None }
}

/// A subscription by a link, and what came from a chat.
fn by_link() -> Event {
    let recipient = Subscriber { name: "Asha".to_owned(), place: Place::Chat { chat: None } };
    Event::SubscriptionRequested { asked: Box::new(Asked { recipient, ..*asked(RIGHT) }) }
}

fn followed(said: CodeDigest, message: &str, chat: i64) -> Command {
    let chat = Some(chat.try_into().unwrap());
    Command::Confirm { said, message: message.to_owned(), at: NOON, chat }
}

fn confirmed() -> Event {
    Event::SubscriptionConfirmed { message: "m-1".to_owned(), chat: None }
}

fn missed(message: &str) -> Event {
    Event::CodeMissed { message: message.to_owned() }
}

#[test]
fn the_code_confirms_it_and_the_same_message_again_changes_nothing() {
    given_nothing::<Subscription>()
        .when(&Command::Request(asked(RIGHT)))
        .then([requested()])
        .when(&confirm(RIGHT, "m-1", CODE_VALID_MS))
        .then([confirmed()])
        .when(&confirm(RIGHT, "m-1", CODE_VALID_MS))
        .then_nothing();
}

#[test]
fn a_code_that_comes_too_late_is_refused_for_good() {
    given::<Subscription>([requested()])
        .when(&confirm(RIGHT, "m-1", CODE_VALID_MS + 1))
        .then([Event::SubscriptionExpired])
        .when(&confirm(RIGHT, "m-2", 0))
        .then_nothing();
}

#[test]
fn the_fifth_wrong_code_locks_it_and_the_right_one_comes_too_late() {
    let four = ["m-1", "m-2", "m-3", "m-4"].map(missed);
    given::<Subscription>(std::iter::once(requested()).chain(four))
        .when(&confirm(WRONG, "m-5", 0))
        .then([missed("m-5"), Event::SubscriptionLocked])
        .when(&confirm(RIGHT, "m-6", 0))
        .then_nothing();
}

#[test]
fn a_wrong_code_that_is_delivered_twice_is_one_guess() {
    given::<Subscription>([requested(), missed("m-1")]).when(&confirm(WRONG, "m-1", 0)).then_nothing();
}

#[test]
fn asked_for_again_only_the_new_code_counts_and_guesses_are_forgotten() {
    let again = Event::SubscriptionRequested { asked: asked(WRONG) };
    let history = [requested(), missed("m-1"), Event::SubscriptionLocked];
    given::<Subscription>(history)
        .when(&Command::Request(asked(WRONG)))
        .then([again])
        .when(&confirm(RIGHT, "m-2", 0))
        .then([missed("m-2")])
        .when(&confirm(WRONG, "m-1", 0))
        .then([confirmed()]);
}

#[test]
fn what_is_confirmed_is_not_asked_for_again_until_it_ends() {
    let ended = Event::SubscriptionEnded { by: By::Person };
    given::<Subscription>([requested(), confirmed()])
        .when(&Command::Request(asked(RIGHT)))
        .then_refused(&SubscriptionRefusal::Confirmed);
    given::<Subscription>([requested(), confirmed()])
        .when(&Command::End(By::Person))
        .then([ended])
        .when(&Command::End(By::Firm))
        .then_nothing()
        .when(&Command::Request(asked(RIGHT)))
        .then([requested()]);
}

#[test]
fn a_pending_one_ends_and_its_code_with_it() {
    let ended = Event::SubscriptionEnded { by: By::Firm };
    given::<Subscription>([requested()])
        .when(&Command::End(By::Firm))
        .then([ended])
        .when(&confirm(RIGHT, "m-1", 0))
        .then_nothing();
}

#[test]
fn what_was_never_asked_for_can_neither_be_confirmed_nor_ended() {
    let nothing = given_nothing::<Subscription>;
    nothing().when(&confirm(RIGHT, "m-1", 0)).then_refused(&SubscriptionRefusal::Unknown);
    nothing().when(&Command::End(By::Firm)).then_refused(&SubscriptionRefusal::Unknown);
}

#[test]
fn the_chat_in_which_a_link_is_first_followed_is_where_they_are_told() {
    let chat = ChatId::try_from(7).unwrap();
    let joined = Event::SubscriptionConfirmed { message: "7#1".to_owned(), chat: Some(chat) };
    let told_in = |history: &[Event]| {
        let recorded = |(at, event): (usize, &Event)| Recorded {
            sequence: at as u64 + 1,
            at: NOON,
            event: event.clone(),
        };
        let stands =
            history.iter().enumerate().map(recorded).fold(Subscription::default(), |s, e| s.evolve(&e));
        stands.standing().and_then(|standing| standing.asked.recipient.recipient())
    };
    assert_eq!(told_in(&[by_link()]), None);
    assert_eq!(told_in(&[by_link(), joined.clone()]), Some(Recipient::at("Asha", Address::Telegram(chat))));
    given::<Subscription>([by_link()])
        .when(&followed(WRONG, "7#0", 7))
        .then([missed("7#0")])
        .when(&followed(RIGHT, "7#1", 7))
        .then([joined])
        .when(&followed(RIGHT, "8#1", 8))
        .then_nothing();
}

#[test]
fn a_code_counts_only_where_its_kind_is_sent() {
    given::<Subscription>([requested()]).when(&followed(WRONG, "7#1", 7)).then_nothing();
    given::<Subscription>([by_link()]).when(&confirm(WRONG, "m-1", 0)).then_nothing();
}

#[test]
fn what_was_written_before_there_were_chats_is_read() {
    let old = r#"{"type":"subscription_requested","asked":{"recipient":{"name":"Asha","phone":"+919876543210"},
        "audience":"accounts","code":"0101010101010101010101010101010101010101010101010101010101010101",
        "expires_at":"2026-04-02T12:15:00.000Z"}}"#;
    let Event::SubscriptionRequested { asked } = serde_json::from_str(old).unwrap() else { panic!("{old}") };
    assert_eq!(asked.recipient, super::tests::asked(RIGHT).recipient);
    let confirmed: Event =
        serde_json::from_str(r#"{"type":"subscription_confirmed","message":"m-1"}"#).unwrap();
    assert_eq!(confirmed, super::tests::confirmed());
}

#[test]
fn the_log_holds_no_code() {
    let text = serde_json::to_string(&requested()).unwrap();
    assert!(text.contains(&"01".repeat(32)), "{text}");
    assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), requested());
}

proptest! {
    /// Whatever is guessed, delivered twice or asked for again in whatever order: between two requests at most five guesses
    /// are wrong, and only the newest code, in time, ever confirms.
    #[test]
    fn only_the_right_code_in_time_confirms(
        steps in prop::collection::vec((0_u8..4, 0_u8..9, 0_i64..2 * CODE_VALID_MS), 0..40),
    ) {
        let mut subscription = Subscription::default();
        let mut sequence = 0;
        for (step, message, after_ms) in steps {
            let command = match step {
                0 => Command::Request(asked(RIGHT)),
                1 => confirm(RIGHT, &format!("m-{message}"), after_ms),
                2 => confirm(WRONG, &format!("m-{message}"), after_ms),
                _ => Command::End(By::Person),
            };
            for event in subscription.decide(&command).unwrap_or_default() {
                if matches!(event, Event::SubscriptionConfirmed { .. }) {
                    prop_assert!(step == 1 && after_ms <= CODE_VALID_MS);
                }
                sequence += 1;
                subscription = subscription.evolve(&Recorded { sequence, at: NOON, event });
            }
            if let Some(standing) = subscription.standing() {
                prop_assert!(standing.missed.len() <= MOST_MISSES);
                prop_assert_eq!(standing.missed.len() == MOST_MISSES, standing.state == State::Locked);
            }
        }
    }
}
