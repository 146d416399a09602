# The queue of calls to an outside provider.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "channel" {
  command = plan

  module {
    source = "./modules/channel"
  }

  variables {
    prefix       = "polymer-test"
    context      = "notification"
    channel      = "whatsapp"
    timeout_s    = 15
    alarm_topics = ["arn:aws:sns:ap-south-1:000000000000:polymer-test-alarms"]

    function = {
      arn  = "arn:aws:lambda:ap-south-1:000000000000:function:polymer-test-notification"
      role = "polymer-test-notification"
    }
  }

  assert {
    condition     = aws_sqs_queue.channel.fifo_queue && endswith(aws_sqs_queue.channel.name, ".fifo")
    error_message = "Messages of one recipient keep their order."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.channel.redrive_policy).maxReceiveCount == 1000
    error_message = "A provider that is down makes no dead letters."
  }

  assert {
    condition     = aws_sqs_queue.channel.visibility_timeout_seconds == 90
    error_message = "A received message stays hidden for six timeouts."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.channel.batch_size == 1 &&
      contains(aws_lambda_event_source_mapping.channel.function_response_types, "ReportBatchItemFailures")
    )
    error_message = "One call an invocation, and one that has to wait is no failure of the invocation."
  }
}
