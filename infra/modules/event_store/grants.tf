# What the context's function may do with its tables. The log is append-only because nothing here lets anyone
# update or delete a commit; a put that would replace one fails on its condition.
resource "aws_iam_role_policy" "tables" {
  name = "tables"
  role = var.function_role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AppendAndReadLog"
        Effect = "Allow"
        Action = [
          "dynamodb:ConditionCheckItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
        ]
        Resource = [aws_dynamodb_table.log.arn]
      },
      {
        Sid      = "ReadLogByTime"
        Effect   = "Allow"
        Action   = ["dynamodb:Query"]
        Resource = ["${aws_dynamodb_table.log.arn}/index/by-time"]
      },
      {
        Sid    = "ReadAndWriteViewsAndOps"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:DeleteItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:UpdateItem",
        ]
        Resource = [aws_dynamodb_table.views.arn, aws_dynamodb_table.ops.arn]
      },
      {
        Sid      = "ReadLists"
        Effect   = "Allow"
        Action   = ["dynamodb:Query"]
        Resource = [for index in ["by-1", "by-2", "by-3"] : "${aws_dynamodb_table.views.arn}/index/${index}"]
      },
    ]
  })
}
