//! The inventory function: reads its settings, connects its ports, serves.

use std::process::ExitCode;
use std::sync::Arc;

use assembly::Parts;
use cloud::AwsConfig;
use directory::{Directory, OwnerFunction};
use http_kit::CursorKey;
use inventory::config::Config;
use inventory::direct::Direct;
use inventory::http::{Api, routes};
use inventory::projections::Projections;
use inventory::reactions::Reactions;
use inventory::upkeep::{InventoryUpkeep, VIEWS};
use inventory::{CONTEXT, Inventory, PARTIES};
use lambda_entry::App;

fn main() -> ExitCode {
    lambda_entry::start(CONTEXT, async |env| {
        let aws = AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let cursors = CursorKey::try_new(config.cursor_secret.as_bytes())?;
        let functions = aws_sdk_lambda::Client::new(aws.sdk_config());
        let customer = OwnerFunction::new(functions, config.customer_function, "party");
        let parts = Parts::connect(&aws, config.parts, VIEWS);
        let inventory = Inventory {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            parties: Directory::new(PARTIES, Arc::clone(&parts.views), Arc::new(customer)),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let relay = parts.relay(CONTEXT, Arc::new(Projections::new(inventory.clone())));
        let reactions = Reactions::new(inventory.clone(), parts.auditor(relay.clone()));
        parts.warm_up().await;
        let direct = Direct::new(inventory.clone(), parts.readiness());
        let direct = parts.upkeep(Arc::new(InventoryUpkeep::new(inventory.clone())), Arc::new(direct));
        Ok(App::new(CONTEXT)
            .http(routes().into_router(Api { inventory, cursors }, parts.edge()))
            .inbox(parts.inbox(Arc::new(reactions)))
            .stream(parts.log_stream(relay))
            .direct(direct))
    })
}
