# Wraps the data key of each party, under which its phones, e-mails and addresses are encrypted field by field. A party is
# erased by deleting its wrapped key from ops; this key only ever turns the wrapping over, by its yearly rotation.
resource "aws_kms_key" "parties" {
  description             = "Wraps the data keys of the parties of ${var.deployment.prefix}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = { context = "customer" }
}

resource "aws_kms_alias" "parties" {
  name          = "alias/${var.deployment.prefix}-parties"
  target_key_id = aws_kms_key.parties.key_id
}

resource "aws_iam_role_policy" "wrap_data_keys" {
  name = "wrap-data-keys"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WrapDataKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
      Resource = [aws_kms_key.parties.arn]
    }]
  })
}
