# The caller says where the state lies, beside the emulator's own:
#   terraform init -backend-config=path=<folder>/terraform.tfstate
terraform {
  backend "local" {}
}
