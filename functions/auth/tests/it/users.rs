//! Users looked after over HTTP, and their passwords by themselves.

use http::Method;
use http_kit::testing::{TestRequest, TestResponse};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

const NEXT: &str = "another good password";

/// A firm with an owner, an administrator and a trader, and their tokens.
struct Firm {
    world: World,
    owner: String,
    admin: String,
    trader: String,
}

impl Firm {
    async fn new() -> Self {
        let world = World::new();
        for role in ["owner", "admin", "trader"] {
            let user = json!({
                "kind": "create-user", "email": format!("{role}@example.com"), "name": format!("The {role}"),
                "password": PASSWORD, "roles": [role],
            });
            assert!(world.invoke(user).await["ok"].is_object());
        }
        let token = async |role: &str| {
            let granted = world.log_in(&format!("{role}@example.com"), PASSWORD).await.json();
            granted["accessToken"].as_str().unwrap().to_owned()
        };
        let (owner, admin, trader) = (token("owner").await, token("admin").await, token("trader").await);
        world.relay_all().await;
        Self { world, owner, admin, trader }
    }

    async fn ask(&self, token: &str, request: TestRequest) -> TestResponse {
        let context = self.world.authorize(&format!("Bearer {token}")).await;
        self.world.send(request.authorizer(context)).await
    }

    async fn get(&self, token: &str, path: &str) -> TestResponse {
        self.ask(token, TestRequest::get(path)).await
    }

    async fn create(&self, token: &str, key: &str, body: &Value) -> TestResponse {
        self.ask(token, TestRequest::post("/v1/users").key(key).json(body)).await
    }

    /// The entry of the list with this name.
    async fn listed(&self, name: &str) -> Value {
        let list = self.get(&self.admin, "/v1/users").await.json();
        list["data"].as_array().unwrap().iter().find(|user| user["name"] == name).unwrap().clone()
    }

    async fn change(&self, token: &str, user: &Value, body: &Value) -> TestResponse {
        let path = format!("/v1/users/{}", user["id"].as_str().unwrap());
        let version = format!("\"{}\"", user["version"]);
        let request = TestRequest::new(Method::PATCH, &path).header("if-match", &version);
        self.ask(token, request.json(body)).await
    }

    async fn change_password(&self, token: &str, present: &str, next: &str) -> TestResponse {
        let body = json!({ "currentPassword": present, "newPassword": next });
        self.ask(token, TestRequest::post("/v1/me/password").json(&body)).await
    }
}

fn usha(roles: &[&str]) -> Value {
    json!({ "email": "Usha@example.com", "name": "Usha Nair", "password": PASSWORD, "roles": roles })
}

#[tokio::test]
async fn an_account_is_opened_once_and_its_user_logs_in() {
    let firm = Firm::new().await;
    let made = firm.create(&firm.admin, "k-1", &usha(&["trader", "trader"])).await;
    assert_eq!(made.status(), 201, "{}", made.json());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!((made.header("location"), made.header("etag")), (&*format!("/v1/users/{id}"), "\"1\""));
    assert_eq!(
        (&made.json()["email"], &made.json()["roles"]),
        (&json!("usha@example.com"), &json!(["trader"]))
    );
    assert_eq!(firm.world.log_in("usha@example.com", PASSWORD).await.status(), 200);

    let again = firm.create(&firm.admin, "k-1", &usha(&["trader", "trader"])).await;
    assert_eq!((again.status(), again.header("idempotency-replayed")), (201, "true"));
    let other = firm.create(&firm.admin, "k-1", &usha(&["viewer"])).await;
    assert_eq!((other.status(), other.problem().as_str()), (422, "idempotency-key-reused"));
    for roles in [["trader"], ["viewer"]] {
        let taken = firm.create(&firm.admin, "k-2", &usha(&roles)).await;
        assert_eq!(
            (taken.status(), taken.problem().as_str()),
            (409, "conflict"),
            "the password would not count"
        );
    }

    firm.world.relay_all().await;
    assert_eq!(firm.listed("Usha Nair").await, made.json());
    assert_eq!(firm.get(&firm.owner, &format!("/v1/users/{id}")).await.json(), made.json());
    assert_eq!(firm.world.fsck().await, Vec::<String>::new());
    let commit = firm.world.commits().into_iter().find(|commit| commit.stream.key() == id).unwrap();
    assert_eq!(
        json!(commit.provenance.actor.to_string()),
        firm.listed("The admin").await["id"],
        "who opened it is on record"
    );
    let shown = format!("{}{}", made.json(), firm.get(&firm.admin, "/v1/users").await.json());
    assert!(!shown.to_lowercase().contains("hash") && !shown.contains(PASSWORD));
}

#[tokio::test]
async fn users_are_listed_by_name_in_pages() {
    let firm = Firm::new().await;
    let mut names = Vec::new();
    let mut path = "/v1/users?limit=2".to_owned();
    loop {
        let page = firm.get(&firm.admin, &path).await.json();
        names.extend(page["data"].as_array().unwrap().iter().map(|user| user["name"].clone()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/v1/users?limit=2&cursor={cursor}");
    }
    assert_eq!(names, ["The admin", "The owner", "The trader"]);
}

#[tokio::test]
async fn roles_and_access_are_changed_and_sessions_end() {
    let firm = Firm::new().await;
    let trader = firm.listed("The trader").await;
    let changed = firm.change(&firm.admin, &trader, &json!({ "roles": ["viewer", "accounts"] })).await;
    assert_eq!((changed.status(), changed.header("etag")), (200, "\"2\""), "{}", changed.json());
    assert_eq!(changed.json()["roles"], json!(["accounts", "viewer"]));
    let stale = firm.change(&firm.admin, &trader, &json!({ "disabled": true })).await;
    assert_eq!((stale.status(), stale.problem().as_str()), (412, "precondition-failed"));
    let same = firm.change(&firm.admin, &changed.json(), &json!({ "roles": ["accounts", "viewer"] })).await;
    assert_eq!((same.status(), same.json()["version"].clone()), (200, json!(2)));

    let kept_out = firm.change(&firm.owner, &same.json(), &json!({ "disabled": true })).await.json();
    assert_eq!(kept_out["disabled"], true);
    assert_eq!(firm.world.log_in("trader@example.com", PASSWORD).await.status(), 401);
    firm.world.relay_all().await;
    firm.world.clock.advance_ms(60_000);
    assert_eq!(firm.get(&firm.trader, "/v1/me").await.status(), 401, "within a minute");
    let back = firm.change(&firm.owner, &kept_out, &json!({ "disabled": false })).await;
    assert_eq!(back.json()["disabled"], false);
    assert_eq!(firm.world.log_in("trader@example.com", PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn nobody_makes_themselves_more_than_they_are() {
    let firm = Firm::new().await;
    let (owner, admin) = (firm.listed("The owner").await, firm.listed("The admin").await);
    let before = firm.world.commits().len();
    for (token, user, body) in [
        (&firm.admin, &admin, json!({ "roles": ["admin", "trader"] })),
        (&firm.admin, &admin, json!({ "disabled": true })),
        (&firm.owner, &owner, json!({ "disabled": true })),
        (&firm.owner, &owner, json!({ "roles": ["viewer"] })),
        (&firm.admin, &owner, json!({ "disabled": true })),
        (&firm.admin, &owner, json!({ "roles": ["viewer"] })),
    ] {
        let answer = firm.change(token, user, &body).await;
        assert_eq!((answer.status(), answer.problem().as_str()), (403, "forbidden"), "{body}");
    }
    let answer = firm.create(&firm.admin, "k-1", &usha(&["owner"])).await;
    assert_eq!((answer.status(), answer.problem().as_str()), (403, "forbidden"));
    let trader = firm.listed("The trader").await;
    let answer = firm.change(&firm.admin, &trader, &json!({ "roles": ["owner"] })).await;
    assert_eq!(answer.status(), 403);
    assert_eq!(firm.world.commits().len(), before, "nothing was written");
    assert_eq!(firm.create(&firm.owner, "k-2", &usha(&["owner"])).await.status(), 201);
    assert_eq!(firm.change(&firm.owner, &admin, &json!({ "roles": ["viewer"] })).await.status(), 200);
}

#[tokio::test]
async fn every_fault_of_an_account_is_told_and_none_is_opened() {
    let firm = Firm::new().await;
    let before = firm.world.commits().len();
    let body =
        json!({ "email": "nobody", "name": " ", "password": "", "roles": ["king"], "tenantId": "other" });
    let answer = firm.create(&firm.admin, "k-1", &body).await;
    assert_eq!(answer.status(), 422);
    let mut places: Vec<String> = answer.faults().into_iter().map(|(place, _)| place).collect();
    places.sort();
    assert_eq!(places, ["/email", "/name", "/password", "/roles/0", "/tenantId"]);
    let mut short = usha(&["trader"]);
    short["password"] = "fourteen chars".into();
    let answer = firm.create(&firm.admin, "k-1", &short).await;
    assert_eq!(answer.faults(), [("/password".to_owned(), "too-short".to_owned())]);
    assert_eq!(firm.world.commits().len(), before);
    let unknown = json!({ "id": "user_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f", "version": 1 });
    assert_eq!(firm.change(&firm.owner, &unknown, &json!({ "disabled": true })).await.status(), 404);
    let roles = firm.get(&firm.admin, "/v1/roles").await.json();
    assert_eq!(roles["data"].as_array().unwrap().len(), 7);
    assert_eq!(firm.get(&firm.trader, "/v1/users").await.status(), 403);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it_and_every_session_ends() {
    let firm = Firm::new().await;
    let answer = firm.change_password(&firm.trader, "not the password", NEXT).await;
    assert_eq!(answer.faults(), [("/currentPassword".to_owned(), "wrong".to_owned())]);
    let answer = firm.change_password(&firm.trader, PASSWORD, "fourteen chars").await;
    assert_eq!(answer.faults(), [("/newPassword".to_owned(), "too-short".to_owned())]);
    assert_eq!(firm.world.log_in("trader@example.com", PASSWORD).await.status(), 200, "nothing has changed");

    assert_eq!(firm.change_password(&firm.trader, PASSWORD, NEXT).await.status(), 204);
    assert_eq!(firm.world.log_in("trader@example.com", PASSWORD).await.status(), 401);
    assert_eq!(firm.world.log_in("trader@example.com", NEXT).await.status(), 200);
    firm.world.relay_all().await;
    firm.world.clock.advance_ms(60_000);
    assert_eq!(firm.get(&firm.trader, "/v1/me").await.status(), 401);
    let kept = format!("{:?} {:?}", firm.world.commits(), firm.world.bus.take());
    assert!(!kept.contains(NEXT));
}

#[tokio::test]
async fn a_stolen_token_does_not_guess_the_password() {
    let firm = Firm::new().await;
    for _ in 0..5 {
        assert_eq!(firm.change_password(&firm.trader, "not the password", NEXT).await.status(), 422);
    }
    let checks = firm.world.hasher.checks();
    let answer = firm.change_password(&firm.trader, PASSWORD, NEXT).await;
    assert_eq!((answer.status(), answer.problem().as_str()), (429, "too-many-requests"));
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(firm.world.log_in("trader@example.com", PASSWORD).await.status(), 429, "counted together");
    assert_eq!(firm.world.hasher.checks(), checks, "nothing is looked at any more");
    assert_eq!(
        firm.change_password(&firm.admin, PASSWORD, NEXT).await.status(),
        204,
        "others are left alone"
    );
}
