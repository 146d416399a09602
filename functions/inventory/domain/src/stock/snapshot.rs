//! The stored form of a folded stock. Its own types, so that the aggregate may change its shape freely.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Lot, Reservation, Stock};
use crate::DealId;

/// Raise with every change of the types below or of the fold.
pub(super) const SCHEMA: &str = "stock/3";

#[derive(Serialize, Deserialize)]
struct StockSnapshot {
    lots: BTreeMap<u32, Lot>,
    reservations: BTreeMap<DealId, Reservation>,
}

pub(super) fn write(stock: &Stock) -> Option<Value> {
    let snapshot = StockSnapshot { lots: stock.lots.clone(), reservations: stock.reservations.clone() };
    serde_json::to_value(snapshot).ok()
}

pub(super) fn read(snapshot: Value) -> Option<Stock> {
    let StockSnapshot { lots, reservations } = serde_json::from_value(snapshot).ok()?;
    Some(Stock { lots, reservations })
}
