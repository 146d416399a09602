module "function" {
  source = "../../modules/context_function"

  prefix               = var.deployment.prefix
  context              = "gateway"
  description          = "Gateway: health of the whole, and every path that no context claims"
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

  environment = {
    CONTEXT_FUNCTIONS = join(",", [for context, function in var.context_functions : "${context}=${function.name}"])
    EVENT_BUS         = var.event_bus.name
    QUEUES            = join(",", [for queue, url in var.queues.urls : "${queue}=${url}"])
  }
}
