//! The events under `events/invoke`: what AWS hands to a function, for `cargo lambda invoke` and for tests.

use std::path::PathBuf;

use event_store::{Commit, commit_to_image};
use serde_json::{Value, json};

/// A batch of one record as the stream of a context's log hands it over.
///
/// # Panics
/// When the commit could not have been stored.
#[track_caller]
#[must_use]
pub fn log_stream_event(context: &str, commit: &Commit) -> Value {
    let image = match commit_to_image(commit) {
        Ok(image) => image,
        Err(error) => panic!("the commit cannot be stored: {error}"),
    };
    json!({ "Records": [{
        "eventID": commit.id.simple().to_string(),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-south-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_327_200,
            "Keys": { "pk": image["pk"], "sk": image["sk"] },
            "SequenceNumber": "100000000000000000001",
            "SizeBytes": image.to_string().len(),
            "StreamViewType": "NEW_IMAGE",
            "NewImage": image,
        },
        "eventSourceARN": format!(
            "arn:aws:dynamodb:ap-south-1:000000000000:table/polymer-local-{context}-log/stream/2026-11-22T00:00:00.000"
        ),
    }] })
}

/// The event in the file of this name under `events/invoke`, e.g. `deal/register`.
///
/// # Panics
/// When there is no such file, or it holds no JSON.
#[track_caller]
#[must_use]
pub fn sample(name: &str) -> Value {
    let file = folder().join(format!("{name}.json"));
    match std::fs::read(&file).map(|bytes| serde_json::from_slice(&bytes)) {
        Ok(Ok(event)) => event,
        Ok(Err(error)) => panic!("{}: {error}", file.display()),
        Err(error) => panic!("{}: {error}", file.display()),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/invoke"))
}

/// The bodies of the inbox messages among a context's sample events that hold a fact, each with its file's name.
///
/// # Panics
/// When the samples cannot be read, or there are none.
#[track_caller]
#[must_use]
pub fn sample_facts(context: &str) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for entry in std::fs::read_dir(folder().join(context)).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(name) = file.strip_suffix(".json").filter(|name| name.starts_with("on-")) else { continue };
        let event = sample(&format!("{context}/{name}"));
        let bodies = event["Records"].as_array().into_iter().flatten();
        let bodies = bodies.filter_map(|record| record["body"].as_str());
        facts.extend(bodies.map(|body| (file.clone(), body.to_owned())));
    }
    assert!(!facts.is_empty(), "{context} has no sample of a fact");
    facts.sort();
    facts
}
