# The whole system on a laptop. State lies where the caller puts it (terraform -state, or the working directory).
module "system" {
  source = "../../system"

  stage                  = "local"
  architecture           = "x86_64"
  artifact_bucket        = var.artifact_bucket
  packages               = var.packages
  public_url             = var.public_url
  api_tags               = { "ms-custom-id" = var.api_custom_id }
  log_retention_days     = 1
  archive_retention_days = 1
  deletion_protection    = false
  token_ttl_s            = 8 * 3600
  throttle               = { rate_per_s = 1000, burst = 2000 }
  cors_origins           = ["http://localhost:3000", "http://localhost:5173"]

  # More than on AWS: binaries of the development profile are larger.
  functions = {
    auth         = { memory_mb = 512 }
    customer     = { memory_mb = 256 }
    deal         = { memory_mb = 256 }
    gateway      = { memory_mb = 256 }
    inventory    = { memory_mb = 256 }
    notification = { memory_mb = 256 }
    sync         = { memory_mb = 256 }
  }

  # The simulated provider's only number (tools/simulators).
  whatsapp = {
    api_url         = "${var.simulators_url}/whatsapp/v23.0"
    phone_number_id = "100000000000001"
  }

  telegram = { api_url = "${var.simulators_url}/telegram" }
  email    = { from = "deals@demo.polymer.example" }

  # The simulated provider's first spreadsheet.
  sheet = {
    api_url        = "${var.simulators_url}/google"
    spreadsheet_id = "sim-sheet"
  }
}
