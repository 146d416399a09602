//! The Lambda authorizer: events as API Gateway sends them, contexts as the other functions read them.

use std::collections::BTreeSet;

use auth_domain::{Role, policy};
use serde_json::{Value, json};

use crate::world::{TTL_S, World};

async fn context(world: &World, authorization: &str) -> Value {
    let event = json!({
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:ap-south-1:123456789012:api/$default/GET/v1/deals",
        "identitySource": [authorization],
        "headers": { "authorization": authorization },
        "requestContext": { "http": { "method": "GET", "path": "/v1/deals" } },
    });
    let answer = world.app.handle(event.to_string()).await.unwrap();
    assert_eq!(answer["isAuthorized"], true);
    answer["context"].clone()
}

#[tokio::test]
async fn a_good_token_is_spelled_out_for_the_contexts() {
    let world = World::with_asha(&["trader"]).await;
    let user_id = world.create_asha(&["trader"]).await["ok"]["userId"].clone();
    let context = context(&world, &format!("Bearer {}", world.token().await)).await;
    assert_eq!(
        context,
        json!({
            "tenant": "main",
            "userId": user_id,
            "name": "Asha Rao",
            "roles": "trader",
            "permissions": "product:read lot:read cost:read deal:read deal:write deal:cancel deal:amend party:read \
                            party:contacts party:write",
        })
    );
}

#[tokio::test]
async fn every_role_gets_the_permissions_of_the_policy() {
    for role in Role::ALL {
        let world = World::with_asha(&[role.as_str()]).await;
        let context = context(&world, &format!("Bearer {}", world.token().await)).await;
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
    assert_eq!(context(&world, &token).await, json!({ "fault": "expired" }));
    assert_eq!(context(&world, "Bearer nonsense").await, json!({ "fault": "invalid" }));
    assert_eq!(context(&world, "").await, json!({ "fault": "invalid" }));
}

#[tokio::test]
async fn the_context_is_one_that_http_kit_understands() {
    let world = World::with_asha(&["accounts", "logistics"]).await;
    let context = context(&world, &format!("Bearer {}", world.token().await)).await;
    let context = http_kit::AuthorizerContext(context.as_object().unwrap().clone());
    let identity = http_kit::Identity::from_context(Some(&context));
    let principal = identity.principal().unwrap();
    assert_eq!(principal.roles, ["accounts", "logistics"]);
    assert!(principal.may("lot:write") && principal.may("deal:amend") && !principal.may("deal:write"));
}
