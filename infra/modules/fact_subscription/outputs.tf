output "rule_arn" {
  description = "Rule that must be allowed to send to the inbox."
  value       = aws_cloudwatch_event_rule.facts.arn
}

output "urls" {
  description = "URL by short name: <context>-facts-dlq."
  value       = { "${var.context}-facts-dlq" = module.dead_letters.url }
}

output "arns" {
  description = "ARN of the dead letters, for those who watch their depth."
  value       = [module.dead_letters.arn]
}

output "service_rule_arns" {
  description = "Rules that put events of AWS services into the inbox."
  value       = values(aws_cloudwatch_event_rule.service)[*].arn
}
