# The secrets between the firm and a provider, each one JSON document. Terraform makes the places and never knows what is in
# them: an operator puts it there (infra/README.md), and a new value is used everywhere within five minutes.
locals {
  secrets = {
    telegram = "Telegram Bot API: {botToken, hookSecret, botName}"
    whatsapp = "WhatsApp Cloud API: {accessToken, appSecret, verifyToken}"
  }
}

resource "aws_secretsmanager_secret" "provider" {
  for_each = local.secrets

  name                    = "${var.deployment.prefix}/notification/${each.key}"
  description             = each.value
  recovery_window_in_days = var.deployment.deletion_protection ? 30 : 0
  tags                    = { context = "notification" }
}

moved {
  from = aws_secretsmanager_secret.whatsapp
  to   = aws_secretsmanager_secret.provider["whatsapp"]
}

resource "aws_iam_role_policy" "read_secrets" {
  name = "read-provider-secrets"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadProviderSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [for secret in aws_secretsmanager_secret.provider : secret.arn]
    }]
  })
}
