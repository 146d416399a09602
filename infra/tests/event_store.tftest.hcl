# The log is the truth of a context: it can be restored, streamed and read, and no grant lets anyone rewrite it.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "event_store" {
  command = plan

  module {
    source = "./modules/event_store"
  }

  variables {
    prefix              = "polymer-test"
    context             = "deal"
    function_role       = "polymer-test-deal"
    deletion_protection = true
  }

  override_resource {
    target          = aws_dynamodb_table.log
    override_during = plan
    values          = { arn = "arn:aws:dynamodb:ap-south-1:123456789012:table/log" }
  }

  override_resource {
    target          = aws_dynamodb_table.views
    override_during = plan
    values          = { arn = "arn:aws:dynamodb:ap-south-1:123456789012:table/views" }
  }

  override_resource {
    target          = aws_dynamodb_table.ops
    override_during = plan
    values          = { arn = "arn:aws:dynamodb:ap-south-1:123456789012:table/ops" }
  }

  assert {
    condition     = aws_dynamodb_table.log.point_in_time_recovery[0].enabled
    error_message = "The log can be restored to any second."
  }

  assert {
    condition     = aws_dynamodb_table.log.deletion_protection_enabled
    error_message = "deletion_protection reaches the log."
  }

  assert {
    condition     = aws_dynamodb_table.log.stream_enabled && aws_dynamodb_table.log.stream_view_type == "NEW_IMAGE"
    error_message = "The relay reads whole commits from the log's stream."
  }

  assert {
    condition = one([
      for index in aws_dynamodb_table.log.global_secondary_index :
      index.name == "by-time" && index.hash_key == "ds" && index.range_key == "at" && index.projection_type == "KEYS_ONLY"
    ])
    error_message = "Replay and the outbox auditor read the log through one index, by-time, of keys only."
  }

  assert {
    condition = toset([
      for index in aws_dynamodb_table.views.global_secondary_index :
      join(" ", [index.name, index.hash_key, index.range_key, index.projection_type])
    ]) == toset(["by-1 g1 s1 ALL", "by-2 g2 s2 ALL", "by-3 g3 s3 ALL"])
    error_message = "Views have three lists, each answered whole from its index."
  }

  assert {
    condition     = aws_dynamodb_table.ops.ttl[0].enabled && aws_dynamodb_table.ops.ttl[0].attribute_name == "ttl"
    error_message = "Operational items leave by their ttl."
  }

  assert {
    condition     = !aws_dynamodb_table.ops.point_in_time_recovery[0].enabled && !aws_dynamodb_table.ops.deletion_protection_enabled
    error_message = "Markers and ledgers are not worth keeping twice."
  }

  assert {
    condition = alltrue([
      for table in [aws_dynamodb_table.log, aws_dynamodb_table.views, aws_dynamodb_table.ops] :
      table.billing_mode == "PAY_PER_REQUEST"
    ])
    error_message = "Tables cost nothing while idle."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_role_policy.tables.policy).Statement : statement.Action
      if contains(statement.Resource, aws_dynamodb_table.log.arn)
      ])) == toset([
      "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
    ])
    error_message = "The log is append-only: no update, delete, scan or batch write."
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.tables.policy).Statement : [
        for action in statement.Action : action == "dynamodb:Query"
      ] if anytrue([for resource in statement.Resource : strcontains(resource, "/index/")])
    ]))
    error_message = "Indexes are queried, never scanned."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_role_policy.tables.policy).Statement : statement.Action
      if contains(statement.Resource, aws_dynamodb_table.views.arn) || contains(statement.Resource, aws_dynamodb_table.ops.arn)
      ])) == toset([
      "dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem",
    ])
    error_message = "Views and ops are read and written item by item, never scanned."
  }
}

run "an_ops_table_with_keys" {
  command = plan

  module {
    source = "./modules/event_store"
  }

  variables {
    prefix              = "polymer-test"
    context             = "customer"
    function_role       = "polymer-test-customer"
    deletion_protection = true
    ops_holds_keys      = true
  }

  assert {
    condition     = aws_dynamodb_table.ops.point_in_time_recovery[0].enabled && aws_dynamodb_table.ops.deletion_protection_enabled
    error_message = "Keys that cannot be made again are restorable and not deleted by mistake."
  }
}
