# Who is asked before a request reaches a function, and who may call which function.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  api = {
    id            = "api"
    execution_arn = "arn:aws:execute-api:ap-south-1:123456789012:api"
  }

  deployment = {
    prefix              = "polymer-test"
    stage               = "dev"
    tenant              = "main"
    architecture        = "arm64"
    log_level           = "info"
    log_retention_days  = 7
    deletion_protection = false
    alarm_topics        = ["arn:aws:sns:ap-south-1:123456789012:alarms"]
  }

  package = {
    bucket = "artifacts"
    key    = "any/1.zip"
    hash   = "AAAA"
  }

  event_bus = {
    name = "polymer-test-facts"
    arn  = "arn:aws:events:ap-south-1:123456789012:event-bus/polymer-test-facts"
  }

  cursor_secret     = "secret"
  inbox_concurrency = 2
  authorizer_id     = "authorizer"
}

run "routes_behind_the_authorizer" {
  command = plan

  module {
    source = "./modules/http_routes"
  }

  variables {
    routes = ["ANY /v1/deals"]

    function = {
      name       = "polymer-test-deal"
      invoke_arn = "arn:aws:apigateway:ap-south-1:lambda:path/any"
    }
  }

  assert {
    condition = (
      aws_apigatewayv2_route.this["ANY /v1/deals"].authorization_type == "CUSTOM" &&
      aws_apigatewayv2_route.this["ANY /v1/deals"].authorizer_id == "authorizer"
    )
    error_message = "A route with an authorizer asks it."
  }

  assert {
    condition     = aws_apigatewayv2_integration.this.payload_format_version == "2.0" && aws_apigatewayv2_integration.this.integration_type == "AWS_PROXY"
    error_message = "Functions are given payload 2.0."
  }

  assert {
    condition     = aws_apigatewayv2_integration.this.timeout_milliseconds > 29000 && aws_apigatewayv2_integration.this.timeout_milliseconds <= 30000
    error_message = "The API waits longer than the longest function, and no longer than it can."
  }

  assert {
    condition = (
      aws_lambda_permission.routes.principal == "apigateway.amazonaws.com" &&
      aws_lambda_permission.routes.source_arn == "arn:aws:execute-api:ap-south-1:123456789012:api/*" &&
      aws_lambda_permission.routes.function_name == "polymer-test-deal"
    )
    error_message = "This API may call the function, no other."
  }
}

run "auth" {
  command = plan

  module {
    source = "./contexts/auth"
  }

  variables {
    token_issuer = "https://api.polymer.example"
    token_ttl_s  = 3600
    function     = { memory_mb = 512, timeout_s = 15, reserved_concurrency = -1 }
  }

  assert {
    condition = (
      aws_apigatewayv2_authorizer.tokens.authorizer_type == "REQUEST" &&
      aws_apigatewayv2_authorizer.tokens.authorizer_payload_format_version == "2.0" &&
      aws_apigatewayv2_authorizer.tokens.enable_simple_responses &&
      aws_apigatewayv2_authorizer.tokens.identity_sources == toset(["$request.header.Authorization"]) &&
      aws_apigatewayv2_authorizer.tokens.authorizer_result_ttl_in_seconds == 30
    )
    error_message = "The authorizer reads the Authorization header, answers simply, and is believed for half a minute."
  }

  assert {
    condition     = aws_apigatewayv2_authorizer.tokens.authorizer_uri == module.function.invoke_arn
    error_message = "The auth function is the authorizer."
  }

  assert {
    condition = (
      length(module.own_routes.routes) == 7 &&
      alltrue([for type in values(module.own_routes.routes) : type == "CUSTOM"])
    )
    error_message = "What users do about themselves, their API keys and each other asks the authorizer."
  }

  assert {
    condition     = aws_lambda_permission.authorizer.source_arn == "arn:aws:execute-api:ap-south-1:123456789012:api/authorizers/authorizer"
    error_message = "API Gateway may ask for this authorizer only."
  }

  assert {
    condition     = aws_kms_key.tokens.key_usage == "SIGN_VERIFY" && aws_kms_key.tokens.customer_master_key_spec == "ECC_NIST_P256"
    error_message = "Tokens are signed with ES256."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.sign_tokens.policy).Statement) == jsonencode([{
      Sid      = "SignTokens"
      Effect   = "Allow"
      Action   = ["kms:GetPublicKey", "kms:Sign"]
      Resource = [aws_kms_key.tokens.arn]
    }])
    error_message = "auth signs with the token key and cannot manage it."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.read_oidc.policy).Statement) == jsonencode([{
      Sid      = "ReadOidc"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [aws_secretsmanager_secret.oidc.arn]
    }])
    error_message = "auth reads the secret of outside providers and nothing else."
  }

  assert {
    condition = module.routes.routes == {
      "ANY /v1/auth/{proxy+}"      = "NONE"
      "GET /.well-known/jwks.json" = "NONE"
    }
    error_message = "Logging in and reading the public keys need no token; nothing else of auth is open."
  }

  assert {
    condition     = join(" ", keys(output.queues.urls)) == "auth-inbox auth-inbox-dlq auth-relay-dlq"
    error_message = "auth names its queues."
  }
}

run "deal" {
  command = plan

  module {
    source = "./contexts/deal"
  }

  variables {
    function = { memory_mb = 128, timeout_s = 15, reserved_concurrency = -1 }

    inventory_function = {
      name = "polymer-test-inventory"
      arn  = "arn:aws:lambda:ap-south-1:123456789012:function:polymer-test-inventory"
    }

    customer_function = {
      name = "polymer-test-customer"
      arn  = "arn:aws:lambda:ap-south-1:123456789012:function:polymer-test-customer"
    }
  }

  assert {
    condition     = length(module.routes.routes) > 0 && alltrue([for type in values(module.routes.routes) : type == "CUSTOM"])
    error_message = "Every route of deal asks the authorizer."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.ask_inventory.policy).Statement) == jsonencode([{
      Sid      = "AskInventory"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [var.inventory_function.arn]
    }])
    error_message = "deal may ask inventory."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.ask_customer.policy).Statement) == jsonencode([{
      Sid      = "AskCustomer"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [var.customer_function.arn]
    }])
    error_message = "deal may ask customer."
  }

  assert {
    condition     = join(" ", keys(output.queues.urls)) == "deal-facts-dlq deal-inbox deal-inbox-dlq deal-relay-dlq"
    error_message = "deal names its queues."
  }
}

run "inventory" {
  command = plan

  module {
    source = "./contexts/inventory"
  }

  variables {
    function = { memory_mb = 128, timeout_s = 15, reserved_concurrency = -1 }

    customer_function = {
      name = "polymer-test-customer"
      arn  = "arn:aws:lambda:ap-south-1:123456789012:function:polymer-test-customer"
    }
  }

  assert {
    condition     = length(module.routes.routes) > 0 && alltrue([for type in values(module.routes.routes) : type == "CUSTOM"])
    error_message = "Every route of inventory asks the authorizer."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.ask_customer.policy).Statement) == jsonencode([{
      Sid      = "AskCustomer"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [var.customer_function.arn]
    }])
    error_message = "inventory may ask customer, and nobody else."
  }
}

run "gateway" {
  command = plan

  module {
    source = "./contexts/gateway"
  }

  variables {
    function = { memory_mb = 128, timeout_s = 29, reserved_concurrency = -1 }

    context_functions = {
      deal = { name = "polymer-test-deal", arn = "arn:aws:lambda:ap-south-1:123456789012:function:polymer-test-deal" }
    }

    queues = {
      urls = { "deal-inbox" = "https://sqs.ap-south-1.amazonaws.com/123456789012/polymer-test-deal-inbox" }
      arns = ["arn:aws:sqs:ap-south-1:123456789012:polymer-test-deal-inbox"]
    }
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.watch.policy).Statement) == jsonencode([
      {
        Sid      = "AskContexts"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = ["arn:aws:lambda:ap-south-1:123456789012:function:polymer-test-deal"]
      },
      {
        Sid      = "ReadQueueDepths"
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes"]
        Resource = var.queues.arns
      },
    ])
    error_message = "The gateway asks and counts; it reads no message and no table."
  }

  assert {
    condition     = module.routes.routes == { "$default" = "NONE" }
    error_message = "The gateway answers what no context claims, to everyone."
  }
}

run "platform" {
  command = plan

  module {
    source = "./platform"
  }

  variables {
    prefix                 = "polymer-test"
    api_tags               = {}
    cors_origins           = []
    throttle               = { rate_per_s = 50, burst = 100 }
    log_retention_days     = 7
    archive_retention_days = 14
    alarm_emails           = []
  }

  assert {
    condition = (
      aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50 &&
      aws_apigatewayv2_stage.default.default_route_settings[0].throttling_burst_limit == 100
    )
    error_message = "The API is throttled."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.access_log_settings[0].destination_arn == aws_cloudwatch_log_group.access.arn
    error_message = "Every request leaves a line in the access log."
  }

  assert {
    condition = alltrue([
      for field in values(jsondecode(aws_apigatewayv2_stage.default.access_log_settings[0].format)) :
      !strcontains(field, "authorizer.name") && !strcontains(field, "sourceIp")
    ])
    error_message = "The access log holds nothing personal."
  }

  assert {
    condition     = aws_cloudwatch_event_archive.facts.event_source_arn == aws_cloudwatch_event_bus.facts.arn && aws_cloudwatch_event_archive.facts.retention_days == 14
    error_message = "Published facts can be replayed."
  }

  assert {
    condition     = length(aws_apigatewayv2_api.http.cors_configuration) == 0
    error_message = "Without origins no foreign page may call."
  }
}

run "pages" {
  command = plan

  module {
    source = "./platform"
  }

  variables {
    prefix                 = "polymer-test"
    api_tags               = {}
    cors_origins           = ["https://desk.example.com"]
    throttle               = { rate_per_s = 50, burst = 100 }
    log_retention_days     = 7
    archive_retention_days = 14
    alarm_emails           = []
  }

  assert {
    condition = (
      aws_apigatewayv2_api.http.cors_configuration[0].allow_origins == toset(["https://desk.example.com"]) &&
      aws_apigatewayv2_api.http.cors_configuration[0].allow_credentials != true &&
      !contains(aws_apigatewayv2_api.http.cors_configuration[0].allow_headers, "*")
    )
    error_message = "Pages of the named origins may call, with a token and without cookies."
  }
}

run "pages_of_anybody" {
  command = plan

  module {
    source = "./platform"
  }

  variables {
    prefix                 = "polymer-test"
    api_tags               = {}
    cors_origins           = ["https://desk.example.com", "*", "http://desk.example.com", "https://*.example.com", "null"]
    throttle               = { rate_per_s = 50, burst = 100 }
    log_retention_days     = 7
    archive_retention_days = 14
    alarm_emails           = []
  }

  expect_failures = [var.cors_origins]
}
