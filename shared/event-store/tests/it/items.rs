//! Commits as stream records carry them.

use event_store::{ItemError, commit_from_image, commit_to_image};
use serde_json::{Value, json};

use crate::author::{Author, rich, stream};

#[test]
fn a_stream_record_carries_the_whole_commit() {
    for commit in [rich(&mut Author::of(stream("a"))), Author::of(stream("a")).write()] {
        let image = commit_to_image(&commit).unwrap();
        assert_eq!(commit_from_image(&image).unwrap(), Some(commit));
    }
}

#[test]
fn an_item_looks_as_documented() {
    let image = commit_to_image(&Author::of(stream("a")).write()).unwrap();
    let expected = json!({
        "pk": { "S": "T#main#thing#a" },
        "sk": { "S": "C#000000000001" },
        "first": { "N": "1" },
        "last": { "N": "1" },
        "actor": { "S": "tester" },
        "corr": { "S": "test-1" },
        "prev": { "S": "0".repeat(64) },
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&image[name], value, "{name}");
    }
    let events: Value = serde_json::from_str(image["events"]["S"].as_str().unwrap()).unwrap();
    assert_eq!(events, json!([{ "data": { "n": 1, "type": "happened" } }]));
    let id = image["cid"]["S"].as_str().unwrap();
    assert_eq!(image["at"]["S"], format!("2026-11-22T12:00:00.000Z#{id}"));
    assert!(image["ds"]["S"].as_str().unwrap().starts_with("2026-11-22#"));
    let others = ["cid", "at", "ds", "events", "hash"];
    assert_eq!(image.as_object().unwrap().len(), expected.as_object().unwrap().len() + others.len());
}

#[test]
fn guards_are_not_commits() {
    let image = json!({ "pk": { "S": "T#main#guard#g" }, "sk": { "S": "G" }, "holder": { "S": "x" } });
    assert!(matches!(commit_from_image(&image), Ok(None)));
}

#[test]
fn later_attributes_do_not_disturb_earlier_readers() {
    let commit = Author::of(stream("a")).write();
    let mut image = commit_to_image(&commit).unwrap();
    image["later"] = json!({ "S": "?" });
    assert_eq!(commit_from_image(&image).unwrap(), Some(commit));
}

#[test]
fn what_is_no_commit_is_refused_by_name() {
    let good = commit_to_image(&rich(&mut Author::of(stream("a")))).unwrap();
    let spoiled = |name: &str, value: Option<Value>| {
        let mut image = good.clone();
        match value {
            Some(value) => image[name] = value,
            None => drop(image.as_object_mut().unwrap().remove(name)),
        }
        commit_from_image(&image).unwrap_err()
    };
    for name in ["pk", "first", "last", "events", "cid", "at", "corr", "actor", "prev", "hash"] {
        let error = spoiled(name, None);
        assert!(matches!(error, ItemError::Missing(missing) if missing == name), "{error:?}");
    }
    for name in ["pk", "events", "cid", "at", "corr", "trace", "idem", "prev", "hash", "snap"] {
        let error = spoiled(name, Some(json!({ "S": "{" })));
        assert!(
            matches!(error, ItemError::Malformed { name: malformed, .. } if malformed == name),
            "{error:?}"
        );
    }
    assert!(matches!(spoiled("first", Some(json!({ "S": "1" }))), ItemError::Type(name) if name == "first"));
    assert!(matches!(spoiled("pk", Some(json!({ "L": [] }))), ItemError::Type(name) if name == "pk"));
    assert!(matches!(commit_from_image(&json!("text")), Err(ItemError::Type(_))));
}
