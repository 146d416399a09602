output "name" {
  description = "Function name."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "Function ARN."
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "ARN by which API Gateway calls the function."
  value       = aws_lambda_function.this.invoke_arn
}

output "role" {
  description = "Name of the execution role, for the grants of other modules."
  value       = aws_iam_role.execution.name
}

output "timeout_s" {
  description = "Longest run in seconds; queues derive their visibility timeout from it."
  value       = aws_lambda_function.this.timeout
}
