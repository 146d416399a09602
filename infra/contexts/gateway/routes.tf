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
