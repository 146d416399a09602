//! Whether the tables of this context agree.

use serde_json::json;

use crate::world::World;

impl World {
    pub async fn fsck(&self) -> Vec<String> {
        let (direct, mut event, mut found) = (self.auth.direct(), json!({ "kind": "fsck" }), Vec::new());
        loop {
            let page = direct.handle("fsck", event.clone()).await.unwrap();
            let differences = page["differences"].as_array().unwrap();
            found
                .extend(differences.iter().map(|difference| difference["what"].as_str().unwrap().to_owned()));
            event["after"] = page["next"].clone();
            if event["after"].is_null() {
                return found;
            }
        }
    }
}

#[tokio::test]
async fn users_are_clean_and_one_whose_address_is_not_guarded_is_found() {
    let world = World::with_asha(&["trader"]).await;
    assert_eq!(world.fsck().await, Vec::<String>::new());
    world.log.lose_guard(&"main".parse().unwrap(), "user-email#asha@example.com");
    let found = world.fsck().await;
    assert!(found.len() == 1 && found[0].contains("is held by nobody"), "{found:?}");
}

#[tokio::test]
async fn a_damaged_user_is_found() {
    let world = World::with_asha(&["trader"]).await;
    world.log.damage(|streams| {
        let commits = streams.values_mut().next().unwrap();
        commits[0].events[0].data["roles"] = json!(["owner"]);
    });
    let found = world.fsck().await;
    assert!(found.len() == 1 && found[0].contains("does not match its hash"), "{found:?}");
}
