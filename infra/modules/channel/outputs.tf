output "url" {
  description = "URL of the queue."
  value       = aws_sqs_queue.channel.url
}

output "urls" {
  description = "URLs by short name: <context>-<channel> and <context>-<channel>-dlq."
  value = {
    "${var.context}-${var.channel}"     = aws_sqs_queue.channel.url
    "${var.context}-${var.channel}-dlq" = module.dead_letters.url
  }
}

output "arns" {
  description = "ARNs of the queue and of its dead letters, for those who watch their depth."
  value       = [aws_sqs_queue.channel.arn, module.dead_letters.arn]
}
