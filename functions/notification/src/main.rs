//! The notification function: reads its settings, connects its ports, serves.

use std::process::ExitCode;
use std::sync::Arc;

use assembly::Parts;
use cloud::AwsConfig;
use http_kit::CursorKey;
use lambda_entry::App;
use notification::adapters::{
    BotApi, CALL_TIMEOUT, CloudApi, CloudApiSettings, DealFunction, InventoryFunction, SecretsManager, Ses,
    Sns, SqsQueues,
};
use notification::codes::CodeKey;
use notification::config::Config;
use notification::direct::Direct;
use notification::http::{Api, routes};
use notification::ports::Messengers;
use notification::projections::Projections;
use notification::reactions::{Hooks, Reactions};
use notification::sending::{Desk, Sender};
use notification::upkeep::{NotificationUpkeep, VIEWS};
use notification::{CONTEXT, Notifications};

fn main() -> ExitCode {
    lambda_entry::start(CONTEXT, async |env| {
        let aws = AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let cursors = CursorKey::try_new(config.cursor_secret.as_bytes())?;
        let codes = CodeKey::derived_from(config.cursor_secret.as_bytes());
        let functions = aws_sdk_lambda::Client::new(aws.sdk_config());
        let queues = aws_sdk_sqs::Client::new(aws.sdk_config());
        let vault = aws_sdk_secretsmanager::Client::new(aws.sdk_config());
        let parts = Parts::connect(&aws, config.parts, VIEWS);
        let clock = &parts.clock;
        let whatsapp_secrets =
            Arc::new(SecretsManager::new(vault.clone(), config.whatsapp_secret, Arc::clone(clock)));
        let telegram_secrets =
            Arc::new(SecretsManager::new(vault, config.telegram_secret, Arc::clone(clock)));
        let notifications = Notifications {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            ops: Arc::clone(&parts.ops),
            goods: Arc::new(InventoryFunction::new(functions.clone(), config.inventory_function)),
            deals: Arc::new(DealFunction::new(functions, config.deal_function)),
            queues: Arc::new(SqsQueues::new(queues, config.channel_urls, config.inbox_queue_url)),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let relay = parts.relay(CONTEXT, Arc::new(Projections::new(notifications.clone())));
        let reactions = Reactions::new(notifications.clone(), parts.auditor(relay.clone()));
        let hooks = Hooks::new(
            notifications.clone(),
            parts.parking(),
            &config.whatsapp_phone_number_id,
            codes.clone(),
        );
        let whatsapp = CloudApi::new(
            CloudApiSettings {
                url: config.whatsapp_api_url,
                phone_number_id: config.whatsapp_phone_number_id,
                template: config.whatsapp_template,
                timeout: CALL_TIMEOUT,
            },
            whatsapp_secrets.clone(),
        );
        let telegram = BotApi::new(config.telegram_api_url, CALL_TIMEOUT, telegram_secrets.clone());
        let email = Ses::new(aws.sdk_config(), config.email_from, config.email_configuration_set);
        let messengers = Messengers {
            whatsapp: Arc::new(whatsapp),
            telegram: Arc::new(telegram),
            email: Arc::new(email),
            sms: Arc::new(Sns::new(aws.sdk_config())),
        };
        let sender = Sender::new(notifications.clone(), messengers, parts.parking());
        let desk = Desk::new(sender, hooks, parts.inbox(Arc::new(reactions)));
        let upkept = Arc::new(NotificationUpkeep::new(notifications.clone()));
        let direct = parts.upkeep(upkept, Arc::new(Direct::new(parts.readiness())));
        parts.warm_up().await;
        let api =
            Api { notifications, whatsapp: whatsapp_secrets, telegram: telegram_secrets, codes, cursors };
        Ok(App::new(CONTEXT)
            .http(routes().into_router(api, parts.edge()))
            .inbox(Arc::new(desk))
            .stream(parts.log_stream(relay))
            .direct(direct))
    })
}
