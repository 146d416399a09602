use std::collections::BTreeSet;

use reqwest::header::HOST;

use crate::whatsapp::Provider;

/// Where a text names files of the page: what stands between `before` and the next quotation mark.
fn named(text: &str, before: &str) -> Vec<String> {
    let rest = text.split(before).skip(1);
    rest.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// What is served under a path: content type and text, after a look at the other headers.
async fn served(provider: &Provider, path: &str) -> (String, String) {
    let answer = provider.http.get(provider.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'self';") && !policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(header("cache-control"), "no-store", "{path}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    let kind = header("content-type");
    (kind, answer.text().await.unwrap())
}

#[tokio::test]
async fn the_page_and_everything_it_names_is_served_with_its_type_and_nothing_from_elsewhere() {
    let provider = Provider::start().await;
    let (kind, html) = served(&provider, "").await;
    assert_eq!(kind, "text/html; charset=utf-8");
    let handler = |word: &str| word.starts_with("on") && word.contains('=');
    assert!(!html.contains("//") && !html.contains("style=") && !html.split_whitespace().any(handler));
    let mut left: Vec<String> = [named(&html, "href=\"/"), named(&html, "src=\"/")].concat();
    let mut seen = BTreeSet::new();
    while let Some(path) = left.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let (kind, text) = served(&provider, &path).await;
        let ending = path.rsplit_once('.').unwrap().1;
        let expected = match ending {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("{path}: no content type for {other}"),
        };
        assert_eq!(kind, expected, "{path}");
        assert!(
            !["innerHTML", "outerHTML", "insertAdjacentHTML"].iter().any(|way| text.contains(way)),
            "{path}"
        );
        left.extend(named(&text, "from \"./").into_iter().map(|module| format!("page/{module}")));
    }
    assert!(seen.contains("page/main.js") && seen.contains("page/phone.js"), "{seen:?}");
}

#[tokio::test]
async fn every_file_of_the_page_is_used() {
    let provider = Provider::start().await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page");
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if !["mod.rs", "index.html"].contains(&name.as_str()) {
            served(&provider, &format!("page/{name}")).await;
        }
    }
    let none = provider.http.get(provider.url("page/mod.rs")).send().await.unwrap();
    assert_eq!(none.status(), 404);
}

#[tokio::test]
async fn a_request_that_names_another_host_is_turned_away() {
    let provider = Provider::start().await;
    let port = provider.local.url().rsplit_once(':').unwrap().1.to_owned();
    for path in ["", "_sim/whatsapp/phones", "page/main.js", "google/token"] {
        let as_host = |host: String| provider.http.get(provider.url(path)).header(HOST, host).send();
        assert_eq!(as_host(format!("rebound.example:{port}")).await.unwrap().status(), 403, "{path}");
        assert_ne!(as_host(format!("localhost:{port}")).await.unwrap().status(), 403, "{path}");
    }
}
