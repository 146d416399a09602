# Reads the Terraform sources as text and lists what breaks a rule that no single module can check of itself.
# `terraform fmt` makes the texts regular: a block starts at the beginning of a line and ends with the first lone brace.

terraform {
  required_version = ">= 1.11"
}

locals {
  root = "${path.module}/../.."

  # Bootstrap holds two buckets and no part of the system.
  sources = {
    for file in fileset(local.root, "**/*.tf") : file => file("${local.root}/${file}")
    if !strcontains(file, ".terraform/") && !startswith(file, "tests/") && !startswith(file, "bootstrap/")
  }

  resources = flatten([
    for file, text in local.sources : [
      for match in regexall("(?ms)^resource \"(\\w+)\" \"(\\S+)\" \\{\\n(.*?)\\n^\\}", text) :
      { file = file, type = match[0], name = match[1], body = match[2] }
    ]
  ])

  described = flatten([
    for file, text in local.sources : [
      for match in regexall("(?ms)^(variable|output) \"(\\S+)\" \\{\\n(.*?)\\n^\\}", text) :
      { file = file, name = "${match[0]}.${match[1]}", body = match[2] }
    ]
  ])

  queues   = [for resource in local.resources : resource if resource.type == "aws_sqs_queue"]
  mappings = [for resource in local.resources : resource if resource.type == "aws_lambda_event_source_mapping"]
  grants   = [for resource in local.resources : resource if strcontains(resource.body, "jsonencode({") && can(regex("(?m)^\\s*Effect\\s*=", resource.body))]

  # Types that only the module that knows their rules may declare, so that its tests cover every one of them.
  homes = {
    aws_dynamodb_table                  = ["modules/event_store/"]
    aws_sqs_queue                       = ["modules/channel/", "modules/dead_letters/", "modules/inbox/"]
    aws_lambda_function                 = ["modules/context_function/"]
    aws_lambda_event_source_mapping     = ["modules/channel/", "modules/inbox/", "modules/log_relay/"]
    aws_lambda_permission               = ["modules/http_routes/", "contexts/auth/authorizer.tf"]
    aws_cloudwatch_event_target         = ["modules/fact_subscription/"]
    aws_scheduler_schedule              = ["modules/schedules/"]
    aws_apigatewayv2_route              = ["modules/http_routes/"]
    aws_iam_policy                      = []
    aws_iam_role_policy_attachment      = []
    aws_sqs_queue_policy                = []
    aws_lambda_function_url             = []
    aws_cloudwatch_event_permission     = []
    aws_lambda_layer_version_permission = []
  }
}

output "counts" {
  description = "How much was read: a rule about nothing would always hold."
  value = {
    files     = length(local.sources)
    resources = length(local.resources)
    described = length(local.described)
    queues    = length(local.queues)
    mappings  = length(local.mappings)
    grants    = length(local.grants)
  }
}

output "queues_without_dead_letters" {
  description = "Queues that are neither dead letters nor redrive to them."
  value = [
    for queue in local.queues : "${queue.file} ${queue.name}"
    if !startswith(queue.file, "modules/dead_letters/") && !strcontains(queue.body, "redrive_policy")
  ]
}

output "queues_without_alarm" {
  description = "Modules that declare a queue but no alarm on its age or depth."
  value = [
    for queue in local.queues : "${queue.file} ${queue.name}"
    if !anytrue([
      for resource in local.resources :
      resource.type == "aws_cloudwatch_metric_alarm" && dirname(resource.file) == dirname(queue.file) && strcontains(resource.body, "aws_sqs_queue.${queue.name}.name")
    ])
  ]
}

output "mappings_without_partial_failures" {
  description = "Event source mappings that redeliver a whole batch for one bad record."
  value = [
    for mapping in local.mappings : "${mapping.file} ${mapping.name}"
    if !strcontains(mapping.body, "\"ReportBatchItemFailures\"")
  ]
}

output "wildcard_grants" {
  description = "Policies with an asterisk in an action or resource; excepted are the streams of a function's own log group, and telephone numbers, which have no ARN."
  value = [
    for grant in local.grants : "${grant.file} ${grant.type}.${grant.name}"
    if length(regexall("\"[^\"]*\\*[^\"]*\"", replace(replace(grant.body, "\"$${aws_cloudwatch_log_group.this.arn}:*\"", ""), "NotResource = [\"arn:aws:sns:*:*:*\"]", ""))) > 0
  ]
}

output "strayed_types" {
  description = "Resources outside the one module that may declare their type."
  value = [
    for resource in local.resources : "${resource.file} ${resource.type}.${resource.name}"
    if contains(keys(local.homes), resource.type) && !anytrue([for home in try(local.homes[resource.type], []) : startswith(resource.file, home)])
  ]
}

output "undescribed" {
  description = "Variables and outputs without a description."
  value = [
    for block in local.described : "${block.file} ${block.name}"
    if !can(regex("(?m)^  description +=  *\"\\S", block.body))
  ]
}

output "misnamed" {
  description = "Resources whose name has a dash or capital, or repeats a word of their type."
  value = [
    for resource in local.resources : "${resource.file} ${resource.type}.${resource.name}"
    if !can(regex("^[a-z][a-z0-9_]*$", resource.name)) || length(setintersection(split("_", resource.type), split("_", resource.name))) > 0
  ]
}

output "lock_files" {
  description = "Provider hashes by root; all roots run the same provider."
  value = {
    for root in [".", "bootstrap", "live/dev", "live/local", "live/prod"] :
    root => regexall("\"(?:h1|zh):[^\"]+\"", file("${local.root}/${root}/.terraform.lock.hcl"))
  }
}
