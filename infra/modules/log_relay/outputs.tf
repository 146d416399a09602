output "urls" {
  description = "URL by short name: <context>-relay-dlq."
  value       = { "${var.context}-relay-dlq" = module.dead_letters.url }
}

output "arns" {
  description = "ARN of the dead letters, for those who watch their depth."
  value       = [module.dead_letters.arn]
}
