//! What a trader sends to register a deal.

use deal_domain::{Comments, LotId, PartyId, ProductId};
use directory::Reference;
use http_kit::{Faults, FromJson, Items, Node, Note, Text, request_body, request_enum};
use kernel::{BusinessDate, Name, PositiveKg, PositiveRate};
use schemars::JsonSchema;

use crate::commands::{Sale, SaleSource};
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
    /// Whether to do it or only to say what would happen, and what becomes of parties nobody has entered yet.
    pub struct Registering {
        /// `true`: answer what the real call would find, and write nothing.
        pub validate_only: bool = false,
        /// `true`: enter parties that are named and not known; needs `party:write` too. Nothing is entered with `validateOnly`.
        pub create_missing: bool = false,
    }
}

request_body! {
    /// A sale and where its material comes from. The product is named by `productId` or by `productCode`, the customer by
    /// `customer` or by `customerId`.
    pub struct RegisterDeal {
        /// The day of the deal.
        pub date: BusinessDate,
        /// Who buys, by any name, alias or former name; case, accents and dashes make no difference.
        pub customer: Option<Name>,
        /// Who buys, by identity.
        pub customer_id: Option<PartyId>,
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

/// A source: `{lotId, quantityKg}` or `{purchase: {supplier or supplierId, quantityKg, ratePerKg, warehouse?}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealSource(SaleSource);

request_body! {
    /// Material bought for the deal; what the deal does not use stays in stock as a new lot. The supplier is named by
    /// `supplier` or by `supplierId`.
    pub struct Purchase {
        /// Who sells it to the firm, by any name, alias or former name.
        pub supplier: Option<Name>,
        /// Who sells it to the firm, by identity.
        pub supplier_id: Option<PartyId>,
        /// How much is bought.
        pub quantity_kg: PositiveKg,
        /// What the firm pays.
        pub rate_per_kg: PositiveRate,
        /// Where it will lie.
        pub warehouse: Option<Text<1, 100>>,
    }
}

/// A purchase whose supplier is named in one way.
struct NamedPurchase(Purchase, Reference<PartyId>);

impl FromJson for NamedPurchase {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let purchase = Purchase::from_json(node, faults);
        node.exactly_one("supplier", "supplierId", faults)?;
        let mut purchase = purchase?;
        let supplier = Reference::one_of(purchase.supplier_id, purchase.supplier.take())?;
        Some(Self(purchase, supplier))
    }
}

impl FromJson for DealSource {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let bought = node.has("purchase");
        let mut reader = node.object(faults)?;
        if bought {
            let purchase: Option<NamedPurchase> = reader.required("purchase");
            reader.finish()?;
            let NamedPurchase(Purchase { quantity_kg, rate_per_kg, warehouse, .. }, supplier) = purchase?;
            let warehouse = warehouse.map(Text::into_string);
            return Some(Self(SaleSource::Purchase { supplier, quantity_kg, rate_per_kg, warehouse }));
        }
        let lot_id: Option<LotId> = reader.required("lotId");
        let quantity_kg: Option<PositiveKg> = reader.required("quantityKg");
        reader.finish()?;
        Some(Self(SaleSource::Lot { lot_id: lot_id?, quantity_kg: quantity_kg? }))
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

/// A sale in which product and customer are named in one way each.
#[derive(Debug, Clone)]
pub struct RegisteredSale(pub(super) Sale);

impl FromJson for RegisteredSale {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let body = RegisterDeal::from_json(node, faults);
        let product = node.exactly_one("productId", "productCode", faults);
        let customer = node.exactly_one("customer", "customerId", faults);
        let body = product.and(customer).and(body)?;
        let product = match (body.product_id, body.product_code) {
            (Some(id), _) => ProductName::Id(id),
            (None, code) => ProductName::Code(code?.into_string()),
        };
        Some(Self(Sale {
            date: body.date,
            customer: Reference::one_of(body.customer_id, body.customer)?,
            product,
            quantity: body.quantity_kg,
            rate: body.rate_per_kg,
            delivery_terms: body.delivery_terms.into(),
            warehouse: body.warehouse.map(Text::into_string),
            comments: Comments {
                sale: body.sale_comments.map(Note::into_string),
                purchase: body.purchase_comments.map(Note::into_string),
                last: body.final_comments.map(Note::into_string),
            },
            sources: body.sources.into_iter().map(|DealSource(source)| source).collect(),
        }))
    }
}

impl JsonSchema for RegisteredSale {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        RegisterDeal::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        RegisterDeal::json_schema(generator)
    }
}
