//! DynamoDB in the test's own process: `dynoxide` behind the real SDK, over loopback HTTP.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use cloud::AwsConfig;
use event_store::BoxError;
use event_store::dynamodb::{DynamoLog, DynamoOps, DynamoViews};
use kernel::config::Env;

/// A context's three tables in an emulator of their own, which ends with the runtime that started it.
#[derive(Debug, Clone)]
pub struct Tables {
    /// The SDK's client, without retries: a test sees the first answer.
    pub client: Client,
    /// Where the emulator listens.
    pub endpoint: String,
    /// Name of the log table.
    pub log: String,
    /// Name of the views table.
    pub views: String,
    /// Name of the ops table.
    pub ops: String,
}

impl Tables {
    /// Starts an emulator in memory and creates the tables `polymer-test-<context>-{log,views,ops}` as the
    /// infrastructure does.
    ///
    /// # Errors
    /// Whatever kept the emulator from starting or the tables from being created.
    pub async fn start(context: &str) -> Result<Self, BoxError> {
        let database = dynoxide::Database::memory()?;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        // Ends with the runtime.
        drop(tokio::spawn(dynoxide::server::serve_on(listener, database)));
        let client = Client::from_conf(config(&endpoint).retry_config(RetryConfig::disabled()).build());
        let name = |table| format!("polymer-test-{context}-{table}");
        let tables = Self { client, endpoint, log: name("log"), views: name("views"), ops: name("ops") };
        tables.create().await?;
        Ok(tables)
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> DynamoLog {
        DynamoLog::new(self.client.clone(), self.log.clone())
    }

    /// The views.
    #[must_use]
    pub fn views(&self) -> DynamoViews {
        DynamoViews::new(self.client.clone(), self.views.clone())
    }

    /// The mutable items.
    #[must_use]
    pub fn ops(&self) -> DynamoOps {
        DynamoOps::new(self.client.clone(), self.ops.clone())
    }

    async fn create(&self) -> Result<(), BoxError> {
        let by_time = index("by-time", "ds", "at", ProjectionType::KeysOnly)?;
        let log = self.keyed_table(&self.log)?.global_secondary_indexes(by_time);
        with_attributes(log, &["ds", "at"])?.send().await?;
        let mut views = self.keyed_table(&self.views)?;
        for (name, partition, range) in [("by-1", "g1", "s1"), ("by-2", "g2", "s2"), ("by-3", "g3", "s3")] {
            let index = index(name, partition, range, ProjectionType::All)?;
            views = with_attributes(views.global_secondary_indexes(index), &[partition, range])?;
        }
        views.send().await?;
        self.keyed_table(&self.ops)?.send().await?;
        Ok(())
    }

    fn keyed_table(&self, name: &str) -> Result<CreateTableFluentBuilder, BoxError> {
        let table = self.client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
        let table = table.set_key_schema(Some(key_schema("pk", "sk")?));
        with_attributes(table, &["pk", "sk"])
    }
}

/// What a client of an emulator at `endpoint` is configured with: what a function's is, and credentials that open nothing.
pub fn config(endpoint: &str) -> aws_sdk_dynamodb::config::Builder {
    let env = Env::from_pairs([
        ("AWS_REGION", "ap-south-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", endpoint),
    ]);
    AwsConfig::from_env(&env).sdk_config().into()
}

fn key_schema(partition: &str, range: &str) -> Result<Vec<KeySchemaElement>, BoxError> {
    let element = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![element(partition, KeyType::Hash)?, element(range, KeyType::Range)?])
}

fn index(
    name: &str,
    partition: &str,
    range: &str,
    projection: ProjectionType,
) -> Result<GlobalSecondaryIndex, BoxError> {
    Ok(GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key_schema(partition, range)?))
        .projection(Projection::builder().projection_type(projection).build())
        .build()?)
}

fn with_attributes(
    mut table: CreateTableFluentBuilder,
    names: &[&str],
) -> Result<CreateTableFluentBuilder, BoxError> {
    for name in names {
        let text = AttributeDefinition::builder().attribute_type(ScalarAttributeType::S);
        table = table.attribute_definitions(text.attribute_name(*name).build()?);
    }
    Ok(table)
}
