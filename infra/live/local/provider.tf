# The emulator instead of AWS: every service the system uses, at one address, with an account id for a key.
provider "aws" {
  region                      = var.region
  access_key                  = var.account_id
  secret_key                  = "local"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  endpoints {
    apigatewayv2   = var.endpoint_url
    cloudwatch     = var.endpoint_url
    dynamodb       = var.endpoint_url
    events         = var.endpoint_url
    iam            = var.endpoint_url
    kms            = var.endpoint_url
    lambda         = var.endpoint_url
    logs           = var.endpoint_url
    scheduler      = var.endpoint_url
    secretsmanager = var.endpoint_url
    sesv2          = var.endpoint_url
    sns            = var.endpoint_url
    sqs            = var.endpoint_url
    sts            = var.endpoint_url
  }

  default_tags {
    tags = { project = "polymer", stage = "local", managed_by = "terraform" }
  }
}
