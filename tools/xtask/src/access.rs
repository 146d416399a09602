//! Who may call what: a table for people, made from the OpenAPI documents and the one policy.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use auth_domain::Role;
use auth_domain::policy::permissions_of;
use serde_json::Value;

use crate::workspace::{FUNCTIONS, Workspace};

/// Where the table is checked in.
pub(crate) const FILE: &str = "docs/access.md";

const INTRODUCTION: &str = "\
# Who may call what

Made by `cargo xtask generate` from the OpenAPI documents of the functions and
[`policy.rs`](../functions/auth/domain/src/policy.rs), and compared with them in every test run; the end-to-end tests call each of
these operations with each role. Whoever lacks a permission is answered 403 with its name, whoever has no token 401.

Some permissions also open what is in an answer. Below the operations of a context stands who is shown which members (– is not for
those who may not call it); the end-to-end tests ask each of them as each role, and look for members that should not be there. Other
people's API keys are shown with `user:read` and ended with `user:write`. A program with an API key may do what both the key and its
owner may, and never what needs `user:write`, `api-key:read` or `api-key:write`.
";

/// The table as it has to be.
pub(crate) fn table(workspace: &Workspace) -> Result<String> {
    let mut text = INTRODUCTION.to_owned();
    for function in FUNCTIONS {
        let path = workspace.path(&format!("functions/{function}/openapi.json"));
        let read = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        section(&mut text, function, &serde_json::from_slice(&read)?)?;
    }
    Ok(text)
}

fn section(text: &mut String, function: &str, document: &Value) -> Result<()> {
    let roles = Role::ALL.map(Role::as_str).join(" | ");
    let line = "---|".repeat(2 + Role::ALL.len());
    write!(text, "\n## {function}\n\n| operation | permission | {roles} |\n|{line}\n")?;
    let mut fields = String::new();
    let paths = document["paths"].as_object().context("an OpenAPI document has paths")?;
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let method = method.to_uppercase();
            let (permission, allowed) = access(operation).with_context(|| format!("{method} {path}"))?;
            let marks = allowed.map(|allowed| if allowed { "✓" } else { "" }).join(" | ");
            writeln!(text, "| `{method} {path}` | {permission} | {marks} |")?;
            masked(&mut fields, &format!("{method} {path}"), operation, allowed)
                .with_context(|| format!("{method} {path}"))?;
        }
    }
    if !fields.is_empty() {
        write!(text, "\n| shows | with | {roles} |\n|{line}\n{fields}")?;
    }
    Ok(())
}

/// The members that an operation leaves out, and which of the roles that may call it see them.
fn masked(text: &mut String, name: &str, operation: &Value, allowed: [bool; Role::ALL.len()]) -> Result<()> {
    for (permission, members) in operation["x-masked"].as_object().into_iter().flatten() {
        let members = members.as_array().context("names no members")?;
        let members: Option<Vec<String>> =
            members.iter().map(|member| Some(format!("`{}`", member.as_str()?))).collect();
        let members = members.context("names members by something other than text")?.join(", ");
        let marks = Role::ALL.iter().zip(allowed).map(|(role, allowed)| match allowed {
            false => "–",
            true if has(*role, permission) => "✓",
            true => "",
        });
        let marks = marks.collect::<Vec<_>>().join(" | ");
        writeln!(text, "| `{name}`: {members} | `{permission}` | {marks} |")?;
    }
    Ok(())
}

fn has(role: Role, permission: &str) -> bool {
    permissions_of(role).iter().any(|has| has.as_str() == permission)
}

/// What an operation needs, in words, and which roles have it.
fn access(operation: &Value) -> Result<(String, [bool; Role::ALL.len()])> {
    let security = operation["security"].as_array().context("says nothing of security")?;
    let Some(scheme) = security.first() else { return Ok(("none".to_owned(), [true; Role::ALL.len()])) };
    let needed = scheme["bearer"].as_array().context("needs something other than a bearer token")?;
    match needed.as_slice() {
        [] => Ok(("a token".to_owned(), [true; Role::ALL.len()])),
        permissions => {
            let named: Option<Vec<&str>> = permissions.iter().map(Value::as_str).collect();
            let named = named.context("names its permissions by something other than text")?;
            let admits = |role| named.iter().all(|name| has(role, name));
            let quoted: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
            Ok((quoted.join(", "), Role::ALL.map(admits)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_is_what_routes_and_policy_say() {
        let workspace = Workspace::find().unwrap();
        let checked_in = fs::read_to_string(workspace.path(FILE)).unwrap_or_default();
        assert!(checked_in == table(&workspace).unwrap(), "{FILE} is old: run `cargo xtask generate`");
    }

    #[test]
    fn a_permission_nobody_knows_is_nobodys_and_an_unreadable_need_is_an_error() {
        let operation = |security: Value| json!({ "security": security });
        assert_eq!(access(&operation(json!([]))).unwrap().1, [true; 7]);
        assert_eq!(access(&operation(json!([{ "bearer": [] }]))).unwrap().0, "a token");
        assert_eq!(access(&operation(json!([{ "bearer": ["deal:bend"] }]))).unwrap().1, [false; 7]);
        let both = access(&operation(json!([{ "bearer": ["deal:write", "cost:read"] }]))).unwrap();
        assert_eq!((&*both.0, both.1.iter().filter(|has| **has).count()), ("`deal:write`, `cost:read`", 2));
        for unreadable in [json!([{ "basic": [] }]), json!([{ "bearer": [7] }]), Value::Null] {
            assert!(access(&operation(unreadable.clone())).is_err(), "{unreadable}");
        }
    }
}
