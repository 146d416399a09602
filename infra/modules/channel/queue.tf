# A queue of calls to one outside provider. FIFO: the messages of a group (one recipient) keep their order, and while the
# first of them waits for the provider the others wait behind it, and nobody else's do.

locals {
  name = "${var.prefix}-${var.context}-${var.channel}"
  tags = { context = var.context }

  # See inbox/queue.tf.
  visibility_s = 6 * var.timeout_s

  # The most SQS allows: while a provider is down a message is received again and again on purpose, and hidden for longer each
  # time. The function gives messages up by their age, never the queue.
  max_receive_count = 1000
}

resource "aws_sqs_queue" "channel" {
  name                       = "${local.name}.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  visibility_timeout_seconds = local.visibility_s
  message_retention_seconds  = 4 * 24 * 3600
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  tags                       = local.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = module.dead_letters.arn
    maxReceiveCount     = local.max_receive_count
  })
}

module "dead_letters" {
  source = "../dead_letters"

  name         = "${local.name}-dlq"
  fifo         = true
  context      = var.context
  meaning      = "a call to ${var.channel} was received ${local.max_receive_count} times: the function fails before it decides."
  alarm_topics = var.alarm_topics
}
