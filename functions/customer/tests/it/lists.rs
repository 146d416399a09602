//! `GET /v1/parties`

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{SECRETS, World};

async fn names(world: &World, filter: &str) -> Vec<String> {
    let listed = world.get(&format!("/v1/parties?{filter}")).await;
    let entries = listed["data"].as_array().unwrap_or_else(|| panic!("{listed}"));
    entries.iter().map(|party| party["name"].as_str().unwrap().to_owned()).collect()
}

async fn filled() -> World {
    let world = World::new();
    for body in [
        json!({ "name": "Élan", "roles": ["customer"], "tags": ["raffia", "west"] }),
        json!({ "name": "beta", "roles": ["supplier"], "tags": ["west"] }),
        json!({ "name": "Delta", "roles": ["customer", "supplier"] }),
        json!({ "name": "Alpha", "roles": ["customer"], "tags": ["west"], "active": false }),
    ] {
        world.enter(&body).await;
    }
    world.relay_all().await;
    world
}

#[tokio::test]
async fn parties_are_listed_by_name_and_by_role_tag_activity_and_beginning() {
    let world = filled().await;
    for (filter, expected) in [
        ("", vec!["Alpha", "beta", "Delta", "Élan"]),
        ("role=customer", vec!["Alpha", "Delta", "Élan"]),
        ("role=supplier", vec!["beta", "Delta"]),
        ("active=false", vec!["Alpha"]),
        ("role=customer&active=true", vec!["Delta", "Élan"]),
        ("tag=WEST", vec!["Alpha", "beta", "Élan"]),
        ("tag=west&role=customer&active=true", vec!["Élan"]),
        ("tag=east", vec![]),
        ("q=el", vec!["Élan"]),
        ("q=%C3%89L&role=customer", vec!["Élan"]),
        ("q=b&tag=west", vec!["beta"]),
        ("q=x", vec![]),
    ] {
        assert_eq!(names(&world, filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn pages_fit_together_and_belong_to_their_list() {
    let world = filled().await;
    let first = world.get("/v1/parties?role=customer&limit=2").await;
    let cursor = first["nextCursor"].as_str().unwrap();
    assert_eq!(names(&world, &format!("role=customer&limit=2&cursor={cursor}")).await, ["Élan"]);
    let elsewhere = world.get(&format!("/v1/parties?role=supplier&cursor={cursor}")).await;
    assert_eq!(elsewhere["type"], "/problems/invalid-cursor");
}

#[tokio::test]
async fn a_list_follows_a_renaming_and_forgets_a_tag_and_a_role() {
    let world = filled().await;
    let found = world.get("/v1/parties/lookup?name=beta").await;
    let id = found["data"][0]["id"].as_str().unwrap();
    world.change(id, &json!({ "name": "Zeta", "tags": [], "roles": ["customer"] })).await;
    world.relay_all().await;
    assert_eq!(names(&world, "").await, ["Alpha", "Delta", "Élan", "Zeta"]);
    assert_eq!(names(&world, "tag=west").await, ["Alpha", "Élan"]);
    assert_eq!(names(&world, "role=supplier").await, ["Delta"]);
}

#[tokio::test]
async fn commits_projected_in_any_order_give_the_same_lists() {
    let world = World::new();
    let id = world.customer("Before").await;
    world.change(&id, &json!({ "name": "After", "tags": ["new"] })).await;
    let mut commits: Vec<_> = world.log.streams().into_values().flatten().collect();
    commits.reverse();
    assert!(world.relay.relay(&commits).await.is_empty());
    assert_eq!(
        (names(&world, "").await, names(&world, "tag=new").await),
        (vec!["After".to_owned()], vec!["After".to_owned()])
    );
}

#[tokio::test]
async fn an_entry_of_the_list_says_what_a_single_read_says_but_nothing_personal() {
    let world = World::new();
    let id = world.ivory().await;
    world.relay_all().await;
    let entry = world.get("/v1/parties").await["data"][0].clone();
    let single = world.get(&format!("/v1/parties/{id}")).await;
    for (name, value) in entry.as_object().unwrap() {
        assert_eq!(*value, single[name], "{name}");
    }
    let text = Value::to_string(&entry);
    assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
}

#[tokio::test]
async fn a_beginning_without_a_letter_or_digit_is_refused_instead_of_listing_everything() {
    let world = filled().await;
    let refused = world.send(TestRequest::get("/v1/parties?q=%21%21%21")).await;
    assert_eq!(
        (refused.status(), refused.faults()),
        (400.try_into().unwrap(), vec![("q".to_owned(), "no-words".to_owned())])
    );
}
