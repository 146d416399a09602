//! The deployed functions, by the Lambda API: of AWS, or of the local cloud.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::Builder;
use aws_smithy_types::timeout::TimeoutConfig;
use cloud::AwsConfig;
use kernel::config::Env;
use peer::{Peer, PeerError};
use serde::Deserialize;
use serde_json::Value;

use super::{AskError, Context, Contexts};

/// A function ends after 15 s at most; the local cloud may start it first.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// All attempts of one invocation.
const INVOCATION_TIMEOUT: Duration = Duration::from_secs(150);
/// The local cloud's region and account; nothing checks them there.
const LOCAL: [(&str, &str); 3] =
    [("AWS_REGION", "ap-south-1"), ("AWS_ACCESS_KEY_ID", "000000000000"), ("AWS_SECRET_ACCESS_KEY", "local")];

/// Where the functions are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the local cloud whose Lambda API has this base URL.
    Local(String),
    /// In AWS, with the credentials of the environment.
    Aws,
}

/// The part of the endpoints file that is read.
#[derive(Deserialize)]
struct Endpoints {
    emulator: String,
}

impl Place {
    /// The local cloud that this file describes.
    ///
    /// # Errors
    /// When there is no such file; the message says how to get one.
    pub fn from_endpoints(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| {
            format!("{} cannot be read: run `cargo xtask up`, or name --aws", file.display())
        })?;
        let endpoints: Endpoints = serde_json::from_str(&text)
            .with_context(|| format!("{} names no emulator: run `cargo xtask up`", file.display()))?;
        Ok(Self::Local(endpoints.emulator))
    }

    /// How to reach AWS there.
    ///
    /// # Errors
    /// Every missing setting of the environment, for AWS.
    pub fn aws(&self) -> anyhow::Result<AwsConfig> {
        let env = match self {
            Self::Local(url) => {
                Env::from_pairs(LOCAL.into_iter().chain([("AWS_ENDPOINT_URL", url.as_str())]))
            }
            Self::Aws => Env::from_process(),
        };
        Ok(env.finish(AwsConfig::from_env(&env))?)
    }
}

/// The functions of one installation.
#[derive(Debug, Clone)]
pub struct Functions {
    client: Client,
    prefix: String,
}

impl Functions {
    /// The functions called `<prefix>-<context>`. No call is made yet.
    ///
    /// # Errors
    /// Every missing setting of the environment, for AWS.
    pub fn at(place: &Place, prefix: &str) -> anyhow::Result<Self> {
        let aws = place.aws()?;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(INVOCATION_TIMEOUT)
            .build();
        let config = Builder::from(aws.sdk_config()).timeout_config(timeouts).build();
        Ok(Self { client: Client::from_conf(config), prefix: prefix.to_owned() })
    }
}

#[async_trait]
impl Contexts for Functions {
    async fn ask(&self, context: Context, event: &Value) -> Result<Value, AskError> {
        let peer = Peer::new(self.client.clone(), format!("{}-{context}", self.prefix));
        peer.ask(event).await.map_err(|error| match error {
            PeerError::Absent(_) => AskError::Absent(context),
            PeerError::Refused { code, detail } => AskError::Refused { context, code, detail },
            PeerError::Failed { fault, output } => {
                AskError::Failed(context, format!("{fault}: {output}").into())
            }
            other => AskError::Failed(context, other.into()),
        })
    }
}
