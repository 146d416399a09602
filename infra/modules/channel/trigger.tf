resource "aws_lambda_event_source_mapping" "channel" {
  event_source_arn = aws_sqs_queue.channel.arn
  function_name    = var.function.arn

  # One call an invocation: it may take as long as the provider likes, and what waits behind it keeps its own time.
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }

  tags       = local.tags
  depends_on = [aws_iam_role_policy.use]
}
