use testkit::{given, given_nothing};

use super::*;
use crate::Role;

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";
const OTHER_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$b3RoZXI";

fn hash(phc: &str) -> PasswordHash {
    phc.parse().unwrap()
}

fn create(roles: &[Role], phc: &str) -> Command {
    Command::Create {
        email: "asha@example.com".parse().unwrap(),
        name: "Asha Rao".parse().unwrap(),
        password_hash: hash(phc),
        roles: roles.iter().copied().collect(),
        by: Authority::Owner,
    }
}

fn change(roles: Option<&[Role]>, disabled: Option<bool>, by: Authority) -> Command {
    Command::Change { roles: roles.map(|roles| roles.iter().copied().collect()), disabled, by }
}

fn roles_changed(roles: &[Role]) -> Event {
    Event::RolesChanged { roles: roles.iter().copied().collect() }
}

fn created() -> Event {
    Event::Created {
        email: "asha@example.com".parse().unwrap(),
        name: "Asha Rao".parse().unwrap(),
        password_hash: hash(HASH),
        roles: Roles::from([Role::Trader]),
    }
}

const ISSUER: &str = "https://accounts.example.com";

fn identity(subject: &str) -> OutsideIdentity {
    OutsideIdentity::try_new(ISSUER, subject).unwrap()
}

fn link(subject: &str) -> Command {
    Command::Link { identity: identity(subject) }
}

fn unlink() -> Command {
    Command::Unlink { issuer: ISSUER.to_owned() }
}

fn linked(subject: &str) -> Event {
    Event::IdentityLinked { identity: identity(subject) }
}

type Scenario = testkit::Given<User>;

fn active() -> Scenario {
    given([created()])
}

fn disabled() -> Scenario {
    given([created(), Event::Disabled])
}

fn given_linked() -> Scenario {
    given([created(), linked("4711")])
}

fn account(scenario: &Scenario) -> &Account {
    scenario.state().account().unwrap()
}

#[test]
fn creating_a_user_opens_an_account_that_may_log_in() {
    let after = given_nothing::<User>().when(&create(&[Role::Trader], HASH)).then([created()]);
    assert!(!account(&after).disabled);
    assert_eq!(account(&after).roles, Roles::from([Role::Trader]));
}

#[test]
fn creating_the_same_user_again_changes_nothing_whatever_the_salt() {
    active().when(&create(&[Role::Trader], OTHER_HASH)).then_nothing();
}

#[test]
fn creating_a_user_that_exists_with_other_roles_is_refused() {
    active().when(&create(&[Role::Trader, Role::Owner], HASH)).then_refused(&Refusal::AlreadyExists);
}

#[test]
fn a_user_without_a_role_is_refused() {
    given_nothing::<User>().when(&create(&[], HASH)).then_refused(&Refusal::NoRoles);
    active().when(&change(Some(&[]), None, Authority::Owner)).then_refused(&Refusal::NoRoles);
}

#[test]
fn nothing_happens_to_a_user_that_was_never_created() {
    for command in [
        Command::ChangePassword { password_hash: hash(HASH) },
        change(Some(&[Role::Viewer]), Some(true), Authority::Owner),
        change(None, Some(false), Authority::Oneself),
        change(None, None, Authority::Keeper),
        link("4711"),
        unlink(),
    ] {
        given_nothing::<User>().when(&command).then_refused(&Refusal::Unknown);
    }
}

#[test]
fn a_changed_password_replaces_the_old_one() {
    let command = Command::ChangePassword { password_hash: hash(OTHER_HASH) };
    let after = active().when(&command).then([Event::PasswordChanged { password_hash: hash(OTHER_HASH) }]);
    assert_eq!(account(&after).password_hash, hash(OTHER_HASH));
    after.when(&command).then_nothing();
}

#[test]
fn a_disabled_user_keeps_the_password() {
    let command = Command::ChangePassword { password_hash: hash(OTHER_HASH) };
    disabled().when(&command).then_refused(&Refusal::Disabled);
}

#[test]
fn roles_are_replaced_even_while_the_user_is_disabled() {
    let command = change(Some(&[Role::Accounts, Role::Viewer]), None, Authority::Keeper);
    let after = disabled().when(&command).then([roles_changed(&[Role::Accounts, Role::Viewer])]);
    assert_eq!(account(&after).roles, Roles::from([Role::Accounts, Role::Viewer]));
    after.when(&command).then_nothing();
}

#[test]
fn disabling_and_enabling_happen_once() {
    let (disable, enable) =
        (change(None, Some(true), Authority::Keeper), change(None, Some(false), Authority::Keeper));
    active().when(&enable).then_nothing();
    let after = active().when(&disable).then([Event::Disabled]);
    assert!(account(&after).disabled);
    let after = after.when(&disable).then_nothing();
    let after = after.when(&enable).then([Event::Enabled]);
    assert!(!account(&after).disabled);
}

#[test]
fn what_a_change_does_not_name_stays_and_what_it_names_happens_together() {
    active().when(&change(None, None, Authority::Keeper)).then_nothing();
    let both = change(Some(&[Role::Viewer]), Some(true), Authority::Keeper);
    active().when(&both).then([roles_changed(&[Role::Viewer]), Event::Disabled]);
    let refused = change(Some(&[]), Some(true), Authority::Keeper);
    active().when(&refused).then_refused(&Refusal::NoRoles);
}

#[test]
fn only_an_owner_makes_owners() {
    let promote = |by| change(Some(&[Role::Trader, Role::Owner]), None, by);
    active().when(&promote(Authority::Keeper)).then_refused(&Refusal::OwnersOnly);
    active().when(&promote(Authority::Owner)).then([roles_changed(&[Role::Owner, Role::Trader])]);
    let mut second = create(&[Role::Owner], HASH);
    let Command::Create { by, .. } = &mut second else { unreachable!() };
    *by = Authority::Keeper;
    given_nothing::<User>().when(&second).then_refused(&Refusal::OwnersOnly);
}

#[test]
fn only_an_owner_changes_an_owner() {
    let owner = || -> Scenario { given([created(), roles_changed(&[Role::Owner])]) };
    for (roles, disabled) in
        [(Some([Role::Viewer].as_slice()), None), (None, Some(true)), (None, Some(false))]
    {
        let refusal = Refusal::OwnersOnly;
        owner().when(&change(roles, disabled, Authority::Keeper)).then_refused(&refusal);
    }
    owner().when(&change(None, Some(true), Authority::Owner)).then([Event::Disabled]);
}

#[test]
fn nobody_changes_their_own_roles_or_keeps_themselves_out() {
    for (roles, disabled) in [(Some([Role::Owner].as_slice()), None), (None, Some(true))] {
        active().when(&change(roles, disabled, Authority::Oneself)).then_refused(&Refusal::Own);
    }
}

#[test]
fn a_stored_event_is_tagged_with_its_type() {
    let stored = serde_json::json!({
        "type": "created",
        "email": "asha@example.com",
        "name": "Asha Rao",
        "password_hash": HASH,
        "roles": ["trader"],
    });
    assert_eq!(serde_json::to_value(created()).unwrap(), stored);
}

#[test]
fn linking_an_identity_happens_once() {
    let after = active().when(&link("4711")).then([linked("4711")]);
    assert_eq!(account(&after).identities[ISSUER], identity("4711"));
    after.when(&link("4711")).then_nothing();
}

#[test]
fn a_provider_cannot_put_somebody_else_in_the_users_place() {
    given_linked().when(&link("4712")).then_refused(&Refusal::LinkedOtherwise);
}

#[test]
fn a_user_is_linked_at_each_provider_for_itself() {
    let other = OutsideIdentity::try_new("https://login.example.net", "4711").unwrap();
    let after = given_linked().when(&Command::Link { identity: other.clone() });
    assert_eq!(account(&after.then([Event::IdentityLinked { identity: other }])).identities.len(), 2);
}

#[test]
fn a_disabled_user_is_not_linked() {
    disabled().when(&link("4711")).then_refused(&Refusal::Disabled);
}

#[test]
fn an_identity_that_was_unlinked_makes_room_for_another() {
    active().when(&unlink()).then_nothing();
    let after = given_linked().when(&unlink()).then([Event::IdentityUnlinked { issuer: ISSUER.to_owned() }]);
    after.when(&link("4712")).then([linked("4712")]);
}
