output "tables" {
  description = "Table names by purpose: log, views, ops."
  value = {
    log   = aws_dynamodb_table.log.name
    views = aws_dynamodb_table.views.name
    ops   = aws_dynamodb_table.ops.name
  }
}

output "environment" {
  description = "Environment variables under which the function finds its tables."
  value = {
    LOG_TABLE   = aws_dynamodb_table.log.name
    VIEWS_TABLE = aws_dynamodb_table.views.name
    OPS_TABLE   = aws_dynamodb_table.ops.name
  }
}

output "log_stream_arn" {
  description = "Stream of new commits."
  value       = aws_dynamodb_table.log.stream_arn
}
