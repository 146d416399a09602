# No context publishes facts that auth consumes; its inbox takes schedules only.

module "inbox" {
  source = "../../modules/inbox"

  prefix              = var.deployment.prefix
  context             = "auth"
  timeout_s           = module.function.timeout_s
  maximum_concurrency = var.inbox_concurrency
  alarm_topics        = var.deployment.alarm_topics

  function = {
    arn  = module.function.arn
    role = module.function.role
  }
}

module "schedules" {
  source = "../../modules/schedules"

  prefix       = var.deployment.prefix
  context      = "auth"
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  schedules = {
    "audit-outbox" = "rate(5 minutes)"
  }
}
