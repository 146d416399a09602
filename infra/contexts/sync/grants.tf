# What sync may ask of other contexts: products and lots, deals to take what people typed, parties with how to reach them.
resource "aws_iam_role_policy" "ask_inventory" {
  name = "ask-inventory"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "AskInventory"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [var.inventory_function.arn]
    }]
  })
}

resource "aws_iam_role_policy" "ask_deal" {
  name = "ask-deal"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "AskDeal"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [var.deal_function.arn]
    }]
  })
}

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
