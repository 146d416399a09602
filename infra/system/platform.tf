module "platform" {
  source = "../platform"

  prefix                 = local.prefix
  api_tags               = var.api_tags
  cors_origins           = var.cors_origins
  throttle               = var.throttle
  log_retention_days     = var.log_retention_days
  archive_retention_days = var.archive_retention_days
  alarm_emails           = var.alarm_emails
}

locals {
  prefix = "polymer-${var.stage}"

  api = {
    id            = module.platform.api.id
    execution_arn = module.platform.api.execution_arn
  }

  deployment = {
    prefix              = local.prefix
    stage               = var.stage
    tenant              = var.tenant
    architecture        = var.architecture
    log_level           = var.log_level
    log_retention_days  = var.log_retention_days
    deletion_protection = var.deletion_protection
    alarm_topics        = module.platform.alarm_topics
  }

  packages = {
    for context, package in var.packages :
    context => { bucket = var.artifact_bucket, key = package.key, hash = package.hash }
  }
}
