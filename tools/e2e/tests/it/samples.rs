//! The events under `events/invoke`, handed to the deployed functions as `cargo lambda invoke` hands them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use e2e::Endpoints;
use serde_json::Value;

/// The samples of a function, those that make what the others ask for first.
fn in_order(folder: &Path) -> Result<Vec<PathBuf>> {
    let paths: std::io::Result<Vec<PathBuf>> =
        std::fs::read_dir(folder)?.map(|sample| Ok(sample?.path())).collect();
    let mut paths = paths?;
    let makes = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        ["create", "receive", "register"].iter().any(|verb| name.starts_with(verb))
    };
    paths.sort_by_key(|path| (!makes(path), path.clone()));
    Ok(paths)
}

#[tokio::test]
async fn every_sample_event_is_handled_by_its_function() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/invoke");
    let mut handled = 0;
    let contexts: std::io::Result<BTreeSet<PathBuf>> =
        std::fs::read_dir(&folder)?.map(|context| Ok(context?.path())).collect();
    // In order of their names: customers are entered before deals name them.
    for context in contexts? {
        let name = context.file_name().unwrap_or_default().to_string_lossy();
        let function = format!("polymer-local-{name}");
        for path in in_order(&context)? {
            let url = format!("{}/2015-03-31/functions/{function}/invocations", endpoints.emulator);
            let answer = client.post(url).body(std::fs::read(&path)?).send().await?;
            let name = path.display().to_string();
            assert_eq!(answer.headers().get("x-amz-function-error"), None, "{name}");
            let body: Value = answer.json().await.with_context(|| name.clone())?;
            if let Some(failures) = body.get("batchItemFailures") {
                let failed = failures.as_array().map(Vec::len);
                let expected = match name.rsplit("invoke/").next() {
                    // Nobody has planned the message of this order here: it comes again.
                    Some("notification/order.json") => 1..=1,
                    // It comes again while rows gather, and is done when none wait.
                    Some("sync/flush.json") => 0..=1,
                    _ => 0..=0,
                };
                assert!(failed.is_some_and(|failed| expected.contains(&failed)), "{name}: {failures}");
            }
            if let Some(status) = body.get("statusCode") {
                let expected: &[u64] = match name.rsplit("invoke/").next() {
                    Some(name) if name.ends_with("unclaimed.json") => &[501],
                    // Nobody is told of the deal before stock is reserved for it, nor when somebody else has the material.
                    Some("notification/preview.json") => &[200, 409],
                    _ => &[200, 201, 202, 204],
                };
                assert!(status.as_u64().is_some_and(|status| expected.contains(&status)), "{name}: {body}");
            }
            handled += 1;
        }
    }
    assert!(handled > 20, "{handled} samples");
    Ok(())
}
