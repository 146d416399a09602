//! The gateway function. No warm-up call: only `/readyz` talks to AWS, and whoever asks that can wait for a handshake.

use std::process::ExitCode;
use std::sync::Arc;

use dead_letters::{BusRecords, SqsLetters};
use gateway::adapters::{LambdaContexts, SqsQueues};
use gateway::config::Config;
use gateway::dead::DeadLetters;
use gateway::http::Gateway;
use gateway::readiness::Prober;
use http_kit::Edge;
use kernel::SystemClock;
use lambda_entry::App;

fn main() -> ExitCode {
    lambda_entry::start("gateway", async |env| {
        let aws = cloud::AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let contexts = LambdaContexts::new(aws_sdk_lambda::Client::new(aws.sdk_config()));
        let sqs = aws_sdk_sqs::Client::new(aws.sdk_config());
        let urls: Vec<String> = config.queues.iter().map(|queue| queue.address.clone()).collect();
        let letters = SqsLetters::known(sqs.clone(), urls);
        let records = BusRecords::new(&aws, config.event_bus.clone(), "gateway");
        let clock = Arc::new(SystemClock);
        let gateway = Gateway {
            dead: DeadLetters::new(&config.queues, Arc::new(letters), Arc::new(records)),
            prober: Arc::new(Prober::new(
                config,
                Arc::new(contexts),
                Arc::new(SqsQueues::new(sqs)),
                clock.clone(),
            )),
            clock,
        };
        let router = gateway::http::routes().into_router(gateway, Edge::system());
        Ok(App::new("gateway").http(router))
    })
}
