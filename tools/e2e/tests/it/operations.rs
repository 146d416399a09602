//! What the OpenAPI documents say can be called.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use auth_domain::Role;
use auth_domain::policy::permissions_of;
use reqwest::Method;
use serde_json::Value;

/// An operation as its document describes it.
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// `None` for everybody; else a token is needed, and what it has to allow.
    pub(crate) needs: Option<Vec<String>>,
    pub(crate) statuses: BTreeSet<String>,
    /// Members that its answers leave out, by the permission that shows them.
    pub(crate) masked: BTreeMap<String, BTreeSet<String>>,
    pub(crate) takes_body: bool,
    /// Names of its parameters and of the members of its body, with their formats.
    pub(crate) asks_for: BTreeSet<(String, String)>,
}

impl Operation {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(crate) fn reads(&self) -> bool {
        self.method == Method::GET
    }

    /// Whether a call that is let through does nothing: it reads, or it is about what does not exist, or its body is not one.
    pub(crate) fn is_harmless(&self) -> bool {
        self.reads() || self.path.contains('{') || self.statuses.contains("422")
    }

    pub(crate) fn admits(&self, role: Role) -> bool {
        self.needs.iter().flatten().all(|needed| has(role, needed))
    }

    /// Members that its answers have for those only who have a permission that `role` has, or has not.
    pub(crate) fn masked_for(&self, role: Role, shown: bool) -> BTreeSet<&str> {
        let of = self.masked.iter().filter(|(permission, _)| has(role, permission) == shown);
        of.flat_map(|(_, members)| members.iter().map(String::as_str)).collect()
    }
}

fn has(role: Role, permission: &str) -> bool {
    permissions_of(role).iter().any(|has| has.as_str() == permission)
}

/// All of them.
pub(crate) fn operations() -> Result<Vec<Operation>> {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions");
    let mut operations = Vec::new();
    for folder in std::fs::read_dir(&functions)? {
        let Ok(document) = std::fs::read(folder?.path().join("openapi.json")) else { continue };
        let document: Value = serde_json::from_slice(&document)?;
        for (path, methods) in document["paths"].as_object().context("paths")? {
            for (method, operation) in methods.as_object().context("methods")? {
                let needs = operation["security"].as_array().context("security")?.first();
                let permissions = |needs: &Value| serde_json::from_value(needs["bearer"].clone());
                operations.push(Operation {
                    method: method.to_uppercase().parse()?,
                    path: path.clone(),
                    needs: needs.map(permissions).transpose()?,
                    statuses: operation["responses"]
                        .as_object()
                        .context("responses")?
                        .keys()
                        .cloned()
                        .collect(),
                    masked: match &operation["x-masked"] {
                        Value::Null => BTreeMap::new(),
                        masked => serde_json::from_value(masked.clone())?,
                    },
                    takes_body: operation.get("requestBody").is_some(),
                    asks_for: asked_for(&document, operation),
                });
            }
        }
    }
    Ok(operations)
}

fn asked_for(document: &Value, operation: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for asked in ["parameters", "requestBody"] {
        collect(document, &operation[asked], &mut found);
    }
    found
}

fn format_of(schema: &Value) -> String {
    schema["format"].as_str().unwrap_or_default().to_owned()
}

/// Looks through a part of a document, and through what it refers to. Schemas of requests do not refer to themselves.
fn collect(document: &Value, part: &Value, found: &mut BTreeSet<(String, String)>) {
    match part {
        Value::Object(members) => {
            if let Some(target) =
                part["$ref"].as_str().and_then(|target| document.pointer(target.strip_prefix('#')?))
            {
                collect(document, target, found);
            }
            if let (Some(name), true) = (part["name"].as_str(), part["in"].is_string()) {
                found.insert((name.to_owned(), format_of(&part["schema"])));
            }
            for (name, schema) in part["properties"].as_object().into_iter().flatten() {
                found.insert((name.clone(), format_of(schema)));
            }
            members.values().for_each(|member| collect(document, member, found));
        }
        Value::Array(parts) => parts.iter().for_each(|part| collect(document, part, found)),
        _ => {}
    }
}
