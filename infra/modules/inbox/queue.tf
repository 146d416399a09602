# The one queue a context listens on: consumed facts and schedules meet here, because every further idle trigger
# polls some 650,000 times a month.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  name = "${var.prefix}-${var.context}-inbox"
  tags = { context = var.context }

  # Lambda asks for six times the function's timeout, so that a message is not handed out again while a throttled or slow
  # batch still holds it.
  visibility_s = 6 * var.timeout_s

  # As many receipts as fill the tolerated outage: a dependency that is down never turns facts into dead letters.
  max_receive_count = min(1000, ceil(var.outage_tolerance_s / local.visibility_s))

  # See dead_letters/queue.tf for why it is written out.
  arn = join(":", [
    "arn", data.aws_partition.current.partition, "sqs",
    data.aws_region.current.name, data.aws_caller_identity.current.account_id, local.name,
  ])
}

resource "aws_sqs_queue" "inbox" {
  name                       = local.name
  visibility_timeout_seconds = local.visibility_s
  message_retention_seconds  = 4 * 24 * 3600
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  tags                       = local.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = module.dead_letters.arn
    maxReceiveCount     = local.max_receive_count
  })

  # Schedules send under a role of their own (schedules/grants.tf) and need no line here.
  policy = length(var.rule_arns) == 0 ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "FactsOfRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["sqs:SendMessage"]
      Resource  = [local.arn]
      Condition = { ArnEquals = { "aws:SourceArn" = var.rule_arns } }
    }]
  })
}

module "dead_letters" {
  source = "../dead_letters"

  name         = "${local.name}-dlq"
  context      = var.context
  meaning      = "a fact or schedule was received ${local.max_receive_count} times and never handled."
  alarm_topics = var.alarm_topics
}
