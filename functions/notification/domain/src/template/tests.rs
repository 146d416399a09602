use proptest::prelude::*;

use super::*;

fn portion(supplier: &str, quantity: &str, rate: &str) -> Portion {
    Portion {
        supplier: supplier.to_owned(),
        quantity: quantity.parse().unwrap(),
        rate: rate.parse().unwrap(),
    }
}

fn single() -> DealNews {
    DealNews {
        deal_id: "deal_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap(),
        date: "2026-04-02".parse().unwrap(),
        customer: "Acme Films".to_owned(),
        good: Good {
            code: "HD50MA180".to_owned(),
            company: "RIL".to_owned(),
            grade: "HD Injection".to_owned(),
        },
        quantity: "2804.700".parse().unwrap(),
        rate: "127.50".parse().unwrap(),
        delivery_terms: "delivered".to_owned(),
        warehouse: Some("Bhiwandi".to_owned()),
        sale_comments: Some("before noon".to_owned()),
        purchase_comments: None,
        portions: vec![portion("Deccan Resins", "2804.700", "123.75")],
        at: "2026-04-02T12:00:05Z".parse().unwrap(),
    }
}

fn multi() -> DealNews {
    DealNews {
        quantity: "30000".parse().unwrap(),
        warehouse: None,
        sale_comments: None,
        purchase_comments: Some("never shown where there are several sources".to_owned()),
        portions: vec![
            portion("Gulf Polymers", "16000", "90"),
            portion("Deccan Resins", "13999.9", "92.0255"),
            portion("Konkan Petro", "0.1", "96.5"),
        ],
        ..single()
    }
}

/// Compares with `golden/<name>.txt`; with `UPDATE_GENERATED` in the environment it is written instead.
#[track_caller]
fn assert_golden(name: &str, text: &str) {
    let file = format!("{}/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{name}");
}

#[test]
fn every_template_is_laid_out_as_its_golden_file() {
    for template in TemplateName::ALL {
        assert_golden(&format!("{template}-single"), &template.render(&single()));
        assert_golden(&format!("{template}-multi"), &template.render(&multi()));
    }
}

#[test]
fn a_digest_says_each_of_its_news_in_one_line_as_its_golden_file() {
    for audience in AudienceName::ALL {
        let mut lines = DIGEST_HEADING.to_owned();
        for occasion in [Occasion::Confirmed, Occasion::Cancelled, Occasion::Amended] {
            for news in [single(), multi()] {
                lines.push('\n');
                lines.push_str(&TemplateName::of(audience, occasion).line(&news));
            }
        }
        assert_golden(&format!("digest-{audience}"), &lines);
    }
}

#[test]
fn every_audience_has_its_template_on_every_occasion() {
    let mut found = Vec::new();
    for occasion in [Occasion::Confirmed, Occasion::Cancelled, Occasion::Amended] {
        for audience in AudienceName::ALL {
            let name = TemplateName::of(audience, occasion);
            assert_eq!((name.audience(), name.occasion()), (Some(audience), occasion));
            found.push(name);
        }
    }
    for occasion in [Occasion::Confirmed, Occasion::Cancelled, Occasion::Amended] {
        let name = TemplateName::additional(occasion);
        assert_eq!((name.audience(), name.occasion()), (None, occasion));
        found.push(name);
    }
    assert_eq!(found, TemplateName::ALL);
}

#[test]
fn who_sees_neither_money_nor_notes_is_told_of_a_change_exactly_when_their_text_changes() {
    let before = single();
    let after = [
        (Term::Other, DealNews { rate: "128".parse().unwrap(), ..before.clone() }),
        (Term::Other, DealNews { sale_comments: None, ..before.clone() }),
        (Term::Other, DealNews { purchase_comments: Some("paid".to_owned()), ..before.clone() }),
        (Term::DeliveryTerms, DealNews { delivery_terms: "pickup".to_owned(), ..before.clone() }),
        (Term::Warehouse, DealNews { warehouse: None, ..before.clone() }),
    ];
    for template in [TemplateName::DealAmendedLogistics, TemplateName::DealAmendedAdditional] {
        for (term, after) in &after {
            let changed = template.render(&before) != template.render(after);
            assert_eq!(template.tells_of(&[*term]), changed, "{template} {term:?}");
        }
        assert!(!template.tells_of(&[]));
        assert!(template.tells_of(&[Term::Other, Term::Warehouse, Term::DeliveryTerms]));
    }
}

#[test]
fn a_supplier_of_several_lots_is_named_once_and_a_product_without_a_grade_by_its_code() {
    let mut news = multi();
    news.portions.push(portion("Gulf Polymers", "1", "91"));
    news.good.grade = String::new();
    let text = TemplateName::DealConfirmedAdditional.render(&news);
    assert!(text.contains("*Supplier:* Gulf Polymers, Deccan Resins, Konkan Petro\n"), "{text}");
    assert!(text.contains("*Product:* HD50MA180\n"), "{text}");
}

#[test]
fn a_template_is_found_by_the_name_it_shows() {
    for template in TemplateName::ALL {
        assert_eq!(template.to_string().parse(), Ok(template));
    }
    assert_eq!("deal-amended-strangers".parse::<TemplateName>(), Err(NoTemplate));
}

#[test]
fn a_text_fits_a_parameter_with_what_stands_for_its_line_breaks() {
    // A line break becomes ` | `, three characters.
    let text = |characters: usize| format!("{}\n{}", "a".repeat(characters), "b".repeat(97));
    assert!(fits_parameter(&text(800)));
    assert!(as_parameter(&text(800)).ends_with("bb"));
    assert!(!fits_parameter(&text(801)));
    assert!(as_parameter(&text(801)).ends_with("b…"));
}

proptest! {
    /// Whatever a deal costs and earns, neither logistics nor anybody outside the firm can tell.
    #[test]
    fn logistics_and_people_outside_see_the_same_whatever_the_money(sale in 1_i64..10_000_000, cost in 1_i64..10_000_000) {
        for news in [single(), multi()] {
            let mut other = news.clone();
            other.rate = kernel::RatePerKg::from_ten_thousandths(sale);
            for portion in &mut other.portions {
                portion.rate = kernel::RatePerKg::from_ten_thousandths(cost);
            }
            for template in TemplateName::ALL {
                if matches!(template.audience(), Some(AudienceName::Accounts | AudienceName::Owners)) {
                    continue;
                }
                prop_assert_eq!(template.render(&news), template.render(&other));
                prop_assert!(!template.render(&other).contains('₹'));
                prop_assert_eq!(template.line(&news), template.line(&other));
            }
        }
    }

    /// Whatever people typed: WhatsApp takes the text, and the parameter of an approved template, and SNS a short message.
    #[test]
    fn a_text_always_fits(comments in "\\PC{0,3000}", customer in "\\PC{1,100}") {
        let news = DealNews { sale_comments: Some(format!("{comments}\n\t{comments}")), customer, ..single() };
        for template in TemplateName::ALL {
            let text = template.render(&news);
            prop_assert!(text.chars().count() <= LONGEST_TEXT);
            let parameter = as_parameter(&text);
            prop_assert!(parameter.chars().count() <= LONGEST_PARAMETER);
            prop_assert!(!parameter.contains(['\n', '\t']) && !parameter.contains("     "));
            let sms = as_sms(&text);
            prop_assert!(sms.len() <= LONGEST_SMS_BYTES && !sms.is_empty());
            prop_assert!(as_plain(&text).lines().all(|line| sms.ends_with('…') || sms.contains(line.trim())));
        }
    }
}
