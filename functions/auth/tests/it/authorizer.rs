//! The Lambda authorizer: events as API Gateway sends them, contexts as the other functions read them.

use std::collections::BTreeSet;

use auth_domain::{Role, policy};
use serde_json::json;

use crate::world::{TTL_S, World};

#[tokio::test]
async fn a_good_token_is_spelled_out_for_the_contexts() {
    let world = World::with_asha(&["trader"]).await;
    let user_id = world.create_asha(&["trader"]).await["ok"]["userId"].clone();
    let mut context = world.authorize(&format!("Bearer {}", world.token().await)).await;
    let session = context.as_object_mut().unwrap().remove("sessionId").unwrap();
    assert!(session.as_str().unwrap().starts_with("session_"), "{session}");
    assert_eq!(
        context,
        json!({
            "tenant": "main",
            "userId": user_id,
            "name": "Asha Rao",
            "roles": "trader",
            "permissions": "product:read lot:read cost:read deal:read deal:write deal:cancel deal:amend party:read \
                            party:contacts party:write notification:tell api-key:read api-key:write",
        })
    );
}

#[tokio::test]
async fn every_role_gets_the_permissions_of_the_policy() {
    for role in Role::ALL {
        let world = World::with_asha(&[role.as_str()]).await;
        let context = world.authorize(&format!("Bearer {}", world.token().await)).await;
        let granted: BTreeSet<&str> = context["permissions"].as_str().unwrap().split(' ').collect();
        let expected: BTreeSet<&str> = policy::permissions_of(role).iter().map(|p| p.as_str()).collect();
        assert_eq!(granted, expected, "{role}");
    }
}

#[tokio::test]
async fn an_expired_token_is_told_from_a_bad_one() {
    let world = World::with_asha(&["trader"]).await;
    let token = format!("Bearer {}", world.token().await);
    world.clock.advance_ms((TTL_S + 31) * 1_000);
    assert_eq!(world.authorize(&token).await, json!({ "fault": "expired" }));
    assert_eq!(world.authorize("Bearer nonsense").await, json!({ "fault": "invalid" }));
    assert_eq!(world.authorize("").await, json!({ "fault": "invalid" }));
}

#[tokio::test]
async fn the_context_is_one_that_http_kit_understands() {
    let world = World::with_asha(&["accounts", "logistics"]).await;
    let context = world.authorize(&format!("Bearer {}", world.token().await)).await;
    let context = http_kit::AuthorizerContext(context.as_object().unwrap().clone());
    let identity = http_kit::Identity::from_context(Some(&context));
    let principal = identity.principal().unwrap();
    assert_eq!(principal.roles, ["accounts", "logistics"]);
    assert!(principal.may("lot:write") && principal.may("deal:amend") && !principal.may("deal:write"));
}
