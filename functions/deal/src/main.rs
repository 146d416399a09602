//! The deal function: reads its settings, connects its ports, serves.

use std::process::ExitCode;
use std::sync::Arc;

use assembly::Parts;
use cloud::AwsConfig;
use deal::adapters::InventoryFunction;
use deal::config::Config;
use deal::direct::Direct;
use deal::http::{Api, routes};
use deal::projections::Projections;
use deal::reactions::Reactions;
use deal::upkeep::{DealUpkeep, VIEWS};
use deal::{CONTEXT, Deals, PARTIES};
use directory::{Directory, OwnerFunction};
use http_kit::CursorKey;
use lambda_entry::App;

fn main() -> ExitCode {
    lambda_entry::start(CONTEXT, async |env| {
        let aws = AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let cursors = CursorKey::try_new(config.cursor_secret.as_bytes())?;
        let functions = aws_sdk_lambda::Client::new(aws.sdk_config());
        let parts = Parts::connect(&aws, config.parts, VIEWS);
        let customer = OwnerFunction::new(functions.clone(), config.customer_function, "party");
        let deals = Deals {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            stock_desk: Arc::new(InventoryFunction::new(functions, config.inventory_function)),
            parties: Directory::new(PARTIES, Arc::clone(&parts.views), Arc::new(customer)),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            timer: Arc::clone(&parts.timer),
        };
        let relay = parts.relay(CONTEXT, Arc::new(Projections::new(deals.clone())));
        let reactions = Reactions::new(deals.clone(), parts.auditor(relay.clone()));
        parts.warm_up().await;
        let direct = Direct::new(deals.clone(), parts.readiness());
        let direct = parts.upkeep(Arc::new(DealUpkeep::new(deals.clone())), Arc::new(direct));
        Ok(App::new(CONTEXT)
            .http(routes().into_router(Api { deals, cursors }, parts.edge()))
            .inbox(parts.inbox(Arc::new(reactions)))
            .stream(parts.log_stream(relay))
            .direct(direct))
    })
}
