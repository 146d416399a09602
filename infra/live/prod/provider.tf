provider "aws" {
  region = var.region

  default_tags {
    tags = { project = "polymer", stage = "prod", managed_by = "terraform" }
  }
}
