//! A sale as a trader writes it down, and what it takes to make terms of it.

use deal_domain::{Comments, DeliveryTerms, LotId, PartyId, ProductId, Source, Terms, TermsFault};
use directory::{Answer, Known, Near, Reference};
use event_store::StorageError;
use futures_util::future::join;
use kernel::{BusinessDate, Name, PositiveKg, PositiveRate, Provenance};

use super::RegisterError;
use crate::ports::{KnownProduct, ProductName};
use crate::{Deals, catalogue};

/// A sale: product and parties by one of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The day of the deal.
    pub date: BusinessDate,
    /// Who buys.
    pub customer: Reference<PartyId>,
    /// What is sold.
    pub product: ProductName,
    /// How much is sold.
    pub quantity: PositiveKg,
    /// At which rate.
    pub rate: PositiveRate,
    /// Who brings it.
    pub delivery_terms: DeliveryTerms,
    /// From where, when it matters.
    pub warehouse: Option<String>,
    /// What the trader noted.
    pub comments: Comments,
    /// Where the material comes from.
    pub sources: Vec<SaleSource>,
}

/// One source of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaleSource {
    /// From a lot in stock.
    Lot {
        /// Which lot; one named twice is summed.
        lot_id: LotId,
        /// How much of it.
        quantity_kg: PositiveKg,
    },
    /// Bought for this deal.
    Purchase {
        /// Who sells it to the firm.
        supplier: Reference<PartyId>,
        /// How much is bought.
        quantity_kg: PositiveKg,
        /// What the firm pays.
        rate_per_kg: PositiveRate,
        /// Where it will lie, when known.
        warehouse: Option<String>,
    },
}

/// What becomes of a party that nobody has entered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The sale is refused.
    Refuse,
    /// It is entered, as soon as nothing else is wrong with the sale.
    Create,
}

/// Where a sale names a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// As its customer.
    Customer,
    /// As the supplier of the source at this position, from 0.
    Supplier(usize),
}

impl Part {
    /// What a party that is entered there is to the firm.
    const fn role(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Supplier(_) => "supplier",
        }
    }
}

/// Why a sale cannot become a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaleFault {
    /// There is no such product.
    UnknownProduct,
    /// There is no such party.
    UnknownParty {
        /// Where it is named.
        part: Part,
        /// How it is named.
        reference: Reference<PartyId>,
        /// Who might be meant.
        nearest: Vec<Near<PartyId>>,
    },
    /// A rule that the terms break.
    Terms(TermsFault),
}

/// A party that a sale names.
enum Party {
    /// This one.
    Known(Known<PartyId>),
    /// Nobody has entered it yet.
    New(Name, Part),
}

/// A sale in which nothing is unknown or wrong.
pub(super) struct CheckedSale {
    sale: Sale,
    product: KnownProduct,
    /// In the order of [`Sale::parties`].
    parties: Vec<Party>,
}

impl Sale {
    /// Every place where a party is named: the customer first, then the suppliers in the order of the sources.
    fn parties(&self) -> Vec<(Part, Reference<PartyId>)> {
        let suppliers = self.sources.iter().enumerate().filter_map(|(position, source)| match source {
            SaleSource::Purchase { supplier, .. } => Some((Part::Supplier(position), supplier.clone())),
            SaleSource::Lot { .. } => None,
        });
        std::iter::once((Part::Customer, self.customer.clone())).chain(suppliers).collect()
    }

    /// The terms. Where there is no party in `parties`, which are in the order of [`Sale::parties`], they say what the sale says.
    fn terms(&self, product: &KnownProduct, parties: &[Party]) -> Terms {
        let mut parties = parties.iter();
        let mut next = |reference: &Reference<PartyId>| match parties.next() {
            Some(Party::Known(known)) => (known.name.to_string(), Some(known.id)),
            Some(Party::New(..)) | None => (reference.to_string(), None),
        };
        let (customer, customer_id) = next(&self.customer);
        let mut sources = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            sources.push(match source {
                SaleSource::Lot { lot_id, quantity_kg } => {
                    Source::Lot { lot_id: *lot_id, quantity_kg: *quantity_kg }
                }
                SaleSource::Purchase { supplier, quantity_kg, rate_per_kg, warehouse } => {
                    let (supplier, supplier_id) = next(supplier);
                    let (quantity_kg, rate_per_kg) = (*quantity_kg, *rate_per_kg);
                    let warehouse = warehouse.clone();
                    Source::Purchase { supplier, supplier_id, quantity_kg, rate_per_kg, warehouse }
                }
            });
        }
        Terms {
            date: self.date,
            customer,
            customer_id,
            product_id: product.id,
            product_code: product.code.clone(),
            quantity_kg: self.quantity,
            rate_per_kg: self.rate,
            delivery_terms: self.delivery_terms,
            warehouse: self.warehouse.clone(),
            comments: self.comments.clone(),
            sources,
        }
    }

    /// Rules that the terms break, as far as they can be known without the product: whose the lots are cannot.
    fn faults(&self, product: Option<&KnownProduct>) -> Vec<TermsFault> {
        match product {
            Some(product) => self.terms(product, &[]).faults(),
            None => {
                let nothing = KnownProduct { id: ProductId::new(uuid::Uuid::nil()), code: String::new() };
                let mut faults = self.terms(&nothing, &[]).faults();
                faults.retain(|fault| !matches!(fault, TermsFault::ForeignLot(_)));
                faults
            }
        }
    }

    /// Looks everything up that the sale names, in one read, and checks it. Writes nothing and enters nobody.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with everything that is wrong, or a failure of a look-up.
    pub(super) async fn checked(
        self,
        deals: &Deals,
        by: &Provenance,
        missing: Missing,
    ) -> Result<CheckedSale, RegisterError> {
        let (parts, references): (Vec<Part>, Vec<Reference<PartyId>>) = self.parties().into_iter().unzip();
        let mut keys = vec![catalogue::key(&deals.tenant, &self.product)];
        keys.extend(deals.parties.keys(&deals.tenant, &references));
        let unread = |error: StorageError| RegisterError::Catalogue(error.into());
        let mut rows = deals.views.get_many(&keys).await.map_err(unread)?.into_iter();
        let product = catalogue::known(deals, &self.product, rows.next().flatten());
        let answers = deals.parties.resolve(by, &references, rows.collect());
        let (product, answers) = join(product, answers).await;
        let product = product.map_err(RegisterError::Catalogue)?;

        let mut faults = Vec::new();
        if product.is_none() {
            faults.push(SaleFault::UnknownProduct);
        }
        let mut parties = Vec::with_capacity(parts.len());
        for ((part, reference), answer) in parts.into_iter().zip(references).zip(answers?) {
            match (answer, reference) {
                (Answer::Known(known), _) => parties.push(Party::Known(known)),
                (Answer::Unknown(_), Reference::Name(name)) if missing == Missing::Create => {
                    parties.push(Party::New(name, part));
                }
                (Answer::Unknown(nearest), reference) => {
                    faults.push(SaleFault::UnknownParty { part, reference, nearest });
                }
            }
        }
        faults.extend(self.faults(product.as_ref()).into_iter().map(SaleFault::Terms));
        match product {
            Some(product) if faults.is_empty() => Ok(CheckedSale { sale: self, product, parties }),
            _ => Err(RegisterError::Refused(faults)),
        }
    }
}

impl CheckedSale {
    /// The terms; parties that are not entered stand in them by name alone.
    pub(super) fn terms(&self) -> Terms {
        self.sale.terms(&self.product, &self.parties)
    }

    /// Enters the parties that nobody has entered yet, in the customer context.
    ///
    /// # Errors
    /// When that context does not answer; some of them may have been entered, and are found when it is tried again.
    pub(super) async fn with_everybody_entered(
        mut self,
        deals: &Deals,
        by: &Provenance,
    ) -> Result<Self, RegisterError> {
        let new = self.parties.iter().filter_map(|party| match party {
            Party::New(name, part) => Some((name, part.role())),
            Party::Known(_) => None,
        });
        let new: Vec<(&Name, &'static str)> = new.collect();
        if new.is_empty() {
            return Ok(self);
        }
        let mut entered = deals.parties.enter(by, &new).await?.into_iter();
        for party in self.parties.iter_mut().filter(|party| matches!(party, Party::New(..))) {
            if let Some(known) = entered.next() {
                *party = Party::Known(known);
            }
        }
        Ok(self)
    }
}
