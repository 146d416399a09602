//! The customer function: reads its settings, connects its ports, serves.

use std::process::ExitCode;
use std::sync::Arc;

use assembly::Parts;
use cloud::AwsConfig;
use customer::adapters::KmsVault;
use customer::config::Config;
use customer::direct::Direct;
use customer::http::{Api, routes};
use customer::projections::Projections;
use customer::reactions::Reactions;
use customer::upkeep::{CustomerUpkeep, VIEWS};
use customer::vault::KeyRing;
use customer::{CONTEXT, Customers};
use http_kit::CursorKey;
use lambda_entry::App;

fn main() -> ExitCode {
    lambda_entry::start(CONTEXT, async |env| {
        let aws = AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let cursors = CursorKey::try_new(config.cursor_secret.as_bytes())?;
        let parts = Parts::connect(&aws, config.parts, VIEWS);
        let kms = aws_sdk_kms::Client::new(aws.sdk_config());
        let vault = Arc::new(KmsVault::new(kms, config.data_key_id));
        let customers = Customers {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            keys: KeyRing::new(vault, Arc::clone(&parts.ops), Arc::clone(&parts.clock)),
            ops: Arc::clone(&parts.ops),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let relay = parts.relay(CONTEXT, Arc::new(Projections::new(customers.clone())));
        let reactions = Reactions::new(customers.clone(), parts.auditor(relay.clone()));
        // Both open the connections that requests use later; the second has the index key at hand from then on.
        let index = cloud::warm_up("keys", customers.keys.blind_index(&customers.tenant));
        futures_util::future::join(parts.warm_up(), index).await;
        let direct = Direct::new(customers.clone(), parts.readiness());
        let direct = parts.upkeep(Arc::new(CustomerUpkeep::new(customers.clone())), Arc::new(direct));
        Ok(App::new(CONTEXT)
            .http(routes().into_router(Api { customers, cursors }, parts.edge()))
            .inbox(parts.inbox(Arc::new(reactions)))
            .stream(parts.log_stream(relay))
            .direct(direct))
    })
}
