//! What the clients of one run are going to want: drawn before anything runs, so that faults do not shift it.

use deal::commands::{Sale, SaleSource};
use deal::ports::ProductName;
use deal_domain::{Comments, DeliveryTerms, LotId, ProductId};
use directory::Reference;
use inventory_domain::ProductCode;
use inventory_domain::stock::Receipt;
use kernel::{BusinessDate, Kg, PositiveKg, PositiveRate, RatePerKg, Tenant};

use crate::dice::Dice;
use crate::sim::BEGINNING;

/// Over how long the traders come in, in milliseconds.
const TRADING_MS: u64 = 180_000;

/// A product and the lots it starts with.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Its code.
    pub code: ProductCode,
    /// What is received before trading begins.
    pub receipts: Vec<Receipt>,
}

/// One deal that a trader wants.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its number within the run.
    pub number: usize,
    /// When the trader comes, in milliseconds after opening.
    pub start_ms: u64,
    /// The sale.
    pub sale: Sale,
    /// How long the trader waits for the decision, if at all.
    pub wait_ms: Option<u64>,
    /// When the trader thinks better of it, in milliseconds after registering.
    pub cancel_after_ms: Option<u64>,
    /// When the trader notes something on it, in milliseconds after registering.
    pub amend_after_ms: Option<u64>,
}

/// One thing that the storekeeper does while others trade.
#[derive(Debug, Clone)]
pub struct Errand {
    /// When, in milliseconds after opening.
    pub start_ms: u64,
    /// Upon which product.
    pub product: ProductId,
    /// A text that its one event carries.
    pub mark: String,
    /// What.
    pub kind: ErrandKind,
}

/// What a storekeeper does.
#[derive(Debug, Clone)]
pub enum ErrandKind {
    /// Receives one more lot.
    Receive(Receipt),
    /// Corrects a lot.
    Adjust(u32, Kg),
    /// Describes the product anew.
    Describe,
}

/// Everything that will be wanted.
#[derive(Debug, Clone)]
pub struct Workload {
    /// The products; the first is in demand.
    pub shelves: Vec<Shelf>,
    /// The deals.
    pub orders: Vec<Order>,
    /// The storekeeper's errands.
    pub errands: Vec<Errand>,
}

/// A product as the drawing sees it.
struct Drawn {
    id: ProductId,
    code: ProductCode,
    lots: u64,
}

impl Workload {
    /// The wishes of one run; `None` only if a literal of this file were not what it claims to be.
    #[must_use]
    pub fn drawn(dice: &mut Dice, tenant: &Tenant, deals: usize) -> Option<Self> {
        let mut shelves = Vec::new();
        let mut products = Vec::new();
        for number in 1..=dice.between(1, 3) {
            let code: ProductCode = format!("PP {number} / {}", dice.between(100, 999)).parse().ok()?;
            let lots = dice.between(1, 4);
            let receipts = (1..=lots).map(|lot| receipt(dice, format!("Supplier {number}.{lot}"))).collect();
            let id = ProductId::new(inventory_domain::ProductId::of(tenant, &code).uuid());
            products.push(Drawn { id, code: code.clone(), lots });
            shelves.push(Shelf { code, receipts });
        }
        let orders = (0..deals).filter_map(|number| order(dice, &products, number)).collect();
        let errands = (0..dice.between(2, 8)).filter_map(|number| errand(dice, &products, number)).collect();
        Some(Self { shelves, orders, errands })
    }
}

fn today() -> BusinessDate {
    BEGINNING.business_date()
}

/// Kilograms, now and then with grams.
fn weight(dice: &mut Dice, low_kg: u64, high_kg: u64) -> Kg {
    let grams =
        dice.between(low_kg, high_kg) * 1_000 + if dice.chance(2_500) { dice.below(1_000) } else { 0 };
    Kg::from_grams(i64::try_from(grams).unwrap_or(i64::MAX))
}

fn rate(dice: &mut Dice) -> RatePerKg {
    RatePerKg::from_ten_thousandths(i64::try_from(dice.between(800_000, 1_300_000)).unwrap_or(i64::MAX))
}

fn receipt(dice: &mut Dice, supplier: String) -> Receipt {
    let warehouse = dice.chance(5_000).then(|| "Bhiwandi".to_owned());
    Receipt {
        supplier,
        supplier_id: None,
        warehouse,
        quantity: weight(dice, 2_000, 8_000),
        rate: rate(dice),
        received_on: today(),
    }
}

/// Two of three deals want the first product.
fn wanted<'a>(dice: &mut Dice, products: &'a [Drawn]) -> Option<&'a Drawn> {
    let position = if dice.chance(6_700) { 0 } else { dice.index(products.len()) };
    products.get(position)
}

fn order(dice: &mut Dice, products: &[Drawn], number: usize) -> Option<Order> {
    let product = wanted(dice, products)?;
    let quantity = weight(dice, 100, 1_500);
    let name = if dice.chance(5_000) {
        ProductName::Id(product.id)
    } else {
        ProductName::Code(product.code.to_string())
    };
    let sale = Sale {
        date: today(),
        customer: Reference::Name(format!("Customer {number}").parse().ok()?),
        product: name,
        quantity: PositiveKg::try_new(quantity).ok()?,
        rate: PositiveRate::try_new(rate(dice)).ok()?,
        delivery_terms: if dice.chance(5_000) { DeliveryTerms::Delivered } else { DeliveryTerms::Pickup },
        warehouse: dice.chance(3_000).then(|| "Vapi".to_owned()),
        comments: Comments::default(),
        sources: sources(dice, product, quantity)?,
    };
    // Half of them come in one burst.
    let start_ms = if dice.chance(5_000) { dice.below(2_000) } else { dice.below(TRADING_MS) };
    let wait_ms = dice.chance(4_000).then(|| dice.between(500, 10_000));
    let cancel_after_ms =
        dice.chance(2_000).then(|| if dice.chance(5_000) { 0 } else { dice.below(150_000) });
    let amend_after_ms = dice.chance(1_000).then(|| dice.below(20_000));
    Some(Order { number, start_ms, sale, wait_ms, cancel_after_ms, amend_after_ms })
}

fn sources(dice: &mut Dice, product: &Drawn, quantity: Kg) -> Option<Vec<SaleSource>> {
    let from_lots = match dice.below(10) {
        0..=4 => quantity,
        5..=6 => Kg::ZERO,
        _ => part(dice, quantity),
    };
    let mut sources = draws(dice, product, from_lots)?;
    let open = quantity.saturating_sub(from_lots);
    if open.is_positive() {
        sources.extend(purchases(dice, open)?);
    }
    // Now and then somebody forgets a source: such terms are refused.
    if dice.chance(300) {
        sources.pop();
    }
    Some(sources)
}

/// A real part of a quantity: neither nothing nor all of it.
fn part(dice: &mut Dice, quantity: Kg) -> Kg {
    let most = u64::try_from(quantity.grams()).unwrap_or_default().saturating_sub(1);
    Kg::from_grams(i64::try_from(dice.between(1, most.max(1))).unwrap_or(i64::MAX))
}

/// Draws from up to three lots, perhaps the same one twice, once in a while one that does not exist.
fn draws(dice: &mut Dice, product: &Drawn, mut open: Kg) -> Option<Vec<SaleSource>> {
    let mut sources = Vec::new();
    for _ in 0..dice.between(1, 3) {
        if !open.is_positive() {
            break;
        }
        let quantity = if dice.chance(5_000) { open } else { part(dice, open) };
        sources.push(lot(dice, product, quantity)?);
        open = open.saturating_sub(quantity);
    }
    if open.is_positive() {
        sources.push(lot(dice, product, open)?);
    }
    Some(sources)
}

fn lot(dice: &mut Dice, product: &Drawn, quantity: Kg) -> Option<SaleSource> {
    let number = if dice.chance(150) { 999 } else { dice.between(1, product.lots) };
    let lot_id = LotId::new(product.id, u32::try_from(number).ok()?);
    Some(SaleSource::Lot { lot_id, quantity_kg: PositiveKg::try_new(quantity).ok()? })
}

/// One or two purchases that cover what is open, often with something to spare.
fn purchases(dice: &mut Dice, open: Kg) -> Option<Vec<SaleSource>> {
    let spare = if dice.chance(5_000) { weight(dice, 1, 500) } else { Kg::ZERO };
    let bought = open.saturating_add(spare);
    let first = if dice.chance(3_000) { part(dice, bought) } else { bought };
    let mut sources = vec![purchase(dice, first)?];
    let second = bought.saturating_sub(first);
    if second.is_positive() {
        sources.push(purchase(dice, second)?);
    }
    Some(sources)
}

fn purchase(dice: &mut Dice, quantity: Kg) -> Option<SaleSource> {
    Some(SaleSource::Purchase {
        supplier: Reference::Name(format!("Trader {}", dice.between(1, 5)).parse().ok()?),
        quantity_kg: PositiveKg::try_new(quantity).ok()?,
        rate_per_kg: PositiveRate::try_new(rate(dice)).ok()?,
        warehouse: None,
    })
}

fn errand(dice: &mut Dice, products: &[Drawn], number: u64) -> Option<Errand> {
    let product = wanted(dice, products)?;
    let mark = format!("Errand {number}");
    let kind = match dice.below(5) {
        0..=1 => ErrandKind::Receive(receipt(dice, mark.clone())),
        2 => ErrandKind::Describe,
        more_or_less => {
            let delta = weight(dice, 1, 300);
            let delta = if more_or_less == 3 { delta } else { Kg::ZERO.saturating_sub(delta) };
            ErrandKind::Adjust(u32::try_from(dice.between(1, product.lots)).ok()?, delta)
        }
    };
    Some(Errand { start_ms: dice.below(TRADING_MS), product: product.id, mark, kind })
}
