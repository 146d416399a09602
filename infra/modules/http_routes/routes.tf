# Routes of the HTTP API that end in one function.

locals {
  # API Gateway gives up after 30 s at the latest; the function gives up first and can still say so.
  timeout_ms = 29500
}

resource "aws_apigatewayv2_integration" "this" {
  api_id                 = var.api.id
  description            = "Function ${var.function.name}"
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = var.function.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = local.timeout_ms
}

resource "aws_apigatewayv2_route" "this" {
  for_each = var.routes

  api_id             = var.api.id
  route_key          = each.value
  target             = "integrations/${aws_apigatewayv2_integration.this.id}"
  authorization_type = var.authorizer_id == null ? "NONE" : "CUSTOM"
  authorizer_id      = var.authorizer_id
}
