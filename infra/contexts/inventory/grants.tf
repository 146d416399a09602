# What inventory may ask of other contexts: suppliers whose facts have not arrived yet, and those entered with createMissing.
resource "aws_iam_role_policy" "ask_customer" {
  name = "ask-customer"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "AskCustomer"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [var.customer_function.arn]
    }]
  })
}
