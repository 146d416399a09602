//! Running a function on Lambda.

use std::error::Error;
use std::future::Future;
use std::process::ExitCode;

use kernel::Timestamp;
use kernel::config::Env;
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;
use tracing::error;

use crate::app::App;
use crate::error::ServeError;

/// What `lambda_runtime` reads, and panics without.
const LAMBDA_ENV: [&str; 4] = [
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_RUNTIME_API",
];

/// A whole `main`: logging, a current-thread runtime, `build`, then serving until the platform ends the process.
///
/// `build` gets the environment and makes the adapters; what it does counts as the initialisation phase, which has a full
/// core whatever the function's memory, so connections are best opened there. When it fails, the reason is logged once and
/// the process ends with a failure, which the platform reports and retries.
pub fn start<B, F>(service: &'static str, build: B) -> ExitCode
where
    B: FnOnce(Env) -> F,
    F: Future<Output = Result<App, Box<dyn Error + Send + Sync>>>,
{
    let env = Env::from_process();
    telemetry::init(service, env.optional("LOG_LEVEL").unwrap_or("info"));
    // One thread: a function handles one event at a time, and below 1,769 MB it has less than one core.
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(async { Ok(build(env).await?.serve().await?) }));
    let outcome: Result<(), Box<dyn Error + Send + Sync>> = outcome;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(error = kernel::error::chain(error.as_ref()), "cannot start");
            ExitCode::FAILURE
        }
    }
}

impl App {
    /// Serves events of the Lambda runtime API until the platform ends the process.
    ///
    /// # Errors
    /// When the process was not started by Lambda, or the runtime API stops answering.
    pub async fn serve(self) -> Result<(), ServeError> {
        let env = Env::from_process();
        let missing: Vec<_> = LAMBDA_ENV.into_iter().filter(|name| env.optional(name).is_none()).collect();
        if !missing.is_empty() {
            return Err(ServeError::NotInLambda(missing));
        }
        let app = &self;
        let handler = service_fn(|event: LambdaEvent<Box<RawValue>>| async move {
            let deadline = i64::try_from(event.context.deadline).ok().map(Timestamp::from_unix_ms);
            app.respond(event.payload.get(), &event.context.request_id, deadline).await
        });
        Runtime::new(handler).run().await.map_err(ServeError::Runtime)
    }
}
