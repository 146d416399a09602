# The bounded contexts and what each is told of the others. Facts need no wiring here: they meet on the bus.

module "auth" {
  source = "../contexts/auth"

  deployment        = local.deployment
  package           = local.packages.auth
  function          = var.functions.auth
  api               = local.api
  event_bus         = module.platform.event_bus
  cursor_secret     = module.platform.cursor_secret
  inbox_concurrency = var.inbox_concurrency.auth
  token_issuer      = coalesce(var.public_url, module.platform.api.endpoint)
  token_ttl_s       = var.token_ttl_s
}

module "customer" {
  source = "../contexts/customer"

  deployment        = local.deployment
  package           = local.packages.customer
  function          = var.functions.customer
  api               = local.api
  event_bus         = module.platform.event_bus
  cursor_secret     = module.platform.cursor_secret
  inbox_concurrency = var.inbox_concurrency.customer
  authorizer_id     = module.auth.authorizer_id
}

module "inventory" {
  source = "../contexts/inventory"

  deployment        = local.deployment
  package           = local.packages.inventory
  function          = var.functions.inventory
  api               = local.api
  event_bus         = module.platform.event_bus
  cursor_secret     = module.platform.cursor_secret
  inbox_concurrency = var.inbox_concurrency.inventory
  authorizer_id     = module.auth.authorizer_id
  customer_function = module.customer.function
}

module "deal" {
  source = "../contexts/deal"

  deployment         = local.deployment
  package            = local.packages.deal
  function           = var.functions.deal
  api                = local.api
  event_bus          = module.platform.event_bus
  cursor_secret      = module.platform.cursor_secret
  inbox_concurrency  = var.inbox_concurrency.deal
  authorizer_id      = module.auth.authorizer_id
  inventory_function = module.inventory.function
  customer_function  = module.customer.function
}

module "notification" {
  source = "../contexts/notification"

  deployment          = local.deployment
  package             = local.packages.notification
  function            = var.functions.notification
  api                 = local.api
  event_bus           = module.platform.event_bus
  cursor_secret       = module.platform.cursor_secret
  inbox_concurrency   = var.inbox_concurrency.notification
  channel_concurrency = var.channel_concurrency
  authorizer_id       = module.auth.authorizer_id
  deal_function       = module.deal.function
  inventory_function  = module.inventory.function
  whatsapp            = var.whatsapp
  telegram            = var.telegram
  email               = var.email
}

module "sync" {
  source = "../contexts/sync"

  deployment         = local.deployment
  package            = local.packages.sync
  function           = var.functions.sync
  api                = local.api
  event_bus          = module.platform.event_bus
  cursor_secret      = module.platform.cursor_secret
  inbox_concurrency  = var.inbox_concurrency.sync
  authorizer_id      = module.auth.authorizer_id
  customer_function  = module.customer.function
  deal_function      = module.deal.function
  inventory_function = module.inventory.function
  sheet              = var.sheet
}

module "gateway" {
  source = "../contexts/gateway"

  deployment    = local.deployment
  package       = local.packages.gateway
  function      = var.functions.gateway
  api           = local.api
  authorizer_id = module.auth.authorizer_id
  event_bus     = module.platform.event_bus

  context_functions = {
    auth         = module.auth.function
    customer     = module.customer.function
    deal         = module.deal.function
    inventory    = module.inventory.function
    notification = module.notification.function
    sync         = module.sync.function
  }

  queues = {
    urls = merge(
      module.auth.queues.urls, module.customer.queues.urls, module.deal.queues.urls, module.inventory.queues.urls,
      module.notification.queues.urls, module.sync.queues.urls,
    )
    arns = concat(
      module.auth.queues.arns, module.customer.queues.arns, module.deal.queues.arns, module.inventory.queues.arns,
      module.notification.queues.arns, module.sync.queues.arns,
    )
  }
}
