//! Sessions: refreshing, logging out, and what becomes of them when an account changes.

use http_kit::testing::{TestRequest, TestResponse};
use serde_json::{Value, json};
use testkit::{Fate, FaultyLog, Operation};

use crate::world::{PASSWORD, World};

const EMAIL: &str = "asha@example.com";

/// What a client of a session holds.
struct Tokens {
    access: String,
    refresh: String,
}

impl Tokens {
    fn of(answer: &TestResponse) -> Self {
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name}: {body}")).to_owned();
        Self { access: text("accessToken"), refresh: text("refreshToken") }
    }
}

impl World {
    async fn session(&self) -> Tokens {
        Tokens::of(&self.log_in(EMAIL, PASSWORD).await)
    }

    async fn give(&self, path: &str, refresh_token: &str) -> TestResponse {
        self.send(TestRequest::post(path).json(&json!({ "refreshToken": refresh_token }))).await
    }

    async fn refresh(&self, tokens: &Tokens) -> TestResponse {
        self.give("/v1/auth/refresh", &tokens.refresh).await
    }

    /// Refreshes what must be good.
    async fn refreshed(&self, tokens: &Tokens) -> Tokens {
        let answer = self.refresh(tokens).await;
        assert_eq!(answer.status(), 200, "{}", answer.json());
        Tokens::of(&answer)
    }

    /// What the authorizer says of an access token, once its list is as new as it ever has to be.
    async fn authorized(&self, tokens: &Tokens) -> Value {
        self.relay_all().await;
        self.clock.advance_ms(15_000);
        self.authorize(&format!("Bearer {}", tokens.access)).await
    }
}

impl World {
    /// A request with these tokens, as the authorizer lets it through.
    async fn send_with(&self, tokens: &Tokens, request: TestRequest) -> TestResponse {
        let context = self.authorize(&format!("Bearer {}", tokens.access)).await;
        self.send(request.authorizer(context)).await
    }

    /// Ids of the sessions that the list shows, newest first, and which of them asks.
    async fn listed(&self, tokens: &Tokens) -> (Vec<String>, Option<String>) {
        self.relay_all().await;
        let answer = self.send_with(tokens, TestRequest::get("/v1/me/sessions")).await;
        let data = answer.json()["data"].as_array().unwrap().clone();
        let id = |session: &Value| session["id"].as_str().unwrap().to_owned();
        let current = data.iter().find(|session| session["current"] == true).map(id);
        (data.iter().map(id).collect(), current)
    }
}

fn void() -> Value {
    json!({ "fault": "expired" })
}

#[tokio::test]
async fn a_refresh_gives_tokens_that_work_and_takes_the_roles_of_the_moment() {
    let world = World::with_asha(&["trader"]).await;
    let first = world.session().await;
    world.invoke(json!({ "kind": "change-roles", "email": EMAIL, "roles": ["viewer"] })).await;
    // The second in which the roles changed counts as before.
    world.clock.advance_ms(1_000);
    let next = world.refreshed(&first).await;
    assert_ne!((&next.access, &next.refresh), (&first.access, &first.refresh));
    assert_eq!(world.authorized(&first).await, void(), "says what is no longer so");
    assert_eq!(world.authorized(&next).await["roles"], "viewer");
    let again = world.refreshed(&next).await;
    assert_eq!(world.authorized(&again).await["sessionId"], world.authorized(&next).await["sessionId"]);
}

#[tokio::test]
async fn three_tabs_that_refresh_at_once_stay_and_the_old_token_later_ends_them_all() {
    let world = World::with_asha(&["trader"]).await;
    let stale = world.session().await;
    let mut tabs = Vec::new();
    for _ in 0..3 {
        tabs.push(world.refreshed(&stale).await);
        world.clock.advance_ms(3_000);
    }
    for tab in &mut tabs {
        *tab = world.refreshed(tab).await;
        assert_eq!(world.authorized(tab).await["userId"], json!(tab_user(&world).await));
    }
    let elsewhere = world.session().await;
    assert_eq!(world.refresh(&stale).await.status(), 401);
    for tab in &tabs {
        assert_eq!(world.refresh(tab).await.status(), 401);
        assert_eq!(world.authorized(tab).await, void());
    }
    assert_ne!(world.authorized(&elsewhere).await, void(), "a session on another device goes on");
    world.refreshed(&elsewhere).await;
}

#[tokio::test]
async fn others_hear_whose_session_was_reused_and_of_nothing_else_that_ends_one() {
    let world = World::with_asha(&["trader"]).await;
    let stale = world.session().await;
    let out = world.session().await;
    world.give("/v1/auth/logout", &out.refresh).await;
    world.refreshed(&stale).await;
    world.relay_all().await;
    let before = world.bus.take();
    assert!(before.iter().all(|fact| fact.fact_type == "auth.user-created"), "{before:?}");

    world.clock.advance_ms(10_001);
    assert_eq!(world.refresh(&stale).await.status(), 401);
    assert_eq!(world.refresh(&stale).await.status(), 401);
    world.relay_all().await;
    let facts = world.bus.take();
    let reused: Vec<_> = facts.iter().filter(|fact| fact.fact_type == "auth.session-reused").collect();
    assert_eq!(reused.len(), 1, "{facts:?}");
    let data = &reused[0].data;
    assert_eq!((&data["name"], &data["email"]), (&json!("Asha Rao"), &json!(EMAIL)));
    assert_eq!((&data["openedAt"], data["device"].is_object()), (&json!(testkit::NOON), true));
    assert_eq!(data["sessionId"], reused[0].stream_id.as_str());
}

async fn tab_user(world: &World) -> String {
    world.create_asha(&["trader"]).await["ok"]["userId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn logging_out_ends_the_session_and_is_answered_alike_for_whatever_token() {
    let world = World::with_asha(&["trader"]).await;
    let (tokens, other) = (world.session().await, world.session().await);
    assert_ne!(world.authorized(&tokens).await, void());
    for token in [&*tokens.refresh, &*tokens.refresh, "rt_AAAA", "nonsense"] {
        let answer = world.give("/v1/auth/logout", token).await;
        assert_eq!((answer.status(), answer.body.len()), (204, 0), "{token}");
    }
    assert_eq!(world.refresh(&tokens).await.status(), 401);
    assert_eq!(world.authorized(&tokens).await, void());
    assert_ne!(world.authorized(&other).await, void());
    assert_eq!(world.commits().len(), 4, "a user, two sessions, one end");
}

#[tokio::test]
async fn a_disabled_user_and_a_changed_password_end_every_session() {
    let changes = [
        json!({ "kind": "disable-user", "email": EMAIL }),
        json!({ "kind": "change-password", "email": EMAIL, "password": "another good password" }),
    ];
    for change in changes {
        let world = World::with_asha(&["trader"]).await;
        let tokens = world.session().await;
        world.clock.advance_ms(1_000);
        assert!(world.invoke(change.clone()).await["ok"].is_object(), "{change}");
        assert_eq!(world.authorized(&tokens).await, void(), "{change}");
        assert_eq!(world.refresh(&tokens).await.status(), 401, "{change}");
        // Not even after the user is let in again.
        world.invoke(json!({ "kind": "enable-user", "email": EMAIL })).await;
        assert_eq!(world.refresh(&tokens).await.status(), 401, "{change}");
    }
}

#[tokio::test]
async fn a_password_that_changed_lets_new_sessions_in() {
    let world = World::with_asha(&["trader"]).await;
    let password = "another good password";
    world.clock.advance_ms(1_000);
    world.invoke(json!({ "kind": "change-password", "email": EMAIL, "password": password })).await;
    world.relay_all().await;
    world.clock.advance_ms(1_000);
    let tokens = Tokens::of(&world.log_in(EMAIL, password).await);
    assert_ne!(world.authorized(&tokens).await, void());
    world.refreshed(&tokens).await;
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_without_effect() {
    let world = World::with_asha(&["trader"]).await;
    let tokens = world.session().await;
    let (commits, good) = (world.commits().len(), &tokens.refresh);
    // Of another session's name, of another generation, of another secret: one character changed at each of them.
    for at in [5, 27, 40, 80] {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'Q' { b'w' } else { b'Q' };
        let forged = String::from_utf8(bytes).unwrap();
        let answer = world.give("/v1/auth/refresh", &forged).await;
        assert_eq!((answer.status(), answer.problem().as_str()), (401, "unauthenticated"), "{at}");
    }
    for text in ["nonsense", "rt_", &tokens.access[..200]] {
        assert_eq!(world.give("/v1/auth/refresh", text).await.status(), 401, "{text}");
    }
    assert_eq!(world.commits().len(), commits, "nothing was written");
    world.refreshed(&tokens).await;
}

#[tokio::test]
async fn a_session_lasts_a_week_without_use() {
    let world = World::with_asha(&["trader"]).await;
    let (used, left) = (world.session().await, world.session().await);
    world.clock.advance_days(6);
    let used = world.refreshed(&used).await;
    world.clock.advance_days(1);
    assert_eq!(world.refresh(&left).await.status(), 401);
    world.refreshed(&used).await;
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_is_tried_again_with_the_same_token() {
    for fate in [Fate::FailBefore, Fate::FailAfter, Fate::Twice] {
        // The user, the session, the refresh.
        let world = World::on(move |log| {
            std::sync::Arc::new(FaultyLog::new(log, move |call| {
                if call.operation == Operation::Append && call.nth == 3 { fate } else { Fate::Pass }
            }))
        });
        world.create_asha(&["trader"]).await;
        let tokens = world.session().await;
        // The log settles it; the client's own loss is the same to it.
        let lost = world.refreshed(&tokens).await;
        let again = world.refreshed(&tokens).await;
        world.refreshed(&lost).await;
        world.refreshed(&again).await;
    }
}

#[tokio::test]
async fn without_a_signature_no_token_is_traded() {
    let world = World::with_asha(&["trader"]).await;
    let tokens = world.session().await;
    world.signer.set_broken(true);
    assert_eq!(world.refresh(&tokens).await.status(), 503);
    world.signer.set_broken(false);
    world.clock.advance_ms(60_000);
    world.refreshed(&tokens).await;
}

#[tokio::test]
async fn neither_log_nor_list_holds_what_a_token_is_made_of() {
    let world = World::with_asha(&["trader"]).await;
    let tokens = world.refreshed(&world.session().await).await;
    world.give("/v1/auth/logout", &tokens.refresh).await;
    world.relay_all().await;
    let kept = format!("{:?} {:?}", world.commits(), world.ops.items());
    // Session and generation come first; the rest is secret.
    assert!(!kept.contains(&tokens.refresh[30..50]) && !kept.contains(&tokens.refresh[60..90]));
    let revoked = world.ops.items().into_iter().find(|item| item.pk.ends_with("#REVOKED")).unwrap();
    assert!(revoked.expires.is_some(), "the list forgets what no token can say any more");
}

#[tokio::test]
async fn a_session_of_hundreds_of_refreshes_is_clean() {
    let world = World::with_asha(&["trader"]).await;
    let mut tokens = world.session().await;
    for _ in 0..300 {
        world.clock.advance_ms(900_000);
        tokens = world.refreshed(&tokens).await;
    }
    world.relay_all().await;
    assert_eq!(world.fsck().await, Vec::<String>::new());
}

#[tokio::test]
async fn somebody_sees_who_they_are_and_on_which_devices() {
    let world = World::with_asha(&["viewer"]).await;
    let (phone, desk) = (world.session().await, world.session().await);
    let me = world.send_with(&desk, TestRequest::get("/v1/me")).await.json();
    assert_eq!((&me["name"], &me["roles"]), (&json!("Asha Rao"), &json!(["viewer"])));
    assert!(me["permissions"].as_array().unwrap().contains(&json!("deal:read")), "{me}");
    let (ids, current) = world.listed(&desk).await;
    assert_eq!(ids.len(), 2);
    assert_eq!(current.as_deref(), me["sessionId"].as_str());
    assert_ne!(world.listed(&phone).await.1, current);
    world.clock.advance_days(8);
    let later = world.session().await;
    assert_eq!(world.listed(&later).await.0.len(), 1, "sessions that expired are not listed");
}

#[tokio::test]
async fn the_list_says_on_which_device_somebody_logged_in() {
    let world = World::with_asha(&["viewer"]).await;
    let mut event = testkit::sample("auth/login");
    event["requestContext"]["http"]["userAgent"] = json!(format!("Phone\u{7}{}", "x".repeat(300)));
    event["requestContext"]["http"]["sourceIp"] = json!("203.0.113.7");
    event["body"] = json!(json!({ "email": EMAIL, "password": PASSWORD }).to_string());
    assert_eq!(world.invoke(event).await["statusCode"], 200);
    let tokens = world.session().await;
    world.relay_all().await;
    let answer = world.send_with(&tokens, TestRequest::get("/v1/me/sessions")).await.json();
    let shown = answer["data"].as_array().unwrap();
    let phone = shown.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(phone["address"], "203.0.113.7");
    assert_eq!(phone["device"], json!(format!("Phone{}", "x".repeat(195))));
}

#[tokio::test]
async fn a_session_is_ended_from_another_device_and_nobody_elses_is() {
    let world = World::with_asha(&["viewer"]).await;
    world
        .invoke(json!({ "kind": "create-user", "email": "usha@example.com", "name": "Usha", "password": PASSWORD, "roles": ["owner"] }))
        .await;
    let (lost, desk) = (world.session().await, world.session().await);
    let usha = Tokens::of(&world.log_in("usha@example.com", PASSWORD).await);
    let (ids, current) = world.listed(&desk).await;
    let id = ids.iter().find(|id| Some(*id) != current.as_ref()).unwrap();
    let path = format!("/v1/me/sessions/{id}");
    let foreign = world.send_with(&usha, TestRequest::new(http::Method::DELETE, &path)).await;
    assert_eq!((foreign.status(), foreign.problem().as_str()), (404, "not-found"));
    for _ in 0..2 {
        assert_eq!(world.send_with(&desk, TestRequest::new(http::Method::DELETE, &path)).await.status(), 204);
    }
    assert_eq!(world.refresh(&lost).await.status(), 401);
    assert_eq!(world.authorized(&lost).await, void());
    assert_eq!(world.listed(&desk).await.0, [current.unwrap()]);
    world.refreshed(&usha).await;
    world.refreshed(&desk).await;
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_of_the_caller() {
    let world = World::with_asha(&["viewer"]).await;
    let sessions = [world.session().await, world.session().await, world.session().await];
    world.relay_all().await;
    // The newest is not listed yet; it is the one that asks.
    let newest = world.session().await;
    assert_eq!(
        world.send_with(&newest, TestRequest::new(http::Method::DELETE, "/v1/me/sessions")).await.status(),
        204
    );
    for tokens in sessions.iter().chain([&newest]) {
        assert_eq!(world.refresh(tokens).await.status(), 401);
    }
}

#[tokio::test]
async fn nobody_without_a_token_asks_who_they_are() {
    let world = World::new();
    for path in ["/v1/me", "/v1/me/sessions"] {
        assert_eq!(world.send(TestRequest::get(path)).await.status(), 401, "{path}");
    }
}
