output "api_id" {
  description = "Id of the HTTP API."
  value       = module.system.api_id
}

output "api_endpoint" {
  description = "URL of the HTTP API as API Gateway names it."
  value       = module.system.api_endpoint
}

output "event_bus" {
  description = "Name of the bus that carries the facts."
  value       = module.system.event_bus
}

output "functions" {
  description = "Function name by context."
  value       = module.system.functions
}

output "tables" {
  description = "Table names by context and purpose: log, views, ops."
  value       = module.system.tables
}

output "queues" {
  description = "Queue URL by short name, such as deal-inbox or deal-inbox-dlq."
  value       = module.system.queues
}
