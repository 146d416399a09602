use kernel::Kg;
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
        .then([ProductEvent::ProductImported { product: product.clone(), adopted: true }])
        .when(&import(product))
        .then_nothing();
}

#[test]
fn a_second_import_changes_only_what_changed_in_the_other_system() {
    let first = ProductEvent::ProductImported { product: imported("HD HM", "RIL"), adopted: true };
    let regraded =
        ProductEvent::ProductChanged { code: "TR131".parse().unwrap(), attributes: attributes("Raffia") };
    let product = imported("HD HM", "Opal");
    let attributes = Attributes { company: "Opal".to_owned(), ..attributes("Raffia") };
    given::<Product>([created(), first, regraded]).when(&import(product.clone())).then([
        ProductEvent::ProductChanged { code: "TR131".parse().unwrap(), attributes },
        ProductEvent::ProductImported { product, adopted: true },
    ]);
}

/// As an import enters a product that nobody has.
fn moved_in() -> [ProductEvent; 2] {
    let attributes = Attributes { min_stock: Kg::ZERO, ..attributes("HD HM") };
    [
        ProductEvent::ProductCreated { code: "TR131".parse().unwrap(), attributes },
        ProductEvent::ProductImported { product: imported("HD HM", "RIL"), adopted: false },
    ]
}

fn withdrawn() -> ProductEvent {
    ProductEvent::ProductImportWithdrawn { code: "TR131".parse().unwrap() }
}

const WITHDRAW: ProductCommand = ProductCommand::WithdrawImport { lots: 0 };

#[test]
fn an_imported_product_is_taken_back_and_comes_again_by_import_or_by_hand() {
    given::<Product>([]).when(&import(imported("HD HM", "RIL"))).then(moved_in());
    let gone = given::<Product>(moved_in()).when(&WITHDRAW).then([withdrawn()]);
    assert_eq!((gone.state().details(), gone.state().imported()), (None, None));
    assert_eq!(gone.state().last_details().unwrap().0.to_string(), "TR131");
    gone.clone().when(&WITHDRAW).then_nothing();
    gone.clone().when(&ProductCommand::WithdrawImport { lots: 1 }).then_refused(&ProductRefusal::HasLots(1));
    gone.clone().when(&regraded("Raffia")).then_refused(&ProductRefusal::Unknown);
    gone.clone().when(&import(imported("HD HM", "RIL"))).then(moved_in()).when(&WITHDRAW).then([withdrawn()]);
    let code = "TR131".parse().unwrap();
    gone.when(&ProductCommand::Create { code, attributes: attributes("HD HM") })
        .then([created()])
        .when(&WITHDRAW)
        .then_refused(&ProductRefusal::NotImported);
}

#[test]
fn a_product_with_lots_is_kept_and_so_is_one_that_people_changed_or_had_before() {
    given::<Product>(moved_in())
        .when(&ProductCommand::WithdrawImport { lots: 2 })
        .then_refused(&ProductRefusal::HasLots(2));
    let changed = given::<Product>(moved_in()).when(&regraded("Raffia")).decision().unwrap();
    given::<Product>(moved_in().into_iter().chain(changed))
        .when(&WITHDRAW)
        .then_refused(&ProductRefusal::Changed);
    let adopted = ProductEvent::ProductImported { product: imported("HD HM", "RIL"), adopted: true };
    given::<Product>([created(), adopted]).when(&WITHDRAW).then_refused(&ProductRefusal::Adopted);
    given::<Product>([created()]).when(&WITHDRAW).then_refused(&ProductRefusal::NotImported);
    given::<Product>([]).when(&WITHDRAW).then_refused(&ProductRefusal::NotImported);
}

#[test]
fn a_product_that_changed_in_the_other_system_only_is_taken_back() {
    given::<Product>(moved_in())
        .when(&import(imported("Raffia", "Opal")))
        .then([
            ProductEvent::ProductChanged {
                code: "TR131".parse().unwrap(),
                attributes: Attributes {
                    company: "Opal".to_owned(),
                    min_stock: Kg::ZERO,
                    ..attributes("Raffia")
                },
            },
            ProductEvent::ProductImported { product: imported("Raffia", "Opal"), adopted: false },
        ])
        .when(&WITHDRAW)
        .then([withdrawn()]);
}
