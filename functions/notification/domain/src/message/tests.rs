use std::collections::BTreeMap;

use kernel::{Aggregate as _, Recorded};
use proptest::prelude::*;
use testkit::{NOON, given, given_nothing};

use super::MessageCommand as Command;
use super::MessageEvent as Event;
use super::*;
use crate::template::TemplateName;
use crate::{Address, AudienceName};

fn plan() -> Box<Plan> {
    Box::new(Plan {
        audience: Some(AudienceName::Accounts),
        deal_id: "deal_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().ok(),
        correlation_id: "c-1".parse().ok(),
        ..Plan::new(
            crate::Recipient::at("Asha", Address::WhatsApp("+919876543210".parse().unwrap())),
            Wording::Deal(TemplateName::DealConfirmedAccounts),
            "hello".to_owned(),
        )
    })
}

fn queued() -> [Event; 2] {
    [Event::NotificationPlanned { plan: plan() }, Event::NotificationQueued]
}

fn started(attempt: u32, possibly_duplicate: bool) -> Event {
    Event::SendingStarted { attempt, form: Form::Text, possibly_duplicate }
}

fn start(after_ms: i64) -> Command {
    Command::Start { now: NOON.plus_ms(after_ms), form: Form::Text }
}

fn reported(status: ProviderStatus) -> Event {
    Event::StatusReported { status, at: NOON, reason: None }
}

fn report(status: ProviderStatus) -> Command {
    Command::Report { channel: Channel::WhatsApp, status, at: NOON, reason: None }
}

#[test]
fn a_fact_that_comes_twice_plans_once() {
    let planned = Event::NotificationPlanned { plan: plan() };
    given_nothing::<Message>().when(&Command::Plan(plan())).then([planned.clone()]);
    given::<Message>([planned]).when(&Command::Plan(plan())).then_nothing();
}

#[test]
fn the_call_is_recorded_before_it_is_made() {
    given::<Message>(queued()).when(&start(0)).then([started(1, false)]);
}

#[test]
fn a_call_of_unknown_outcome_is_waited_for_and_then_repeated_as_a_possible_duplicate() {
    let sending = || given::<Message>(queued().into_iter().chain([started(1, false)]));
    sending().when(&start(SETTLE_MS - 1)).then_nothing();
    sending().when(&start(SETTLE_MS)).then([started(2, true)]);
}

#[test]
fn the_providers_word_settles_a_call_of_unknown_outcome() {
    let history = queued().into_iter().chain([started(1, false), reported(ProviderStatus::Sent)]);
    given::<Message>(history).when(&start(10 * SETTLE_MS)).then_nothing();
}

#[test]
fn what_is_said_of_a_call_of_unknown_outcome_is_kept() {
    let doubt = Command::Doubt { attempt: 1, reason: "502".to_owned() };
    let unsettled = Event::SendingUnsettled { reason: "502".to_owned() };
    let sending = queued().into_iter().chain([started(1, false)]);
    given::<Message>(sending.clone())
        .when(&doubt)
        .then([unsettled.clone()])
        .when(&start(SETTLE_MS))
        .then([started(2, true)]);
    let end = fold(sending.clone().chain([unsettled]));
    assert_eq!(end.last_attempt.unwrap().fault.unwrap(), "unknown: 502");
    given::<Message>(sending.chain([reported(ProviderStatus::Sent)])).when(&doubt).then_nothing();
}

#[test]
fn a_text_that_is_given_back_follows_once_as_a_template() {
    let give_back = Command::GiveBack { reason: "131047".to_owned() };
    let given_back = Event::TextGivenBack { reason: "131047".to_owned() };
    let accepted = Event::NotificationAccepted { provider_id: "wamid.1".to_owned() };
    let history = || queued().into_iter().chain([started(1, false), accepted.clone()]);
    given::<Message>(history()).when(&give_back).then([given_back.clone()]).when(&give_back).then_nothing();
    let planned = fold(history().chain([given_back.clone()]));
    assert_eq!((planned.state, planned.planned_in, planned.template_only), (State::Planned, 5, true));
    let template = Event::SendingStarted { attempt: 2, form: Form::Template, possibly_duplicate: false };
    let again = history().chain([given_back, Event::NotificationQueued, template]);
    given::<Message>(again).when(&give_back).then_nothing();
}

#[test]
fn a_call_without_effect_is_made_again_and_is_no_duplicate() {
    let failed = Event::SendingFailed { class: "transient".to_owned(), reason: "503".to_owned() };
    let fail = |for_good| Command::Fail {
        attempt: 1,
        class: "transient".to_owned(),
        reason: "503".to_owned(),
        for_good,
    };
    let sending = || queued().into_iter().chain([started(1, false)]);
    given::<Message>(sending())
        .when(&fail(false))
        .then([failed.clone()])
        .when(&start(0))
        .then([started(2, false)]);
    let for_good = Event::NotificationFailed { class: "transient".to_owned(), reason: "503".to_owned() };
    given::<Message>(sending()).when(&fail(true)).then([for_good]).when(&start(0)).then_nothing();
}

#[test]
fn what_waited_a_day_is_not_sent_any_more_unless_a_person_retries() {
    let late = start(WORTH_SENDING_MS + 1);
    given::<Message>(queued()).when(&late).then([Event::NotificationExpired]);
    let expire = |after_ms| Command::Expire { now: NOON.plus_ms(after_ms) };
    given::<Message>(queued()).when(&expire(WORTH_SENDING_MS)).then_nothing();
    given::<Message>(queued())
        .when(&expire(WORTH_SENDING_MS + 1))
        .then([Event::NotificationExpired])
        .when(&expire(WORTH_SENDING_MS + 1))
        .then_nothing();
    given::<Message>(queued().into_iter().chain([Event::NotificationExpired]))
        .when(&Command::Retry)
        .then([Event::NotificationRetried])
        .when(&Command::Queue { planned_in: 4 })
        .then([Event::NotificationQueued])
        .when(&start(0))
        .then([started(1, false)]);
}

#[test]
fn a_person_stops_what_lies_in_the_queue_and_nothing_else() {
    given::<Message>(queued()).when(&Command::Cancel).then([Event::NotificationSuppressed]);
    let sending = queued().into_iter().chain([started(1, false)]);
    given::<Message>(sending).when(&Command::Cancel).then_refused(&MessageRefusal::OnItsWay);
    let accepted = Event::NotificationAccepted { provider_id: "wamid.1".to_owned() };
    let gone = || given::<Message>(queued().into_iter().chain([started(1, false), accepted.clone()]));
    gone().when(&Command::Cancel).then_refused(&MessageRefusal::Gone);
    gone().when(&Command::Retry).then_refused(&MessageRefusal::Gone);
    given_nothing::<Message>().when(&Command::Cancel).then_refused(&MessageRefusal::Unknown);
}

#[test]
fn a_status_that_overtakes_the_answer_stands() {
    let history = queued().into_iter().chain([started(1, false), reported(ProviderStatus::Delivered)]);
    given::<Message>(history).when(&accept(1)).then_nothing();
}

fn accept(attempt: u32) -> Command {
    Command::Accept { attempt, provider_id: "wamid.1".to_owned() }
}

#[test]
fn an_answer_that_was_overtaken_by_the_word_that_it_failed_is_old_news() {
    let failed = Command::Report {
        channel: Channel::WhatsApp,
        status: ProviderStatus::Failed,
        at: NOON,
        reason: Some("131026".to_owned()),
    };
    let reported =
        Event::StatusReported { status: ProviderStatus::Failed, at: NOON, reason: Some("131026".to_owned()) };
    let sending = queued().into_iter().chain([started(1, false)]);
    given::<Message>(sending).when(&failed).then([reported]).when(&accept(1)).then_nothing();

    // By the next channel it is being sent meanwhile: neither answer of the first call says anything of the second.
    let sending = with_email().into_iter().chain([started(1, false)]);
    let doubt = Command::Doubt { attempt: 1, reason: "timed out".to_owned() };
    given::<Message>(sending)
        .when(&failed)
        .then([given_up("status", "131026")])
        .when(&accept(1))
        .then_nothing()
        .when(&Command::Queue { planned_in: 4 })
        .then([Event::NotificationQueued])
        .when(&start(0))
        .then([started(2, false)])
        .when(&accept(1))
        .then_nothing()
        .when(&doubt)
        .then_nothing()
        .when(&accept(2))
        .then([Event::NotificationAccepted { provider_id: "wamid.1".to_owned() }]);
}

#[test]
fn an_order_that_was_carried_out_before_it_was_noted_is_not_taken_for_the_next_one() {
    let first = Command::Queue { planned_in: 1 };
    let history =
        with_email().into_iter().take(1).chain([started(1, false), given_up("permanent", "131026")]);
    given::<Message>(history)
        .when(&first)
        .then_nothing()
        .when(&Command::Queue { planned_in: 3 })
        .then([Event::NotificationQueued]);
}

#[test]
fn an_answer_that_was_overtaken_by_its_text_coming_back_is_old_news() {
    let give_back = Command::GiveBack { reason: "131047".to_owned() };
    let given_back = Event::TextGivenBack { reason: "131047".to_owned() };
    let sending = queued().into_iter().chain([started(1, false)]);
    given::<Message>(sending).when(&give_back).then([given_back]).when(&accept(1)).then_nothing();
}

#[test]
fn the_same_status_twice_is_one_event() {
    let history = queued().into_iter().chain([started(1, false), reported(ProviderStatus::Sent)]);
    given::<Message>(history).when(&report(ProviderStatus::Sent)).then_nothing();
}

fn fold(events: impl IntoIterator<Item = Event>) -> Planned {
    let numbered = (1..).zip(events);
    let message = numbered.fold(Message::default(), |message, (sequence, event)| {
        message.evolve(&Recorded { sequence, at: NOON, event })
    });
    message.planned().unwrap().clone()
}

/// Somebody who is told by e-mail where WhatsApp does not reach them.
fn with_email() -> [Event; 2] {
    let card = serde_json::json!({ "name": "Asha", "phone": "+919876543210", "email": "asha@example.com" });
    let recipient = serde_json::from_value(card).unwrap();
    let plan = Plan { recipient, ..*plan() };
    [Event::NotificationPlanned { plan: Box::new(plan) }, Event::NotificationQueued]
}

fn given_up(class: &str, reason: &str) -> Event {
    let (class, reason) = (class.to_owned(), reason.to_owned());
    Event::ChannelGivenUp { channel: Channel::WhatsApp, class, reason }
}

#[test]
fn what_cannot_arrive_by_one_channel_follows_by_the_next() {
    let fail = |attempt, reason: &str| Command::Fail {
        attempt,
        class: "permanent".to_owned(),
        reason: reason.to_owned(),
        for_good: true,
    };
    let sending = with_email().into_iter().chain([started(1, false)]);
    given::<Message>(sending.clone())
        .when(&fail(1, "131026"))
        .then([given_up("permanent", "131026")])
        .when(&Command::Queue { planned_in: 4 })
        .then([Event::NotificationQueued])
        .when(&start(0))
        .then([started(2, false)])
        .when(&fail(2, "no such mailbox"))
        .then([Event::NotificationFailed {
            class: "permanent".to_owned(),
            reason: "no such mailbox".to_owned(),
        }]);
    let planned = fold(sending.chain([given_up("permanent", "131026")]));
    assert_eq!((planned.state, planned.address().channel()), (State::Planned, Channel::Email));
    assert_eq!(planned.planned_in, 4, "another order, which the queue must not take for the first");
}

#[test]
fn a_failure_that_is_told_later_gives_the_channel_up_once() {
    let accepted = Event::NotificationAccepted { provider_id: "wamid.1".to_owned() };
    let failed = Command::Report {
        channel: Channel::WhatsApp,
        status: ProviderStatus::Failed,
        at: NOON,
        reason: Some("131026".to_owned()),
    };
    let history = with_email().into_iter().chain([started(1, false), accepted]);
    given::<Message>(history.clone())
        .when(&failed)
        .then([given_up("status", "131026")])
        .when(&failed)
        .then_nothing();
    let by_mail = history.chain([given_up("status", "131026"), Event::NotificationQueued, started(2, false)]);
    // The same notice again, while the e-mail is on its way.
    given::<Message>(by_mail.clone()).when(&failed).then_nothing();
    // It had arrived after all.
    let end = fold(by_mail.chain([reported(ProviderStatus::Delivered)]));
    assert_eq!((end.state, end.failure), (State::Delivered, None));
}

#[test]
fn a_person_who_retries_begins_with_the_first_channel() {
    let fail = Event::NotificationFailed { class: "permanent".to_owned(), reason: "bounced".to_owned() };
    let history = with_email().into_iter().chain([started(1, false), given_up("permanent", "131026"), fail]);
    let end = fold(history.chain([Event::NotificationRetried]));
    assert_eq!((end.state, end.address().channel()), (State::Planned, Channel::WhatsApp));
}

proptest! {
    /// Whatever order statuses come in, and however often: the furthest one is the state, and every instant is kept.
    #[test]
    fn statuses_end_in_the_same_state_in_any_order(order in prop::collection::vec(0_usize..3, 0..12)) {
        let statuses = [ProviderStatus::Sent, ProviderStatus::Delivered, ProviderStatus::Read];
        let mut history: Vec<Event> = queued().into_iter().chain([
            started(1, false), Event::NotificationAccepted { provider_id: "wamid.1".to_owned() },
        ]).collect();
        let mut seen = BTreeMap::new();
        let mut highest = State::Accepted;
        for index in order {
            let message = Message(Some(fold(history.clone())));
            history.extend(message.decide(&report(statuses[index])).unwrap());
            seen.insert(statuses[index], NOON);
            let after = fold(history.clone());
            prop_assert!(after.state >= highest, "the state never falls");
            highest = after.state;
        }
        let end = fold(history);
        let furthest = seen.keys().max().map_or(State::Accepted, |status| status.state());
        prop_assert_eq!(end.state, furthest);
        prop_assert_eq!(end.instants, seen);
    }
}

#[test]
fn a_message_on_the_phone_cannot_fail_any_more() {
    let history = queued().into_iter().chain([started(1, false), reported(ProviderStatus::Delivered)]);
    let end = fold(history.chain([reported(ProviderStatus::Failed)]));
    assert_eq!((end.state, end.failure), (State::Delivered, None));
}
