module "routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = var.authorizer_id

  routes = [
    "ANY /v1/products",
    "ANY /v1/products/{proxy+}",
    "ANY /v1/lots",
    "ANY /v1/lots/{proxy+}",
    "ANY /v1/stock",
    "ANY /v1/stock/{proxy+}",
  ]
}
