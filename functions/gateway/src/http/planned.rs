//! Resources that are planned and not there yet: an honest 501 instead of a 404 that looks like a typo.

use http_kit::{Access, Endpoint, Problem, Route, Routes};

use super::Gateway;

/// Each planned collection, and what lies below it.
const PLANNED: [[&str; 2]; 3] = [
    ["/v1/hooks", "/v1/hooks/{*below}"],
    ["/v1/reports", "/v1/reports/{*below}"],
    ["/v1/audit", "/v1/audit/{*below}"],
];

/// Adds every planned path with every method. Not in the document: a client can do nothing with them.
pub(super) fn add(routes: Routes<Gateway>) -> Routes<Gateway> {
    PLANNED.into_iter().flatten().flat_map(endpoints).fold(routes, Routes::add)
}

fn endpoints(path: &'static str) -> [Endpoint<Gateway>; 5] {
    [Route::get(path), Route::post(path), Route::put(path), Route::patch(path), Route::delete(path)]
        .map(|route| route.access(Access::Public).undocumented().handler(not_yet))
}

async fn not_yet() -> Problem {
    Problem::not_implemented("This part of the API is planned and not there yet.")
}
