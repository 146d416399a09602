module "function" {
  source = "../../modules/context_function"

  prefix               = var.deployment.prefix
  context              = "inventory"
  description          = "Inventory: products, and stock that is reserved, sold or released per lot"
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
    EVENT_BUS         = var.event_bus.name
    CURSOR_SECRET     = sha256("${var.cursor_secret}/inventory")
    CUSTOMER_FUNCTION = var.customer_function.name
  })
}
