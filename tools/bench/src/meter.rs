//! What functions ask of AWS, in the units AWS charges for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// Counts since the start.
#[derive(Default)]
pub(crate) struct Meter {
    calls: AtomicU64,
    write_tenths: AtomicU64,
    read_tenths: AtomicU64,
    written: Mutex<BTreeMap<String, u64>>,
    facts: Mutex<Vec<Value>>,
}

/// A reading. Units are DynamoDB's capacity units, in tenths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Calls to any service.
    pub(crate) calls: u64,
    /// Write units, indexes included.
    pub(crate) write_tenths: u64,
    /// Read units.
    pub(crate) read_tenths: u64,
}

impl Meter {
    /// Notes a call.
    pub(crate) fn call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes what DynamoDB says an operation consumed.
    pub(crate) fn capacity(&self, operation: &str, answer: &Value) {
        let consumed = &answer["ConsumedCapacity"];
        let tables = consumed.as_array().map_or(std::slice::from_ref(consumed), Vec::as_slice);
        let reads = matches!(operation, "GetItem" | "BatchGetItem" | "Query");
        let counter = if reads { &self.read_tenths } else { &self.write_tenths };
        for table in tables {
            let (Some(name), Some(used)) = (table["TableName"].as_str(), tenths(&table["CapacityUnits"]))
            else {
                continue;
            };
            counter.fetch_add(used, Ordering::Relaxed);
            if !reads {
                *lock(&self.written).entry(name.to_owned()).or_default() += used;
            }
        }
    }

    /// Write units by table since the last time, in tenths.
    pub(crate) fn take_written(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut *lock(&self.written))
    }

    /// Notes entries put on the bus.
    pub(crate) fn facts(&self, entries: Vec<Value>) {
        lock(&self.facts).extend(entries);
    }

    /// The entries put on the bus since the last time.
    pub(crate) fn take_facts(&self) -> Vec<Value> {
        std::mem::take(&mut *lock(&self.facts))
    }

    /// The counts now.
    pub(crate) fn read(&self) -> Reading {
        Reading {
            calls: self.calls.load(Ordering::Relaxed),
            write_tenths: self.write_tenths.load(Ordering::Relaxed),
            read_tenths: self.read_tenths.load(Ordering::Relaxed),
        }
    }
}

impl Reading {
    /// What came since an earlier reading.
    pub(crate) const fn since(self, earlier: Self) -> Self {
        Self {
            calls: self.calls - earlier.calls,
            write_tenths: self.write_tenths - earlier.write_tenths,
            read_tenths: self.read_tenths - earlier.read_tenths,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `12.5` → 125: units come in halves at the finest.
fn tenths(units: &Value) -> Option<u64> {
    let text = units.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    Some(whole.parse::<u64>().ok()? * 10 + fraction.get(..1)?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn units_of_one_table_and_of_several_are_summed_by_kind() {
        let meter = Meter::default();
        meter.capacity(
            "PutItem",
            &json!({ "ConsumedCapacity": { "TableName": "log", "CapacityUnits": 4.0 } }),
        );
        meter.capacity(
            "GetItem",
            &json!({ "ConsumedCapacity": { "TableName": "log", "CapacityUnits": 0.5 } }),
        );
        let tables =
            json!([{ "TableName": "a", "CapacityUnits": 2 }, { "TableName": "b", "CapacityUnits": 1.5 }]);
        meter.capacity("BatchGetItem", &json!({ "ConsumedCapacity": tables }));
        assert_eq!(meter.read(), Reading { calls: 0, write_tenths: 40, read_tenths: 40 });
        assert_eq!(meter.take_written(), BTreeMap::from([("log".to_owned(), 40)]));
    }

    #[test]
    fn a_refused_operation_consumed_nothing_it_tells_of() {
        let meter = Meter::default();
        meter.capacity("PutItem", &json!({ "__type": "ConditionalCheckFailedException" }));
        assert_eq!(meter.read(), Reading::default());
    }
}
