output "function" {
  description = "Function of the context: its name and ARN."
  value       = { name = module.function.name, arn = module.function.arn }
}

output "tables" {
  description = "Table names by purpose: log, views, ops."
  value       = module.store.tables
}

output "queues" {
  description = "Queues of the context: URL by short name, and all ARNs."
  value = {
    urls = merge(concat([module.inbox.urls, module.relay.urls, module.subscription.urls], values(module.channel)[*].urls)...)
    arns = concat(module.inbox.arns, module.relay.arns, module.subscription.arns, flatten(values(module.channel)[*].arns))
  }
}
