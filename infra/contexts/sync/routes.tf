module "routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = var.authorizer_id

  routes = [
    "ANY /v1/sync/{proxy+}",
  ]
}
