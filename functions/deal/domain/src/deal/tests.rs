use kernel::{Aggregate, Kg, Timestamp};
use proptest::prelude::*;
use testkit::given;
use uuid::Uuid;

use super::*;
use crate::{Comments, DeliveryTerms, LotId, ProductId, Source, TermsFault};

mod amending;

fn product(n: u128) -> ProductId {
    ProductId::new(Uuid::from_u128(n))
}

fn lot(number: u32) -> LotId {
    LotId::new(product(1), number)
}

fn from_lot(lot_id: LotId, quantity: &str) -> Source {
    Source::Lot { lot_id, quantity_kg: quantity.parse().unwrap() }
}

fn purchase(quantity: &str, rate: &str) -> Source {
    Source::Purchase {
        supplier: "Fresh".to_owned(),
        supplier_id: None,
        quantity_kg: quantity.parse().unwrap(),
        rate_per_kg: rate.parse().unwrap(),
        warehouse: None,
    }
}

fn terms(quantity: &str, rate: &str, sources: Vec<Source>) -> Terms {
    Terms {
        date: "2025-08-01".parse().unwrap(),
        customer: "Ivory Ice-cream Cups".to_owned(),
        customer_id: None,
        product_id: product(1),
        product_code: "TR131".to_owned(),
        quantity_kg: quantity.parse().unwrap(),
        rate_per_kg: rate.parse().unwrap(),
        delivery_terms: DeliveryTerms::Delivered,
        warehouse: None,
        comments: Comments::default(),
        sources,
    }
}

fn costed(number: u32, quantity: &str, rate: &str) -> CostedSource {
    CostedSource {
        lot_id: lot(number),
        quantity_kg: quantity.parse().unwrap(),
        rate_per_kg: rate.parse().unwrap(),
        supplier: "Acme".to_owned(),
        supplier_id: None,
        warehouse: None,
        bought_kg: None,
    }
}

const NOW: Timestamp = Timestamp::from_unix_ms(1_754_000_000_000);

fn requested() -> DealEvent {
    let due = NOW.plus_ms(DECIDED_WITHIN_MS);
    DealEvent::DealRequested { terms: terms("10", "95", vec![from_lot(lot(1), "10")]), due }
}

fn confirmed() -> DealEvent {
    DealEvent::DealConfirmed { sources: vec![costed(1, "10", "90")] }
}

fn cancelled(reason: Option<&str>) -> DealEvent {
    DealEvent::DealCancelled { cause: CancelCause::Trader { reason: reason.map(str::to_owned) } }
}

#[test]
fn a_registered_deal_waits_for_stock() {
    let after = given::<Deal>([])
        .when(&DealCommand::Request { terms: terms("10", "95", vec![from_lot(lot(1), "10")]), now: NOW })
        .then([requested()]);
    assert_eq!(after.state().registered().unwrap().status, Status::Pending);
}

#[test]
fn terms_that_break_rules_are_refused_with_every_rule_they_break() {
    let foreign = LotId::new(product(2), 1);
    given::<Deal>([])
        .when(&DealCommand::Request {
            terms: terms("10", "95", vec![from_lot(foreign, "6"), from_lot(lot(1), "5")]),
            now: NOW,
        })
        .then_refused(&DealRefusal::Terms(vec![
            TermsFault::ForeignLot(0),
            TermsFault::Overdrawn { drawn: "11".parse().unwrap(), quantity: "10".parse().unwrap() },
        ]));
}

#[test]
fn sources_must_cover_the_sale() {
    let faults = terms("10", "95", vec![from_lot(lot(1), "4"), purchase("5.999", "90")]).faults();
    let [covered, quantity, short] = ["9.999", "10", "0.001"].map(|text| text.parse::<Kg>().unwrap());
    assert_eq!(faults, [TermsFault::Uncovered { covered, quantity, short }]);
    assert_eq!(terms("10", "95", vec![]).faults(), [TermsFault::NoSources]);
}

#[test]
fn a_purchase_may_bring_more_than_is_sold() {
    assert_eq!(terms("10000", "91", vec![purchase("21000", "90")]).faults(), []);
}

#[test]
fn at_most_forty_sources() {
    let sources = |n: u32| (1..=n).map(|number| from_lot(lot(number), "1")).collect::<Vec<_>>();
    assert_eq!(terms("40", "95", sources(40)).faults(), []);
    assert_eq!(terms("41", "95", sources(41)).faults(), [TermsFault::TooManySources(41)]);
}

#[test]
fn reserved_stock_confirms_a_pending_deal_and_only_that() {
    let confirm = || DealCommand::Confirm { sources: vec![costed(1, "10", "90")] };
    given::<Deal>([requested()]).when(&confirm()).then([confirmed()]);
    for past in [confirmed(), cancelled(None), DealEvent::DealRejected { shortages: vec![] }] {
        given::<Deal>([requested(), past]).when(&confirm()).then([]);
    }
}

#[test]
fn rejected_stock_rejects_a_pending_deal_and_only_that() {
    let reject = || DealCommand::Reject { shortages: vec![] };
    given::<Deal>([requested()]).when(&reject()).then([DealEvent::DealRejected { shortages: vec![] }]);
    given::<Deal>([requested(), confirmed()]).when(&reject()).then([]);
}

#[test]
fn an_undecided_deal_is_given_up_at_its_due_time_and_not_before() {
    let give_up = |after_ms: i64| DealCommand::GiveUp { now: NOW.plus_ms(after_ms) };
    given::<Deal>([requested()]).when(&give_up(DECIDED_WITHIN_MS - 1)).then([]);
    given::<Deal>([requested()])
        .when(&give_up(DECIDED_WITHIN_MS))
        .then([DealEvent::DealCancelled { cause: CancelCause::Timeout }]);
    given::<Deal>([requested(), confirmed()]).when(&give_up(DECIDED_WITHIN_MS)).then([]);
}

#[test]
fn pending_and_confirmed_deals_can_be_cancelled_once() {
    let cancel = || DealCommand::Cancel { reason: Some("typo".to_owned()) };
    given::<Deal>([requested()]).when(&cancel()).then([cancelled(Some("typo"))]);
    given::<Deal>([requested(), confirmed()]).when(&cancel()).then([cancelled(Some("typo"))]);
    given::<Deal>([requested(), cancelled(None)]).when(&cancel()).then([]);
    given::<Deal>([requested(), DealEvent::DealRejected { shortages: vec![] }])
        .when(&cancel())
        .then_refused(&DealRefusal::Rejected);
}

#[test]
fn a_deal_cancelled_after_confirmation_still_knows_what_it_had_taken() {
    let after = given::<Deal>([requested(), confirmed()])
        .when(&DealCommand::Cancel { reason: None })
        .then([cancelled(None)]);
    assert_eq!(after.state().registered().unwrap().costed(), [costed(1, "10", "90")]);
}

#[test]
fn amending_one_comment_leaves_the_others() {
    let patch = |sale: &str| CommentsPatch { sale: Some(Some(sale.to_owned())), ..CommentsPatch::default() };
    let comments = |sale: &str| Comments { sale: Some(sale.to_owned()), ..Comments::default() };
    let amended = DealEvent::CommentsAmended { comments: comments("urgent") };
    given::<Deal>([requested()]).when(&amend(patch("urgent"))).then([amended.clone()]);
    given::<Deal>([requested(), amended.clone()]).when(&amend(patch("urgent"))).then([]);
    let clear = CommentsPatch { sale: Some(None), ..CommentsPatch::default() };
    given::<Deal>([requested(), amended])
        .when(&amend(clear))
        .then([DealEvent::CommentsAmended { comments: Comments::default() }]);
}

fn amend(patch: impl Into<TermsPatch>) -> DealCommand {
    DealCommand::Amend { patch: patch.into() }
}

fn at_rate(rate: &str) -> TermsPatch {
    TermsPatch { rate_per_kg: Some(rate.parse().unwrap()), ..TermsPatch::default() }
}

#[test]
fn cost_comes_from_the_sources_and_the_margin_is_what_is_left() {
    let request = terms(
        "30000",
        "125",
        vec![from_lot(lot(1), "27000"), from_lot(lot(2), "2000"), from_lot(lot(3), "1000")],
    );
    let sources = vec![costed(1, "27000", "90"), costed(2, "2000", "123.75"), costed(3, "1000", "123.75")];
    let after = given::<Deal>([DealEvent::DealRequested { terms: request, due: NOW }])
        .when(&DealCommand::Confirm { sources: sources.clone() })
        .then([DealEvent::DealConfirmed { sources }]);
    let deal = after.state().registered().unwrap();
    let (cost, revenue) = (deal.cost().unwrap(), deal.revenue());
    assert_eq!(
        [cost.to_string(), revenue.to_string(), (revenue - cost).to_string()],
        ["2801250.00", "3750000.00", "948750.00"]
    );
}

fn imported(rate: &str) -> ImportedDeal {
    ImportedDeal {
        legacy_id: "cmdjo59bm0000vbe1gu0bldru".to_owned(),
        date: "2025-07-26".parse().unwrap(),
        customer: "Ivory".to_owned(),
        customer_id: None,
        product_id: product(1),
        product_code: "TR131".to_owned(),
        quantity_kg: "10".parse().unwrap(),
        rate_per_kg: "95".parse().unwrap(),
        delivery_terms: DeliveryTerms::Pickup,
        warehouse: None,
        comments: Comments::default(),
        created_at: NOW,
        sources: vec![ImportedSource {
            lot_id: None,
            quantity_kg: "10".parse().unwrap(),
            rate_per_kg: rate.parse().unwrap(),
            supplier: "Acme".to_owned(),
            supplier_id: None,
            warehouse: None,
            bought_kg: None,
        }],
        originals: std::collections::BTreeMap::new(),
    }
}

fn imported_event(rate: &str) -> DealEvent {
    DealEvent::DealImported { deal: Box::new(imported(rate)) }
}

#[test]
fn an_imported_deal_is_final_from_the_beginning_and_follows_its_system() {
    let import = |rate: &str| DealCommand::Import(Box::new(imported(rate)));
    given::<Deal>([]).when(&import("90")).then([imported_event("90")]).when(&import("90")).then_nothing();
    given::<Deal>([imported_event("90")]).when(&import("91")).then([imported_event("91")]);
    given::<Deal>([imported_event("90")])
        .when(&DealCommand::Cancel { reason: None })
        .then_refused(&DealRefusal::Imported);
    given::<Deal>([imported_event("90")]).when(&DealCommand::GiveUp { now: NOW.plus_days(1) }).then_nothing();
    given::<Deal>([requested()]).when(&import("90")).then_refused(&DealRefusal::AlreadyRegistered);
}

#[test]
fn an_import_is_taken_back_unless_people_worked_on_the_deal_and_comes_again() {
    let import = DealCommand::Import(Box::new(imported("90")));
    let withdrawn = DealEvent::DealImportWithdrawn;
    given::<Deal>([imported_event("90")])
        .when(&DealCommand::WithdrawImport)
        .then([withdrawn.clone()])
        .when(&DealCommand::WithdrawImport)
        .then_nothing();
    given::<Deal>([imported_event("90"), withdrawn.clone()]).when(&import).then([imported_event("90")]);
    given::<Deal>([imported_event("90"), withdrawn])
        .when(&DealCommand::Cancel { reason: None })
        .then_refused(&DealRefusal::Imported);
    let comments = Comments { last: Some("paid".to_owned()), ..Comments::default() };
    given::<Deal>([imported_event("90"), DealEvent::CommentsAmended { comments }])
        .when(&DealCommand::WithdrawImport)
        .then_refused(&DealRefusal::BuiltUpon);
    given::<Deal>([requested()]).when(&DealCommand::WithdrawImport).then_refused(&DealRefusal::NotImported);
    given::<Deal>([]).when(&DealCommand::WithdrawImport).then_refused(&DealRefusal::Unknown);
}

#[test]
fn the_identity_of_an_imported_deal_follows_from_its_old_one_and_its_firm() {
    let id = |tenant: &str, legacy: &str| crate::DealId::imported(&tenant.parse().unwrap(), legacy);
    assert_eq!(id("main", "c1"), id("main", "c1"));
    assert_ne!(id("main", "c1"), id("main", "c2"));
    assert_ne!(id("main", "c1"), id("other", "c1"));
}

fn any_command() -> impl Strategy<Value = DealCommand> {
    prop_oneof![
        Just(DealCommand::Request { terms: terms("10", "95", vec![from_lot(lot(1), "10")]), now: NOW }),
        Just(DealCommand::Confirm { sources: vec![costed(1, "10", "90")] }),
        Just(DealCommand::Reject { shortages: vec![] }),
        Just(DealCommand::Cancel { reason: None }),
        Just(DealCommand::Import(Box::new(imported("90")))),
        ("[1-9][0-9]{0,3}", any::<bool>(), prop::option::of("[a-z]{1,5}")).prop_map(
            |(rate, pickup, noted)| {
                let delivery_terms = if pickup { DeliveryTerms::Pickup } else { DeliveryTerms::Delivered };
                let comments = CommentsPatch { sale: Some(noted.clone()), ..CommentsPatch::default() };
                let (delivery_terms, warehouse) = (Some(delivery_terms), Some(noted));
                amend(TermsPatch { delivery_terms, warehouse, comments, ..at_rate(&rate) })
            }
        ),
        (0..2 * DECIDED_WITHIN_MS).prop_map(|ms| DealCommand::GiveUp { now: NOW.plus_ms(ms) }),
    ]
}

proptest! {
    #[test]
    fn a_deal_is_decided_at_most_once_before_it_may_be_cancelled(
        commands in prop::collection::vec(any_command(), 0..30)
    ) {
        let mut deal = Deal::default();
        let mut story = Vec::new();
        for command in commands {
            for event in deal.decide(&command).unwrap_or_default() {
                story.extend(match &event {
                    DealEvent::DealRequested { .. } => Some("requested"),
                    DealEvent::DealConfirmed { .. } => Some("confirmed"),
                    DealEvent::DealRejected { .. } => Some("rejected"),
                    DealEvent::DealCancelled { .. } => Some("cancelled"),
                    DealEvent::CommentsAmended { .. } | DealEvent::TermsAmended { .. } => None,
                    DealEvent::DealImported { .. } => Some("imported"),
                    DealEvent::DealImportWithdrawn => Some("withdrawn"),
                });
                deal = deal.evolve(&Recorded { sequence: 1, at: NOW, event });
            }
        }
        let lawful: [&[&str]; 7] = [
            &[],
            &["requested"],
            &["requested", "confirmed"],
            &["requested", "rejected"],
            &["requested", "cancelled"],
            &["requested", "confirmed", "cancelled"],
            &["imported"],
        ];
        prop_assert!(lawful.contains(&story.as_slice()), "{:?}", story);
    }

    #[test]
    fn no_amendment_touches_what_stock_has_a_part_in_or_what_a_deal_is_found_by(
        commands in prop::collection::vec(any_command(), 0..30)
    ) {
        let stock = |deal: &Deal| deal.registered().map(|deal| {
            let Registered { terms, requested_at, due, status, .. } = deal.clone();
            let found_by = (terms.date, terms.customer, terms.customer_id, terms.product_id, requested_at, due);
            (found_by, terms.quantity_kg, terms.sources, status, deal.cost())
        });
        let mut deal = Deal::default();
        for command in commands {
            let before = stock(&deal);
            let events = deal.decide(&command).unwrap_or_default();
            prop_assert!(events.len() <= 1, "one command, one fact");
            for event in events {
                deal = deal.evolve(&Recorded { sequence: 1, at: NOW, event });
            }
            if matches!(command, DealCommand::Amend { .. }) {
                prop_assert_eq!(stock(&deal), before);
            }
        }
    }
}
