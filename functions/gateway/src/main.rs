//! The gateway function. No warm-up call: only `/readyz` talks to AWS, and whoever asks that can wait for a handshake.

use std::process::ExitCode;
use std::sync::Arc;

use gateway::adapters::{LambdaContexts, SqsQueues};
use gateway::config::Config;
use gateway::readiness::Prober;
use http_kit::Edge;
use kernel::SystemClock;
use lambda_entry::App;

fn main() -> ExitCode {
    lambda_entry::start("gateway", async |env| {
        let aws = cloud::AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let contexts = LambdaContexts::new(aws_sdk_lambda::Client::new(aws.sdk_config()));
        let queues = SqsQueues::new(aws_sdk_sqs::Client::new(aws.sdk_config()));
        let prober = Prober::new(config, Arc::new(contexts), Arc::new(queues), Arc::new(SystemClock));
        let router = gateway::http::routes().into_router(Arc::new(prober), Edge::system());
        Ok(App::new("gateway").http(router))
    })
}
