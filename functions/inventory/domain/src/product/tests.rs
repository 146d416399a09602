use testkit::given;

use super::{
    Attributes, AttributesChange, ImportedProduct, Product, ProductCommand, ProductEvent, ProductRefusal,
};

fn attributes(grade: &str) -> Attributes {
    Attributes {
        grade: grade.to_owned(),
        company: "RIL".to_owned(),
        specific_grade: "PP".to_owned(),
        min_stock: "1000".parse().unwrap(),
    }
}

fn created() -> ProductEvent {
    ProductEvent::ProductCreated { code: "TR131".parse().unwrap(), attributes: attributes("HD HM") }
}

#[test]
fn a_new_code_becomes_a_product() {
    given::<Product>([])
        .when(&ProductCommand::Create { code: "TR131".parse().unwrap(), attributes: attributes("HD HM") })
        .then([created()]);
}

#[test]
fn a_code_belongs_to_one_product() {
    given::<Product>([created()])
        .when(&ProductCommand::Create { code: "TR131".parse().unwrap(), attributes: attributes("other") })
        .then_refused(&ProductRefusal::CodeTaken("TR131".parse().unwrap()));
}

fn regraded(grade: &str) -> ProductCommand {
    ProductCommand::Change(AttributesChange { grade: Some(grade.to_owned()), ..AttributesChange::default() })
}

#[test]
fn changing_nothing_records_nothing() {
    given::<Product>([created()]).when(&regraded("HD HM")).then([]);
}

#[test]
fn a_change_leaves_what_it_does_not_name() {
    given::<Product>([created()]).when(&regraded("Raffia")).then([ProductEvent::ProductChanged {
        code: "TR131".parse().unwrap(),
        attributes: attributes("Raffia"),
    }]);
}

#[test]
fn an_unknown_product_cannot_change() {
    given::<Product>([]).when(&regraded("Raffia")).then_refused(&ProductRefusal::Unknown);
}

fn imported(grade: &str, company: &str) -> ImportedProduct {
    ImportedProduct {
        legacy_id: "products:1".to_owned(),
        grade: grade.to_owned(),
        company: company.to_owned(),
        specific_grade: "PP".to_owned(),
        active: true,
    }
}

fn import(product: ImportedProduct) -> ProductCommand {
    ProductCommand::Import { code: "TR131".parse().unwrap(), product }
}

#[test]
fn an_import_adopts_a_product_that_is_there_and_keeps_what_only_this_system_knows() {
    let product = imported("HD HM", "RIL");
    given::<Product>([created()])
        .when(&import(product.clone()))
        .then([ProductEvent::ProductImported { product: product.clone() }])
        .when(&import(product))
        .then_nothing();
}

#[test]
fn a_second_import_changes_only_what_changed_in_the_other_system() {
    let first = ProductEvent::ProductImported { product: imported("HD HM", "RIL") };
    let regraded =
        ProductEvent::ProductChanged { code: "TR131".parse().unwrap(), attributes: attributes("Raffia") };
    let product = imported("HD HM", "Opal");
    let attributes = Attributes { company: "Opal".to_owned(), ..attributes("Raffia") };
    given::<Product>([created(), first, regraded]).when(&import(product.clone())).then([
        ProductEvent::ProductChanged { code: "TR131".parse().unwrap(), attributes },
        ProductEvent::ProductImported { product },
    ]);
}
