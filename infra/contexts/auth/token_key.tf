# Signs access tokens (ES256). The private half never leaves KMS; everyone else verifies with the published JWKS.
# The key policy is the default one, which leaves the decision to IAM: the grant below.
resource "aws_kms_key" "tokens" {
  description              = "Signs the access tokens of ${var.deployment.prefix}"
  key_usage                = "SIGN_VERIFY"
  customer_master_key_spec = "ECC_NIST_P256"
  deletion_window_in_days  = 30
  tags                     = { context = "auth" }
}

resource "aws_kms_alias" "tokens" {
  name          = "alias/${var.deployment.prefix}-tokens"
  target_key_id = aws_kms_key.tokens.key_id
}

resource "aws_iam_role_policy" "sign_tokens" {
  name = "sign-tokens"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "SignTokens"
      Effect   = "Allow"
      Action   = ["kms:GetPublicKey", "kms:Sign"]
      Resource = [aws_kms_key.tokens.arn]
    }]
  })
}
