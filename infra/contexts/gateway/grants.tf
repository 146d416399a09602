# The health tree asks each context whether it is ready, and each queue how deep it is. It reads no table and no message.
resource "aws_iam_role_policy" "watch" {
  name = "watch"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "AskContexts"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [for function in var.context_functions : function.arn]
      },
      {
        Sid      = "ReadQueueDepths"
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes"]
        Resource = var.queues.arns
      },
    ]
  })
}
