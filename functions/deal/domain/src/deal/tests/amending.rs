//! What may be amended, of which deals, and on what somebody saw.

use super::*;

#[test]
fn a_confirmed_deal_takes_another_rate_other_delivery_and_another_warehouse_in_one_event() {
    let patch = TermsPatch {
        delivery_terms: Some(DeliveryTerms::Pickup),
        warehouse: Some(Some("East".to_owned())),
        comments: CommentsPatch { last: Some(Some("paid".to_owned())), ..CommentsPatch::default() },
        ..at_rate("97.5")
    };
    let wanted = AmendedTerms {
        rate_per_kg: "97.5".parse().unwrap(),
        delivery_terms: DeliveryTerms::Pickup,
        warehouse: Some("East".to_owned()),
        comments: Comments { last: Some("paid".to_owned()), ..Comments::default() },
    };
    let after = given::<Deal>([requested(), confirmed()])
        .when(&amend(patch.clone()))
        .then([DealEvent::TermsAmended { terms: wanted }]);
    let deal = after.state().registered().unwrap();
    assert_eq!((deal.revenue() - deal.cost().unwrap()).to_string(), "75.00", "10 kg at 97.50 that cost 90");
    let before = terms("10", "95", vec![from_lot(lot(1), "10")]);
    let changed = |field: &str, before: Option<&str>, after: Option<&str>| Change {
        field: field.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    assert_eq!(
        changes(&before, &deal.terms),
        [
            changed("ratePerKg", Some("95.00"), Some("97.50")),
            changed("deliveryTerms", Some("delivered"), Some("pickup")),
            changed("warehouse", None, Some("East")),
            changed("finalComments", None, Some("paid")),
        ]
    );
    after.when(&amend(patch)).then_nothing();
}

#[test]
fn terms_are_amended_only_while_a_deal_stands_and_notes_always() {
    let noted = CommentsPatch { sale: Some(Some("urgent".to_owned())), ..CommentsPatch::default() };
    let rejected = DealEvent::DealRejected { shortages: vec![] };
    for (past, status) in [
        (vec![requested()], "pending"),
        (vec![requested(), rejected], "rejected"),
        (vec![requested(), confirmed(), cancelled(None)], "cancelled"),
    ] {
        given::<Deal>(past.clone())
            .when(&amend(at_rate("96")))
            .then_refused(&DealRefusal::NotStanding(status));
        let comments = Comments { sale: Some("urgent".to_owned()), ..Comments::default() };
        given::<Deal>(past).when(&amend(noted.clone())).then([DealEvent::CommentsAmended { comments }]);
    }
    given::<Deal>([imported_event("90")])
        .when(&amend(at_rate("96")))
        .then_refused(&DealRefusal::ImportedTerms);
    given::<Deal>([]).when(&amend(at_rate("96"))).then_refused(&DealRefusal::Unknown);
}

#[test]
fn a_change_of_what_somebody_saw_elsewhere_is_refused_when_it_reads_otherwise_by_now() {
    let seeing = |rate: &str| TermsPatch {
        seen: SeenTerms { rate_per_kg: Some(rate.parse().unwrap()), delivery_terms: None },
        ..at_rate("97")
    };
    given::<Deal>([requested(), confirmed()])
        .when(&amend(seeing("94")))
        .then_refused(&DealRefusal::Overtaken);
    let after = given::<Deal>([requested(), confirmed()]).when(&amend(seeing("95")));
    // Whoever wants what is there already is not in anybody's way.
    let terms = AmendedTerms {
        rate_per_kg: "97".parse().unwrap(),
        delivery_terms: DeliveryTerms::Delivered,
        warehouse: None,
        comments: Comments::default(),
    };
    after.then([DealEvent::TermsAmended { terms }]).when(&amend(seeing("95"))).then_nothing();
}
