module "system" {
  source = "../../system"

  stage                  = "dev"
  architecture           = "arm64"
  artifact_bucket        = var.artifact_bucket
  packages               = var.packages
  public_url             = var.public_url
  cors_origins           = var.cors_origins
  alarm_emails           = var.alarm_emails
  log_retention_days     = 7
  archive_retention_days = 14
  deletion_protection    = false
  whatsapp               = var.whatsapp
  email                  = var.email
  sheet                  = var.sheet
  throttle               = { rate_per_s = 50, burst = 100 }
}
