resource "aws_cloudwatch_metric_alarm" "age" {
  alarm_name          = "${local.name}-age"
  alarm_description   = "The oldest message in ${local.name} waits too long: the provider is down, or limits us."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.channel.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  threshold           = var.age_alarm_s
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags
}
