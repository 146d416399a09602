module "routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = var.authorizer_id

  routes = [
    "ANY /v1/sync/{proxy+}",
  ]
}

# A script in the spreadsheet has no token of ours: the function checks its signature.
module "hooks" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = null
  statement_id  = "hooks"

  routes = ["ANY /v1/hooks/sheets"]
}
