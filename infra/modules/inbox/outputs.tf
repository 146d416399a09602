output "arn" {
  description = "ARN of the inbox."
  value       = aws_sqs_queue.inbox.arn
}

output "url" {
  description = "URL of the inbox."
  value       = aws_sqs_queue.inbox.url
}

output "urls" {
  description = "URLs by short name: <context>-inbox and <context>-inbox-dlq."
  value = {
    "${var.context}-inbox"     = aws_sqs_queue.inbox.url
    "${var.context}-inbox-dlq" = module.dead_letters.url
  }
}

output "arns" {
  description = "ARNs of the inbox and of its dead letters, for those who watch their depth."
  value       = [aws_sqs_queue.inbox.arn, module.dead_letters.arn]
}
