//! The DynamoDB implementations.
//!
//! Each owns one table and asks for no more than its grants: the log is only ever read and put to; nothing scans. What
//! the calls cost is part of the contract: an append is one conditional put, a load one query in most cases.

mod attributes;
mod batch;
mod error;
mod fill;
mod log;
mod log_index;
mod ops;
mod row;
mod views;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

pub use log::DynamoLog;
pub use ops::DynamoOps;
pub use views::DynamoViews;

/// An item as the SDK carries it.
type SdkItem = HashMap<String, AttributeValue>;
