//! The binary against a Lambda API: killed in the middle, run again, compared.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

use polyctl::contexts::{AskError, Context, Contexts as _};
use serde_json::{Value, json};

use crate::world::{Old, System};

/// Serves the contexts in memory by the Lambda API; gives its address, and a message for each invocation that was answered.
fn serve(system: System) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (answered, answers) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for stream in listener.incoming() {
            // A client that is killed may leave a connection behind at any point.
            if runtime.block_on(invoked(stream.unwrap(), &system)).is_some() {
                tell(&answered);
            }
        }
    });
    (url, answers)
}

fn tell(answered: &Sender<()>) {
    if answered.send(()).is_err() {
        eprintln!("nobody counts any more");
    }
}

/// Answers one invocation; `None` when the client has gone.
async fn invoked(mut stream: TcpStream, system: &System) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let event: Value = serde_json::from_slice(&body).ok()?;
    let context = [Context::Customer, Context::Inventory, Context::Deal]
        .into_iter()
        .find(|context| first.contains(&format!("/functions/polymer-local-{context}/invocations")))?;
    let answer = match system.contexts.ask(context, &event).await {
        Ok(answer) => json!({ "ok": answer }),
        Err(AskError::Refused { code, detail, .. }) => json!({ "error": { "code": code, "detail": detail } }),
        Err(error) => json!({ "error": { "code": "absent", "detail": error.to_string() } }),
    };
    let answer = answer.to_string();
    let length = answer.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    write!(stream, "{head}content-length: {length}\r\n\r\n{answer}").ok()
}

fn polyctl(command: &str, old: &Old, endpoints: &PathBuf) -> Command {
    let mut polyctl = Command::new(env!("CARGO_BIN_EXE_polyctl"));
    polyctl.args(["migrate", command]).arg(&old.path).arg("--api-endpoints").arg(endpoints);
    polyctl.args(["--batch", "5", "--parallel", "2"]);
    polyctl
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_run_that_is_killed_in_the_middle_is_completed_by_the_next() {
    let old = Old::new();
    let (url, answers) = serve(System::new());
    let endpoints = old.path.with_file_name("endpoints.json");
    std::fs::write(&endpoints, json!({ "emulator": url }).to_string()).unwrap();

    let mut first =
        polyctl("run", &old, &endpoints).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Parties and products take 18 invocations, lots some 30, deals 65.
    for _ in 0..80 {
        answers.recv().unwrap();
    }
    first.kill().unwrap();
    assert!(!first.wait().unwrap().success(), "it was killed before it was done");
    let early = polyctl("verify", &old, &endpoints).output().unwrap();
    assert_eq!(early.status.code(), Some(1), "{}", text(&early));
    assert!(text(&early).contains(": is missing"));

    let second = polyctl("run", &old, &endpoints).output().unwrap();
    assert_eq!(second.status.code(), Some(0), "{}", text(&second));
    let verified = polyctl("verify", &old, &endpoints).output().unwrap();
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified));
    assert!(text(&verified).contains("no difference"));
    let third = polyctl("run", &old, &endpoints).output().unwrap();
    assert!(text(&third).contains("\n0 changes"), "{}", text(&third));
}
