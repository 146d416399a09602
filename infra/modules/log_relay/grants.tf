resource "aws_iam_role_policy" "relay" {
  name = "relay-log"
  role = var.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReadLogStream"
        Effect = "Allow"
        Action = [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ]
        Resource = [var.log_stream_arn]
      },
      {
        Sid      = "NameWhatWasGivenUp"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [module.dead_letters.arn]
      },
      {
        # Nobody can publish in another context's name.
        Sid       = "PublishOwnFacts"
        Effect    = "Allow"
        Action    = ["events:PutEvents"]
        Resource  = [var.event_bus_arn]
        Condition = { StringEquals = { "events:source" = "polymer.${var.context}" } }
      },
    ]
  })
}
