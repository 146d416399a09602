//! Taking the import of a party back.

use super::*;

fn bought() -> Import {
    import(Role::Customer, "sale_parties:1")
}

fn moved_in() -> Given<Party> {
    let entered = given_nothing::<Party>().when(&Command::Import(bought())).decision().unwrap();
    given(entered)
}

fn withdrawn() -> Event {
    Event::PartyImportWithdrawn { name: bought().name, aliases: vec![] }
}

const NOTHING: Command = Command::WithdrawImport(BuiltUpon { led_to: 0, deals: 0, unheard: 0 });

#[test]
fn an_imported_party_is_nobody_again_and_comes_back_by_import_or_by_hand() {
    let gone = moved_in().when(&NOTHING).then([withdrawn()]);
    assert_eq!((gone.state().known(), gone.state().keys().len()), (None, 0));
    assert_eq!(gone.state().last_known().unwrap().details.name, bought().name);
    gone.clone().when(&NOTHING).then_nothing();
    for command in [Command::Change(Change::default()), Command::Erase, Command::Unmerge] {
        gone.clone().when(&command).then_refused(&Refusal::Unknown);
    }
    let keys = Command::Import(bought()).takes(&gone.state().keys());
    assert_eq!(keys.len(), 1, "whoever brings it back takes its name");
    let back = gone.clone().when(&Command::Import(bought())).decision().unwrap();
    let back = gone.clone().and_at(testkit::NOON, back);
    assert_eq!(back.state().known(), moved_in().state().known());
    back.when(&NOTHING).then([withdrawn()]);
    gone.when(&Command::Create(ivory())).then([created()]).when(&NOTHING).then_refused(&Refusal::NotImported);
}

#[test]
fn what_the_other_system_told_more_of_is_no_change_made_here() {
    let more = Command::Import(import(Role::Supplier, "purchase_parties:1"));
    let told = moved_in().when(&more).decision().unwrap();
    assert!(matches!(&told[..], [Event::PartyReimported { .. }]));
    moved_in().and_at(testkit::NOON, told).when(&NOTHING).then([withdrawn()]);
}

#[test]
fn a_party_that_people_had_before_or_changed_since_is_kept() {
    given_nothing::<Party>().when(&NOTHING).then_refused(&Refusal::NotImported);
    standing().when(&NOTHING).then_refused(&Refusal::NotImported);
    let adopted = standing().when(&Command::Import(bought())).decision().unwrap();
    standing().and_at(testkit::NOON, adopted).when(&NOTHING).then_refused(&Refusal::EnteredHere);
    let happened_since = [
        (Command::Change(Change { active: Some(true), ..Change::default() }), Refusal::ChangedHere),
        (Command::Merge { this: id(1), into: id(2), onward: vec![] }, Refusal::Merged(id(2))),
        (Command::Erase, Refusal::Erased),
    ];
    for (command, refusal) in happened_since {
        let since = moved_in().when(&command).decision().unwrap();
        moved_in().and_at(testkit::NOON, since).when(&NOTHING).then_refused(&refusal);
    }
    let merged = Event::PartyMerged { into: id(2) };
    let unmerged = moved_in().and_at(testkit::NOON, [merged, Event::PartyUnmerged { from: id(2) }]);
    unmerged.when(&NOTHING).then([withdrawn()]);
}

#[test]
fn a_party_that_others_need_is_kept_and_the_strongest_reason_is_told() {
    for (upon, refusal) in [
        (BuiltUpon { led_to: 1, deals: 2, unheard: 3 }, Refusal::LedTo(1)),
        (BuiltUpon { led_to: 0, deals: 2, unheard: 3 }, Refusal::HasDeals(2)),
        (BuiltUpon { led_to: 0, deals: 0, unheard: 3 }, Refusal::Unheard(3)),
    ] {
        moved_in().when(&Command::WithdrawImport(upon)).then_refused(&refusal);
    }
}

#[test]
fn a_tag_it_had_before_it_was_taken_back_is_remembered_for_the_lists() {
    let tagged = Details { legacy_ids: BTreeSet::from(["sale_parties:1".to_owned()]), ..ivory() };
    let name = tagged.name.clone();
    let past = [
        Event::PartyCreated { details: tagged },
        Event::PartyImportWithdrawn { name, aliases: vec![] },
        Event::PartyCreated { details: Details { tags: BTreeSet::new(), ..ivory() } },
    ];
    let back: Given<Party> = given(past);
    assert_eq!(back.state().known().unwrap().tags_ever, ivory().tags);
}
