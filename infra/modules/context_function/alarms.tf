# Refusals are answers, not errors: this alarm means a crash, a timeout, or a failed batch.
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${local.name}-errors"
  alarm_description   = "Invocations of ${local.name} fail: read its log for the error chain, then its queues."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 5
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  alarm_name          = "${local.name}-throttles"
  alarm_description   = "Lambda refuses to run ${local.name}: the account's or the function's concurrency is used up."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags
}

# A parked record waits for a person, and nothing else tells that it is there.
resource "aws_cloudwatch_log_metric_filter" "parked" {
  name           = "${local.name}-parked"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.message = \"record parked\" }"

  metric_transformation {
    namespace = var.prefix
    name      = "${var.context}-records-parked"
    value     = "1"
    unit      = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "parked" {
  alarm_name          = "${local.name}-parked"
  alarm_description   = "${local.name} put a record aside that no retry can help: read its reason, correct, release it."
  namespace           = aws_cloudwatch_log_metric_filter.parked.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.parked.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags
}
