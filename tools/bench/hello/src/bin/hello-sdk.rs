//! The bare hello with one DynamoDB read a request: what one SDK call costs.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use kernel::config::Env;
use lambda_http::{Error, Request, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::from_process();
    let aws = cloud::AwsConfig::from_env(&env);
    let table = env.required("OPS_TABLE");
    let aws = env.finish(aws)?;
    let read = Client::new(aws.sdk_config())
        .get_item()
        .table_name(table)
        .key("pk", AttributeValue::S("bench".to_owned()))
        .key("sk", AttributeValue::S("none".to_owned()));
    // A call during initialisation, like every function's.
    cloud::warm_up("dynamodb", read.clone().send()).await;
    let read = &read;
    run(service_fn(async move |_: Request| {
        read.clone().send().await?;
        Ok::<_, Error>("hello")
    }))
    .await
}
