# New commits of the log, handed to the context's own function, which projects them and publishes their facts.

locals {
  name = "${var.prefix}-${var.context}-relay"
  tags = { context = var.context }
}

resource "aws_lambda_event_source_mapping" "log" {
  event_source_arn  = var.log_stream_arn
  function_name     = var.function.arn
  starting_position = "TRIM_HORIZON"
  batch_size        = 100

  # A failed batch is retried from its first failed commit, and halved until a poisonous commit stands alone.
  function_response_types        = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error = true

  # Bounded, because a shard waits behind what cannot pass. What is given up here is named in the dead letters and
  # published by the outbox auditor; a stream itself forgets after 24 h.
  maximum_retry_attempts        = 100
  maximum_record_age_in_seconds = 6 * 3600

  destination_config {
    on_failure {
      destination_arn = module.dead_letters.arn
    }
  }

  tags       = local.tags
  depends_on = [aws_iam_role_policy.relay]
}

module "dead_letters" {
  source = "../dead_letters"

  name         = "${local.name}-dlq"
  context      = var.context
  meaning      = "commits of ${var.context} were neither projected nor relayed; the message names their position in the stream."
  alarm_topics = var.alarm_topics
}
