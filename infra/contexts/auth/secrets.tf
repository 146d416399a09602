# The outside providers people may log in by, as one JSON list. Terraform makes the place and never knows what is in it: an operator
# puts it there (functions/auth/README.md), and a new value is used everywhere within five minutes. Without one there is no provider.
resource "aws_secretsmanager_secret" "oidc" {
  name                    = "${var.deployment.prefix}/auth/oidc"
  description             = "Outside providers of logins: [{name, issuer, clientId, clientSecret, redirectUri, linkByEmail}]"
  recovery_window_in_days = var.deployment.deletion_protection ? 30 : 0
  tags                    = { context = "auth" }
}

resource "aws_iam_role_policy" "read_oidc" {
  name = "read-oidc-secret"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadOidc"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [aws_secretsmanager_secret.oidc.arn]
    }]
  })
}
