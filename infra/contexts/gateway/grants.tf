# The health tree asks each context whether it is ready, and each queue how deep it is. It reads no table.
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

locals {
  dead_letters = [for arn in var.queues.arns : arn if endswith(trimsuffix(arn, ".fifo"), "-dlq")]
}

# Dead letters are looked at, put back where they came from, or thrown away; who did it is kept on the bus before.
resource "aws_iam_role_policy" "dead_letters" {
  name = "dead-letters"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "TakeDeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
        Resource = local.dead_letters
      },
      {
        Sid      = "PutThemBack"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = setsubtract(var.queues.arns, local.dead_letters)
      },
      {
        Sid       = "KeepWhoDidIt"
        Effect    = "Allow"
        Action    = ["events:PutEvents"]
        Resource  = [var.event_bus.arn]
        Condition = { StringEquals = { "events:source" = "polymer.gateway" } }
      },
    ]
  })
}
