# Whatever can fail to arrive waits in a queue, is counted by an alarm, and is sent only by whom the policy names.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  prefix       = "polymer-test"
  context      = "deal"
  alarm_topics = ["arn:aws:sns:ap-south-1:123456789012:alarms"]

  function = {
    name = "polymer-test-deal"
    arn  = "arn:aws:lambda:ap-south-1:123456789012:function:polymer-test-deal"
    role = "polymer-test-deal"
  }
}

run "inbox" {
  command = plan

  module {
    source = "./modules/inbox"
  }

  variables {
    timeout_s = 15
    rule_arns = ["arn:aws:events:ap-south-1:123456789012:rule/facts/polymer-test-deal-facts"]
  }

  override_resource {
    target          = module.dead_letters.aws_sqs_queue.this
    override_during = plan
    values          = { arn = "arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-inbox-dlq" }
  }

  override_resource {
    target          = aws_sqs_queue.inbox
    override_during = plan
    values          = { arn = "arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-inbox" }
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.inbox.redrive_policy).deadLetterTargetArn == module.dead_letters.arn
    error_message = "What the inbox cannot get handled ends in its dead letters."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.inbox.redrive_policy).maxReceiveCount * aws_sqs_queue.inbox.visibility_timeout_seconds >= 6 * 3600
    error_message = "An outage of six hours makes no dead letters."
  }

  assert {
    condition     = aws_sqs_queue.inbox.visibility_timeout_seconds >= 6 * var.timeout_s
    error_message = "A received message stays hidden for six function timeouts."
  }

  assert {
    condition     = aws_sqs_queue.inbox.sqs_managed_sse_enabled
    error_message = "Messages are encrypted at rest."
  }

  assert {
    condition = jsonencode(jsondecode(aws_sqs_queue.inbox.policy).Statement) == jsonencode([{
      Sid       = "FactsOfRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["sqs:SendMessage"]
      Resource  = [aws_sqs_queue.inbox.arn]
      Condition = { ArnEquals = { "aws:SourceArn" = var.rule_arns } }
    }])
    error_message = "Only EventBridge sends to the inbox, only from the rules of this context, and nobody reads through the policy."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.age.metric_name == "ApproximateAgeOfOldestMessage" &&
      aws_cloudwatch_metric_alarm.age.dimensions.QueueName == aws_sqs_queue.inbox.name &&
      aws_cloudwatch_metric_alarm.age.alarm_actions == toset(var.alarm_topics)
    )
    error_message = "Someone is told when messages wait too long."
  }

  assert {
    condition     = toset(aws_lambda_event_source_mapping.inbox.function_response_types) == toset(["ReportBatchItemFailures"])
    error_message = "The inbox reports failures message by message."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.inbox.scaling_config[0].maximum_concurrency == 5
    error_message = "The inbox has a bulkhead."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.inbox.maximum_batching_window_in_seconds == null && aws_lambda_event_source_mapping.inbox.batch_size <= 10
    error_message = "No batching window: it would delay every saga."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.receive.policy).Statement) == jsonencode([{
      Sid      = "ReceiveInbox"
      Effect   = "Allow"
      Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      Resource = [aws_sqs_queue.inbox.arn]
    }])
    error_message = "The function receives from its inbox and sends nowhere."
  }
}

run "inbox_without_facts" {
  command = plan

  module {
    source = "./modules/inbox"
  }

  variables {
    timeout_s = 29
  }

  # A mocked value shows only where the configuration leaves the attribute alone.
  override_resource {
    target          = aws_sqs_queue.inbox
    override_during = plan
    values          = { policy = "none" }
  }

  assert {
    condition     = aws_sqs_queue.inbox.policy == "none"
    error_message = "Without a rule the inbox has no policy, so only this account's roles reach it."
  }

  assert {
    condition     = aws_sqs_queue.inbox.visibility_timeout_seconds == 174
    error_message = "Visibility follows the timeout."
  }
}

run "dead_letters" {
  command = plan

  module {
    source = "./modules/dead_letters"
  }

  variables {
    name      = "polymer-test-deal-facts-dlq"
    meaning   = "a fact did not arrive."
    rule_arns = ["arn:aws:events:ap-south-1:123456789012:rule/facts/polymer-test-deal-facts"]
  }

  assert {
    condition     = aws_sqs_queue.this.message_retention_seconds == 1209600
    error_message = "Dead letters are kept as long as SQS keeps anything: 14 days."
  }

  assert {
    condition     = aws_sqs_queue.this.sqs_managed_sse_enabled
    error_message = "Dead letters are encrypted at rest."
  }

  assert {
    condition = jsonencode(jsondecode(aws_sqs_queue.this.policy).Statement) == jsonencode([{
      Sid       = "DeadLettersOfRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["sqs:SendMessage"]
      Resource  = ["arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-facts-dlq"]
      Condition = { ArnEquals = { "aws:SourceArn" = var.rule_arns } }
    }])
    error_message = "EventBridge may bury what these rules could not deliver."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.depth.metric_name == "ApproximateNumberOfMessagesVisible" &&
      aws_cloudwatch_metric_alarm.depth.dimensions.QueueName == aws_sqs_queue.this.name &&
      aws_cloudwatch_metric_alarm.depth.threshold == 0 &&
      aws_cloudwatch_metric_alarm.depth.comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.depth.alarm_actions == toset(var.alarm_topics)
    )
    error_message = "The first dead letter calls someone."
  }
}

run "dead_letters_are_named_so" {
  command = plan

  module {
    source = "./modules/dead_letters"
  }

  variables {
    name    = "polymer-test-deal-lost"
    meaning = "its name hides what it is."
  }

  expect_failures = [var.name]
}

run "fact_subscription" {
  command = plan

  module {
    source = "./modules/fact_subscription"
  }

  variables {
    event_bus = "polymer-test-facts"
    inbox_arn = "arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-inbox"
    facts     = ["inventory.stock-reserved", "inventory.stock-rejected", "auth.user-created"]
  }

  override_resource {
    target          = module.dead_letters.aws_sqs_queue.this
    override_during = plan
    values          = { arn = "arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-facts-dlq" }
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.facts.event_pattern) == {
      source        = ["polymer.auth", "polymer.inventory"]
      "detail-type" = ["auth.user-created", "inventory.stock-rejected", "inventory.stock-reserved"]
    }
    error_message = "A fact counts only when its own context published it."
  }

  assert {
    condition     = aws_cloudwatch_event_target.inbox.arn == var.inbox_arn
    error_message = "Facts go to the inbox."
  }

  assert {
    condition     = aws_cloudwatch_event_target.inbox.dead_letter_config[0].arn == module.dead_letters.arn
    error_message = "A fact that cannot be delivered is kept."
  }

  assert {
    condition = (
      aws_cloudwatch_event_target.inbox.retry_policy[0].maximum_event_age_in_seconds == 86400 &&
      aws_cloudwatch_event_target.inbox.retry_policy[0].maximum_retry_attempts == 185
    )
    error_message = "EventBridge tries for as long as it can."
  }
}

run "fact_types_are_checked" {
  command = plan

  module {
    source = "./modules/fact_subscription"
  }

  variables {
    event_bus = "polymer-test-facts"
    inbox_arn = "arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-inbox"
    facts     = ["StockReserved"]
  }

  expect_failures = [var.facts]
}

run "log_relay" {
  command = plan

  module {
    source = "./modules/log_relay"
  }

  variables {
    log_stream_arn = "arn:aws:dynamodb:ap-south-1:123456789012:table/log/stream/2026-11-22T00:00:00.000"
    event_bus_arn  = "arn:aws:events:ap-south-1:123456789012:event-bus/facts"
  }

  override_resource {
    target          = module.dead_letters.aws_sqs_queue.this
    override_during = plan
    values          = { arn = "arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-relay-dlq" }
  }

  assert {
    condition     = toset(aws_lambda_event_source_mapping.log.function_response_types) == toset(["ReportBatchItemFailures"])
    error_message = "The relay reports failures commit by commit."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.log.starting_position == "TRIM_HORIZON"
    error_message = "A new mapping starts with the oldest commit the stream remembers."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.log.bisect_batch_on_function_error
    error_message = "A poisonous commit is isolated."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.log.maximum_retry_attempts > 0 &&
      aws_lambda_event_source_mapping.log.maximum_record_age_in_seconds > 0 &&
      aws_lambda_event_source_mapping.log.maximum_record_age_in_seconds < 86400
    )
    error_message = "The relay gives up on a commit before the stream forgets it."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.log.destination_config[0].on_failure[0].destination_arn == module.dead_letters.arn
    error_message = "What the relay gives up is written down."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.lag.metric_name == "IteratorAge" &&
      aws_cloudwatch_metric_alarm.lag.dimensions.FunctionName == var.function.name &&
      aws_cloudwatch_metric_alarm.lag.alarm_actions == toset(var.alarm_topics)
    )
    error_message = "Someone is told when facts trail the log."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.relay.policy).Statement) == jsonencode([
      {
        Sid      = "ReadLogStream"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        Resource = [var.log_stream_arn]
      },
      {
        Sid      = "NameWhatWasGivenUp"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [module.dead_letters.arn]
      },
      {
        Sid       = "PublishOwnFacts"
        Effect    = "Allow"
        Action    = ["events:PutEvents"]
        Resource  = [var.event_bus_arn]
        Condition = { StringEquals = { "events:source" = "polymer.deal" } }
      },
    ])
    error_message = "The relay reads its own log and publishes in its own name."
  }
}

run "schedules" {
  command = plan

  module {
    source = "./modules/schedules"
  }

  variables {
    inbox_arn = "arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-inbox"
    schedules = { "sweep-due-deals" = "rate(1 minute)" }
  }

  assert {
    condition     = aws_scheduler_schedule.tick["sweep-due-deals"].target[0].arn == var.inbox_arn
    error_message = "Ticks go through the inbox, never straight to a function."
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.tick["sweep-due-deals"].target[0].input) == { schedule = "sweep-due-deals" }
    error_message = "A tick says which schedule it is of."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.tick.policy).Statement) == jsonencode([{
      Sid      = "SendTicks"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [var.inbox_arn]
    }])
    error_message = "The scheduler sends to the inbox and does nothing else."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role.scheduler.assume_role_policy).Statement[0].Condition
      == { ArnEquals = { "aws:SourceArn" = aws_scheduler_schedule_group.this.arn } }
    )
    error_message = "Only the schedules of this context take the role."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.dropped.metric_name == "InvocationDroppedCount" &&
      aws_cloudwatch_metric_alarm.dropped.dimensions.ScheduleGroup == aws_scheduler_schedule_group.this.name
    )
    error_message = "Someone is told when ticks do not arrive."
  }
}
