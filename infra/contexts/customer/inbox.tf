module "inbox" {
  source = "../../modules/inbox"

  prefix              = var.deployment.prefix
  context             = "customer"
  timeout_s           = module.function.timeout_s
  maximum_concurrency = var.inbox_concurrency
  rule_arns           = [module.subscription.rule_arn]
  alarm_topics        = var.deployment.alarm_topics

  function = {
    arn  = module.function.arn
    role = module.function.role
  }
}

module "subscription" {
  source = "../../modules/fact_subscription"

  prefix       = var.deployment.prefix
  context      = "customer"
  event_bus    = var.event_bus.name
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  facts = [
    "deal.amended",
    "deal.cancelled",
    "deal.confirmed",
    "deal.import-withdrawn",
    "deal.imported",
  ]
}

module "schedules" {
  source = "../../modules/schedules"

  prefix       = var.deployment.prefix
  context      = "customer"
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  schedules = {
    "audit-outbox" = "rate(5 minutes)"
  }
}
