# A queue for what could not be delivered. Nothing reads it but people (see docs/runbooks), so its only signal is depth.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  tags = { context = var.context }

  # SQS wants it at the end of the name, and the dead letters of a FIFO queue to be FIFO.
  name = var.fifo ? "${var.name}.fifo" : var.name

  # Written out because a queue's own policy cannot refer to the queue without a second resource, whose propagation
  # the provider waits half a minute for.
  arn = join(":", [
    "arn", data.aws_partition.current.partition, "sqs",
    data.aws_region.current.name, data.aws_caller_identity.current.account_id, local.name,
  ])
}

resource "aws_sqs_queue" "this" {
  name                      = local.name
  fifo_queue                = var.fifo ? true : null
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags

  policy = length(var.rule_arns) == 0 ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DeadLettersOfRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["sqs:SendMessage"]
      Resource  = [local.arn]
      Condition = { ArnEquals = { "aws:SourceArn" = var.rule_arns } }
    }]
  })
}
