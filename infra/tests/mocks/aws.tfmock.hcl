# Values AWS would make up. Only their shape matters: the provider checks that an ARN looks like one.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws" }
}

mock_data "aws_region" {
  defaults = { name = "ap-south-1" }
}

mock_resource "aws_apigatewayv2_api" {
  defaults = {
    id            = "api"
    execution_arn = "arn:aws:execute-api:ap-south-1:123456789012:api"
    api_endpoint  = "https://api.execute-api.ap-south-1.amazonaws.com"
  }
}

mock_resource "aws_apigatewayv2_authorizer" {
  defaults = { id = "authorizer" }
}

mock_resource "aws_apigatewayv2_integration" {
  defaults = { id = "integration" }
}

mock_resource "aws_cloudwatch_event_bus" {
  defaults = { arn = "arn:aws:events:ap-south-1:123456789012:event-bus/facts" }
}

mock_resource "aws_cloudwatch_event_rule" {
  defaults = { arn = "arn:aws:events:ap-south-1:123456789012:rule/facts/rule" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:ap-south-1:123456789012:log-group:group" }
}

mock_resource "aws_dynamodb_table" {
  defaults = {
    arn        = "arn:aws:dynamodb:ap-south-1:123456789012:table/any"
    stream_arn = "arn:aws:dynamodb:ap-south-1:123456789012:table/any/stream/2026-11-22T00:00:00.000"
  }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/any" }
}

mock_resource "aws_kms_key" {
  defaults = {
    arn    = "arn:aws:kms:ap-south-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    key_id = "00000000-0000-0000-0000-000000000000"
  }
}

mock_resource "aws_lambda_function" {
  defaults = {
    arn        = "arn:aws:lambda:ap-south-1:123456789012:function:any"
    invoke_arn = "arn:aws:apigateway:ap-south-1:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-south-1:123456789012:function:any/invocations"
  }
}

mock_resource "aws_scheduler_schedule_group" {
  defaults = { arn = "arn:aws:scheduler:ap-south-1:123456789012:schedule-group/any" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:ap-south-1:123456789012:alarms" }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:ap-south-1:123456789012:any"
    url = "https://sqs.ap-south-1.amazonaws.com/123456789012/any"
  }
}

mock_resource "aws_secretsmanager_secret" {
  defaults = {
    arn = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:polymer-test/auth/oidc-AbCdEf"
  }
}
