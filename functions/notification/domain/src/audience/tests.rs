use super::additional::{
    AdditionalCommand, AdditionalEvent, AdditionalFault, AdditionalRecipients, AdditionalRefusal,
};
use super::*;
use crate::{Address, Recipient};
use testkit::{given, given_nothing};

fn recipient(name: &str, phone: &str) -> Recipient {
    Recipient::at(name, Address::WhatsApp(phone.parse().unwrap()))
}

fn accounts(audience: Audience) -> Recipients {
    Recipients { accounts: audience, ..Recipients::default() }
}

#[test]
fn recipients_are_named_anew_and_the_same_again_is_no_event() {
    let recipients = accounts(vec![recipient("Asha", "+919876543210")]);
    let replaced = AudiencesEvent::AudiencesReplaced { recipients: recipients.clone() };
    given_nothing::<Audiences>()
        .when(&AudiencesCommand::Replace(recipients.clone()))
        .then([replaced.clone()]);
    given::<Audiences>([replaced]).when(&AudiencesCommand::Replace(recipients)).then_nothing();
}

#[test]
fn every_rule_that_is_broken_is_named() {
    let twice = vec![recipient("Asha", "+919876543210"), recipient("Ravi", "+91 98765 43210")];
    let many = (0..21).map(|n| recipient("N", &format!("+9198765432{n:02}"))).collect();
    given_nothing::<Audiences>()
        .when(&AudiencesCommand::Replace(Recipients {
            accounts: twice,
            owners: many,
            ..Recipients::default()
        }))
        .then_refused(&AudiencesRefusal(vec![
            AudiencesFault::Twice(AudienceName::Accounts, 1, Field::Phone),
            AudiencesFault::TooMany(AudienceName::Owners, 21),
        ]));
}

#[test]
fn nobody_shares_a_second_address_either() {
    let at = |name, address: Address| Recipient::at(name, address);
    let chat = || Address::Telegram("5512345".parse().unwrap());
    let shared: Recipient = serde_json::from_value(serde_json::json!({
        "name": "Ravi", "telegram": "5512345", "email": "ravi@example.com",
    }))
    .unwrap();
    given_nothing::<Audiences>()
        .when(&AudiencesCommand::Replace(accounts(vec![at("Asha", chat()), shared])))
        .then_refused(&AudiencesRefusal(vec![AudiencesFault::Twice(
            AudienceName::Accounts,
            1,
            Field::Telegram,
        )]));
}

#[test]
fn the_same_number_may_be_in_two_audiences() {
    let recipients = Recipients {
        accounts: vec![recipient("Asha", "+919876543210")],
        owners: vec![recipient("Asha", "+919876543210")],
        ..Recipients::default()
    };
    let replaced = AudiencesEvent::AudiencesReplaced { recipients: recipients.clone() };
    given_nothing::<Audiences>().when(&AudiencesCommand::Replace(recipients)).then([replaced]);
}

#[test]
fn the_additional_recipients_of_a_deal_are_named_anew_and_the_same_again_is_no_event() {
    let recipients = vec![recipient("Haulier", "+919876543210")];
    let replaced = AdditionalEvent::AdditionalRecipientsReplaced { recipients: recipients.clone() };
    given_nothing::<AdditionalRecipients>()
        .when(&AdditionalCommand::Replace(recipients.clone()))
        .then([replaced.clone()]);
    given::<AdditionalRecipients>([replaced.clone()])
        .when(&AdditionalCommand::Replace(recipients))
        .then_nothing();
    given::<AdditionalRecipients>([replaced])
        .when(&AdditionalCommand::Replace(vec![]))
        .then([AdditionalEvent::AdditionalRecipientsReplaced { recipients: vec![] }]);
}

#[test]
fn additional_recipients_are_neither_too_many_nor_named_twice() {
    let many: Audience = (0..21).map(|n| recipient("N", &format!("+9198765432{n:02}"))).collect();
    given_nothing::<AdditionalRecipients>()
        .when(&AdditionalCommand::Replace(many))
        .then_refused(&AdditionalRefusal(vec![AdditionalFault::TooMany(21)]));
    let twice = ["+919876543210", "+919876543211", "+91 98765 43210", "+91 (98765) 43211"];
    given_nothing::<AdditionalRecipients>()
        .when(&AdditionalCommand::Replace(twice.map(|phone| recipient("N", phone)).into()))
        .then_refused(&AdditionalRefusal(vec![
            AdditionalFault::Twice(2, Field::Phone),
            AdditionalFault::Twice(3, Field::Phone),
        ]));
}
