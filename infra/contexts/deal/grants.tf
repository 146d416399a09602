# What deal may ask of other contexts: a quote, so that validateOnly and the cost preview answer what the real call would.
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

# Parties whose facts have not arrived yet, and those a trader has entered with createMissing.
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
