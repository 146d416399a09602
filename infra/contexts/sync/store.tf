module "store" {
  source = "../../modules/event_store"

  prefix              = var.deployment.prefix
  context             = "sync"
  function_role       = module.function.role
  deletion_protection = var.deployment.deletion_protection
}

module "relay" {
  source = "../../modules/log_relay"

  prefix         = var.deployment.prefix
  context        = "sync"
  log_stream_arn = module.store.log_stream_arn
  event_bus_arn  = var.event_bus.arn
  alarm_topics   = var.deployment.alarm_topics

  function = {
    name = module.function.name
    arn  = module.function.arn
    role = module.function.role
  }
}
