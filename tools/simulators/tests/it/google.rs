use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::{Client, Method, Response};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use simulators::{Local, google};

const SCOPE: &str = "https://www.googleapis.com/auth/spreadsheets";

/// What somebody does to the claims of an assertion.
type Change = fn(&mut Value);

struct Provider {
    local: Local,
    http: Client,
    token: String,
}

impl Provider {
    /// With a token.
    async fn start() -> Self {
        let http = Client::builder().no_proxy().build().unwrap();
        let local = Local::start(simulators::router()).await.unwrap();
        let mut provider = Self { local, http, token: String::new() };
        let granted = provider.ask(|_| {}).await;
        assert_eq!(granted.status(), 200);
        let granted: Value = granted.json().await.unwrap();
        provider.token = granted["access_token"].as_str().unwrap().to_owned();
        provider
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.local.url())
    }

    /// Asks for a token with these changes to the claims.
    async fn ask(&self, change: impl FnOnce(&mut Value)) -> Response {
        let account = google::service_account(&self.local.url());
        #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims = json!({
            "iss": account["client_email"], "scope": SCOPE, "aud": account["token_uri"], "iat": now, "exp": now + 600,
        });
        change(&mut claims);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(&claims));
        let pem: String =
            account["private_key"].as_str().unwrap().lines().filter(|line| !line.starts_with('-')).collect();
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(pem).unwrap()).unwrap();
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        if claims["spoiled"] == true {
            signature.reverse();
        }
        let assertion = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        let body =
            format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        let request = self.http.post(self.url("google/token")).body(body);
        request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
    }

    async fn call(&self, method: Method, rest: &str, body: Option<Value>) -> Response {
        let url = self.url(&format!("google/v4/spreadsheets/sim-sheet{rest}"));
        let request = self.http.request(method, url).bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn get(&self, rest: &str) -> Value {
        self.call(Method::GET, rest, None).await.json().await.unwrap()
    }

    async fn batch(&self, requests: Value) -> Response {
        self.call(Method::POST, ":batchUpdate", Some(json!({ "requests": requests }))).await
    }
}

async fn error(answer: Response) -> (u64, String) {
    let body: Value = answer.json().await.unwrap();
    (body["error"]["code"].as_u64().unwrap(), body["error"]["message"].as_str().unwrap().to_owned())
}

fn append(texts: &[&str]) -> Value {
    let values: Vec<Value> =
        texts.iter().map(|text| json!({ "userEnteredValue": { "stringValue": text } })).collect();
    json!({ "appendCells": { "sheetId": 0, "rows": [{ "values": values }], "fields": "userEnteredValue" } })
}

#[tokio::test]
async fn a_token_needs_a_signature_an_audience_a_scope_and_an_hour_at_most() {
    let provider = Provider::start().await;
    let changes: [(Change, &str); 6] = [
        (|claims| claims["spoiled"] = json!(true), "Invalid JWT Signature."),
        (|claims| claims["iss"] = json!("somebody@else"), "Invalid grant: account not found"),
        (|claims| claims["aud"] = json!("https://elsewhere"), "Invalid JWT: Failed audience check."),
        (|claims| claims["scope"] = json!("https://www.googleapis.com/auth/drive"), "Invalid OAuth scope"),
        (
            |claims| claims["exp"] = json!(claims["iat"].as_u64().unwrap() + 7_200),
            "Invalid JWT: Token must be",
        ),
        (
            |claims| {
                claims["iat"] = json!(1_000_000_000);
                claims["exp"] = json!(1_000_000_600);
            },
            "Invalid JWT: Token must be",
        ),
    ];
    for (change, words) in changes {
        let answer = provider.ask(change).await;
        assert_eq!(answer.status(), 400, "{words}");
        let said: Value = answer.json().await.unwrap();
        assert!(said["error_description"].as_str().unwrap().starts_with(words), "{said}");
    }
}

#[tokio::test]
async fn a_stranger_reads_nothing() {
    let mut provider = Provider::start().await;
    provider.token = "ya29.invented".to_owned();
    assert_eq!(error(provider.call(Method::GET, "", None).await).await.0, 401);
}

#[tokio::test]
async fn a_batch_happens_whole_or_not_at_all() {
    let provider = Provider::start().await;
    let wrong = json!({ "appendCells": { "sheetId": 77, "rows": [], "fields": "userEnteredValue" } });
    let refused = error(provider.batch(json!([append(&["k", "01-08-2025"]), wrong])).await).await;
    assert_eq!(refused, (400, "Invalid requests[1].appendCells: No grid with id: 77".to_owned()));
    let unlisted = json!({ "appendCells": { "sheetId": 0, "rows": [] } });
    assert!(
        error(provider.batch(json!([unlisted])).await).await.1.contains("At least one field must be listed")
    );
    assert_eq!(provider.get("/values/Main!A2:N").await.get("values"), None, "nothing was written");
    assert_eq!(provider.batch(json!([append(&["k", "=1+1"])])).await.status(), 200);
    let read = provider.get("/values/Main!A2:N?valueRenderOption=UNFORMATTED_VALUE").await;
    assert_eq!(read["values"], json!([["k", "=1+1"]]), "text stays text");
    assert_eq!(read["range"], "Main!A2:N1000");
}

#[tokio::test]
async fn values_are_read_updated_and_appended_raw() {
    let provider = Provider::start().await;
    let body = json!({ "values": [["x", null, 27000]] });
    let updated = provider.call(Method::PUT, "/values/Main!B2:D2?valueInputOption=RAW", Some(body)).await;
    let updated: Value = updated.json().await.unwrap();
    assert_eq!((&updated["updatedRange"], &updated["updatedCells"]), (&json!("Main!B2:D2"), &json!(2)));
    let appended = provider
        .call(
            Method::POST,
            "/values/Main!A:N:append?valueInputOption=RAW",
            Some(json!({ "values": [["k3"]] })),
        )
        .await;
    assert_eq!(appended.json::<Value>().await.unwrap()["updates"]["updatedRange"], "Main!A3");
    let data =
        json!([{ "range": "Main!A2", "values": [["k2"]] }, { "range": "Main!N3", "values": [["note"]] }]);
    let body = json!({ "valueInputOption": "RAW", "data": data });
    assert_eq!(provider.call(Method::POST, "/values:batchUpdate", Some(body)).await.status(), 200);
    let both = provider.get("/values:batchGet?ranges=Main!A2:A3&ranges=Main!D2").await;
    assert_eq!(both["valueRanges"][0]["values"], json!([["k2"], ["k3"]]));
    assert_eq!(both["valueRanges"][1]["values"], json!([["27000"]]), "formatted, numbers are text");
    for (path, words) in [
        ("/values/Gone!A1?valueInputOption=RAW", "Unable to parse range: Gone!A1"),
        ("/values/Main!A1", "'valueInputOption' is required but not specified"),
        ("/values/Main!A1:A1?valueInputOption=RAW", "tried writing outside"),
    ] {
        let body = json!({ "values": [["a", "b"]] });
        let (code, message) = error(provider.call(Method::PUT, path, Some(body)).await).await;
        assert!(code == 400 && message.contains(words), "{path}: {message}");
    }
}

#[tokio::test]
async fn the_sixty_first_write_of_a_minute_is_one_too_many() {
    let provider = Provider::start().await;
    for _ in 0..60 {
        assert_eq!(provider.batch(json!([append(&["k"])])).await.status(), 200);
    }
    let refused = provider.batch(json!([append(&["k"])])).await;
    assert_eq!(refused.status(), 429);
    let said: Value = refused.json().await.unwrap();
    assert_eq!(said["error"]["status"], "RESOURCE_EXHAUSTED");
    assert_eq!(said["error"]["details"][0]["metadata"]["quota_limit"], "WriteRequestsPerMinutePerUser");
    let calls: Value =
        provider.http.get(provider.url("_sim/sheets/calls")).send().await.unwrap().json().await.unwrap();
    assert_eq!((&calls["writes"], &calls["refused"]), (&json!(60), &json!(1)));
}

#[tokio::test]
async fn spreadsheets_are_listed_with_their_tabs() {
    let provider = Provider::start().await;
    let other = json!({ "tabs": { "Rates": [["PP", 96.5]], "Old": [] }, "access": "read" });
    let put = provider.http.put(provider.url("_sim/sheets/other")).json(&other).send().await.unwrap();
    assert_eq!(put.status(), 204);
    let listed: Value =
        provider.http.get(provider.url("_sim/sheets")).send().await.unwrap().json().await.unwrap();
    let tab =
        |id: u32, title: &str| json!({ "id": id, "title": title, "rowCount": 1_000, "columnCount": 26 });
    let expected = json!([
        { "id": "other", "access": "read", "tabs": [tab(0, "Old"), tab(1, "Rates")] },
        { "id": "sim-sheet", "access": "write", "tabs": [
            tab(0, "Main"), tab(1, "Inventory"), tab(2, "Product Database"), tab(3, "Sale Parties"), tab(4, "Purchase Parties"),
        ] },
    ]);
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn people_sort_insert_edit_and_delete() {
    let provider = Provider::start().await;
    for (key, name) in [("k1", "Zinc"), ("k2", "Acme"), ("k3", "")] {
        assert_eq!(provider.batch(json!([append(&[key, "", name])])).await.status(), 200);
    }
    let tab = provider.url("_sim/sheets/sim-sheet/tabs/Main");
    let act = |method: Method, rest: &str, body: Value| {
        provider.http.request(method, format!("{tab}/{rest}")).json(&body).send()
    };
    let done = |answer: reqwest::Result<Response>| assert_eq!(answer.unwrap().status(), 204);
    done(act(Method::POST, "sort", json!({ "column": "C" })).await);
    done(act(Method::POST, "rows", json!({ "before": 2, "rows": [["above"]] })).await);
    done(act(Method::PUT, "cells/N3", json!({ "value": "typed" })).await);
    done(act(Method::DELETE, "rows/5", json!({})).await);
    let rows: Value = provider.http.get(&tab).send().await.unwrap().json().await.unwrap();
    let keys: Vec<&Value> = rows.as_array().unwrap().iter().skip(1).map(|row| &row[0]).collect();
    assert_eq!(keys, ["above", "k2", "k1"]);
    assert_eq!(rows[2][13], "typed");
    assert_eq!(act(Method::DELETE, "rows/99", json!({})).await.unwrap().status(), 422);
}

#[tokio::test]
async fn rows_are_deleted_in_the_order_of_the_requests_and_never_all_of_them() {
    let provider = Provider::start().await;
    for key in ["k1", "k2", "k3", "k4"] {
        assert_eq!(provider.batch(json!([append(&[key])])).await.status(), 200);
    }
    let delete = |from: u32, to: u32| {
        let range = json!({ "sheetId": 0, "dimension": "ROWS", "startIndex": from, "endIndex": to });
        json!({ "deleteDimension": { "range": range } })
    };
    assert_eq!(provider.batch(json!([delete(3, 4), delete(1, 2)])).await.status(), 200);
    let read = provider.get("/values/Main!A2:A").await;
    assert_eq!((&read["values"], &read["range"]), (&json!([["k2"], ["k4"]]), &json!("Main!A2:A998")));
    for (request, words) in [
        (delete(998, 999), "Cannot delete a row that doesn't exist"),
        (delete(0, 998), "You can't delete all the rows on the sheet"),
        (delete(2, 2), "must be greater than"),
    ] {
        let (code, message) = error(provider.batch(json!([request])).await).await;
        assert!(code == 400 && message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn notes_go_where_their_cells_go() {
    let provider = Provider::start().await;
    for (key, name) in [("k1", "Zinc"), ("k2", "Acme"), ("k3", "Mica")] {
        assert_eq!(provider.batch(json!([append(&[key, "", name])])).await.status(), 200);
    }
    let note = |row: u32, text: &str| {
        let start = json!({ "sheetId": 0, "rowIndex": row, "columnIndex": 4 });
        let rows = json!([{ "values": [{ "note": text }] }]);
        json!({ "updateCells": { "start": start, "rows": rows, "fields": "note" } })
    };
    let noted = json!([note(0, "header"), note(1, "of k1"), note(2, "of k2"), note(3, "of k3")]);
    assert_eq!(provider.batch(noted).await.status(), 200);
    let tab = provider.url("_sim/sheets/sim-sheet/tabs/Main");
    let act = async |method: Method, rest: &str, body: Value| {
        let asked = provider.http.request(method, format!("{tab}/{rest}")).json(&body);
        assert_eq!(asked.send().await.unwrap().status(), 204);
        let notes = provider.http.get(format!("{tab}/notes")).send().await.unwrap();
        notes.json::<Value>().await.unwrap()
    };
    let sorted = act(Method::POST, "sort", json!({ "column": "C" })).await;
    assert_eq!(sorted, json!({ "E1": "header", "E2": "of k2", "E3": "of k3", "E4": "of k1" }));
    let inserted = act(Method::POST, "rows", json!({ "before": 3, "rows": [["x"], ["y"]] })).await;
    assert_eq!(inserted, json!({ "E1": "header", "E2": "of k2", "E5": "of k3", "E6": "of k1" }));
    let deleted = act(Method::DELETE, "rows/5", json!({})).await;
    assert_eq!(deleted, json!({ "E1": "header", "E2": "of k2", "E5": "of k1" }));
}
