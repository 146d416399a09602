//! What a trader sends to register a deal.

use deal_domain::{Comments, LotId, ProductId, Source};
use http_kit::{Faults, FromJson, Items, Node, Note, Text, request_body, request_enum};
use kernel::{BusinessDate, PositiveKg, PositiveRate};
use schemars::JsonSchema;

use crate::commands::Sale;
use crate::ports::ProductName;

request_enum! {
    /// Who brings the material to the customer.
    pub enum DeliveryTerms {
        /// The firm delivers.
        Delivered => "delivered",
        /// The customer collects ex warehouse.
        Pickup => "pickup",
    }
}

impl From<DeliveryTerms> for deal_domain::DeliveryTerms {
    fn from(terms: DeliveryTerms) -> Self {
        match terms {
            DeliveryTerms::Delivered => Self::Delivered,
            DeliveryTerms::Pickup => Self::Pickup,
        }
    }
}

request_body! {
    /// A sale and where its material comes from. The product is named by `productId` or by `productCode`.
    pub struct RegisterDeal {
        /// The day of the deal.
        pub date: BusinessDate,
        /// Who buys.
        pub customer: Text<1, 100>,
        /// What is sold, by identity.
        pub product_id: Option<ProductId>,
        /// What is sold, by code.
        pub product_code: Option<Text<1, 64>>,
        /// How much is sold.
        pub quantity_kg: PositiveKg,
        /// At which rate.
        pub rate_per_kg: PositiveRate,
        /// Who brings it.
        pub delivery_terms: DeliveryTerms,
        /// From where, when it matters; material bought for the deal lies there too, unless its source says otherwise.
        pub warehouse: Option<Text<1, 100>>,
        /// A note on the sale.
        pub sale_comments: Option<Note<2_000>>,
        /// A note on the purchase.
        pub purchase_comments: Option<Note<2_000>>,
        /// A last note; never sent to anyone.
        pub final_comments: Option<Note<2_000>>,
        /// Where the material comes from, in order: lots give what is asked of them, purchases fill what is left.
        pub sources: Items<DealSource, 1, 40>,
    }
}

/// A source: `{lotId, quantityKg}` or `{purchase: {supplier, quantityKg, ratePerKg, warehouse?}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealSource(Source);

request_body! {
    /// Material bought for the deal; what the deal does not use stays in stock as a new lot.
    pub struct Purchase {
        /// Who sells it to the firm.
        pub supplier: Text<1, 100>,
        /// How much is bought.
        pub quantity_kg: PositiveKg,
        /// What the firm pays.
        pub rate_per_kg: PositiveRate,
        /// Where it will lie.
        pub warehouse: Option<Text<1, 100>>,
    }
}

impl FromJson for DealSource {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let bought = node.has("purchase");
        let mut reader = node.object(faults)?;
        if bought {
            let purchase: Option<Purchase> = reader.required("purchase");
            reader.finish()?;
            let Purchase { supplier, quantity_kg, rate_per_kg, warehouse } = purchase?;
            let (supplier, warehouse) = (supplier.into_string(), warehouse.map(Text::into_string));
            return Some(Self(Source::Purchase { supplier, quantity_kg, rate_per_kg, warehouse }));
        }
        let lot_id: Option<LotId> = reader.required("lotId");
        let quantity_kg: Option<PositiveKg> = reader.required("quantityKg");
        reader.finish()?;
        Some(Self(Source::Lot { lot_id: lot_id?, quantity_kg: quantity_kg? }))
    }
}

impl JsonSchema for DealSource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DealSource".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (lot_id, quantity) =
            (generator.subschema_for::<LotId>(), generator.subschema_for::<PositiveKg>());
        let purchase = generator.subschema_for::<Purchase>();
        schemars::json_schema!({
            "oneOf": [
                {
                    "type": "object", "additionalProperties": false, "required": ["lotId", "quantityKg"],
                    "description": "Material from a lot in stock; a lot named twice is summed.",
                    "properties": { "lotId": lot_id, "quantityKg": quantity },
                },
                {
                    "type": "object", "additionalProperties": false, "required": ["purchase"],
                    "description": "Material bought for the deal.",
                    "properties": { "purchase": purchase },
                },
            ]
        })
    }
}

impl RegisterDeal {
    /// The sale; `None` when the product is named by neither or both of its names.
    pub(super) fn into_sale(self) -> Option<Sale> {
        let product = match (self.product_id, self.product_code) {
            (Some(id), None) => ProductName::Id(id),
            (None, Some(code)) => ProductName::Code(code.into_string()),
            (None, None) | (Some(_), Some(_)) => return None,
        };
        Some(Sale {
            date: self.date,
            customer: self.customer.into_string(),
            product,
            quantity: self.quantity_kg,
            rate: self.rate_per_kg,
            delivery_terms: self.delivery_terms.into(),
            warehouse: self.warehouse.map(Text::into_string),
            comments: Comments {
                sale: self.sale_comments.map(Note::into_string),
                purchase: self.purchase_comments.map(Note::into_string),
                last: self.final_comments.map(Note::into_string),
            },
            sources: self.sources.into_iter().map(|DealSource(source)| source).collect(),
        })
    }
}
