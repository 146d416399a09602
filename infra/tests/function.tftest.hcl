# A function starts with an identity that can write its own log and nothing else.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  prefix             = "polymer-test"
  context            = "deal"
  description        = "Deals"
  tenant             = "main"
  stage              = "dev"
  log_level          = "info"
  architecture       = "arm64"
  memory_mb          = 128
  timeout_s          = 15
  log_retention_days = 7
  environment        = { LOG_TABLE = "polymer-test-deal-log" }
  alarm_topics       = ["arn:aws:sns:ap-south-1:123456789012:alarms"]

  package = {
    bucket = "artifacts"
    key    = "deal/1.zip"
    hash   = "AAAA"
  }
}

run "function" {
  command = plan

  module {
    source = "./modules/context_function"
  }

  assert {
    condition = (
      aws_lambda_function.this.runtime == "provided.al2023" &&
      aws_lambda_function.this.handler == "bootstrap" &&
      aws_lambda_function.this.architectures == tolist(["arm64"])
    )
    error_message = "A function is a native binary for the architecture it was built for."
  }

  assert {
    condition = (
      aws_lambda_function.this.s3_bucket == "artifacts" &&
      aws_lambda_function.this.s3_key == "deal/1.zip" &&
      aws_lambda_function.this.source_code_hash == "AAAA"
    )
    error_message = "The function runs the package it was given."
  }

  assert {
    condition = aws_lambda_function.this.environment[0].variables == tomap({
      TENANT    = "main"
      STAGE     = "dev"
      LOG_LEVEL = "info"
      LOG_TABLE = "polymer-test-deal-log"
    })
    error_message = "The environment is what every function knows, and what the context adds."
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "Concurrency is reserved only where asked for."
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "PassThrough"
    error_message = "X-Ray is off."
  }

  assert {
    condition = (
      aws_lambda_function.this.logging_config[0].log_format == "JSON" &&
      aws_lambda_function.this.logging_config[0].system_log_level == "WARN" &&
      aws_lambda_function.this.logging_config[0].log_group == aws_cloudwatch_log_group.this.name
    )
    error_message = "The platform writes to the function's own log group, as JSON, from WARN on."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 7
    error_message = "Logs are not kept for ever."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.write_logs.policy).Statement) == jsonencode([{
      Sid      = "WriteOwnLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
    }])
    error_message = "The function writes its own log, and that is all it may do by itself."
  }

  assert {
    condition     = jsondecode(aws_iam_role.execution.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }
    error_message = "Only Lambda takes the role."
  }

  assert {
    condition = alltrue([
      for alarm in [aws_cloudwatch_metric_alarm.errors, aws_cloudwatch_metric_alarm.throttles] :
      alarm.dimensions.FunctionName == "polymer-test-deal" && alarm.alarm_actions == toset(var.alarm_topics)
    ])
    error_message = "Someone is told of errors and throttles."
  }

  # The words are those of `Parking::park`; a test of the messaging crate holds them.
  assert {
    condition = (
      aws_cloudwatch_log_metric_filter.parked.pattern == "{ $.message = \"record parked\" }" &&
      aws_cloudwatch_log_metric_filter.parked.log_group_name == aws_cloudwatch_log_group.this.name &&
      aws_cloudwatch_metric_alarm.parked.metric_name == "deal-records-parked" &&
      aws_cloudwatch_metric_alarm.parked.alarm_actions == toset(var.alarm_topics)
    )
    error_message = "Someone is told of a record that was put aside."
  }
}

run "nobody_waits_longer_than_the_api" {
  command = plan

  module {
    source = "./modules/context_function"
  }

  variables {
    timeout_s = 30
  }

  expect_failures = [var.timeout_s]
}
