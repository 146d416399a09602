//! The OpenAPI 3.1 document of a route table.

use std::collections::BTreeMap;

use http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::HeaderParam;
use super::route::Docs;
use crate::principal::Access;
use crate::problem::{self, PROBLEM_JSON, ProblemKind};

/// The whole document. Keys come in a stable order, so that it can be checked in and compared.
pub(super) fn document(name: &str, title: &str, description: &str, routes: &[Docs]) -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();

    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for docs in routes.iter().filter(|docs| docs.documented) {
        let operation = operation(name, docs, &mut generator);
        paths.entry(docs.path).or_default().insert(docs.method.as_str().to_ascii_lowercase(), operation);
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem::schema().to_value());
    schemas.insert("GatewayMessage".to_owned(), gateway_message());

    json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": "1", "description": description },
        "servers": [{ "url": "/" }],
        "tags": [{ "name": name, "description": title }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": problem_responses(),
            "parameters": header_parameters(),
            "headers": response_headers(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "An access token or an API key." }
            }
        }
    })
}

fn operation(name: &str, docs: &Docs, generator: &mut SchemaGenerator) -> Value {
    let mut operation = Map::new();
    operation.insert("tags".into(), json!([name]));
    operation.insert(
        "operationId".into(),
        docs.operation_id.map_or_else(|| generated_id(docs), str::to_owned).into(),
    );
    operation.insert("summary".into(), docs.summary.into());
    let access = match docs.access {
        Access::Public => "Needs no token.".to_owned(),
        Access::SignedIn => "Needs an access token.".to_owned(),
        Access::Requires(permission) => format!("Needs the permission `{permission}`."),
        Access::RequiresBoth([first, second]) => format!("Needs the permissions `{first}` and `{second}`."),
    };
    let description =
        if docs.description.is_empty() { access } else { format!("{}\n\n{access}", docs.description) };
    operation.insert("description".into(), description.into());
    operation.insert(
        "security".into(),
        match docs.access {
            Access::Public => json!([]),
            access => json!([{ "bearer": access.permissions() }]),
        },
    );
    let parameters = parameters(docs, generator);
    if !parameters.is_empty() {
        operation.insert("parameters".into(), parameters.into());
    }
    if let Some(schema_of) = docs.inputs.body {
        let mut media = json!({ "schema": schema_of(generator) });
        if let (Some(example), Some(media)) = (&docs.example, media.as_object_mut()) {
            media.insert("example".into(), example.clone());
        }
        operation.insert(
            "requestBody".into(),
            json!({ "required": true, "content": { "application/json": media } }),
        );
    }
    operation.insert("responses".into(), responses(docs, generator));
    Value::Object(operation)
}

/// `POST /v1/deals/{id}/cancel` → `post_deals_id_cancel`.
fn generated_id(docs: &Docs) -> String {
    let mut id = docs.method.as_str().to_ascii_lowercase();
    for part in docs.path.split('/').filter(|part| !part.is_empty() && *part != "v1") {
        id.push('_');
        id.extend(part.chars().filter(char::is_ascii_alphanumeric));
    }
    id
}

fn parameters(docs: &Docs, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters = Vec::new();
    for (index, name) in path_parameters(docs.path).enumerate() {
        let schema = match docs.inputs.path {
            Some(schema_of) if index == 0 => schema_of(generator).to_value(),
            _ => json!({ "type": "string" }),
        };
        parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
    }
    for schema_of in &docs.inputs.query {
        let object = schema_of(generator).to_value();
        let required: Vec<&str> =
            object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        // By name: the order of a `Map` depends on whether some crate of the build turned serde_json's
        // `preserve_order` on, and the document must not.
        for (name, schema) in
            object["properties"].as_object().into_iter().flatten().collect::<BTreeMap<_, _>>()
        {
            let mut schema = schema.clone();
            let description =
                schema.as_object_mut().and_then(|s| s.remove("description")).unwrap_or(Value::from(""));
            parameters.push(json!({
                "name": name, "in": "query", "required": required.contains(&name.as_str()),
                "description": description, "schema": without_null(schema),
            }));
        }
    }
    for (param, required) in &docs.inputs.headers {
        let (component, name, description, schema) = header_parameter(*param);
        parameters.push(if *required == required_by_default(*param) {
            json!({ "$ref": format!("#/components/parameters/{component}") })
        } else {
            json!({ "name": name, "in": "header", "required": required, "description": description, "schema": schema })
        });
    }
    parameters
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// A query parameter is there or not; it is never `null`.
fn without_null(mut schema: Value) -> Value {
    if let Some(map) = schema.as_object_mut() {
        if let Some(Value::Array(types)) = map.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                map.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(any)) = map.get("anyOf")
            && let [only, null] = any.as_slice()
            && null["type"] == "null"
        {
            return only.clone();
        }
    }
    schema
}

fn responses(docs: &Docs, generator: &mut SchemaGenerator) -> Value {
    let mut responses: BTreeMap<String, Value> = BTreeMap::new();
    let creates = docs.inputs.headers.contains(&(HeaderParam::IdempotencyKey, true));
    for answer in &docs.answers {
        let mut headers = json!({ "X-Correlation-Id": header_ref("XCorrelationId") });
        if let Some(headers) = headers.as_object_mut() {
            if docs.method == Method::GET || docs.method == Method::PATCH {
                headers.insert("ETag".into(), header_ref("ETag"));
            }
            if docs.access != Access::Public {
                headers.insert("RateLimit".into(), header_ref("RateLimit"));
                headers.insert("RateLimit-Policy".into(), header_ref("RateLimitPolicy"));
            }
            if creates && matches!(answer.status, 201 | 202) {
                headers.insert("Location".into(), header_ref("Location"));
            }
            if docs.inputs.headers.iter().any(|(param, _)| *param == HeaderParam::Prefer) {
                headers.insert("Preference-Applied".into(), header_ref("PreferenceApplied"));
            }
        }
        let mut response = json!({ "description": answer.description, "headers": headers });
        if let (Some(schema_of), Some(response)) = (answer.schema, response.as_object_mut()) {
            let schema = schema_of(generator);
            response.insert("content".into(), json!({ "application/json": { "schema": schema } }));
        }
        responses.insert(answer.status.to_string(), response);
    }
    if docs.inputs.headers.iter().any(|(param, _)| *param == HeaderParam::IfNoneMatch) {
        responses
            .insert("304".to_owned(), json!({ "description": "Nothing has changed since that version." }));
    }
    for (status, (kind, reasons)) in refusals(docs) {
        let response = if reasons.is_empty() {
            json!({ "$ref": format!("#/components/responses/{}", component(kind)) })
        } else {
            problem_response(kind, &reasons.join(" "))
        };
        responses.entry(status).or_insert(response);
    }
    json!(responses)
}

/// The refusals that follow from access and inputs, and the route's own, by status.
fn refusals(docs: &Docs) -> BTreeMap<String, (ProblemKind, Vec<&'static str>)> {
    let takes = |wanted: HeaderParam| docs.inputs.headers.iter().any(|(param, _)| *param == wanted);
    let mut kinds = vec![ProblemKind::Internal, ProblemKind::Unavailable];
    if docs.access != Access::Public {
        kinds.extend([ProblemKind::Unauthenticated, ProblemKind::TooManyRequests]);
    }
    if !docs.access.permissions().is_empty() {
        kinds.push(ProblemKind::Forbidden);
    }
    if docs.inputs.path.is_some() {
        kinds.push(ProblemKind::NotFound);
    }
    if docs.inputs.body.is_some() {
        kinds.extend([
            ProblemKind::InvalidRequest,
            ProblemKind::PayloadTooLarge,
            ProblemKind::UnsupportedMediaType,
            ProblemKind::Validation,
        ]);
    }
    if !docs.inputs.query.is_empty() || takes(HeaderParam::IdempotencyKey) || takes(HeaderParam::IfMatch) {
        kinds.push(ProblemKind::InvalidRequest);
    }
    if takes(HeaderParam::IfMatch) {
        kinds.extend([ProblemKind::PreconditionFailed, ProblemKind::PreconditionRequired]);
    }
    let mut by_status = BTreeMap::new();
    for kind in kinds {
        by_status.entry(kind.status().as_str().to_owned()).or_insert((kind, Vec::new()));
    }
    for (kind, when) in &docs.refusals {
        by_status.entry(kind.status().as_str().to_owned()).or_insert((*kind, Vec::new())).1.push(*when);
    }
    by_status
}

fn component(kind: ProblemKind) -> String {
    format!("{kind:?}")
}

/// Whether API Gateway also answers so by itself, without a function: no token at all, too large, too much at once, and when a function
/// is not to be had. Its bodies cannot be chosen (HTTP APIs have no gateway responses).
const fn is_also_of_api_gateway(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::Unauthenticated
            | ProblemKind::PayloadTooLarge
            | ProblemKind::TooManyRequests
            | ProblemKind::Internal
            | ProblemKind::Unavailable
    )
}

fn problem_response(kind: ProblemKind, description: &str) -> Value {
    let mut content = json!({ PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } } });
    if is_also_of_api_gateway(kind) {
        content["application/json"] = json!({ "schema": { "$ref": "#/components/schemas/GatewayMessage" } });
    }
    json!({
        "description": description,
        "headers": { "X-Correlation-Id": header_ref("XCorrelationId") },
        "content": content
    })
}

fn gateway_message() -> Value {
    json!({
        "type": "object",
        "description": "What API Gateway answers by itself, when a request does not get as far as a function.",
        "properties": { "message": { "type": "string", "examples": ["Unauthorized"] } },
        "required": ["message"]
    })
}

fn problem_responses() -> Map<String, Value> {
    ProblemKind::ALL.iter().map(|kind| (component(*kind), problem_response(*kind, kind.title()))).collect()
}

fn header_ref(component: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{component}") })
}

fn response_headers() -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "XCorrelationId": text("Ties together all that the request led to; the one that was sent, or a new one."),
        "ETag": text("The version, for If-Match and If-None-Match."),
        "Location": text("Where to find what was created."),
        "RateLimit": text("What is left of each quota (`r`), and in how many seconds it is whole again (`t`)."),
        "RateLimitPolicy": text("The quotas that hold for this request: so many (`q`) in so many seconds (`w`)."),
        "PreferenceApplied": text("The preference that was honoured (RFC 7240)."),
    })
}

const fn required_by_default(param: HeaderParam) -> bool {
    matches!(param, HeaderParam::IdempotencyKey | HeaderParam::IfMatch)
}

fn header_parameter(param: HeaderParam) -> (&'static str, &'static str, &'static str, Value) {
    match param {
        HeaderParam::IdempotencyKey => (
            "IdempotencyKey",
            "Idempotency-Key",
            "Chosen by the client, new for each new request and kept for its retries: however often it is sent, it has one effect.",
            json!({ "type": "string", "pattern": "^[!-~]{1,128}$" }),
        ),
        HeaderParam::IfMatch => (
            "IfMatch",
            "If-Match",
            "The ETag of the version that was changed; the change is refused when somebody else was faster.",
            json!({ "type": "string", "examples": ["\"7\""] }),
        ),
        HeaderParam::IfNoneMatch => (
            "IfNoneMatch",
            "If-None-Match",
            "The ETag the client has already; answered by 304 when it is still the current one.",
            json!({ "type": "string", "examples": ["\"7\""] }),
        ),
        HeaderParam::Prefer => (
            "Prefer",
            "Prefer",
            "`wait=N`: how many seconds to wait for the outcome, at most 12 (RFC 7240).",
            json!({ "type": "string", "examples": ["wait=10"] }),
        ),
    }
}

fn header_parameters() -> Map<String, Value> {
    [HeaderParam::IdempotencyKey, HeaderParam::IfMatch, HeaderParam::IfNoneMatch, HeaderParam::Prefer]
        .into_iter()
        .map(|param| {
            let (component, name, description, schema) = header_parameter(param);
            let required = required_by_default(param);
            let parameter =
                json!({ "name": name, "in": "header", "required": required, "description": description, "schema": schema });
            (component.to_owned(), parameter)
        })
        .collect()
}
