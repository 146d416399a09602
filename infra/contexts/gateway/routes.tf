# Whatever no other route matches: health checks, and a proper 404 or 501.

module "routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = null

  routes = [
    "$default",
  ]
}

# Dead letters hold what the firm's facts hold.
module "dead_letter_routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = var.authorizer_id
  statement_id  = "dead-letters"

  routes = [
    "ANY /v1/dlq",
    "ANY /v1/dlq/{proxy+}",
  ]
}
