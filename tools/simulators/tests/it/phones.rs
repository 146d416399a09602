use serde_json::{Value, json};

use crate::whatsapp::{Provider, text};

const PHONE: &str = "919800000001";

/// Who wrote what on a phone, in order.
fn said(phone: &Value) -> Vec<(&str, &str)> {
    let lines = phone["conversation"].as_array().unwrap().iter();
    lines.map(|line| (line["from"].as_str().unwrap(), line["text"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_conversation_holds_what_both_sides_wrote_in_order() {
    let provider = Provider::start().await;
    assert_eq!(provider.get("_sim/whatsapp/phones").await, json!([]));
    assert!(provider.send(text(PHONE, "outside the window")).await.unwrap().status().is_success());
    let writing = provider.url(&format!("_sim/whatsapp/phones/{PHONE}/messages"));
    let write = |text: &str| provider.http.post(&writing).json(&json!({ "text": text })).send();
    assert_eq!(write("hi 4821").await.unwrap().status(), 204);
    assert!(provider.send(text(PHONE, "welcome")).await.unwrap().status().is_success());
    assert_eq!(write("STOP").await.unwrap().status(), 204);
    let template = json!({ "messaging_product": "whatsapp", "to": PHONE, "type": "template", "template": {
        "name": "firm_notice", "language": { "code": "en" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "goodbye" }] }],
    } });
    assert!(provider.send(template).await.unwrap().status().is_success());

    let phones = provider.get("_sim/whatsapp/phones").await;
    assert_eq!(phones.as_array().unwrap().len(), 1, "{phones}");
    let phone = &phones[0];
    assert_eq!((&phone["number"], &phone["windowOpen"]), (&json!(PHONE), &json!(true)));
    assert_eq!(
        said(phone),
        [("person", "hi 4821"), ("firm", "welcome"), ("person", "STOP"), ("firm", "goodbye")],
        "what failed is on no phone"
    );
    let last = &phone["conversation"][3];
    assert_eq!((&last["kind"], &last["template"]), (&json!("template"), &json!("firm_notice")));
    let ids: Vec<&Value> = phone["conversation"].as_array().unwrap().iter().map(|line| &line["id"]).collect();
    assert_eq!(ids, ["wamid.SIM00000002", "wamid.SIM00000003", "wamid.SIM00000004", "wamid.SIM00000005"]);

    let part = provider.get("_sim/whatsapp/phones?last=1").await;
    assert_eq!(said(&part[0]), [("firm", "goodbye")]);
}

#[tokio::test]
async fn a_phone_is_there_once_it_is_named_and_forgotten_with_its_conversation() {
    let provider = Provider::start().await;
    provider.put("_sim/whatsapp/phones/+919800000002", json!({ "onWhatsapp": false })).await;
    provider.put(&format!("_sim/whatsapp/phones/{PHONE}"), json!({ "windowOpen": true })).await;
    assert!(provider.send(text(PHONE, "x")).await.unwrap().status().is_success());
    assert!(provider.send(text("919800000002", "nobody reads this")).await.unwrap().status().is_success());
    let phones = provider.get("_sim/whatsapp/phones").await;
    let state = |n: usize| (&phones[n]["number"], &phones[n]["windowOpen"], &phones[n]["onWhatsapp"]);
    assert_eq!(state(0), (&json!(PHONE), &json!(true), &json!(true)));
    assert_eq!(state(1), (&json!("919800000002"), &json!(false), &json!(false)));
    assert_eq!((said(&phones[0]).len(), said(&phones[1]).len()), (1, 0));

    let all = provider.http.delete(provider.url("_sim/whatsapp")).send().await.unwrap();
    assert_eq!(all.status(), 204);
    provider.put(&format!("_sim/whatsapp/phones/{PHONE}"), json!({})).await;
    let phones = provider.get("_sim/whatsapp/phones").await;
    assert_eq!((phones.as_array().unwrap().len(), said(&phones[0]).len()), (1, 0), "{phones}");
}
