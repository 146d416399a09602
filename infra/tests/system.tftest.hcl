# The whole, as the live roots put it together.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  stage                  = "prod"
  architecture           = "arm64"
  artifact_bucket        = "artifacts"
  log_retention_days     = 30
  archive_retention_days = 365
  deletion_protection    = true

  packages = {
    auth         = { key = "auth/1.zip", hash = "AAAA" }
    customer     = { key = "customer/1.zip", hash = "AAAA" }
    deal         = { key = "deal/1.zip", hash = "AAAA" }
    gateway      = { key = "gateway/1.zip", hash = "AAAA" }
    inventory    = { key = "inventory/1.zip", hash = "AAAA" }
    notification = { key = "notification/1.zip", hash = "AAAA" }
    sync         = { key = "sync/1.zip", hash = "AAAA" }
  }

  whatsapp = { phone_number_id = "100000000000001" }
  email    = { from = "deals@example.com" }
}

run "system" {
  command = plan

  module {
    source = "./system"
  }

  assert {
    condition = output.functions == {
      auth         = "polymer-prod-auth"
      customer     = "polymer-prod-customer"
      deal         = "polymer-prod-deal"
      gateway      = "polymer-prod-gateway"
      inventory    = "polymer-prod-inventory"
      notification = "polymer-prod-notification"
      sync         = "polymer-prod-sync"
    }
    error_message = "Functions are called <prefix>-<context>."
  }

  assert {
    condition = output.tables == {
      for context in ["auth", "customer", "deal", "inventory", "notification", "sync"] :
      context => { for purpose in ["log", "views", "ops"] : purpose => "polymer-prod-${context}-${purpose}" }
    }
    error_message = "Tables are called <prefix>-<context>-<purpose>."
  }

  assert {
    condition     = output.event_bus == "polymer-prod-facts"
    error_message = "The bus is called <prefix>-facts."
  }

  assert {
    condition = alltrue([
      for queue in keys(output.queues) : endswith(queue, "-dlq") || contains(keys(output.queues), "${queue}-dlq")
    ])
    error_message = "Every queue has its dead letters beside it."
  }

  assert {
    condition     = length([for queue in keys(output.queues) : queue if !endswith(queue, "-dlq")]) == 11
    error_message = "One polled queue for each context that stores, and one for each outside provider: an idle trigger polls some 650,000 times a month."
  }

  # Redelivery after a crash must come before the saga times out at 120 s.
  assert {
    condition = alltrue([
      for context in ["auth", "customer", "deal", "inventory", "notification", "sync"] : 6 * var.functions[context].timeout_s < 120
    ])
    error_message = "A crashed batch would be handed out again only after its deals have timed out."
  }
}

run "a_context_without_package_is_refused" {
  command = plan

  module {
    source = "./system"
  }

  variables {
    packages = { deal = { key = "deal/1.zip", hash = "AAAA" } }
  }

  expect_failures = [var.packages]
}
