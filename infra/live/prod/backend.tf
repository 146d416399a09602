# Bucket and region come from outside, so that an account is not written into the repository:
#   terraform init -backend-config=bucket=<state bucket> -backend-config=region=<region>
terraform {
  backend "s3" {
    key          = "polymer/prod/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
