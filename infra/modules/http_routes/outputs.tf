output "routes" {
  description = "Authorization type by route key."
  value       = { for key, route in aws_apigatewayv2_route.this : key => route.authorization_type }
}
