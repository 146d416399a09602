module "inbox" {
  source = "../../modules/inbox"

  prefix              = var.deployment.prefix
  context             = "inventory"
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
  context      = "inventory"
  event_bus    = var.event_bus.name
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  facts = [
    "customer.party-changed",
    "customer.party-created",
    "customer.party-import-withdrawn",
    "customer.party-merged",
    "customer.party-unmerged",
    "deal.cancelled",
    "deal.confirmed",
    "deal.imported",
    "deal.requested",
  ]
}

module "schedules" {
  source = "../../modules/schedules"

  prefix       = var.deployment.prefix
  context      = "inventory"
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  schedules = {
    "audit-outbox" = "rate(5 minutes)"
  }
}
