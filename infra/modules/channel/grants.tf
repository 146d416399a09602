resource "aws_iam_role_policy" "use" {
  name = "use-${var.channel}-channel"
  role = var.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "UseChannel"
      Effect = "Allow"
      Action = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
      ]
      Resource = [aws_sqs_queue.channel.arn]
    }]
  })
}
