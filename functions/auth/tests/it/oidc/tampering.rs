//! Answers that are not those of the login that this browser began.

use super::{come_back, leave, refused, trusting};

#[tokio::test]
async fn a_tampered_state_is_refused_and_nothing_is_asked_of_the_provider() {
    let world = trusting().await;
    let trip = leave(&world, "4711").await;
    let asked = world.provider.called.lock().unwrap().len();
    let other = if trip.state.ends_with('A') { "B" } else { "A" };
    let tampered = format!("{}{other}", &trip.state[..trip.state.len() - 1]);
    for state in [tampered.as_str(), "", &"a".repeat(4_000)] {
        let answer = come_back(&world, &format!("code={}&state={state}", trip.code), &trip.cookie).await;
        refused(&world, &answer, 400, "state");
    }
    let answer = come_back(&world, &format!("code={}", trip.code), &trip.cookie).await;
    assert_eq!(answer.faults(), [("state".to_owned(), "missing".to_owned())]);
    let answer = come_back(&world, &format!("{}&state={}", trip.query(), trip.state), &trip.cookie).await;
    assert_eq!(answer.faults(), [("state".to_owned(), "duplicate-parameter".to_owned())]);
    assert_eq!(world.provider.called.lock().unwrap().len(), asked);
    assert_eq!(come_back(&world, &trip.query(), &trip.cookie).await.status(), 200, "the login still waits");
}

#[tokio::test]
async fn a_login_that_another_browser_began_is_refused_and_stays_theirs() {
    let world = trusting().await;
    let (theirs, ours) = (leave(&world, "4711").await, leave(&world, "4712").await);
    let in_plain = theirs.cookie.replace("__Host-", "");
    for cookie in ["", "__Host-login=", "__Host-login=x", &in_plain, &ours.cookie] {
        refused(&world, &come_back(&world, &theirs.query(), cookie).await, 400, cookie);
    }
    assert_eq!(come_back(&world, &theirs.query(), &theirs.cookie).await.status(), 200);
}

#[tokio::test]
async fn a_login_is_finished_once() {
    let world = trusting().await;
    let trip = leave(&world, "4711").await;
    assert_eq!(come_back(&world, &trip.query(), &trip.cookie).await.status(), 200);
    let (commits, asked) = (world.commits().len(), world.provider.called.lock().unwrap().len());
    let again = come_back(&world, &trip.query(), &trip.cookie).await;
    assert_eq!((again.status(), again.problem().as_str()), (400, "invalid-request"));
    assert_eq!((world.commits().len(), world.provider.called.lock().unwrap().len()), (commits, asked));
}

#[tokio::test]
async fn of_two_that_finish_one_login_at_once_one_does() {
    let world = trusting().await;
    let trip = leave(&world, "4711").await;
    let query = trip.query();
    let both = futures_util::future::join_all((0..8).map(|_| come_back(&world, &query, &trip.cookie))).await;
    assert_eq!(both.iter().filter(|answer| answer.status() == 200).count(), 1);
}

#[tokio::test]
async fn a_login_waits_ten_minutes() {
    let world = trusting().await;
    let trip = leave(&world, "4711").await;
    world.clock.advance_ms(10 * 60 * 1_000);
    refused(&world, &come_back(&world, &trip.query(), &trip.cookie).await, 400, "late");
    let trip = leave(&world, "4711").await;
    world.clock.advance_ms(10 * 60 * 1_000 - 1);
    assert_eq!(come_back(&world, &trip.query(), &trip.cookie).await.status(), 200);
    assert!(world.ops.items().iter().all(|item| item.expires.is_some()));
}

#[tokio::test]
async fn a_code_of_another_login_is_refused_by_the_provider() {
    let world = trusting().await;
    let trip = leave(&world, "4711").await;
    world.provider.swap_challenge(&trip.code);
    refused(&world, &come_back(&world, &trip.query(), &trip.cookie).await, 401, "verifier");
    let trip = leave(&world, "4711").await;
    let query = format!("code=made-up&state={}", trip.state);
    refused(&world, &come_back(&world, &query, &trip.cookie).await, 401, "code");
}

#[tokio::test]
async fn a_code_that_was_slipped_into_another_login_does_not_help() {
    let world = trusting().await;
    let (victims, attackers) = (leave(&world, "4711").await, leave(&world, "666").await);
    let query = format!("code={}&state={}", victims.code, attackers.state);
    refused(&world, &come_back(&world, &query, &attackers.cookie).await, 401, "slipped in");
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_refused() {
    let world = trusting().await;
    let trip = leave(&world, "4711").await;
    let query = format!("{}&iss=https://evil.example.com", trip.query());
    refused(&world, &come_back(&world, &query, &trip.cookie).await, 401, "another");
    world.clock.advance_ms(60 * 60 * 1_000);
    world.provider.documented(|document| {
        document["authorization_response_iss_parameter_supported"] = true.into();
    });
    let trip = leave(&world, "4711").await;
    refused(
        &world,
        &come_back(&world, &trip.query(), &trip.cookie).await,
        401,
        "none, where there is always one",
    );
}

#[tokio::test]
async fn somebody_who_declines_at_the_provider_is_told_so_and_uses_the_login_up() {
    let world = trusting().await;
    for (query, status) in [
        ("error=access_denied", 401),
        ("error=access_denied&code=made-up", 401),
        ("error=%3Cscript%3E", 401),
        ("", 401),
        ("error=temporarily_unavailable", 503),
        ("error=server_error", 503),
    ] {
        let trip = leave(&world, "4711").await;
        let answer = come_back(&world, &format!("{query}&state={}", trip.state), &trip.cookie).await;
        refused(&world, &answer, status, query);
        assert!(!answer.json().to_string().contains("script"));
        refused(&world, &come_back(&world, &trip.query(), &trip.cookie).await, 400, "used up");
    }
}
