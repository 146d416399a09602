# What notification may ask of other contexts: a product whose fact has not arrived yet, and a deal for a
# preview or for people who are named for it.
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
