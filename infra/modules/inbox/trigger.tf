resource "aws_lambda_event_source_mapping" "inbox" {
  event_source_arn = aws_sqs_queue.inbox.arn
  function_name    = var.function.arn
  batch_size       = var.batch_size

  # One bad record never redelivers its neighbours.
  function_response_types = ["ReportBatchItemFailures"]

  # The bulkhead: a flood of facts may take this many runs and leaves the rest of the account to people's requests.
  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }

  tags       = local.tags
  depends_on = [aws_iam_role_policy.receive]
}
