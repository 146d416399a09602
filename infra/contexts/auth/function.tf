module "function" {
  source = "../../modules/context_function"

  prefix               = var.deployment.prefix
  context              = "auth"
  description          = "Auth: users, logins, access tokens, and the authorizer of the API"
  tenant               = var.deployment.tenant
  stage                = var.deployment.stage
  log_level            = var.deployment.log_level
  log_retention_days   = var.deployment.log_retention_days
  alarm_topics         = var.deployment.alarm_topics
  architecture         = var.deployment.architecture
  package              = var.package
  memory_mb            = var.function.memory_mb
  timeout_s            = var.function.timeout_s
  reserved_concurrency = var.function.reserved_concurrency

  environment = merge(module.store.environment, {
    EVENT_BUS     = var.event_bus.name
    CURSOR_SECRET = sha256("${var.cursor_secret}/auth")
    TOKEN_KEY_ID  = aws_kms_key.tokens.arn
    TOKEN_ISSUER  = var.token_issuer
    TOKEN_TTL_S   = tostring(var.token_ttl_s)
    OIDC_SECRET   = aws_secretsmanager_secret.oidc.name
  })
}
