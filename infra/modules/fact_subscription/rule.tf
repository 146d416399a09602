# Facts of other contexts, routed from the bus into the inbox of this one.

locals {
  name = "${var.prefix}-${var.context}-facts"
  tags = { context = var.context }

  # deal.requested is published by polymer.deal and by nobody else.
  sources = sort(distinct([for fact in var.facts : "polymer.${split(".", fact)[0]}"]))
}

resource "aws_cloudwatch_event_rule" "facts" {
  name           = local.name
  description    = "Facts that ${var.context} reacts to"
  event_bus_name = var.event_bus
  tags           = local.tags

  event_pattern = jsonencode({
    source        = local.sources
    "detail-type" = sort(var.facts)
  })
}

resource "aws_cloudwatch_event_target" "inbox" {
  rule           = aws_cloudwatch_event_rule.facts.name
  event_bus_name = var.event_bus
  target_id      = "inbox"
  arn            = var.inbox_arn

  # The longest EventBridge tries; then the dead letters, and the alarm on them.
  retry_policy {
    maximum_event_age_in_seconds = 24 * 3600
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = module.dead_letters.arn
  }
}

# What AWS services say on the default bus, as the inbox expects it.
resource "aws_cloudwatch_event_rule" "service" {
  for_each = var.service_events

  name          = "${var.prefix}-${var.context}-${each.key}"
  event_pattern = each.value.pattern
  tags          = local.tags
}

resource "aws_cloudwatch_event_target" "service" {
  for_each = var.service_events

  rule      = aws_cloudwatch_event_rule.service[each.key].name
  target_id = "inbox"
  arn       = var.inbox_arn

  input_transformer {
    input_paths    = { detail = "$.detail" }
    input_template = each.value.template
  }

  retry_policy {
    maximum_event_age_in_seconds = 24 * 3600
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = module.dead_letters.arn
  }
}

module "dead_letters" {
  source = "../dead_letters"

  name         = "${local.name}-dlq"
  context      = var.context
  meaning      = "EventBridge could not put a fact into the inbox of ${var.context}; read its ERROR_CODE attribute."
  rule_arns    = concat([aws_cloudwatch_event_rule.facts.arn], values(aws_cloudwatch_event_rule.service)[*].arn)
  alarm_topics = var.alarm_topics
}
