provider "aws" {
  region = var.region

  default_tags {
    tags = { project = "polymer", stage = "dev", managed_by = "terraform" }
  }
}
