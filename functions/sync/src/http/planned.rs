//! What is planned below `/v1/sync` and not there yet: an honest 501 instead of a 404 that looks like a typo.

use http_kit::{Access, Endpoint, Problem, Route, Routes};

use super::Api;

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    ["/v1/sync/conflicts", "/v1/sync/conflicts/{*below}"]
        .into_iter()
        .flat_map(endpoints)
        .fold(routes, Routes::add)
}

fn endpoints(path: &'static str) -> [Endpoint<Api>; 2] {
    [(Route::get(path), "sync:read"), (Route::post(path), "sync:run")]
        .map(|(route, permission)| route.access(Access::Requires(permission)).undocumented().handler(not_yet))
}

async fn not_yet() -> Problem {
    Problem::not_implemented("Resolving conflicts one by one is planned and not there yet.")
}
