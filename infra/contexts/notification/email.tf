# The firm's address at SES. An operator has to follow the link that SES sends there once.
resource "aws_sesv2_email_identity" "from" {
  email_identity = var.email.from
  tags           = { context = "notification" }
}

resource "aws_sesv2_configuration_set" "email" {
  configuration_set_name = "${var.deployment.prefix}-notification"
  tags                   = { context = "notification" }

  delivery_options {
    tls_policy = "REQUIRE"
  }

  # Whoever complained or does not exist is not written to again: it would spoil the firm's name.
  suppression_options {
    suppressed_reasons = ["BOUNCE", "COMPLAINT"]
  }
}

# What becomes of e-mails comes by EventBridge into the inbox (inbox.tf): no address of ours is open to anybody for it.
resource "aws_sesv2_configuration_set_event_destination" "events" {
  configuration_set_name = aws_sesv2_configuration_set.email.configuration_set_name
  event_destination_name = "events"

  event_destination {
    enabled              = true
    matching_event_types = ["SEND", "DELIVERY", "BOUNCE", "REJECT"]

    event_bridge_destination {
      event_bus_arn = "arn:aws:events:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:event-bus/default"
    }
  }
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

resource "aws_iam_role_policy" "send_email" {
  name = "send-email"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "SendEmail"
      Effect   = "Allow"
      Action   = ["ses:SendEmail"]
      Resource = [aws_sesv2_email_identity.from.arn, aws_sesv2_configuration_set.email.arn]
    }]
  })
}
