module "routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = var.authorizer_id

  routes = [
    "ANY /v1/audiences",
    "ANY /v1/audiences/{proxy+}",
    "ANY /v1/notifications",
    "ANY /v1/notifications/{proxy+}",
    "ANY /v1/preferences",
    "ANY /v1/providers",
    "ANY /v1/providers/{proxy+}",
    "ANY /v1/subscriptions",
    "ANY /v1/subscriptions/{proxy+}",
    "ANY /v1/templates",
    "ANY /v1/templates/{proxy+}",
  ]
}

# Providers have no token of ours: the function checks their signature, or the secret they were given.
module "hooks" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = null
  statement_id  = "hooks"

  routes = ["ANY /v1/hooks/telegram", "ANY /v1/hooks/whatsapp"]
}
