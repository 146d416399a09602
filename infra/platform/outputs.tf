output "api" {
  description = "HTTP API: its id, execution ARN and endpoint."
  value = {
    id            = aws_apigatewayv2_api.http.id
    execution_arn = aws_apigatewayv2_api.http.execution_arn
    endpoint      = aws_apigatewayv2_api.http.api_endpoint
  }
}

output "event_bus" {
  description = "Bus that carries the facts: its name and ARN."
  value = {
    name = aws_cloudwatch_event_bus.facts.name
    arn  = aws_cloudwatch_event_bus.facts.arn
  }
}

output "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  value       = [aws_sns_topic.alarms.arn]
}

output "cursor_secret" {
  description = "Secret from which each context derives the key that signs its page cursors."
  value       = sha256(terraform_data.cursor_secret.output)
  sensitive   = true
}
