# One line per request, even for those that reach no function (throttled, unauthorized, malformed).
# The vendedlogs prefix keeps the account's log resource policy from growing with each API.
resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/vendedlogs/${var.prefix}-http"
  retention_in_days = var.log_retention_days
}

locals {
  access_log_fields = {
    "request.id"             = "$context.requestId"
    "request.time"           = "$context.requestTime"
    "request.route"          = "$context.routeKey"
    "request.path"           = "$context.path"
    "request.bytes"          = "$context.dataProcessed"
    "response.status"        = "$context.status"
    "response.bytes"         = "$context.responseLength"
    "response.duration_ms"   = "$context.responseLatency"
    "function.duration_ms"   = "$context.integrationLatency"
    "function.error"         = "$context.integrationErrorMessage"
    "authorizer.duration_ms" = "$context.authorizer.latency"
    "authorizer.error"       = "$context.authorizer.error"
    "error"                  = "$context.error.message"
  }
}
