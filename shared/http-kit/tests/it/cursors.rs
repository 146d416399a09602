//! Cursors continue one list, and nothing else.

use http_kit::testing::{TestRequest, TestResponse};
use http_kit::{CursorKey, CursorScope, CursorToken};
use proptest::prelude::*;

use crate::app::router;

async fn list(query: &str) -> TestResponse {
    TestRequest::get(&format!("/v1/orders?{query}")).caller("user_1", &["order:read"]).send(&router()).await
}

async fn first_cursor(query: &str) -> String {
    list(query).await.json()["nextCursor"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_cursor_continues_its_list_with_any_limit() {
    let cursor = first_cursor("customer=A&limit=3").await;
    let next = list(&format!("limit=2&cursor={cursor}&customer=A")).await;
    assert_eq!(next.json()["data"], serde_json::json!(["order number 3", "order number 4"]));
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let cursor = first_cursor("customer=A").await;
    for query in ["", "customer=B", "customer=A&urgent=true", "from=2026-11-22&customer=A"] {
        let response = list(&format!("{query}&cursor={cursor}")).await;
        assert_eq!((response.status(), &*response.problem()), (400, "invalid-cursor"), "{query}");
        assert_eq!(response.faults(), [("cursor".to_owned(), "invalid-cursor".to_owned())]);
    }
    let other_firm = TestRequest::get(&format!("/v1/orders?customer=A&cursor={cursor}"));
    let response = other_firm.caller_of("other", "user_1", &["order:read"]).send(&router()).await;
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn forged_cursors_are_refused() {
    let cursor = first_cursor("").await;
    for forged in
        ["", "x", "AQ", "AQAA", "%00", "e30=", &cursor[1..], &format!("{cursor}A"), &"A".repeat(5_000)]
    {
        let response = list(&format!("cursor={forged}")).await;
        assert_eq!((response.status(), &*response.problem()), (400, "invalid-cursor"), "{forged}");
    }
}

#[test]
fn a_short_secret_is_refused() {
    assert!(CursorKey::try_new(&[1; 31]).is_err());
    assert!(CursorKey::try_new(&[1; 32]).is_ok());
}

#[test]
fn a_key_does_not_show_itself() {
    assert_eq!(format!("{:?}", CursorKey::try_new(&[65; 32]).unwrap()), "CursorKey(…)");
}

fn key() -> CursorKey {
    CursorKey::try_new(&[9; 32]).unwrap()
}

proptest! {
    #[test]
    fn what_was_sealed_opens(position in ".{0,40}", path in "/[a-z/]{0,20}", filters in ".{0,40}") {
        let scope = CursorScope::new(&path, "main", &filters);
        let token = CursorToken::new(key().seal(&scope, &position).unwrap());
        prop_assert_eq!(key().open::<String>(&scope, &token).unwrap(), position);
    }

    #[test]
    fn any_change_to_a_token_is_noticed(position in 0_u64..1_000_000, at in 0_usize..60, to in "[A-Za-z0-9_-]") {
        let scope = CursorScope::new("/v1/orders", "main", "{}");
        let sealed = key().seal(&scope, &position).unwrap();
        let mut changed = sealed.clone();
        let at = at.min(sealed.len() - 1);
        changed.replace_range(at..=at, &to);
        prop_assume!(changed != sealed);
        prop_assert!(key().open::<u64>(&scope, &CursorToken::new(changed)).is_err());
    }

    #[test]
    fn no_text_is_a_cursor_by_accident(text in "\\PC{0,200}") {
        let scope = CursorScope::new("/v1/orders", "main", "{}");
        prop_assert!(key().open::<serde_json::Value>(&scope, &CursorToken::new(text)).is_err());
    }

    #[test]
    fn another_key_opens_nothing(secret in proptest::collection::vec(any::<u8>(), 32..64)) {
        prop_assume!(secret != [9; 32]);
        let scope = CursorScope::new("/v1/orders", "main", "{}");
        let token = CursorToken::new(key().seal(&scope, &1_u64).unwrap());
        prop_assert!(CursorKey::try_new(&secret).unwrap().open::<u64>(&scope, &token).is_err());
    }
}
