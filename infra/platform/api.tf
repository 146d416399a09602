# The one way in. Routes belong to the contexts (their routes.tf).
resource "aws_apigatewayv2_api" "http" {
  name          = var.prefix
  description   = "HTTP API of ${var.prefix}"
  protocol_type = "HTTP"
  tags          = var.api_tags

  # API Gateway answers preflights by itself, before any authorizer; without origins it answers none.
  dynamic "cors_configuration" {
    for_each = length(var.cors_origins) == 0 ? [] : [var.cors_origins]

    content {
      allow_origins = cors_configuration.value
      allow_methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
      allow_headers = ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "prefer", "x-correlation-id"]
      expose_headers = [
        "etag", "idempotency-replayed", "location", "preference-applied", "ratelimit", "ratelimit-policy", "retry-after",
        "www-authenticate", "x-correlation-id",
      ]
      max_age = 3600
    }
  }
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  description = "The only stage: a deployment has its own API"
  auto_deploy = true

  # Protects the account's concurrency, not one caller from another: those limits are the functions' own.
  default_route_settings {
    throttling_rate_limit  = var.throttle.rate_per_s
    throttling_burst_limit = var.throttle.burst
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode(local.access_log_fields)
  }
}
