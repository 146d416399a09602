//! Contexts in memory, a customer context that remembers what it is told, and a way to die in the middle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use kernel::Tenant;
use lambda_entry::{DirectError, DirectHandler};
use legacy::fixture::{Plan, write};
use legacy::{Books, Database};
use polyctl::contexts::{AskError, Context, Contexts, InProcess};
use polyctl::migrate::run::{Options, Report, import};
use polyctl::migrate::verify::{Verdict, verify};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) fn tenant() -> Tenant {
    "main".parse().unwrap()
}

pub(crate) fn options() -> Options {
    Options { tenant: tenant(), batch: 50, parallel: 3, parties: true, patience: Duration::ZERO }
}

/// An old database in a folder of its own.
pub(crate) struct Old {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Old {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        write(&path, Plan { seed: 11, scale: 1 }).unwrap();
        Self { _folder: folder, path }
    }

    /// What the old backend does meanwhile.
    pub(crate) fn sql(&self, sql: &str) {
        rusqlite::Connection::open(&self.path).unwrap().execute_batch(sql).unwrap();
    }

    pub(crate) fn books(&self) -> Books {
        books(&self.path)
    }
}

pub(crate) fn books(path: &Path) -> Books {
    let reading = Database::open(path).unwrap().read().unwrap();
    assert_eq!(reading.bad, []);
    reading.books
}

/// Keeps parties by name, as the customer context's import contract says.
#[derive(Default)]
pub(crate) struct Customer {
    pub(crate) parties: Mutex<BTreeMap<String, Value>>,
}

#[async_trait]
impl DirectHandler for Customer {
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError> {
        let mut parties = self.parties.lock().unwrap();
        match kind {
            "import-parties" => {
                let items = payload["items"].as_array().unwrap().iter().map(|item| {
                    let name = item["name"].as_str().unwrap().to_owned();
                    let id = party(&name);
                    let before = parties.insert(name, item.clone());
                    let outcome = match before {
                        None => "created",
                        Some(before) if before == *item => "unchanged",
                        Some(_) => "changed",
                    };
                    json!({ "legacyIds": item["legacyIds"], "id": id, "outcome": outcome })
                });
                Ok(json!({ "items": items.collect::<Vec<_>>() }))
            }
            "imported" => Ok(json!({ "rows": parties.values().collect::<Vec<_>>(), "next": null })),
            other => Err(DirectError::unknown_kind(other)),
        }
    }
}

/// The identity of a party of this name.
pub(crate) fn party(name: &str) -> String {
    format!("party_{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).simple())
}

/// The whole system, in memory.
pub(crate) struct System {
    pub(crate) contexts: InProcess,
    pub(crate) customer: Arc<Customer>,
}

impl System {
    pub(crate) fn new() -> Self {
        let customer = Arc::new(Customer::default());
        Self { contexts: InProcess::new(&tenant()).with_customer(customer.clone()), customer }
    }

    /// With the customer context itself.
    pub(crate) fn whole() -> Self {
        let contexts = InProcess::new(&tenant()).with_parties(&tenant()).unwrap();
        Self { contexts, customer: Arc::default() }
    }

    pub(crate) async fn import(&self, books: &Books) -> Report {
        import(&self.contexts, books, &options()).await.unwrap()
    }

    pub(crate) async fn verify(&self, books: &Books) -> Verdict {
        verify(&self.contexts, books, &options()).await.unwrap()
    }
}

/// Contexts whose operator is killed after so many invocations.
pub(crate) struct Mortal<'a> {
    pub(crate) contexts: &'a InProcess,
    pub(crate) left: AtomicUsize,
    /// Whether the last invocation still has its effect.
    pub(crate) effect: bool,
}

#[async_trait]
impl Contexts for Mortal<'_> {
    async fn ask(&self, context: Context, event: &Value) -> Result<Value, AskError> {
        let one_less = |left: usize| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
            return self.contexts.ask(context, event).await;
        }
        if self.effect {
            self.contexts.ask(context, event).await?;
        }
        Err(AskError::Refused { context, code: "killed".to_owned(), detail: "by the test".to_owned() })
    }
}
