# The one function of a context. It serves HTTP, its inbox, its log stream and direct calls; what calls it is
# declared by the modules that open those ways in.

locals {
  name = "${var.prefix}-${var.context}"
  tags = { context = var.context }

  # A detour for the SAM CLI, which follows locals but no members of object variables.
  package = var.package
}

resource "aws_lambda_function" "this" {
  function_name    = local.name
  description      = var.description
  role             = aws_iam_role.execution.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  s3_bucket        = local.package.bucket
  s3_key           = local.package.key
  source_code_hash = local.package.hash
  memory_size      = var.memory_mb
  timeout          = var.timeout_s

  # -1 takes from the account's common pool. Bulkheads are set at the inbox, where waiting loses nothing.
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = merge(
      {
        TENANT    = var.tenant
        STAGE     = var.stage
        LOG_LEVEL = var.log_level
      },
      var.environment,
    )
  }

  # The function writes its own JSON lines; the platform's START, END and REPORT lines would cost more than they tell.
  logging_config {
    log_format       = "JSON"
    log_group        = aws_cloudwatch_log_group.this.name
    system_log_level = "WARN"
  }

  # X-Ray stays off: the traceparent of W3C travels in the facts themselves.
  tracing_config {
    mode = "PassThrough"
  }

  tags       = local.tags
  depends_on = [aws_iam_role_policy.write_logs]
}
