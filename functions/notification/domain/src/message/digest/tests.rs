use kernel::{Aggregate as _, Timestamp};
use proptest::prelude::*;
use testkit::{given, given_nothing};

use super::super::MessageEvent as Event;
use super::super::{Form, Message, MessageCommand, Notice, ProviderStatus, Wording};
use super::*;
use crate::template::{DIGEST_HEADING, TemplateName, as_sms, fits_parameter};
use crate::{Address, AudienceName, Recipient};

const DUE: &str = "2026-11-22T13:30:00.000Z";

fn id(number: u32) -> NotificationId {
    format!("notification_{number:032x}").parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn asha() -> Recipient {
    Recipient::at("Asha", Address::WhatsApp("+919876543210".parse().unwrap()))
}

fn news(number: u32) -> News {
    News { notification: id(number), line: format!("✅ deal {number}") }
}

/// What is to be told in a digest.
fn entry() -> Box<Plan> {
    Box::new(Plan {
        audience: Some(AudienceName::Accounts),
        digest: Some(DigestEntry { due: at(DUE), line: news(1).line }),
        ..Plan::new(asha(), Wording::Deal(TemplateName::DealConfirmedAccounts), "hello".to_owned())
    })
}

/// The digest.
fn digest() -> Box<Plan> {
    Box::new(Plan {
        audience: Some(AudienceName::Accounts),
        due: Some(at(DUE)),
        ..Plan::new(asha(), Wording::Notice(Notice::Digest), DIGEST_HEADING.to_owned())
    })
}

fn gather(news: News) -> MessageCommand {
    MessageCommand::Gather { plan: digest(), news }
}

fn gathered(numbers: impl IntoIterator<Item = u32>) -> Vec<Event> {
    let begun = [Event::NotificationPlanned { plan: digest() }];
    begun.into_iter().chain(numbers.into_iter().map(|n| Event::NewsGathered { news: news(n) })).collect()
}

fn started() -> Event {
    Event::SendingStarted { attempt: 1, form: Form::Text, possibly_duplicate: false }
}

fn follow(state: State) -> MessageCommand {
    MessageCommand::Follow { digest: id(9), stands: DigestStands { state, at: None, reason: None } }
}

fn moved(state: State) -> Event {
    Event::DigestMoved { state, at: None, reason: None }
}

#[test]
fn the_first_news_begin_a_digest_and_the_same_again_are_no_event() {
    given_nothing::<Message>().when(&gather(news(1))).then(gathered([1]));
    given::<Message>(gathered([1])).when(&gather(news(2))).then([Event::NewsGathered { news: news(2) }]);
    given::<Message>(gathered([1, 2])).when(&gather(news(1))).then_nothing();
}

#[test]
fn a_digest_says_each_of_its_news_in_a_line_and_is_worth_sending_for_a_day_after_it_is_due() {
    let folded = given::<Message>(gathered([1, 2]));
    let digest = folded.state().planned().unwrap();
    assert_eq!(digest.plan.text, "📋 *NEWS OF DEALS*\n\n✅ deal 1\n✅ deal 2");
    assert_eq!(digest.not_due_ms(at("2026-11-22T13:29:59.000Z")), Some(1_000));
    assert_eq!(digest.not_due_ms(at(DUE)), None);
    assert!(!digest.outlived(at("2026-11-23T13:30:00.000Z")));
    assert!(digest.outlived(at("2026-11-23T13:30:00.001Z")));
}

#[test]
fn a_digest_that_has_begun_to_leave_or_was_stopped_gathers_nothing_more_and_knows_what_it_has() {
    let left = [
        vec![Event::NotificationQueued, started()],
        vec![
            Event::NotificationQueued,
            started(),
            Event::SendingFailed { class: "transient".to_owned(), reason: "503".to_owned() },
        ],
        vec![Event::NotificationSuppressed],
        vec![Event::NotificationExpired],
        vec![Event::NotificationSuppressed, Event::NotificationRetried],
    ];
    for events in left {
        let events: Vec<Event> = gathered([1]).into_iter().chain(events).collect();
        given::<Message>(events.clone()).when(&gather(news(2))).then_refused(&MessageRefusal::Left);
        given::<Message>(events).when(&gather(news(1))).then_nothing();
    }
}

#[test]
fn news_wait_for_their_digest_and_leave_by_themselves_when_none_takes_them() {
    let planned = Event::NotificationPlanned { plan: entry() };
    given::<Message>([planned.clone()]).when(&MessageCommand::Queue { planned_in: 1 }).then_nothing();
    given::<Message>([planned.clone()])
        .when(&MessageCommand::Gathered { digest: id(9) })
        .then([Event::NotificationGathered { digest: id(9) }]);
    let released = [planned, Event::NotificationReleased];
    given::<Message>(released.clone())
        .when(&MessageCommand::Queue { planned_in: 2 })
        .then([Event::NotificationQueued]);
    for late in [MessageCommand::Gathered { digest: id(9) }, MessageCommand::Release, follow(State::Accepted)]
    {
        given::<Message>(released.clone()).when(&late).then_nothing();
    }
}

#[test]
fn nobody_stops_or_repeats_news_that_a_digest_tells() {
    let planned = Event::NotificationPlanned { plan: entry() };
    given::<Message>([planned.clone()]).when(&MessageCommand::Cancel).then_refused(&MessageRefusal::OnItsWay);
    let in_digest = [planned, Event::NotificationGathered { digest: id(9) }];
    for command in [MessageCommand::Cancel, MessageCommand::Retry] {
        given::<Message>(in_digest.clone()).when(&command).then_refused(&MessageRefusal::InDigest);
    }
}

#[test]
fn news_follow_their_digest_forward_only() {
    let in_digest =
        vec![Event::NotificationPlanned { plan: entry() }, Event::NotificationGathered { digest: id(9) }];
    let then = |events: &[Event]| [in_digest.clone(), events.to_vec()].concat();
    given::<Message>(in_digest.clone()).when(&follow(State::Accepted)).then([moved(State::Accepted)]);
    given::<Message>(then(&[moved(State::Delivered)])).when(&follow(State::Sent)).then_nothing();
    given::<Message>(then(&[moved(State::Accepted)])).when(&follow(State::Accepted)).then_nothing();
    given::<Message>(then(&[moved(State::Accepted)]))
        .when(&follow(State::Failed))
        .then([moved(State::Failed)]);
    given::<Message>(then(&[moved(State::Delivered)])).when(&follow(State::Failed)).then_nothing();
    // A person had the digest sent after all.
    given::<Message>(then(&[moved(State::Failed)]))
        .when(&follow(State::Accepted))
        .then([moved(State::Accepted)]);
    let another = MessageCommand::Follow {
        digest: id(8),
        stands: DigestStands { state: State::Accepted, at: None, reason: None },
    };
    given::<Message>(in_digest).when(&another).then_nothing();
}

#[test]
fn a_digest_that_left_before_anybody_recorded_where_its_news_are_takes_them_along() {
    given::<Message>([Event::NotificationPlanned { plan: entry() }])
        .when(&follow(State::Accepted))
        .then([Event::NotificationGathered { digest: id(9) }, moved(State::Accepted)]);
}

#[test]
fn what_a_digest_stands_at_is_said_with_the_providers_instant_and_not_while_it_is_on_its_way() {
    let stands = |events: Vec<Event>| {
        let folded = given::<Message>(gathered([1]).into_iter().chain(events));
        DigestStands::of(folded.state().planned().unwrap())
    };
    assert_eq!(stands(vec![]), None);
    assert_eq!(stands(vec![Event::NotificationQueued, started()]), None);
    let read = |status| Event::StatusReported { status, at: at(DUE), reason: None };
    let reported = stands(vec![
        Event::NotificationQueued,
        started(),
        Event::NotificationAccepted { provider_id: "wamid.1".to_owned() },
        read(ProviderStatus::Delivered),
    ]);
    let delivered = DigestStands { state: State::Delivered, at: Some(at(DUE)), reason: None };
    assert_eq!(reported, Some(delivered));
    let folded =
        given::<Message>([Event::NotificationPlanned { plan: entry() }, Event::NotificationSuppressed]);
    assert_eq!(DigestStands::of(folded.state().planned().unwrap()), None, "it is no digest");
}

proptest! {
    /// Whatever is gathered is there once, in its order, and arrives whole in every form that the digest can leave in.
    #[test]
    fn a_digest_never_loses_a_line(lines in prop::collection::vec("[a-z₹✅ ]{1,200}", 1..20)) {
        let (mut events, mut taken) = (Vec::new(), Vec::new());
        for (number, line) in (0..).zip(lines) {
            let line = format!("{number}. {}", line.trim());
            let message = given::<Message>(events.clone());
            let news = News { notification: id(number), line: line.clone() };
            match message.state().decide(&gather(news)) {
                Ok(new) => {
                    events.extend(new);
                    taken.push(line);
                }
                Err(refusal) => prop_assert_eq!(refusal, MessageRefusal::Full),
            }
        }
        let message = given::<Message>(events);
        let text = &message.state().planned().unwrap().plan.text;
        prop_assert_eq!(text.lines().skip(2).collect::<Vec<_>>(), taken);
        prop_assert!(fits_parameter(text) && !as_sms(text).ends_with('…'));
    }
}
