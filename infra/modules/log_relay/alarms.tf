resource "aws_cloudwatch_metric_alarm" "lag" {
  alarm_name          = "${local.name}-lag"
  alarm_description   = "Facts and views of ${var.context} trail its log: the relay is failing or falling behind."
  namespace           = "AWS/Lambda"
  metric_name         = "IteratorAge"
  dimensions          = { FunctionName = var.function.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  threshold           = var.lag_alarm_ms
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags
}
