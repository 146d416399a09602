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
    urls = merge(module.inbox.urls, module.sheet.urls, module.relay.urls, module.subscription.urls)
    arns = concat(module.inbox.arns, module.sheet.arns, module.relay.arns, module.subscription.arns)
  }
}
