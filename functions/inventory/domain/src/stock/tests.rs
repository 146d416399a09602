use kernel::{Aggregate, Kg, Recorded, Timestamp};
use proptest::prelude::*;
use testkit::given;
use uuid::Uuid;

use super::*;

mod withdrawing;

fn deal(n: u128) -> DealId {
    DealId::new(Uuid::from_u128(n))
}

fn kg(text: &str) -> Kg {
    text.parse().unwrap()
}

fn receipt(quantity: &str, rate: &str) -> Receipt {
    Receipt {
        supplier: "Acme".to_owned(),
        supplier_id: None,
        warehouse: Some("Main Warehouse".to_owned()),
        quantity: kg(quantity),
        rate: rate.parse().unwrap(),
        received_on: "2025-07-26".parse().unwrap(),
    }
}

fn received(lot: u32, quantity: &str, rate: &str) -> StockEvent {
    StockEvent::LotReceived { lot, receipt: receipt(quantity, rate) }
}

fn lot(lot: u32, quantity: &str) -> SourceRequest {
    SourceRequest::Lot { lot, quantity: kg(quantity) }
}

fn purchase(quantity: &str, rate: &str) -> SourceRequest {
    SourceRequest::Purchase {
        supplier: "Fresh".to_owned(),
        supplier_id: None,
        warehouse: None,
        quantity: kg(quantity),
        rate: rate.parse().unwrap(),
    }
}

fn reserve(n: u128, quantity: &str, sources: Vec<SourceRequest>) -> StockCommand {
    let date = "2025-08-01".parse().unwrap();
    StockCommand::Reserve(ReserveRequest { deal: deal(n), quantity: kg(quantity), date, sources })
}

fn from_lot(lot: u32, quantity: &str, rate: &str) -> ReservedSource {
    ReservedSource {
        lot,
        quantity: kg(quantity),
        rate: rate.parse().unwrap(),
        supplier: "Acme".to_owned(),
        supplier_id: None,
        warehouse: Some("Main Warehouse".to_owned()),
        purchase: None,
    }
}

fn bought(lot: u32, quantity: &str, rate: &str, bought: &str) -> ReservedSource {
    ReservedSource {
        lot,
        quantity: kg(quantity),
        rate: rate.parse().unwrap(),
        supplier: "Fresh".to_owned(),
        supplier_id: None,
        warehouse: None,
        purchase: Some(PurchaseTerms { bought: kg(bought), received_on: "2025-08-01".parse().unwrap() }),
    }
}

fn reserved(n: u128, sources: Vec<ReservedSource>) -> StockEvent {
    StockEvent::StockReserved { deal: deal(n), sources }
}

fn draw(lot: u32, quantity: &str) -> Draw {
    Draw { lot, quantity: kg(quantity) }
}

#[test]
fn a_receipt_opens_the_next_lot() {
    given::<Stock>([received(1, "27000", "90")])
        .when(&StockCommand::Receive(receipt("2804.7", "123.75")))
        .then([received(2, "2804.7", "123.75")]);
}

#[test]
fn a_deal_is_covered_by_all_its_lots_in_one_decision() {
    given::<Stock>([
        received(1, "27000", "90"),
        received(2, "2804.7", "123.75"),
        received(3, "1092.7", "123.75"),
    ])
    .when(&reserve(1, "30000", vec![lot(1, "27000"), lot(2, "2000"), lot(3, "1000")]))
    .then([reserved(
        1,
        vec![from_lot(1, "27000", "90"), from_lot(2, "2000", "123.75"), from_lot(3, "1000", "123.75")],
    )]);
}

#[test]
fn one_short_lot_rejects_the_whole_deal_and_every_short_lot_is_named() {
    given::<Stock>([received(1, "27000", "90"), received(2, "804.7", "123.75")])
        .when(&reserve(1, "29000", vec![lot(1, "27000"), lot(2, "1000"), lot(9, "1000")]))
        .then([StockEvent::StockRejected {
            deal: deal(1),
            shortages: vec![
                Shortage { lot: 2, requested: kg("1000"), available: Some(kg("804.7")) },
                Shortage { lot: 9, requested: kg("1000"), available: None },
            ],
        }]);
}

#[test]
fn a_lot_named_twice_is_asked_for_the_sum() {
    given::<Stock>([received(1, "4", "90")]).when(&reserve(1, "6", vec![lot(1, "3"), lot(1, "3")])).then([
        StockEvent::StockRejected {
            deal: deal(1),
            shortages: vec![Shortage { lot: 1, requested: kg("6"), available: Some(kg("4")) }],
        },
    ]);
    given::<Stock>([received(1, "7", "90")])
        .when(&reserve(1, "6", vec![lot(1, "3"), lot(1, "3")]))
        .then([reserved(1, vec![from_lot(1, "6", "90")])]);
}

#[test]
fn what_a_purchase_brings_beyond_the_deal_stays_in_its_new_lot() {
    let outcome = given::<Stock>([received(1, "5", "90")])
        .when(&reserve(1, "10000", vec![purchase("21000", "90")]))
        .then([reserved(1, vec![bought(2, "10000", "90", "21000")])]);
    let lot = &outcome.state().lots()[&2];
    assert_eq!((lot.available, lot.reserved, lot.received), (kg("11000"), kg("10000"), kg("21000")));
}

#[test]
fn a_purchase_fills_what_the_lots_leave_open() {
    given::<Stock>([received(1, "16000", "90")])
        .when(&reserve(1, "30000", vec![lot(1, "16000"), purchase("14000", "92")]))
        .then([reserved(1, vec![from_lot(1, "16000", "90"), bought(2, "14000", "92", "14000")])]);
}

#[test]
fn asking_again_for_the_same_deal_changes_nothing_whatever_became_of_it() {
    let held = reserved(1, vec![from_lot(1, "10", "90")]);
    let rejected = StockEvent::StockRejected { deal: deal(1), shortages: vec![] };
    let sold = StockEvent::StockSold { deal: deal(1), draws: vec![draw(1, "10")] };
    let released = StockEvent::StockReleased { deal: deal(1), draws: vec![draw(1, "10")] };
    let forestalled = StockEvent::ReservationForestalled { deal: deal(1) };
    for past in [
        vec![held.clone()],
        vec![rejected],
        vec![held.clone(), sold],
        vec![held, released],
        vec![forestalled],
    ] {
        let events = std::iter::once(received(1, "27000", "90")).chain(past);
        given::<Stock>(events).when(&reserve(1, "10", vec![lot(1, "10")])).then([]);
    }
}

#[test]
fn a_confirmed_deal_turns_reserved_into_sold_once() {
    let past = [received(1, "27000", "90"), reserved(1, vec![from_lot(1, "10", "90")])];
    let sold = StockEvent::StockSold { deal: deal(1), draws: vec![draw(1, "10")] };
    given::<Stock>(past.clone()).when(&StockCommand::Sell { deal: deal(1) }).then([sold.clone()]);
    given::<Stock>(past.into_iter().chain([sold])).when(&StockCommand::Sell { deal: deal(1) }).then([]);
}

#[test]
fn a_cancelled_deal_gives_back_what_was_held_or_sold() {
    let held = [received(1, "27000", "90"), reserved(1, vec![from_lot(1, "10", "90")])];
    let released = StockEvent::StockReleased { deal: deal(1), draws: vec![draw(1, "10")] };
    let release = || StockCommand::Release { deal: deal(1), sold: vec![] };
    let after = given::<Stock>(held.clone()).when(&release()).then([released.clone()]);
    assert_eq!(after.state().lots()[&1].available, kg("27000"));
    let sold = held.into_iter().chain([StockEvent::StockSold { deal: deal(1), draws: vec![draw(1, "10")] }]);
    let after = given::<Stock>(sold).when(&release()).then([released]);
    assert_eq!((after.state().lots()[&1].available, after.state().lots()[&1].sold), (kg("27000"), Kg::ZERO));
}

#[test]
fn a_cancel_that_overtakes_its_request_leaves_a_tombstone() {
    let forestalled = StockEvent::ReservationForestalled { deal: deal(1) };
    given::<Stock>([received(1, "27000", "90")])
        .when(&StockCommand::Release { deal: deal(1), sold: vec![] })
        .then([forestalled.clone()]);
    given::<Stock>([received(1, "27000", "90"), forestalled])
        .when(&reserve(1, "10", vec![lot(1, "10")]))
        .then([]);
}

#[test]
fn a_deal_confirmed_long_ago_gives_back_what_its_cancellation_names() {
    let long_ago = Timestamp::from_unix_ms(0);
    let now = long_ago.plus_days(TERMINAL_KEPT_DAYS + 1);
    let sold = StockEvent::StockSold { deal: deal(1), draws: vec![draw(1, "10")] };
    let past = [
        (long_ago, received(1, "27000", "90")),
        (long_ago, reserved(1, vec![from_lot(1, "10", "90")])),
        (long_ago, sold),
        (now, received(2, "5", "90")),
    ];
    let stock = (1..).zip(past).fold(Stock::default(), |stock, (sequence, (at, event))| {
        stock.evolve(&Recorded { sequence, at, event })
    });
    assert!(stock.reservations().is_empty(), "what is over leaves the state");
    let events = stock.decide(&StockCommand::Release { deal: deal(1), sold: vec![draw(1, "10")] }).unwrap();
    assert_eq!(events, [StockEvent::StockReleased { deal: deal(1), draws: vec![draw(1, "10")] }]);
    let after = stock.evolve(&Recorded { sequence: 5, at: now, event: events[0].clone() });
    assert_eq!(after.lots()[&1].available, kg("27000"));
}

#[test]
fn a_correction_never_takes_more_than_is_free() {
    let past = [received(1, "100", "90"), reserved(1, vec![from_lot(1, "60", "90")])];
    let adjust =
        |delta: &str| StockCommand::Adjust { lot: 1, delta: kg(delta), reason: "recount".to_owned() };
    given::<Stock>(past.clone())
        .when(&adjust("-40.001"))
        .then_refused(&StockRefusal::AdjustedBelowZero { lot: 1, available: kg("40") });
    given::<Stock>(past.clone()).when(&adjust("0")).then_refused(&StockRefusal::NothingToAdjust);
    given::<Stock>(past).when(&adjust("-40")).then([StockEvent::LotAdjusted {
        lot: 1,
        delta: kg("-40"),
        reason: "recount".to_owned(),
    }]);
}

fn import(id: u8, quantity: &str) -> LotImport {
    let originals = [("quantity".to_owned(), quantity.to_owned())].into();
    LotImport { legacy_id: format!("l{id}"), receipt: receipt(quantity, "90"), originals }
}

fn imported(lot: u32, id: u8, quantity: &str) -> StockEvent {
    StockEvent::LotImported { lot, import: import(id, quantity) }
}

#[test]
fn an_imported_lot_is_one_lot_however_often_it_comes() {
    let command = StockCommand::Import(import(1, "27000"));
    given::<Stock>([received(1, "5", "90")])
        .when(&command)
        .then([imported(2, 1, "27000")])
        .when(&command)
        .then_nothing();
    given::<Stock>([]).when(&StockCommand::Import(import(1, "0"))).then([imported(1, 1, "0")]);
}

#[test]
fn an_import_corrects_a_lot_by_what_changed_there_and_not_by_what_was_drawn_here() {
    let past = [imported(1, 1, "100"), reserved(1, vec![from_lot(1, "60", "90")])];
    given::<Stock>(past.clone()).when(&StockCommand::Import(import(1, "100"))).then_nothing();
    let reason = "the old system has 70.000 kg instead of 100.000 kg".to_owned();
    given::<Stock>(past.clone())
        .when(&StockCommand::Import(import(1, "70")))
        .then([StockEvent::LotReimported { lot: 1, delta: kg("-30"), reason, import: import(1, "70") }])
        .when(&StockCommand::Import(import(1, "70")))
        .then_nothing();
    given::<Stock>(past)
        .when(&StockCommand::Import(import(1, "59.999")))
        .then_refused(&StockRefusal::AdjustedBelowZero { lot: 1, available: kg("40") });
}

#[test]
fn the_movements_of_a_lot_tell_its_story() {
    let events = [
        received(1, "100", "90"),
        reserved(1, vec![from_lot(1, "60", "90"), bought(2, "5", "91", "9")]),
        StockEvent::StockSold { deal: deal(1), draws: vec![draw(1, "60"), draw(2, "5")] },
        StockEvent::LotAdjusted { lot: 1, delta: kg("-1"), reason: "spilt".to_owned() },
    ];
    let history: Vec<_> = (1..)
        .zip(events)
        .map(|(sequence, event)| Recorded { sequence, at: Timestamp::default(), event })
        .collect();
    let told: Vec<_> =
        movements(&history, 1).into_iter().map(|m| (m.kind, m.quantity, m.available)).collect();
    assert_eq!(
        told,
        [
            (MovementKind::Received, kg("100"), kg("100")),
            (MovementKind::Reserved, kg("60"), kg("40")),
            (MovementKind::Sold, kg("60"), kg("40")),
            (MovementKind::Adjusted, kg("-1"), kg("39")),
        ]
    );
    let kinds: Vec<_> = movements(&history, 2).into_iter().map(|m| m.kind).collect();
    assert_eq!(kinds, [MovementKind::Purchased, MovementKind::Reserved, MovementKind::Sold]);
}

prop_compose! {
    fn any_source()(kind in 0..3_u8, lot in 1..5_u32, grams in 1..40_000_i64) -> SourceRequest {
        let quantity = Kg::from_grams(grams);
        match kind {
            0 => SourceRequest::Purchase {
                supplier: "Fresh".to_owned(), supplier_id: None, warehouse: None, quantity, rate: "90".parse().unwrap(),
            },
            _ => SourceRequest::Lot { lot, quantity },
        }
    }
}

fn any_command() -> impl Strategy<Value = StockCommand> {
    let id = (0..6_u128).prop_map(deal);
    prop_oneof![
        (1..60_000_i64).prop_map(|grams| {
            StockCommand::Receive(Receipt { quantity: Kg::from_grams(grams), ..receipt("1", "90") })
        }),
        (1..3_u8, 0..60_000_i64)
            .prop_map(|(id, grams)| { StockCommand::Import(import(id, &Kg::from_grams(grams).to_string())) }),
        (1..3_u8).prop_map(|id| StockCommand::WithdrawImport { legacy_id: format!("l{id}") }),
        (1..5_u32, -30_000..30_000_i64).prop_map(|(lot, grams)| StockCommand::Adjust {
            lot,
            delta: Kg::from_grams(grams),
            reason: "recount".to_owned(),
        }),
        (id.clone(), 1..50_000_i64, prop::collection::vec(any_source(), 1..4)).prop_map(
            |(deal, grams, sources)| {
                let date = "2025-08-01".parse().unwrap();
                StockCommand::Reserve(ReserveRequest { deal, quantity: Kg::from_grams(grams), date, sources })
            }
        ),
        id.clone().prop_map(|deal| StockCommand::Sell { deal }),
        id.prop_map(|deal| StockCommand::Release { deal, sold: vec![] }),
    ]
}

proptest! {
    #[test]
    fn every_lot_balances_after_any_commands(commands in prop::collection::vec(any_command(), 0..60)) {
        let mut stock = Stock::default();
        let mut sequence = 0;
        for command in commands {
            for event in stock.decide(&command).unwrap_or_default() {
                sequence += 1;
                stock = stock.evolve(&Recorded { sequence, at: Timestamp::default(), event });
            }
            for (number, lot) in stock.lots() {
                prop_assert!(lot.balances(), "lot {} after {:?}: {:?}", number, command, lot);
            }
            let held: Kg = stock.lots().values().map(|l| l.reserved).sum();
            let asked: Kg = stock
                .reservations()
                .values()
                .filter(|r| r.status == ReservationStatus::Held)
                .flat_map(|r| &r.draws)
                .map(|d| d.quantity)
                .sum();
            prop_assert_eq!(held, asked);
        }
    }

    #[test]
    fn a_snapshot_is_the_state(commands in prop::collection::vec(any_command(), 0..40)) {
        let mut stock = Stock::default();
        for command in commands {
            for event in stock.decide(&command).unwrap_or_default() {
                stock = stock.evolve(&Recorded { sequence: 1, at: Timestamp::default(), event });
            }
        }
        let restored = Stock::from_snapshot(stock.to_snapshot().unwrap());
        prop_assert_eq!(restored, Some(stock));
    }
}
