//! What operations leave out of their answers, in the OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::Mask;

/// Marks each operation with the members that its successful answers may lack, unless whoever may call it sees them. A schema does
/// not require what may be missing.
pub(super) fn mark(document: &mut Value, masks: &[Mask]) {
    let mut lacking: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut marked = document["paths"].take();
    for operations in marked.as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let Found { members: shown, followed } = shown(document, operation);
            let followed: Vec<String> = followed.into_iter().map(str::to_owned).collect();
            let needed = &operation["security"][0]["bearer"];
            let is_needed =
                |mask: &Mask| needed.as_array().is_some_and(|all| all.contains(&mask.permission().into()));
            let masked = masks.iter().filter(|mask| !is_needed(mask)).filter_map(|mask| {
                let members = mask.members().iter().filter(|member| shown.contains(**member));
                let members: BTreeSet<&str> = members.copied().collect();
                (!members.is_empty()).then_some((mask.permission(), members))
            });
            let masked: Vec<_> = masked.collect();
            for (permission, members) in masked {
                say(operation, permission, &members);
                for schema in &followed {
                    lacking.entry(schema.clone()).or_default().extend(&members);
                }
            }
        }
    }
    document["paths"] = marked;
    for (schema, members) in lacking {
        if let Some(schema) = schema.strip_prefix('#').and_then(|place| document.pointer_mut(place)) {
            require_less(schema, &members);
        }
    }
}

fn require_less(schema: &mut Value, members: &BTreeSet<&str>) {
    match schema {
        Value::Object(parts) => {
            if let Some(required) = parts.get_mut("required").and_then(Value::as_array_mut) {
                required.retain(|name| name.as_str().is_none_or(|name| !members.contains(name)));
            }
            parts.values_mut().for_each(|part| require_less(part, members));
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| require_less(part, members)),
        _ => {}
    }
}

fn say(operation: &mut Value, permission: &str, members: &BTreeSet<&str>) {
    let named: Vec<String> = members.iter().map(|member| format!("`{member}`")).collect();
    let description = operation["description"].as_str().unwrap_or_default();
    let words = format!("{description} Without `{permission}` it leaves out {}.", named.join(", "));
    operation["description"] = words.into();
    operation["x-masked"][permission] = members.iter().copied().collect();
}

/// All members that successful answers may have.
fn shown<'a>(document: &'a Value, operation: &'a Value) -> Found<'a> {
    let mut found = Found::default();
    let answers = operation["responses"].as_object().into_iter().flatten();
    for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
        found.look(document, &answer["content"]);
    }
    found
}

#[derive(Default)]
struct Found<'a> {
    /// Their names.
    members: BTreeSet<String>,
    /// The schemas they are in.
    followed: BTreeSet<&'a str>,
}

impl<'a> Found<'a> {
    fn look(&mut self, document: &'a Value, part: &'a Value) {
        match part {
            Value::Object(members) => {
                if let Some(target) = part["$ref"].as_str().filter(|target| self.followed.insert(target))
                    && let Some(schema) = target.strip_prefix('#').and_then(|place| document.pointer(place))
                {
                    self.look(document, schema);
                }
                self.members.extend(part["properties"].as_object().into_iter().flat_map(Map::keys).cloned());
                members.values().for_each(|member| self.look(document, member));
            }
            Value::Array(parts) => parts.iter().for_each(|part| self.look(document, part)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MASK: Mask = Mask::new("cost:read", &["rate", "cost"]);

    fn document(permissions: &Value) -> Value {
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Page" } } });
        let operation = json!({
            "description": "Lots.",
            "security": [{ "bearer": permissions }],
            "responses": { "200": { "content": content }, "409": { "content": { "properties": { "cost": {} } } } },
        });
        let lot = json!({
            "properties": { "rate": {}, "next": { "$ref": "#/components/schemas/Lot" } },
            "required": ["rate", "next"],
        });
        let page = json!({ "properties": { "data": { "items": { "$ref": "#/components/schemas/Lot" } } } });
        json!({
            "paths": { "/lots": { "get": operation } },
            "components": { "schemas": { "Lot": lot, "Page": page, "Other": { "required": ["rate"] } } },
        })
    }

    #[test]
    fn an_operation_says_what_it_leaves_out_and_requires_it_no_more() {
        let mut document = document(&json!(["lot:read"]));
        mark(&mut document, &[MASK]);
        let operation = &document["paths"]["/lots"]["get"];
        assert_eq!(
            operation["x-masked"],
            json!({ "cost:read": ["rate"] }),
            "no cost: it is in a refusal only"
        );
        assert_eq!(operation["description"], "Lots. Without `cost:read` it leaves out `rate`.");
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Lot"]["required"], json!(["next"]));
        assert_eq!(schemas["Other"]["required"], json!(["rate"]), "nothing leaves it out there");
    }

    #[test]
    fn who_may_call_only_with_the_permission_misses_nothing() {
        let mut marked = document(&json!(["lot:read", "cost:read"]));
        mark(&mut marked, &[MASK]);
        assert_eq!(marked, document(&json!(["lot:read", "cost:read"])));
    }
}
