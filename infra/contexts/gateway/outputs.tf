output "function" {
  description = "Function of the context: its name and ARN."
  value       = { name = module.function.name, arn = module.function.arn }
}
