//! The tables of a context, as Terraform makes them.

use anyhow::Result;
use serde_json::{Value, json};

use crate::aws::LocalAws;

/// Makes `bench-<context>-{log,views,ops}`.
pub(crate) async fn create(aws: &LocalAws, context: &str) -> Result<()> {
    let by_time = [("by-time", "ds", "at", "KEYS_ONLY")];
    let by_any = [("by-1", "g1", "s1", "ALL"), ("by-2", "g2", "s2", "ALL"), ("by-3", "g3", "s3", "ALL")];
    for (table, indexes) in [("log", by_time.as_slice()), ("views", by_any.as_slice()), ("ops", &[])] {
        aws.dynamodb("CreateTable", &definition(&format!("bench-{context}-{table}"), indexes)).await?;
    }
    Ok(())
}

/// Makes them anew, empty.
pub(crate) async fn recreate(aws: &LocalAws, context: &str) -> Result<()> {
    for table in ["log", "views", "ops"] {
        aws.dynamodb("DeleteTable", &json!({ "TableName": format!("bench-{context}-{table}") })).await?;
    }
    create(aws, context).await
}

fn definition(name: &str, indexes: &[(&str, &str, &str, &str)]) -> Value {
    let key = |hash: &str, range: &str| {
        json!([
            { "AttributeName": hash, "KeyType": "HASH" },
            { "AttributeName": range, "KeyType": "RANGE" },
        ])
    };
    let names = indexes.iter().flat_map(|(_, hash, range, _)| [*hash, *range]);
    let attributes: Vec<Value> = ["pk", "sk"]
        .into_iter()
        .chain(names)
        .map(|name| json!({ "AttributeName": name, "AttributeType": "S" }))
        .collect();
    let mut definition = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes,
        "KeySchema": key("pk", "sk"),
    });
    if !indexes.is_empty() {
        let indexes: Vec<Value> = indexes
            .iter()
            .map(|(index, hash, range, projection)| {
                json!({
                    "IndexName": index,
                    "KeySchema": key(hash, range),
                    "Projection": { "ProjectionType": projection },
                })
            })
            .collect();
        definition["GlobalSecondaryIndexes"] = indexes.into();
    }
    definition
}
