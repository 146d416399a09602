//! Taking the import of a lot back.

use super::*;

#[test]
fn an_imported_lot_is_taken_back_unless_somebody_drew_upon_it_and_comes_again() {
    let command = StockCommand::WithdrawImport { legacy_id: "l1".to_owned() };
    let reason = "its import from the old system was taken back".to_owned();
    let withdrawn =
        |delta: &str| StockEvent::LotImportWithdrawn { lot: 1, delta: kg(delta), reason: reason.clone() };
    for quantity in ["100", "0"] {
        let taken_off = kg("0").saturating_sub(kg(quantity)).to_string();
        given::<Stock>([imported(1, 1, quantity)])
            .when(&command)
            .then([withdrawn(&taken_off)])
            .when(&command)
            .then_nothing();
        let again = format!("the old system has {} kg instead of 0.000 kg", kg(quantity));
        given::<Stock>([imported(1, 1, quantity), withdrawn(&taken_off)])
            .when(&StockCommand::Import(import(1, quantity)))
            .then([StockEvent::LotReimported {
                lot: 1,
                delta: kg(quantity),
                reason: again,
                import: import(1, quantity),
            }])
            .when(&StockCommand::Import(import(1, quantity)))
            .then_nothing();
    }
    let built_upon = [
        vec![reserved(1, vec![from_lot(1, "60", "90")])],
        vec![
            reserved(1, vec![from_lot(1, "60", "90")]),
            StockEvent::StockSold { deal: deal(1), draws: vec![draw(1, "60")] },
        ],
        vec![StockEvent::LotAdjusted { lot: 1, delta: kg("-1"), reason: "spilt".to_owned() }],
    ];
    for later in built_upon {
        let past = std::iter::once(imported(1, 1, "100")).chain(later);
        given::<Stock>(past).when(&command).then_refused(&StockRefusal::BuiltUpon(1));
    }
    given::<Stock>([received(1, "5", "90")])
        .when(&command)
        .then_refused(&StockRefusal::NotImported("l1".to_owned()));
}

#[test]
fn the_lots_that_stand_are_those_that_were_not_and_would_not_be_taken_back() {
    let reason = "its import from the old system was taken back".to_owned();
    let past = [
        imported(1, 1, "100"),
        imported(2, 2, "100"),
        imported(3, 3, "100"),
        received(4, "5", "90"),
        StockEvent::LotImportWithdrawn { lot: 1, delta: kg("-100"), reason },
        StockEvent::LotAdjusted { lot: 2, delta: kg("-1"), reason: "spilt".to_owned() },
    ];
    let stock = given::<Stock>(past);
    assert_eq!(stock.state().standing(), 3);
    let imports: Vec<String> = ["l1", "l2", "l3"].map(str::to_owned).to_vec();
    assert_eq!(
        stock.state().standing_without(&imports),
        2,
        "the corrected one stays, and so does the received one"
    );
}

#[test]
fn what_was_taken_back_cannot_be_drawn_upon_or_corrected() {
    let reason = "its import from the old system was taken back".to_owned();
    let past = [imported(1, 1, "100"), StockEvent::LotImportWithdrawn { lot: 1, delta: kg("-100"), reason }];
    given::<Stock>(past)
        .when(&StockCommand::Adjust { lot: 1, delta: kg("5"), reason: "found".to_owned() })
        .then_refused(&StockRefusal::UnknownLot(1));
}
