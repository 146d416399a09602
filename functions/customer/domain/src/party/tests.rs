mod withdrawing;

use testkit::{Given, given, given_nothing};

use super::*;
use crate::{Role, Roles, Sealed};

fn id(n: u128) -> PartyId {
    PartyId::new(uuid::Uuid::from_u128(n))
}

fn sealed(text: &str) -> Sealed {
    Sealed::try_new(text).unwrap()
}

fn names(names: &[&str]) -> Vec<crate::PartyName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn ivory() -> Details {
    Details {
        name: "Ivory Cups".parse().unwrap(),
        aliases: Vec::new(),
        roles: Roles::from([Role::Customer]),
        active: true,
        tags: BTreeSet::from(["raffia".parse().unwrap()]),
        payment_terms_days: Some(30),
        credit_limit: Some("500000".parse().unwrap()),
        personal: Personal {
            contacts: vec![Contact { name: None, phones: vec![sealed("AAAA")], emails: vec![] }],
            addresses: vec![sealed("BBBB")],
            gstin: Some(sealed("CCCC")),
            pan: None,
        },
        legacy_ids: BTreeSet::new(),
    }
}

fn created() -> Event {
    Event::PartyCreated { details: ivory() }
}

fn standing() -> Given<Party> {
    given([created()])
}

fn details(scenario: &Given<Party>) -> &Details {
    &scenario.state().known().unwrap().details
}

#[test]
fn a_party_is_entered_once() {
    given_nothing::<Party>().when(&Command::Create(ivory())).then([created()]);
    standing().when(&Command::Create(ivory())).then_refused(&Refusal::AlreadyExists);
}

#[test]
fn a_party_is_customer_or_supplier_or_both() {
    let nobody = Details { roles: Roles::new(), ..ivory() };
    given_nothing::<Party>().when(&Command::Create(nobody)).then_refused(&Refusal::NoRoles);
    let change = Change { roles: Some(Roles::new()), ..Change::default() };
    standing().when(&Command::Change(change)).then_refused(&Refusal::NoRoles);
}

#[test]
fn an_alias_that_is_the_name_in_another_spelling_is_none() {
    let entered = Details { aliases: names(&["IVORY cups", "Ivory", "ivory"]), ..ivory() };
    let expected = Details { aliases: names(&["Ivory"]), ..ivory() };
    given_nothing::<Party>()
        .when(&Command::Create(entered))
        .then([Event::PartyCreated { details: expected }]);
}

#[test]
fn nothing_happens_to_a_party_that_was_never_entered() {
    for command in [
        Command::Change(Change::default()),
        Command::Merge { this: id(1), into: id(2), onward: vec![] },
        Command::Unmerge,
        Command::Erase,
    ] {
        given_nothing::<Party>().when(&command).then_refused(&Refusal::Unknown);
    }
}

#[test]
fn a_change_touches_what_it_names_and_nothing_else() {
    let change = Change {
        payment_terms_days: Edit::Clear,
        credit_limit: Edit::Set("1".parse().unwrap()),
        active: Some(false),
        ..Change::default()
    };
    let expected = Details {
        payment_terms_days: None,
        credit_limit: Some("1".parse().unwrap()),
        active: false,
        ..ivory()
    };
    let after =
        standing().when(&Command::Change(change.clone())).then([Event::PartyChanged { details: expected }]);
    after.when(&Command::Change(change)).then_nothing();
    standing().when(&Command::Change(Change::default())).then_nothing();
}

#[test]
fn an_old_name_stays_an_alias_and_comes_back_as_the_name() {
    let rename =
        |name: &str| Command::Change(Change { name: Some(name.parse().unwrap()), ..Change::default() });
    let renamed =
        Details { name: "Ivory Foods".parse().unwrap(), aliases: names(&["Ivory Cups"]), ..ivory() };
    let after = standing().when(&rename("Ivory Foods")).then([Event::PartyChanged { details: renamed }]);
    let back = Details { aliases: names(&["Ivory Foods"]), ..ivory() };
    after.when(&rename("Ivory Cups")).then([Event::PartyChanged { details: back }]);
    let respelled = Details { name: "IVORY cups".parse().unwrap(), ..ivory() };
    standing().when(&rename("IVORY cups")).then([Event::PartyChanged { details: respelled }]);
}

#[test]
fn a_command_takes_only_names_the_party_does_not_hold_yet() {
    let held = standing().state().keys();
    let change = Change {
        name: Some("ivory CUPS".parse().unwrap()),
        aliases: names(&["Ivory Foods", "Ivory Cups"]),
        ..Change::default()
    };
    let taken: Vec<String> = Command::Change(change).takes(&held).iter().map(ToString::to_string).collect();
    assert_eq!(taken, ["ivory foods"]);
    assert_eq!(Command::Create(ivory()).takes(&BTreeSet::new()).len(), 1);
    assert!(Command::Erase.takes(&held).is_empty());
}

#[test]
fn a_merged_party_leads_to_another_until_it_is_unmerged() {
    let merge = Command::Merge { this: id(1), into: id(2), onward: vec![id(3)] };
    let after = standing().when(&merge).then([Event::PartyMerged { into: id(2) }]);
    assert_eq!(after.state().known().unwrap().merged_into, Some(id(2)));
    let after = after.when(&merge).then_nothing();
    let elsewhere = Command::Merge { this: id(1), into: id(4), onward: vec![] };
    after.clone().when(&elsewhere).then_refused(&Refusal::Merged(id(2)));
    after.clone().when(&Command::Change(Change::default())).then_refused(&Refusal::Merged(id(2)));
    let after = after.when(&Command::Unmerge).then([Event::PartyUnmerged { from: id(2) }]);
    after.when(&Command::Unmerge).then_refused(&Refusal::NotMerged);
}

#[test]
fn a_party_is_not_merged_into_itself_nor_in_a_circle() {
    let into_itself = Command::Merge { this: id(1), into: id(1), onward: vec![] };
    standing().when(&into_itself).then_refused(&Refusal::IntoItself);
    let circle = Command::Merge { this: id(1), into: id(2), onward: vec![id(3), id(1)] };
    standing().when(&circle).then_refused(&Refusal::Cycle);
}

#[test]
fn an_erased_party_keeps_its_name_and_terms_and_nothing_personal() {
    let after = standing().when(&Command::Erase).then([Event::PartyErased]);
    assert_eq!(*details(&after), Details { personal: Personal::default(), ..ivory() });
    let after = after.when(&Command::Erase).then_nothing();
    let personal = Change { gstin: Edit::Set(sealed("DDDD")), ..Change::default() };
    after.clone().when(&Command::Change(personal)).then_refused(&Refusal::Erased);
    let terms = Change { active: Some(false), ..Change::default() };
    let inactive = Details { active: false, personal: Personal::default(), ..ivory() };
    after.when(&Command::Change(terms)).then([Event::PartyChanged { details: inactive }]);
}

#[test]
fn a_tag_that_was_removed_is_remembered_for_the_lists() {
    let change = Change { tags: Some(BTreeSet::new()), ..Change::default() };
    let after = standing().when(&Command::Change(change)).decision().unwrap();
    let after = standing().and_at(testkit::NOON, after);
    assert!(details(&after).tags.is_empty());
    assert_eq!(after.state().known().unwrap().tags_ever, ivory().tags);
}

fn import(role: Role, legacy_id: &str) -> Import {
    Import {
        name: "IVORY CUPS".parse().unwrap(),
        legacy_ids: BTreeSet::from([legacy_id.to_owned()]),
        roles: Roles::from([role]),
        active: false,
        contacts: vec![],
        addresses: vec![],
    }
}

#[test]
fn an_imported_party_is_entered_or_gains_what_is_new_about_it() {
    let bought = import(Role::Supplier, "purchase_parties:1");
    let gained = Details { roles: Roles::from(Role::ALL), legacy_ids: bought.legacy_ids.clone(), ..ivory() };
    let after =
        standing().when(&Command::Import(bought.clone())).then([Event::PartyReimported { details: gained }]);
    after.when(&Command::Import(bought.clone())).then_nothing();
    let new = given_nothing::<Party>().when(&Command::Import(bought)).decision().unwrap();
    assert!(matches!(&new[..], [Event::PartyCreated { details }] if !details.active));
}

#[test]
fn an_import_brings_no_personal_data_back() {
    let erased: Given<Party> = given([created(), Event::PartyErased]);
    let contact = Contact { name: Some(sealed("EEEE")), ..Contact::default() };
    let with_people = Import { contacts: vec![contact], ..import(Role::Customer, "sale_parties:1") };
    let after = erased.when(&Command::Import(with_people)).decision().unwrap();
    assert!(matches!(&after[..], [Event::PartyReimported { details }] if details.personal.is_empty()));
}

#[test]
fn a_stored_event_is_tagged_with_its_type() {
    let stored = serde_json::to_value(Event::PartyMerged { into: id(2) }).unwrap();
    assert_eq!(
        stored,
        serde_json::json!({ "type": "party_merged", "into": "party_00000000000000000000000000000002" })
    );
}
