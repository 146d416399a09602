//! One route.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::{HeaderMap, Method};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use super::{Inputs, Signature};
use crate::edge::{RequestContext, route_of};
use crate::limits;
use crate::principal::Access;
use crate::problem::{Problem, ProblemKind};

/// Makes the schema of a type.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What the document says of a route.
pub(super) struct Docs {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) access: Access,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) operation_id: Option<&'static str>,
    pub(super) documented: bool,
    pub(super) answers: Vec<Answer>,
    pub(super) refusals: Vec<(ProblemKind, &'static str)>,
    pub(super) example: Option<Value>,
    pub(super) inputs: Inputs,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) description: &'static str,
    /// Absent: an answer without a body.
    pub(super) schema: Option<SchemaOf>,
}

/// A route that does not say yet who may use it. It cannot be added: [`access`](Self::access) comes first.
///
/// ```compile_fail,E0599
/// async fn show() {}
/// http_kit::Routes::<()>::new("thing", "Things").add(http_kit::Route::get("/v1/things").handler(show));
/// ```
#[derive(Debug)]
#[must_use = "state who may use the route with .access(…)"]
pub struct Unguarded {
    filter: MethodFilter,
    method: Method,
    path: &'static str,
}

/// A route that waits for its handler.
#[must_use = "finish the route with .handler(…)"]
pub struct Route {
    filter: MethodFilter,
    docs: Docs,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Route({} {})", self.docs.method, self.docs.path)
    }
}

/// A complete route.
#[must_use = "add the route to Routes"]
pub struct Endpoint<S> {
    pub(super) docs: Docs,
    pub(super) handler: MethodRouter<S, Infallible>,
}

impl<S> std::fmt::Debug for Endpoint<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint({} {})", self.docs.method, self.docs.path)
    }
}

impl Route {
    /// Reads something. `HEAD` is answered too.
    pub const fn get(path: &'static str) -> Unguarded {
        Unguarded { filter: MethodFilter::GET, method: Method::GET, path }
    }

    /// Creates something, or does something.
    pub const fn post(path: &'static str) -> Unguarded {
        Unguarded { filter: MethodFilter::POST, method: Method::POST, path }
    }

    /// Replaces something.
    pub const fn put(path: &'static str) -> Unguarded {
        Unguarded { filter: MethodFilter::PUT, method: Method::PUT, path }
    }

    /// Changes something.
    pub const fn patch(path: &'static str) -> Unguarded {
        Unguarded { filter: MethodFilter::PATCH, method: Method::PATCH, path }
    }

    /// Removes something.
    pub const fn delete(path: &'static str) -> Unguarded {
        Unguarded { filter: MethodFilter::DELETE, method: Method::DELETE, path }
    }

    /// What it does, in a few words: the title in the document.
    pub const fn summary(mut self, text: &'static str) -> Self {
        self.docs.summary = text;
        self
    }

    /// What a caller should know beyond that, in Markdown.
    pub const fn description(mut self, markdown: &'static str) -> Self {
        self.docs.description = markdown;
        self
    }

    /// Names the operation in generated clients (`registerDeal`); otherwise made from method and path.
    pub const fn operation_id(mut self, id: &'static str) -> Self {
        self.docs.operation_id = Some(id);
        self
    }

    /// Leaves the route out of the document (not out of the [table](super::Routes::table)): for what no client uses.
    pub const fn undocumented(mut self) -> Self {
        self.docs.documented = false;
        self
    }

    /// An answer with a body.
    pub fn answers<T: JsonSchema>(mut self, status: u16, description: &'static str) -> Self {
        let schema: SchemaOf = |generator| generator.subschema_for::<T>();
        self.docs.answers.push(Answer { status, description, schema: Some(schema) });
        self
    }

    /// An answer without a body.
    pub fn answers_empty(mut self, status: u16, description: &'static str) -> Self {
        self.docs.answers.push(Answer { status, description, schema: None });
        self
    }

    /// A refusal of its own, beyond those that follow from access and inputs.
    pub fn refuses(mut self, kind: ProblemKind, when: &'static str) -> Self {
        self.docs.refusals.push((kind, when));
        self
    }

    /// An example of the body.
    pub fn example(mut self, body: Value) -> Self {
        self.docs.example = Some(body);
        self
    }

    /// Completes the route. What the handler takes (body, query, identifier, headers) is documented from its argument
    /// types, so document and handler cannot drift apart.
    pub fn handler<H, T, S>(mut self, handler: H) -> Endpoint<S>
    where
        H: Handler<T, S>,
        T: Signature + 'static,
        S: Clone + Send + Sync + 'static,
    {
        T::document(&mut self.docs.inputs);
        let guard = from_fn_with_state::<_, _, (State<Access>, Request)>(self.docs.access, guard);
        let handler = on(self.filter, handler).route_layer(guard);
        Endpoint { docs: self.docs, handler }
    }
}

impl Unguarded {
    /// States who may use the route.
    pub fn access(self, access: Access) -> Route {
        let docs = Docs {
            method: self.method,
            path: self.path,
            access,
            summary: "",
            description: "",
            operation_id: None,
            documented: true,
            answers: Vec::new(),
            refusals: Vec::new(),
            example: None,
            inputs: Inputs::new(),
        };
        Route { filter: self.filter, docs }
    }
}

/// Lets pass who may, as often as they may.
async fn guard(State(access): State<Access>, request: Request, next: Next) -> Response {
    let context = request.extensions().get::<Arc<RequestContext>>().cloned();
    let (method, route) = (request.method().clone(), route_of(&request));
    match admitted(access, context, &method, route).await {
        Ok(said) => {
            let mut response = next.run(request).await;
            response.headers_mut().extend(said);
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// What the answer has to say of limits. A request that did not come through the edge has no context, and does not pass.
async fn admitted(
    access: Access,
    context: Option<Arc<RequestContext>>,
    method: &Method,
    route: Option<MatchedPath>,
) -> Result<HeaderMap, Problem> {
    let context = context.ok_or_else(|| Problem::unauthenticated("The request has no context."))?;
    access.check(&context.identity)?;
    match (context.identity.known(), &context.limits, route) {
        (Some(principal), Some(limits), Some(route)) => {
            limits::admit(limits.as_ref(), principal, method, route.as_str()).await
        }
        _ => Ok(HeaderMap::new()),
    }
}
