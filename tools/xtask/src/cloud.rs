//! The emulator: its process, and the few AWS calls `up` makes itself.
//!
//! Everything the system consists of comes from Terraform. The calls here only carry packages to it, remember what was
//! applied, and send operator commands to functions.

use crate::daemon::Daemon;
use crate::venv;
use crate::workspace::{Instance, Workspace};
use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Region of `infra/live/local`.
const REGION: &str = "ap-south-1";
/// The emulator takes a 12-digit access key for the account id.
const ACCOUNT: &str = "000000000000";

/// The emulator's process.
pub(crate) fn daemon(instance: &Instance) -> Daemon<'_> {
    Daemon::new("cloud", instance)
}

/// Starts the emulator unless it runs with the same settings. True if it was started.
pub(crate) fn start(workspace: &Workspace, instance: &Instance) -> Result<bool> {
    let daemon = daemon(instance);
    let settings = settings(workspace, instance)?;
    let cloud = Cloud::new(instance)?;
    if daemon.runs_with(&settings) && cloud.is_healthy() {
        return Ok(false);
    }
    daemon.stop()?;
    for folder in ["state/services", "state/s3", "tmp", "log"] {
        fs::create_dir_all(instance.path(folder))?;
    }
    for log in ["log/cloud.log", "log/functions.jsonl"] {
        set_aside(&instance.path(log))?;
    }
    // A cleared environment, since the emulator's own reaches the functions.
    let mut command = Command::new(venv::python(&workspace.venv()));
    command
        .arg(workspace.path("tools/local-cloud/launch.py"))
        .current_dir(instance.dir())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LANG", "C.UTF-8")
        .env("RUST_BACKTRACE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONPYCACHEPREFIX", workspace.path(".local/pycache"))
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", instance.cloud_port.to_string())
        .env("IOT_MTLS_ENABLED", "0")
        .env("MINISTACK_REGION", REGION)
        .env("MINISTACK_ACCOUNT_ID", ACCOUNT)
        .env("LAMBDA_WARM_TTL_SECONDS", "900")
        .env("PERSIST_STATE", "1")
        .env("S3_PERSIST", "1")
        .env("STATE_DIR", instance.path("state/services"))
        .env("S3_DATA_DIR", instance.path("state/s3"))
        .env("TMPDIR", instance.path("tmp"))
        .env("AWS_ENDPOINT_URL", instance.cloud_url())
        .env("POLYMER_FUNCTION_LOG", instance.path("log/functions.jsonl"));
    daemon.start(&mut command, &settings)?;
    daemon.wait_until(Duration::from_secs(60), || cloud.is_healthy())?;
    Ok(true)
}

/// Begins a new log when the old one is long; the one before that goes.
fn set_aside(log: &Path) -> Result<()> {
    const LONG_BYTES: u64 = 20_000_000;
    if fs::metadata(log).is_ok_and(|log| log.len() > LONG_BYTES) {
        fs::rename(log, log.with_extension("old"))
            .with_context(|| format!("cannot rename {}", log.display()))?;
    }
    Ok(())
}

/// Changes with the port, the launcher, its patches and the pinned packages: a running emulator of other settings is
/// restarted.
pub(crate) fn settings(workspace: &Workspace, instance: &Instance) -> Result<String> {
    let folder = workspace.path("tools/local-cloud");
    let mut files = vec![folder.join("launch.py"), folder.join("requirements.txt")];
    for entry in fs::read_dir(folder.join("patches"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
    Ok(format!("port {} launcher {}", instance.cloud_port, crate::packages::hash_of_files(files)?))
}

/// Calls to the emulator.
pub(crate) struct Cloud {
    http: Client,
    url: String,
}

impl Cloud {
    pub(crate) fn new(instance: &Instance) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(120)).no_proxy().build()?;
        Ok(Self { http, url: instance.cloud_url() })
    }

    /// Whether it answers.
    pub(crate) fn is_healthy(&self) -> bool {
        let url = format!("{}/_ministack/health", self.url);
        let answer = self.http.get(url).timeout(Duration::from_secs(2)).send();
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// A request that names the account, the region and the service, as a signature would; nothing checks it.
    fn request(&self, method: Method, service: &str, path: &str) -> RequestBuilder {
        let scope = format!("{ACCOUNT}/20260101/{REGION}/{service}/aws4_request");
        self.http.request(method, format!("{}{path}", self.url)).header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"),
        )
    }

    fn ssm(&self, action: &str, body: &Value) -> Result<(u16, Value)> {
        let answer = self
            .request(Method::POST, "ssm", "/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AmazonSSM.{action}"))
            .body(body.to_string())
            .send()
            .context("the emulator does not answer: `cargo xtask doctor`")?;
        Ok((answer.status().as_u16(), serde_json::from_slice(&answer.bytes()?).unwrap_or(Value::Null)))
    }

    /// A note kept in the emulator itself, so that it is lost exactly when the resources are.
    pub(crate) fn note(&self, name: &str) -> Result<Option<String>> {
        let (_, answer) = self.ssm("GetParameter", &json!({ "Name": format!("/xtask/{name}") }))?;
        Ok(answer.pointer("/Parameter/Value").and_then(Value::as_str).map(str::to_owned))
    }

    /// Writes a [`note`](Self::note).
    pub(crate) fn set_note(&self, name: &str, value: &str) -> Result<()> {
        let body =
            json!({ "Name": format!("/xtask/{name}"), "Value": value, "Type": "String", "Overwrite": true });
        let (status, answer) = self.ssm("PutParameter", &body)?;
        if status != 200 {
            bail!("the emulator refused a parameter: {answer}");
        }
        Ok(())
    }

    /// Gives a secret its value, as an operator would.
    pub(crate) fn put_secret(&self, name: &str, text: &str) -> Result<()> {
        let answer = self
            .request(Method::POST, "secretsmanager", "/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "secretsmanager.PutSecretValue")
            .body(json!({ "SecretId": name, "SecretString": text }).to_string())
            .send()?;
        let status = answer.status();
        if !status.is_success() {
            bail!("cannot give the secret {name} its value: {status} {}", answer.text()?);
        }
        Ok(())
    }

    /// Creates a bucket; an existing one is fine.
    pub(crate) fn create_bucket(&self, bucket: &str) -> Result<()> {
        let place = format!(
            "<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
        );
        let answer = self.request(Method::PUT, "s3", &format!("/{bucket}")).body(place).send()?;
        let status = answer.status();
        if !status.is_success() && status.as_u16() != 409 {
            bail!("cannot create bucket {bucket}: {status} {}", answer.text()?);
        }
        Ok(())
    }

    /// Whether the object exists.
    pub(crate) fn has_object(&self, bucket: &str, key: &str) -> Result<bool> {
        Ok(self.request(Method::HEAD, "s3", &format!("/{bucket}/{key}")).send()?.status().is_success())
    }

    /// Stores an object.
    pub(crate) fn put_object(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<()> {
        let status =
            self.request(Method::PUT, "s3", &format!("/{bucket}/{key}")).body(bytes).send()?.status();
        if !status.is_success() {
            bail!("cannot store {key} in {bucket}: {status}");
        }
        Ok(())
    }

    /// Whether the function exists.
    pub(crate) fn has_function(&self, name: &str) -> Result<bool> {
        let path = format!("/2015-03-31/functions/{name}");
        Ok(self.request(Method::GET, "lambda", &path).send()?.status().is_success())
    }

    /// What a deployed function finds in its environment.
    pub(crate) fn environment(&self, function: &str) -> Result<Vec<(String, String)>> {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let answer = self
            .request(Method::GET, "lambda", &path)
            .send()
            .context("the emulator does not answer: `cargo xtask up`")?;
        let configuration: Value = serde_json::from_slice(&answer.bytes()?)?;
        let variables = configuration.pointer("/Environment/Variables").and_then(Value::as_object);
        let variables = variables.with_context(|| format!("{function} is not deployed: `cargo xtask up`"))?;
        let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        let mut environment: Vec<(String, String)> = variables.iter().filter_map(text).collect();
        for (name, value) in [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", ACCOUNT),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_SESSION_TOKEN", ""),
        ] {
            environment.push((name.to_owned(), value.to_owned()));
        }
        Ok(environment)
    }

    /// Gives a function the code of a package in S3.
    pub(crate) fn update_code(&self, function: &str, bucket: &str, key: &str) -> Result<()> {
        let answer = self
            .request(Method::PUT, "lambda", &format!("/2015-03-31/functions/{function}/code"))
            .body(json!({ "S3Bucket": bucket, "S3Key": key }).to_string())
            .send()?;
        let status = answer.status();
        if !status.is_success() {
            bail!("cannot give {function} new code: {status} {}", answer.text()?);
        }
        Ok(())
    }

    /// Invokes a function and waits for its answer.
    pub(crate) fn invoke(&self, function: &str, event: &Value) -> Result<Value> {
        let answer = self
            .request(Method::POST, "lambda", &format!("/2015-03-31/functions/{function}/invocations"))
            .body(event.to_string())
            .send()
            .context("the emulator does not answer: `cargo xtask doctor`")?;
        let status = answer.status();
        let failed = answer.headers().contains_key("x-amz-function-error");
        let text = answer.text()?;
        if failed || !status.is_success() {
            bail!("{function} failed ({status}): {text}\n  see `cargo xtask logs {}`", short_name(function));
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// `deal` of `polymer-local-deal`.
pub(crate) fn short_name(function: &str) -> &str {
    function
        .strip_prefix(crate::workspace::PREFIX)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(function)
}
