//! Generated books, imported in this process, and the rows they leave in the views.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use event_store::Row;
use event_store::dynamodb::DynamoViews;
use inventory_domain::ProductId;
use kernel::config::Env;
use kernel::{BusinessDate, Tenant};
use legacy::fixture::{self, Plan};
use legacy::{Books, Database};
use polyctl::contexts::InProcess;
use polyctl::migrate::run::{Options, import};

use crate::aws::LocalAws;

const SEED: u64 = 7;

/// What questions are asked about.
pub(crate) struct Firm {
    /// How many deals there are.
    pub(crate) deals: usize,
    /// How many lots there are.
    pub(crate) lots: usize,
    /// The customer with most deals.
    pub(crate) customer: String,
    /// The product with most deals.
    pub(crate) product: ProductId,
    /// Code of what that customer buys most.
    pub(crate) bought: String,
    /// The supplier with most lots.
    pub(crate) supplier: String,
    /// The day with most deals.
    pub(crate) day: BusinessDate,
}

impl Firm {
    /// Fills the tables of views of deal and inventory with books of this scale.
    pub(crate) async fn fill(aws: &LocalAws, scale: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("old.db");
        fixture::write(&file, Plan { seed: SEED, scale })?;
        let reading = Database::open(&file)?.read()?;
        ensure!(reading.bad.is_empty(), "the generated books cannot be read");
        let tenant: Tenant = "main".parse()?;
        let contexts = InProcess::new(&tenant);
        let options = Options {
            tenant: tenant.clone(),
            batch: 500,
            parallel: 1,
            parties: false,
            patience: Duration::ZERO,
        };
        import(&contexts, &reading.books, &options).await?;
        for (context, rows) in contexts.rows() {
            write(aws, context, rows).await?;
        }
        Self::of(&reading.books, &tenant)
    }

    fn of(books: &Books, tenant: &Tenant) -> Result<Self> {
        let code = most(books.deals.iter().map(|deal| deal.product.code.clone()))?;
        let customer = most(books.deals.iter().map(|deal| deal.customer.clone()))?;
        let theirs = books.deals.iter().filter(|deal| deal.customer == customer);
        let bought = most(theirs.map(|deal| deal.product.code.clone()))?;
        Ok(Self {
            deals: books.deals.len(),
            lots: books.lots.len(),
            customer,
            product: ProductId::of(tenant, &code.parse()?),
            bought,
            supplier: most(books.lots.iter().map(|lot| lot.supplier.clone()))?,
            day: most(books.deals.iter().map(|deal| deal.date))?,
        })
    }
}

async fn write(aws: &LocalAws, context: &str, rows: Vec<Row>) -> Result<()> {
    let env = Env::from_pairs([
        ("AWS_REGION", "ap-south-1"),
        ("AWS_ACCESS_KEY_ID", "bench"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
        ("AWS_ENDPOINT_URL", aws.dynamodb_url()),
    ]);
    let client = aws_sdk_dynamodb::Client::new(cloud::AwsConfig::from_env(&env).sdk_config());
    let views = DynamoViews::new(client, format!("bench-{context}-views"));
    views.fill(rows).await.with_context(|| format!("filling the views of {context}"))
}

/// What occurs most often; of several the first.
fn most<T: Ord>(values: impl Iterator<Item = T>) -> Result<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let found = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    Ok(found.context("empty books")?.0)
}
