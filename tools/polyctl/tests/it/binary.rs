//! The binary: what it prints and how it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn polyctl(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_polyctl")).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn fixture() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let made = polyctl(&["migrate", "fixture", text(&path), "--seed", "5"]);
    assert_eq!(code(&made), Some(0), "{}", err(&made));
    (folder, path)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn inspect_says_in_plain_words_what_is_odd_and_ends_well() {
    let (_folder, path) = fixture();
    let output = polyctl(&["migrate", "inspect", text(&path)]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    let report = out(&output);
    for part in [
        "deals whose date is written YYYY-MM-DD instead of DD-MM-YYYY",
        "spelling of their sale source [From Inventory]",
        "dust of binary floats",
        "deals whose customer is not in sale_parties",
        "a script made a second time",
        "with nothing left",
        "sell below their purchase rate",
        "differ from the catalogue",
        "non-breaking hyphen",
        "product codes with a slash",
        "61350.00 more than by the rates stored",
        "Every row can be read.",
    ] {
        assert!(report.contains(part), "{part}\n{report}");
    }
}

#[test]
fn inspect_for_programs_is_one_json_document() {
    let (_folder, path) = fixture();
    let report: Value =
        serde_json::from_str(&out(&polyctl(&["migrate", "inspect", text(&path), "--json"]))).unwrap();
    assert_eq!(report["badRows"], serde_json::json!([]));
    assert_eq!(report["totals"]["deals"]["deals"], 324);
    assert!(report["findings"].as_array().unwrap().iter().any(|f| f["code"] == "backfill-lot"));
}

#[test]
fn a_file_that_is_no_old_database_ends_with_3_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for there in [false, true] {
        if there {
            std::fs::write(&path, "hello").unwrap();
        }
        let output = polyctl(&["migrate", "inspect", text(&path)]);
        assert_eq!(code(&output), Some(3));
        assert!(err(&output).contains("usually dev.db"), "{}", err(&output));
    }
    let (_folder, path) = fixture();
    rusqlite::Connection::open(&path).unwrap().execute_batch("DROP TABLE products").unwrap();
    let output = polyctl(&["migrate", "inspect", text(&path)]);
    assert_eq!(code(&output), Some(3));
    assert!(err(&output).contains("no table products"), "{}", err(&output));
}

#[test]
fn rows_that_cannot_be_read_are_listed_and_end_with_4() {
    let (_folder, path) = fixture();
    let spoilt = "UPDATE deals SET date = 'soon' WHERE id = (SELECT min(id) FROM deals)";
    rusqlite::Connection::open(&path).unwrap().execute_batch(spoilt).unwrap();
    let output = polyctl(&["migrate", "inspect", text(&path)]);
    assert_eq!(code(&output), Some(4));
    assert!(out(&output).contains("column date, value \"soon\": must be a day"), "{}", out(&output));
}

#[test]
fn a_fixture_overwrites_nothing_and_wrong_arguments_end_with_2() {
    let (_folder, path) = fixture();
    assert_eq!(code(&polyctl(&["migrate", "fixture", text(&path)])), Some(5));
    assert_eq!(code(&polyctl(&["migrate", "fixture", text(&path), "--scale", "0"])), Some(2));
    assert_eq!(code(&polyctl(&["migrate"])), Some(2));
}

#[test]
fn a_run_in_process_moves_everything_in_compares_it_and_tells_the_rate() {
    let (_folder, path) = fixture();
    let output = polyctl(&["migrate", "run", text(&path), "--in-process"]);
    assert_eq!(code(&output), Some(0), "{}{}", out(&output), err(&output));
    for part in ["stock: faithful", "rows/s", "324 deals", "the difference of 61350.00", "no difference"] {
        assert!(out(&output).contains(part), "{part}\n{}", out(&output));
    }
    let output = polyctl(&["migrate", "run", text(&path), "--in-process", "--drop-backfill"]);
    assert_eq!(code(&output), Some(0));
    assert!(out(&output).contains("(--drop-backfill)"));
}

#[test]
fn bad_rows_stop_a_run_before_it_writes_or_are_left_out_and_listed() {
    let (_folder, path) = fixture();
    let spoilt = "UPDATE deals SET saleRate = 'dear' WHERE id = (SELECT min(id) FROM deals)";
    rusqlite::Connection::open(&path).unwrap().execute_batch(spoilt).unwrap();
    // There is no such file: the run ends before it looks where to write.
    let stopped = polyctl(&["migrate", "run", text(&path), "--api-endpoints", "/nowhere.json"]);
    assert_eq!(code(&stopped), Some(4));
    assert!(err(&stopped).contains("column saleRate, value \"dear\""), "{}", err(&stopped));
    let skipped = polyctl(&["migrate", "run", text(&path), "--in-process", "--skip-bad"]);
    assert_eq!(code(&skipped), Some(0), "{}", err(&skipped));
    assert!(out(&skipped).contains("column saleRate, value \"dear\""));
    assert!(out(&skipped).contains("compared 323 deals"), "{}", out(&skipped));
}

#[test]
fn without_a_local_cloud_a_run_says_how_to_get_one_and_ends_with_5() {
    let (folder, path) = fixture();
    let endpoints = folder.path().join("endpoints.json");
    let arguments = ["migrate", "verify", text(&path), "--api-endpoints", text(&endpoints)];
    let output = polyctl(&arguments);
    assert_eq!(code(&output), Some(5));
    assert!(err(&output).contains("cargo xtask up"), "{}", err(&output));
}
