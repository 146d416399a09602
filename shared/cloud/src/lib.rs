//! How a function reaches AWS, and other services over HTTPS ([`OutsideHttp`]): one HTTP client, credentials straight from the environment, pinned roots.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let env = kernel::config::Env::from_process();
//! let aws = cloud::AwsConfig::from_env(&env);
//! let aws = env.finish(aws)?;
//! let table = aws_sdk_dynamodb::Client::new(aws.sdk_config());
//! let queue = aws_sdk_sqs::Client::new(aws.sdk_config()); // the same connections, the same TLS configuration
//! # Ok(())
//! # }
//! ```
//!
//! Why not `aws-config`: its provider chain looks for profiles, web identities and metadata services that a function does
//! not have, and brings clients of its own for them (`docs/adr/0011-lean-aws-clients.md`). Deliberately absent for the same
//! reason: refreshing of credentials. The platform starts a new execution environment before those of the old one expire.

mod config;
mod outside;
mod trust;
mod warm;

pub use aws_types::SdkConfig;
pub use config::AwsConfig;
pub use outside::{OutsideAnswer, OutsideFault, OutsideHttp, OutsideRequest};
pub use warm::warm_up;
