//! What is measured: a binary, its environment, the events it gets.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::cgroup::Cgroup;

/// One line of the table.
pub(crate) struct Subject {
    /// The line's name.
    pub(crate) name: &'static str,
    /// The binary.
    pub(crate) binary: &'static str,
    /// How many SDK clients are linked into it.
    pub(crate) clients: u64,
    /// What is asked, for the table.
    pub(crate) asks: &'static str,
    /// Its settings beside the common ones.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// Events that make the data it needs, in a process of their own.
    pub(crate) prepare: Vec<Value>,
    /// The event of invocation `n`.
    pub(crate) event: Box<dyn Fn(u64) -> Value>,
    /// What each answer must have, and where.
    pub(crate) answer: (&'static str, Value),
}

/// Where everything is.
pub(crate) struct Place {
    /// Folder of the release binaries.
    pub(crate) binaries: PathBuf,
    /// The stand-in for AWS.
    pub(crate) endpoint: String,
    /// The certificate of the stand-in.
    pub(crate) certificate: PathBuf,
}

impl Subject {
    /// The binary's file.
    pub(crate) fn file(&self, place: &Place) -> PathBuf {
        place.binaries.join(self.binary)
    }

    /// The event of invocation `n` as the runtime API sends it.
    pub(crate) fn payload(&self, n: u64) -> Bytes {
        Bytes::from((self.event)(n).to_string())
    }

    /// Starts `program` (the binary, or a tool that runs it) with exactly the environment Lambda would give it.
    pub(crate) fn spawn(
        &self,
        place: &Place,
        runtime_api: &str,
        wrapper: &[&str],
        group: Option<&Cgroup>,
        stderr: Stdio,
    ) -> Result<Child> {
        let file = self.file(place);
        let mut words: Vec<&Path> = wrapper.iter().map(Path::new).collect();
        words.push(&file);
        let mut command = match group {
            // A shell joins the group and then becomes the function, so that not one instruction is missed.
            Some(group) => {
                let mut command = Command::new("sh");
                let joins: Vec<String> =
                    group.members().iter().map(|file| format!("echo $$ > {}", file.display())).collect();
                command
                    .arg("-c")
                    .arg(format!("{} && exec \"$@\"", joins.join(" && ")))
                    .arg("sh")
                    .args(&words);
                command
            }
            None => {
                let (program, arguments) = words.split_first().context("nothing to run")?;
                let mut command = Command::new(program);
                command.args(arguments);
                command
            }
        };
        command.env_clear().envs(self.environment(place, runtime_api));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).kill_on_drop(true);
        command.spawn().with_context(|| format!("{} cannot be started", file.display()))
    }

    fn environment(&self, place: &Place, runtime_api: &str) -> Vec<(&'static str, String)> {
        let certificate = place.certificate.display().to_string();
        let fixed = [
            ("PATH", "/usr/bin:/bin"),
            ("AWS_LAMBDA_FUNCTION_NAME", self.binary),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("AWS_REGION", "ap-south-1"),
            ("AWS_ACCESS_KEY_ID", "bench"),
            ("AWS_SECRET_ACCESS_KEY", "bench"),
            ("AWS_SESSION_TOKEN", "bench"),
            ("AWS_ENDPOINT_URL", &place.endpoint),
            // The stand-in's certificate is not one of Amazon's.
            ("AWS_TRUST", "native"),
            ("SSL_CERT_FILE", &certificate),
            ("LOG_LEVEL", "info"),
            ("TENANT", "main"),
            ("STAGE", "dev"),
        ];
        let fixed = fixed.into_iter().map(|(name, value)| (name, value.to_owned()));
        fixed.chain(self.settings.iter().cloned()).collect()
    }
}

/// An HTTP API event, payload format 2.0.
pub(crate) fn http_event(method: &str, path: &str, headers: &Value) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": "bench.execute-api.ap-south-1.amazonaws.com",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "bench",
            },
            "requestId": "bench",
            "routeKey": "$default",
            "stage": "$default",
            "time": "22/Nov/2026:10:12:13 +0000",
            "timeEpoch": 1_795_342_333_000_u64,
        },
        "isBase64Encoded": false,
    })
}
