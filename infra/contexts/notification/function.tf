module "function" {
  source = "../../modules/context_function"

  prefix               = var.deployment.prefix
  context              = "notification"
  description          = "Notifications: tells people of deals, and keeps what became of each message"
  tenant               = var.deployment.tenant
  stage                = var.deployment.stage
  log_level            = var.deployment.log_level
  log_retention_days   = var.deployment.log_retention_days
  alarm_topics         = var.deployment.alarm_topics
  architecture         = var.deployment.architecture
  package              = var.package
  memory_mb            = var.function.memory_mb
  timeout_s            = var.function.timeout_s
  reserved_concurrency = var.function.reserved_concurrency

  environment = merge(module.store.environment, {
    EVENT_BUS                = var.event_bus.name
    CURSOR_SECRET            = sha256("${var.cursor_secret}/notification")
    DEAL_FUNCTION            = var.deal_function.name
    INVENTORY_FUNCTION       = var.inventory_function.name
    WHATSAPP_QUEUE_URL       = module.channel["whatsapp"].url
    TELEGRAM_QUEUE_URL       = module.channel["telegram"].url
    EMAIL_QUEUE_URL          = module.channel["email"].url
    SMS_QUEUE_URL            = module.channel["sms"].url
    INBOX_QUEUE_URL          = module.inbox.url
    WHATSAPP_API_URL         = var.whatsapp.api_url
    WHATSAPP_PHONE_NUMBER_ID = var.whatsapp.phone_number_id
    WHATSAPP_TEMPLATE        = var.whatsapp.template
    WHATSAPP_SECRET          = aws_secretsmanager_secret.provider["whatsapp"].name
    TELEGRAM_API_URL         = var.telegram.api_url
    TELEGRAM_SECRET          = aws_secretsmanager_secret.provider["telegram"].name
    EMAIL_FROM               = aws_sesv2_email_identity.from.email_identity
    EMAIL_CONFIGURATION_SET  = aws_sesv2_configuration_set.email.configuration_set_name
  })
}
