# Open to everyone: whoever logs in has no token yet, and whoever checks a token needs the public keys.

module "routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = null

  routes = [
    "ANY /v1/auth/{proxy+}",
    "GET /.well-known/jwks.json",
  ]
}

# What users do about themselves, the programs that act for them, and each other, for which they have a token.
module "own_routes" {
  source = "../../modules/http_routes"

  api           = var.api
  function      = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  authorizer_id = aws_apigatewayv2_authorizer.tokens.id
  statement_id  = "own-http-routes"

  routes = [
    "ANY /v1/api-keys",
    "ANY /v1/api-keys/{proxy+}",
    "ANY /v1/me",
    "ANY /v1/me/{proxy+}",
    "GET /v1/roles",
    "ANY /v1/users",
    "ANY /v1/users/{proxy+}",
  ]
}
