//! Rows that tests of this crate talk about.

use crate::{DealId, DeliveryTerms, ProductWords, RowKey, SheetDeal, SheetSource};

/// A deal of 13 tonnes from these sources: supplier, kilograms, rate.
pub(crate) fn deal_of(sources: &[(&str, &str, &str)]) -> SheetDeal {
    let source = |(supplier, quantity, rate): &(&str, &str, &str)| SheetSource {
        supplier: (*supplier).to_owned(),
        quantity_kg: quantity.parse().unwrap(),
        rate_per_kg: rate.parse().unwrap(),
    };
    SheetDeal {
        date: "2025-08-01".parse().unwrap(),
        customer: "Ivory".to_owned(),
        quantity_kg: "13000".parse().unwrap(),
        rate_per_kg: "95".parse().unwrap(),
        delivery_terms: DeliveryTerms::Delivered,
        product: ProductWords {
            code: "TR131".to_owned(),
            grade: "PP Raffia".to_owned(),
            company: "IOCL".to_owned(),
            specific_grade: "PP".to_owned(),
        },
        sources: sources.iter().map(source).collect(),
        cancelled: false,
    }
}

/// The key of a part of the deal with this number.
pub(crate) fn key(deal: u128, part: u32) -> RowKey {
    RowKey::new(DealId::new(uuid::Uuid::from_u128(deal)), part)
}
