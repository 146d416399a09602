# The queues take the function's timeout from the variable, not from the function: that one knows their URLs.
module "inbox" {
  source = "../../modules/inbox"

  prefix              = var.deployment.prefix
  context             = "sync"
  timeout_s           = var.function.timeout_s
  maximum_concurrency = var.inbox_concurrency
  rule_arns           = [module.subscription.rule_arn]
  alarm_topics        = var.deployment.alarm_topics

  function = {
    arn  = module.function.arn
    role = module.function.role
  }
}

# What has to be done in the spreadsheet. Messages about deals are of one group and those about each other tab of another, so one
# of each is handled at a time, whatever the concurrency: two flushes at once could both find a row missing and both append it. A
# comparison that waits for another context lets no deal wait.
module "sheet" {
  source = "../../modules/channel"

  prefix              = var.deployment.prefix
  context             = "sync"
  channel             = "sheet"
  timeout_s           = var.function.timeout_s
  maximum_concurrency = 2
  alarm_topics        = var.deployment.alarm_topics

  function = {
    arn  = module.function.arn
    role = module.function.role
  }
}

module "subscription" {
  source = "../../modules/fact_subscription"

  prefix       = var.deployment.prefix
  context      = "sync"
  event_bus    = var.event_bus.name
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  # Of customer's and of most of inventory's facts only that they came is looked at: tabs are compared with whole lists.
  facts = [
    "customer.party-changed",
    "customer.party-created",
    "customer.party-erased",
    "customer.party-import-withdrawn",
    "customer.party-merged",
    "customer.party-unmerged",
    "deal.amended",
    "deal.cancelled",
    "deal.confirmed",
    "deal.imported",
    "inventory.lot-adjusted",
    "inventory.lot-received",
    "inventory.product-changed",
    "inventory.product-created",
    "inventory.product-import-withdrawn",
    "inventory.stock-released",
    "inventory.stock-reserved",
  ]
}

module "schedules" {
  source = "../../modules/schedules"

  prefix       = var.deployment.prefix
  context      = "sync"
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  schedules = {
    "audit-outbox"   = "rate(5 minutes)"
    "flush-sheet"    = "rate(5 minutes)"
    "mirror-parties" = "rate(1 hour)"
    "mirror-stock"   = "rate(5 minutes)"
    "pull-sheet"     = "rate(5 minutes)"
  }
}
