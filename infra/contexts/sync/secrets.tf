# The key file of the Google service account, as one JSON document. Terraform makes the place and never knows what is in it: an
# operator puts it there (infra/README.md), and a new value is used with the next token, within the hour.
resource "aws_secretsmanager_secret" "google" {
  name                    = "${var.deployment.prefix}/sync/google"
  description             = "Key file of the Google service account that writes the spreadsheet"
  recovery_window_in_days = var.deployment.deletion_protection ? 30 : 0
  tags                    = { context = "sync" }
}

resource "aws_iam_role_policy" "read_google" {
  name = "read-google-secret"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadGoogle"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [aws_secretsmanager_secret.google.arn]
    }]
  })
}

# The secret that the script in the spreadsheet signs its pokes with. Without one every poke is refused, and the schedule looks.
resource "aws_secretsmanager_secret" "hook" {
  name                    = "${var.deployment.prefix}/sync/hook"
  description             = "Secret that the script in the spreadsheet signs its pokes with"
  recovery_window_in_days = var.deployment.deletion_protection ? 30 : 0
  tags                    = { context = "sync" }
}

resource "aws_iam_role_policy" "read_hook" {
  name = "read-hook-secret"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadHook"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [aws_secretsmanager_secret.hook.arn]
    }]
  })
}
