use serde_json::{Value, json};

use crate::whatsapp::{Provider, text};

const FAULTS: &str = "_sim/whatsapp/faults";

async fn status(provider: &Provider) -> u16 {
    provider.send(text("919800000001", "x")).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_switch_is_added_behind_the_others_which_go_on() {
    let provider = Provider::start().await;
    let add = |fault: Value| provider.http.post(provider.url(FAULTS)).json(&fault).send();
    assert_eq!(add(json!({ "status": 503, "calls": 2 })).await.unwrap().status(), 204);
    assert_eq!(status(&provider).await, 503);
    assert_eq!(add(json!({ "status": 429, "seconds": 600 })).await.unwrap().status(), 204);
    let active = provider.get(&format!("{FAULTS}/active")).await;
    let counted = |n: usize| (&active[n]["status"], &active[n]["seen"], &active[n]["spoiled"]);
    assert_eq!(counted(0), (&json!(503), &json!(1), &json!(1)));
    assert_eq!(counted(1), (&json!(429), &json!(0), &json!(0)));
    assert_eq!((&active[0]["secondsLeft"], &active[1]["secondsLeft"]), (&Value::Null, &json!(600)));
    assert_eq!([status(&provider).await, status(&provider).await], [503, 429]);
}

#[tokio::test]
async fn a_switch_that_has_ended_is_active_no_more() {
    let provider = Provider::start().await;
    provider.put(FAULTS, json!([{ "status": 503, "calls": 1 }, { "status": 429, "seconds": 0 }])).await;
    assert_eq!(provider.get(&format!("{FAULTS}/active")).await.as_array().unwrap().len(), 1);
    assert_eq!([status(&provider).await, status(&provider).await], [503, 200]);
    assert_eq!(provider.get(&format!("{FAULTS}/active")).await, json!([]));
    assert_eq!(provider.get(FAULTS).await.as_array().unwrap().len(), 2, "the list of all keeps it");
}

#[tokio::test]
async fn an_impossible_status_is_refused() {
    let provider = Provider::start().await;
    let refused =
        provider.http.post(provider.url(FAULTS)).json(&json!({ "status": 7 })).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    assert_eq!(provider.get(FAULTS).await, json!([]));
}
