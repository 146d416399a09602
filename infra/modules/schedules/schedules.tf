# Ticks. Each puts {"schedule": "<name>"} into the inbox, where retries, concurrency and alarms already exist.

locals {
  name = "${var.prefix}-${var.context}"
  tags = { context = var.context }
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.name
  tags = local.tags
}

resource "aws_scheduler_schedule" "tick" {
  for_each = var.schedules

  name                = each.key
  description         = "Puts ${each.key} into the inbox of ${var.context}, ${each.value}"
  group_name          = aws_scheduler_schedule_group.this.name
  schedule_expression = each.value

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.inbox_arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ schedule = each.key })

    # No dead letters: the next tick does the work of a lost one, and a late tick is worth nothing.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 5
    }
  }

  depends_on = [aws_iam_role_policy.tick]
}
