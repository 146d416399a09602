//! Taking a lot over from another system, again and again while that system is still in use.

use std::collections::BTreeMap;

use kernel::Kg;
use serde::{Deserialize, Serialize};

use super::{Receipt, Stock, StockEvent, StockRefusal};

/// A lot as another system has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotImport {
    /// Its identity there.
    pub legacy_id: String,
    /// What is left of it there; unlike a receipt of material it may be nothing.
    pub receipt: Receipt,
    /// What was stored there, cell by cell, before it was read.
    pub originals: BTreeMap<String, String>,
}

/// What a lot remembers of the system it was taken over from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyLot {
    /// Its identity there.
    pub id: String,
    /// What was left of it there the last time.
    pub quantity: Kg,
    /// Whether its import was taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

impl LegacyLot {
    pub(super) fn of(import: &LotImport) -> Self {
        Self { id: import.legacy_id.clone(), quantity: import.receipt.quantity, withdrawn: false }
    }

    /// Nothing of it counts here any more.
    pub(super) fn withdrawn(self) -> Self {
        Self { quantity: Kg::ZERO, withdrawn: true, ..self }
    }
}

impl Stock {
    /// The number of the lot that another system knows by this identity.
    #[must_use]
    pub fn imported(&self, legacy_id: &str) -> Option<u32> {
        let known = |(_, lot): &(&u32, &super::Lot)| lot.legacy.as_ref().is_some_and(|l| l.id == legacy_id);
        self.lots.iter().find(known).map(|(number, _)| *number)
    }
}

impl Stock {
    /// How many lots stand: all but those whose import was taken back.
    #[must_use]
    pub fn standing(&self) -> usize {
        self.standing_without(&[])
    }

    /// How many lots would stand if the import of these were taken back, as far as that can be.
    #[must_use]
    pub fn standing_without(&self, legacy_ids: &[String]) -> usize {
        let goes = |id: &String| legacy_ids.contains(id) && withdraw(self, id).is_ok();
        let stands = |lot: &&super::Lot| {
            !lot.is_withdrawn() && !lot.legacy.as_ref().is_some_and(|legacy| goes(&legacy.id))
        };
        self.lots.values().filter(stands).count()
    }
}

/// A new lot; or the difference in quantity since the last time, as far as it is still free; or nothing.
pub(super) fn import(stock: &Stock, import: &LotImport) -> Result<Vec<StockEvent>, StockRefusal> {
    let present = stock.imported(&import.legacy_id).and_then(|number| {
        let lot = stock.lots.get(&number)?;
        Some((number, lot, lot.legacy.as_ref()?))
    });
    let Some((lot, present, legacy)) = present else {
        return Ok(vec![StockEvent::LotImported { lot: stock.next_lot(), import: import.clone() }]);
    };
    let receipt = &import.receipt;
    for (what, differs) in [
        ("supplier", present.supplier != receipt.supplier),
        ("rate", present.rate != receipt.rate),
        ("date of receipt", present.received_on != receipt.received_on),
    ] {
        if differs {
            return Err(StockRefusal::ImportedOtherwise { lot, what });
        }
    }
    let delta = receipt.quantity.saturating_sub(legacy.quantity);
    if delta.is_zero() && !legacy.withdrawn {
        return Ok(vec![]);
    }
    if present.available.saturating_add(delta) < Kg::ZERO {
        return Err(StockRefusal::AdjustedBelowZero { lot, available: present.available });
    }
    let reason = format!("the old system has {} kg instead of {} kg", receipt.quantity, legacy.quantity);
    Ok(vec![StockEvent::LotReimported { lot, delta, reason, import: import.clone() }])
}

/// Takes the import of a lot back, unless somebody drew upon the lot or corrected it here. What it had is taken off, so that
/// its buckets balance; nothing is left over, and nothing is missing elsewhere.
pub(super) fn withdraw(stock: &Stock, legacy_id: &str) -> Result<Vec<StockEvent>, StockRefusal> {
    let unknown = || StockRefusal::NotImported(legacy_id.to_owned());
    let number = stock.imported(legacy_id).ok_or_else(unknown)?;
    let lot = stock.lots.get(&number).ok_or_else(unknown)?;
    let legacy = lot.legacy.as_ref().ok_or_else(unknown)?;
    if legacy.withdrawn {
        return Ok(vec![]);
    }
    if lot.available != legacy.quantity || !lot.reserved.is_zero() || !lot.sold.is_zero() {
        return Err(StockRefusal::BuiltUpon(number));
    }
    let delta = Kg::ZERO.saturating_sub(lot.available);
    let reason = "its import from the old system was taken back".to_owned();
    Ok(vec![StockEvent::LotImportWithdrawn { lot: number, delta, reason }])
}
