resource "aws_iam_role_policy" "receive" {
  name = "receive-inbox"
  role = var.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "ReceiveInbox"
      Effect = "Allow"
      Action = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
      ]
      Resource = [aws_sqs_queue.inbox.arn]
    }]
  })
}
