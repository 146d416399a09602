# The queue takes the function's timeout from the variable, not from the function: that one knows its URL.
module "inbox" {
  source = "../../modules/inbox"

  prefix              = var.deployment.prefix
  context             = "notification"
  timeout_s           = var.function.timeout_s
  maximum_concurrency = var.inbox_concurrency
  rule_arns           = concat([module.subscription.rule_arn], module.subscription.service_rule_arns)
  alarm_topics        = var.deployment.alarm_topics

  function = {
    arn  = module.function.arn
    role = module.function.role
  }
}

# What webhooks say waits in the inbox, too.
resource "aws_iam_role_policy" "send_to_inbox" {
  name = "send-to-inbox"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "SendToInbox"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [module.inbox.arn]
    }]
  })
}

module "subscription" {
  source = "../../modules/fact_subscription"

  prefix       = var.deployment.prefix
  context      = "notification"
  event_bus    = var.event_bus.name
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  # As the other hooks wait there.
  service_events = {
    "email-events" = {
      pattern = jsonencode({
        source = ["aws.ses"]
        detail = { mail = { tags = { "ses:configuration-set" = [aws_sesv2_configuration_set.email.configuration_set_name] } } }
      })
      template = "{\"hook\":<detail>,\"of\":\"email\"}"
    }
  }

  facts = [
    "auth.session-reused",
    "deal.amended",
    "deal.cancelled",
    "deal.confirmed",
    "inventory.product-changed",
    "inventory.product-created",
    "notification.recipients-named",
  ]
}

module "schedules" {
  source = "../../modules/schedules"

  prefix       = var.deployment.prefix
  context      = "notification"
  inbox_arn    = module.inbox.arn
  alarm_topics = var.deployment.alarm_topics

  schedules = {
    "audit-outbox" = "rate(5 minutes)"
  }
}
