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
    CHANNEL_QUEUE_URL        = module.channel.url
    INBOX_QUEUE_URL          = module.inbox.url
    WHATSAPP_API_URL         = var.whatsapp.api_url
    WHATSAPP_PHONE_NUMBER_ID = var.whatsapp.phone_number_id
    WHATSAPP_TEMPLATE        = var.whatsapp.template
    WHATSAPP_SECRET          = aws_secretsmanager_secret.whatsapp.name
  })
}
