# Asked before every protected route. It always lets the request pass and says in the context who is calling or what is
# wrong with the token, because an HTTP API can refuse only with a bare 403, and callers deserve a 401 that says why.
# Functions deny by default, so a forgotten check opens nothing.
resource "aws_apigatewayv2_authorizer" "tokens" {
  api_id                            = var.api.id
  name                              = "tokens"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = module.function.invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true

  # Access tokens and API keys alike. A second source would not be another place to look: a request that lacks either is answered
  # with a bare 401 before the function is asked.
  identity_sources = ["$request.header.Authorization"]

  # With the 15 s for which the function believes its list of revocations and what it read of an API key, and the log's stream: a
  # revoked token, key or role keeps working for less than a minute.
  authorizer_result_ttl_in_seconds = 30

  # Belongs to JWT authorizers; the emulator reports an empty one for every kind.
  lifecycle {
    ignore_changes = [jwt_configuration]
  }
}

resource "aws_lambda_permission" "authorizer" {
  statement_id  = "authorizer"
  action        = "lambda:InvokeFunction"
  function_name = module.function.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${var.api.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.tokens.id}"
}
