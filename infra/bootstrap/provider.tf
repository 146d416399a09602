provider "aws" {
  region = var.region

  default_tags {
    tags = { project = "polymer", managed_by = "terraform" }
  }
}
