//! The sync function: reads its settings, connects its ports, serves.

use std::process::ExitCode;
use std::sync::Arc;

use assembly::Parts;
use cloud::{AwsConfig, OutsideHttp};
use http_kit::CursorKey;
use lambda_entry::App;
use resilience::{Breaker, Limiter};
use sync::adapters::{
    DealFunction, GoogleSettings, GoogleSheet, InventoryFunction, ListFunctions, SecretKey, SqsWork,
    Unconnected,
};
use sync::config::Config;
use sync::direct::Direct;
use sync::http::{Api, routes};
use sync::ports::{Spreadsheet, Tabs};
use sync::projections::Projections;
use sync::reactions::Reactions;
use sync::upkeep::{SyncUpkeep, VIEWS};
use sync::worker::Worker;
use sync::{BREAKER, CONTEXT, Sheets};

fn main() -> ExitCode {
    lambda_entry::start(CONTEXT, async |env| {
        let aws = AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let cursors = CursorKey::try_new(config.cursor_secret.as_bytes())?;
        let functions = aws_sdk_lambda::Client::new(aws.sdk_config());
        let queues = aws_sdk_sqs::Client::new(aws.sdk_config());
        let secrets = aws_sdk_secretsmanager::Client::new(aws.sdk_config());
        let parts = Parts::connect(&aws, config.parts, VIEWS);
        let hook = Arc::new(SecretKey::new(secrets.clone(), config.hook_secret));
        let (spreadsheet, tabs): (Arc<dyn Spreadsheet>, Arc<dyn Tabs>) = match config.spreadsheet_id {
            Some(spreadsheet_id) => {
                let settings =
                    GoogleSettings { sheets_url: config.sheets_url, spreadsheet_id, tab: config.tab };
                let keys = Arc::new(SecretKey::new(secrets, config.key_secret));
                let outside = Arc::new(OutsideHttp::default());
                let google = Arc::new(GoogleSheet::new(outside, settings, keys, Arc::clone(&parts.clock)));
                (Arc::clone(&google) as _, google)
            }
            None => (Arc::new(Unconnected), Arc::new(Unconnected)),
        };
        let sheets = Sheets {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            ops: Arc::clone(&parts.ops),
            spreadsheet,
            work: Arc::new(SqsWork::new(queues, config.work_queue_url)),
            tabs,
            listings: Arc::new(ListFunctions::new(
                functions.clone(),
                config.inventory_function.clone(),
                config.customer_function,
            )),
            products: Arc::new(InventoryFunction::new(functions.clone(), config.inventory_function)),
            deals: Arc::new(DealFunction::new(functions, config.deal_function)),
            breaker: Breaker::new(
                Arc::clone(&parts.ops),
                Arc::clone(&parts.clock),
                parts.tenant.clone(),
                "google-sheets",
                BREAKER,
            ),
            limiter: Limiter::new(Arc::clone(&parts.ops), Arc::clone(&parts.clock), parts.tenant.clone()),
            policy: config.policy,
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let relay = parts.relay(CONTEXT, Arc::new(Projections::new(sheets.clone())));
        let reactions = Reactions::new(sheets.clone(), parts.auditor(relay.clone()));
        let inbox = parts.inbox(Arc::new(reactions));
        let upkept = Arc::new(SyncUpkeep::new(sheets.clone()));
        let direct = parts.upkeep(upkept, Arc::new(Direct::new(parts.readiness())));
        parts.warm_up().await;
        Ok(App::new(CONTEXT)
            .http(routes().into_router(Api { sheets: sheets.clone(), cursors, hook }, parts.edge()))
            .inbox(Arc::new(Worker::new(sheets, inbox)))
            .stream(parts.log_stream(relay))
            .direct(direct))
    })
}
