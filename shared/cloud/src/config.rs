//! The configuration every SDK client is made from.

use std::fmt;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use kernel::config::Env;

use crate::trust::Trust;

/// Opening a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// One attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// All attempts of one call and the pauses between them. Below every function's own timeout, so that a call ends with an
/// error that can be handled.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);
/// The first attempt included.
const MOST_ATTEMPTS: u32 = 3;

/// How this function reaches AWS. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct AwsConfig {
    sdk: SdkConfig,
    trust: Trust,
}

impl AwsConfig {
    /// From the variables that Lambda sets: `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_SESSION_TOKEN` (absent for long-lived keys), and two that nobody sets in production: `AWS_ENDPOINT_URL` sends every
    /// call to a stand-in, `AWS_TRUST=native` trusts the system's roots instead of Amazon's.
    ///
    /// What is missing is noted in `env`; the caller's [`Env::finish`] names it together with the rest.
    #[must_use]
    pub fn from_env(env: &Env) -> Self {
        let endpoint = env.optional("AWS_ENDPOINT_URL");
        let trust = match (env.optional("AWS_TRUST"), endpoint) {
            (_, Some(url)) if url.starts_with("http://") => Trust::Unencrypted,
            (None | Some("amazon"), _) => Trust::Amazon,
            (Some("native"), _) => Trust::Native,
            (Some(_), _) => {
                env.fault("AWS_TRUST: neither `amazon` nor `native`".to_owned());
                Trust::Amazon
            }
        };
        let credentials = Credentials::new(
            env.required("AWS_ACCESS_KEY_ID"),
            env.required("AWS_SECRET_ACCESS_KEY"),
            env.optional("AWS_SESSION_TOKEN").map(str::to_owned),
            None,
            "environment",
        );
        let mut sdk = SdkConfig::builder()
            .region(Region::new(env.required("AWS_REGION")))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(trust.http_client())
            .timeout_config(timeouts())
            .retry_config(RetryConfig::standard().with_max_attempts(MOST_ATTEMPTS))
            // Attempts are bounded already; watching each body for progress costs time on every call.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        sdk.set_endpoint_url(endpoint.map(str::to_owned));
        Self { sdk: sdk.build(), trust }
    }

    /// What `aws_sdk_*::Client::new` takes. All clients made from it share one pool of connections: the SDK keeps a pool
    /// per HTTP client and timeout setting, and both are the same for all.
    #[must_use]
    pub const fn sdk_config(&self) -> &SdkConfig {
        &self.sdk
    }
}

impl fmt::Debug for AwsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsConfig")
            .field("region", &self.sdk.region())
            .field("endpoint", &self.sdk.endpoint_url())
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_variable_is_named_at_once() {
        let env = Env::from_pairs([("AWS_TRUST", "anyone")]);
        let config = AwsConfig::from_env(&env);
        let error = env.finish(config).unwrap_err().to_string();
        for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_TRUST"] {
            assert!(error.contains(name), "{error}");
        }
    }

    fn trust(pairs: &[(&str, &str)]) -> Trust {
        AwsConfig::from_env(&Env::from_pairs(pairs.iter().copied())).trust
    }

    #[test]
    fn amazons_roots_are_trusted_unless_the_switch_says_otherwise() {
        assert_eq!(trust(&[]), Trust::Amazon);
        assert_eq!(trust(&[("AWS_TRUST", "native")]), Trust::Native);
        assert_eq!(trust(&[("AWS_ENDPOINT_URL", "https://stand-in")]), Trust::Amazon);
        assert_eq!(trust(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")]), Trust::Unencrypted);
    }

    #[test]
    fn secrets_are_not_shown() {
        let env = Env::from_pairs([("AWS_SECRET_ACCESS_KEY", "s3cr3t"), ("AWS_SESSION_TOKEN", "t0k3n")]);
        let shown = format!("{:?}", AwsConfig::from_env(&env));
        assert!(!shown.contains("s3cr3t") && !shown.contains("t0k3n"), "{shown}");
    }
}
