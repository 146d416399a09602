# Access token, app secret and verify token of WhatsApp, as one JSON document. Terraform makes the place and never knows what
# is in it: an operator puts it there (infra/README.md), and a new value is used everywhere within five minutes.
resource "aws_secretsmanager_secret" "whatsapp" {
  name                    = "${var.deployment.prefix}/notification/whatsapp"
  description             = "WhatsApp Cloud API: {accessToken, appSecret, verifyToken}"
  recovery_window_in_days = var.deployment.deletion_protection ? 30 : 0
  tags                    = { context = "notification" }
}

resource "aws_iam_role_policy" "read_whatsapp" {
  name = "read-whatsapp-secret"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadWhatsApp"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [aws_secretsmanager_secret.whatsapp.arn]
    }]
  })
}
