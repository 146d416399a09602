output "api_id" {
  description = "Id of the HTTP API."
  value       = module.platform.api.id
}

output "api_endpoint" {
  description = "URL of the HTTP API as API Gateway names it."
  value       = module.platform.api.endpoint
}

output "event_bus" {
  description = "Name of the bus that carries the facts."
  value       = module.platform.event_bus.name
}

output "functions" {
  description = "Function name by context."
  value = {
    auth         = module.auth.function.name
    customer     = module.customer.function.name
    deal         = module.deal.function.name
    gateway      = module.gateway.function.name
    inventory    = module.inventory.function.name
    notification = module.notification.function.name
    sync         = module.sync.function.name
  }
}

output "tables" {
  description = "Table names by context and purpose: log, views, ops."
  value = {
    auth         = module.auth.tables
    customer     = module.customer.tables
    deal         = module.deal.tables
    inventory    = module.inventory.tables
    notification = module.notification.tables
    sync         = module.sync.tables
  }
}

output "queues" {
  description = "Queue URL by short name, such as deal-inbox or deal-inbox-dlq."
  value = merge(
    module.auth.queues.urls, module.customer.queues.urls, module.deal.queues.urls, module.inventory.queues.urls,
    module.notification.queues.urls, module.sync.queues.urls,
  )
}
