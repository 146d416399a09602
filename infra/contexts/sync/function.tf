module "function" {
  source = "../../modules/context_function"

  prefix               = var.deployment.prefix
  context              = "sync"
  description          = "Sync: keeps the firm's spreadsheet in step with the deals"
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
    EVENT_BUS          = var.event_bus.name
    CURSOR_SECRET      = sha256("${var.cursor_secret}/sync")
    DEAL_FUNCTION      = var.deal_function.name
    INVENTORY_FUNCTION = var.inventory_function.name
    CUSTOMER_FUNCTION  = var.customer_function.name
    WORK_QUEUE_URL     = module.sheet.url
    SPREADSHEET_ID     = var.sheet.spreadsheet_id
    SHEET_TAB          = var.sheet.tab
    SHEETS_URL         = var.sheet.api_url
    CONFLICT_POLICY    = var.sheet.conflict_policy
    GOOGLE_KEY_SECRET  = aws_secretsmanager_secret.google.name
    SHEET_HOOK_SECRET  = aws_secretsmanager_secret.hook.name
  })
}
