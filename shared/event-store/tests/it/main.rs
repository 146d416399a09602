//! The contracts of the three ports on every implementation, what the DynamoDB adapters send, and aggregates on a log.
#![cfg(test)] // Helpers may unwrap, as the tests they serve.

mod author;
mod items;
mod log_contract;
mod log_properties;
mod ops_contract;
mod round_trips;
mod store;
mod view_table;
mod views_contract;
mod views_properties;
mod wire;

/// Runs every named contract (`async fn(&dyn Port)`) on the memory twin and on DynamoDB, as a test of each.
macro_rules! contract {
    ($memory:ty, $dynamodb:ident: $($name:ident),+ $(,)?) => {
        mod in_memory {
            $(#[tokio::test] async fn $name() { super::$name(&<$memory>::default()).await; })+
        }

        mod on_dynamodb {
            $(#[tokio::test] async fn $name() {
                let tables = testkit::dynamodb::Tables::start("it").await.unwrap();
                super::$name(&tables.$dynamodb()).await;
            })+
        }
    };
}
pub(crate) use contract;
