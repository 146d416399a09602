//! The OpenID provider of the local cloud, by which the demo users log in without a password of ours: one process beside the
//! simulators. See `tools/oidc-provider/launch.py`.

use crate::cloud::Cloud;
use crate::daemon::Daemon;
use crate::demo;
use crate::packages::hash_of_files;
use crate::ports;
use crate::progress::{Outcome, done, unchanged};
use crate::venv;
use crate::workspace::{Instance, PREFIX, Workspace, write};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::process::Command;
use std::time::Duration;

/// What the provider is called in the paths of the API.
const NAME: &str = "demo";
/// What the provider and the system agree on. As secret as the demo passwords.
const CLIENT_ID: &str = "polymer";
const CLIENT_SECRET: &str = "demo-client-secret";

/// Its process.
pub(crate) fn daemon(instance: &Instance) -> Daemon<'_> {
    Daemon::new("login-provider", instance)
}

/// Starts it unless it runs with these settings, and gives the system the client's secret.
pub(crate) fn start(workspace: &Workspace, instance: &Instance, cloud: &Cloud) -> Result<Outcome> {
    let launcher = workspace.path("tools/oidc-provider/launch.py");
    let told = json!({
        "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "redirectUri": redirect_uri(instance), "people": people(),
    });
    let settings =
        format!("port {} {told} {}", instance.login_provider_port(), hash_of_files([launcher.clone()])?);
    let daemon = daemon(instance);
    if daemon.runs_with(&settings) {
        return unchanged(instance.login_provider_url());
    }
    daemon.stop()?;
    let file = instance.path("login-provider.json");
    write(&file, told.to_string())?;
    let mut command = Command::new(venv::LOGIN_PROVIDER.program(workspace, "python"));
    command
        .arg(launcher)
        .arg(instance.login_provider_port().to_string())
        .arg(file)
        .current_dir(instance.dir());
    daemon.start(&mut command, &settings)?;
    daemon.wait_until(Duration::from_secs(30), || !ports::is_free(instance.login_provider_port()))?;
    let provider = json!([{
        "name": NAME, "issuer": instance.login_provider_url(), "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET,
        "redirectUri": redirect_uri(instance), "linkByEmail": true,
    }]);
    cloud.put_secret(&format!("{PREFIX}/auth/oidc"), &provider.to_string())?;
    done(instance.login_provider_url())
}

fn redirect_uri(instance: &Instance) -> String {
    format!("{}/v1/auth/oidc/{NAME}/callback", instance.api_url())
}

/// Who can log in there: the demo users, somebody of whom the firm knows nothing, and somebody who only says that an address is theirs.
fn people() -> Map<String, Value> {
    let person = |email: &str, verified: bool| json!({ "email": email, "email_verified": verified });
    let users = demo::ROLES.iter().map(|role| ((*role).to_owned(), person(&demo::email(role), true)));
    let others = [
        ("stranger".to_owned(), person("stranger@elsewhere.example", true)),
        ("pretender".to_owned(), person(&demo::email("owner"), false)),
    ];
    users.chain(others).collect()
}
