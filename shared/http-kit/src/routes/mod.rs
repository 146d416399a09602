//! The route table: one declaration gives routing, access and the OpenAPI document.

mod documented;
mod masked;
mod openapi;
mod route;

use axum::Router;
use http::Method;

pub use documented::{Documented, HeaderParam, Inputs, Signature};
pub use route::{Endpoint, Route, Unguarded};

use crate::Mask;
use crate::edge::{Edge, no_such_method, no_such_path};
use crate::principal::Access;
use route::Docs;

/// The routes of one function.
pub struct Routes<S> {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    router: Router<S>,
    docs: Vec<Docs>,
    masks: Vec<Mask>,
}

/// One line of the route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// `POST`.
    pub method: Method,
    /// `/v1/deals/{id}`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Routes({}: {})", self.name, self.docs.len())
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet. `name` is the function's, `title` is for the reader of its OpenAPI document.
    #[must_use]
    pub fn new(name: &'static str, title: &'static str) -> Self {
        Self { name, title, description: "", router: Router::new(), docs: Vec::new(), masks: Vec::new() }
    }

    /// What the API is for, in Markdown.
    #[must_use]
    pub const fn description(mut self, markdown: &'static str) -> Self {
        self.description = markdown;
        self
    }

    /// What is left out of answers to some callers, for the OpenAPI document: each operation whose answers have such members says so, in
    /// its description and as `x-masked`, an object of permissions with the members that each shows.
    #[must_use]
    pub fn masks(mut self, masks: impl IntoIterator<Item = Mask>) -> Self {
        self.masks.extend(masks);
        self
    }

    /// Adds a route.
    ///
    /// # Panics
    /// When the path already has this method: two handlers for one request is a programming error, found at start-up.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "`add` reads best in a table of routes; nothing is summed"
    )]
    pub fn add(mut self, endpoint: Endpoint<S>) -> Self {
        self.router = self.router.route(endpoint.docs.path, endpoint.handler);
        self.docs.push(endpoint.docs);
        self
    }

    /// Every route with its access: for tests that try each one without the right to.
    #[must_use]
    pub fn table(&self) -> Vec<RouteInfo> {
        self.docs
            .iter()
            .map(|docs| RouteInfo { method: docs.method.clone(), path: docs.path, access: docs.access })
            .collect()
    }

    /// The OpenAPI 3.1 document, without the routes that stay [undocumented](Route::undocumented).
    #[must_use]
    pub fn openapi(&self) -> serde_json::Value {
        let mut document = openapi::document(self.name, self.title, self.description, &self.docs);
        masked::mark(&mut document, &self.masks);
        document
    }

    /// The service: routes behind the [edge](crate::edge). Built once, when the function starts.
    pub fn into_router(self, state: S, edge: Edge) -> Router {
        let router =
            self.router.fallback(no_such_path).method_not_allowed_fallback(no_such_method).with_state(state);
        edge.around(router)
    }
}
