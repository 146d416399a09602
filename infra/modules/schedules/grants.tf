resource "aws_iam_role" "scheduler" {
  name        = "${local.name}-scheduler"
  description = "Lets the schedules of ${var.context} send to its inbox"
  tags        = local.tags

  # Only this group of schedules may take the role, not any schedule of the account.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunAsScheduler"
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = aws_scheduler_schedule_group.this.arn } }
    }]
  })
}

resource "aws_iam_role_policy" "tick" {
  name = "tick"
  role = aws_iam_role.scheduler.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "SendTicks"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [var.inbox_arn]
    }]
  })
}
