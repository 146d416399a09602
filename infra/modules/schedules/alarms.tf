# The dead man's switch: without ticks, deals past due and unpublished facts would wait unseen.
resource "aws_cloudwatch_metric_alarm" "dropped" {
  alarm_name          = "${local.name}-ticks-dropped"
  alarm_description   = "Schedules of ${var.context} do not reach its inbox: check the scheduler's role and the queue."
  namespace           = "AWS/Scheduler"
  metric_name         = "InvocationDroppedCount"
  dimensions          = { ScheduleGroup = aws_scheduler_schedule_group.this.name }
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
