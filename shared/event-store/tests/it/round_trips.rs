//! What loading costs, counted in requests to a table.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use event_store::dynamodb::DynamoLog;
use event_store::{BoxError, CommitLog, LoadFrom};
use testkit::dynamodb::Tables;

use crate::author::{Author, stream};

#[derive(Debug, Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl Counter {
    /// Requests since the last time.
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

impl Intercept for Counter {
    fn name(&self) -> &'static str {
        "Counter"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn a_load_is_one_request_until_a_stream_outgrows_a_page() {
    let tables = Tables::start("it").await.unwrap();
    let counter = Counter::default();
    let config = testkit::dynamodb::config(&tables.endpoint).interceptor(counter.clone()).build();
    let log = DynamoLog::new(Client::from_conf(config), tables.log.clone());

    let (id, mut author) = (stream("short"), Author::of(stream("short")));
    for n in 1..=100 {
        let commit = if n % 32 == 0 { author.write_snapshot("s") } else { author.write() };
        log.append(&commit).await.unwrap();
        assert_eq!(counter.take(), 1, "an append is one request");
        if n >= 32 {
            log.load(&id, LoadFrom::Snapshot("s")).await.unwrap();
            assert_eq!(counter.take(), 1, "{n} commits: the first page holds a snapshot");
        }
    }
    log.load(&id, LoadFrom::Beginning).await.unwrap();
    assert_eq!(counter.take(), 1);
    log.load(&id, LoadFrom::Snapshot("other")).await.unwrap();
    assert_eq!(counter.take(), 2, "without a snapshot the rest is one more page");

    let (id, mut author) = (stream("long"), Author::of(stream("long")));
    for _ in 0..8 {
        log.append(&author.write_large(300_000)).await.unwrap();
    }
    counter.take();
    log.load(&id, LoadFrom::Beginning).await.unwrap();
    let pages = counter.take();
    assert!((2..=4).contains(&pages), "2.4 MB in pages of 1 MB, not {pages}");
}
