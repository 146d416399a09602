# One queue of calls for the provider of each channel. They take the function's timeout from the variable, not from the
# function: that one knows their URLs.
module "channel" {
  for_each = var.channel_concurrency
  source   = "../../modules/channel"

  prefix              = var.deployment.prefix
  context             = "notification"
  channel             = each.key
  timeout_s           = var.function.timeout_s
  maximum_concurrency = each.value
  alarm_topics        = var.deployment.alarm_topics

  function = {
    arn  = module.function.arn
    role = module.function.role
  }
}

moved {
  from = module.channel
  to   = module.channel["whatsapp"]
}

# Short messages go to telephone numbers, which have no ARN: everything but topics, and nothing but publishing.
resource "aws_iam_role_policy" "send_sms" {
  name = "send-sms"
  role = module.function.role

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid         = "SendSms"
      Effect      = "Allow"
      Action      = ["sns:Publish"]
      NotResource = ["arn:aws:sns:*:*:*"]
    }]
  })
}
