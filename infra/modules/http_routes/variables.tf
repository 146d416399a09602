variable "api" {
  description = "HTTP API: its id and execution ARN."
  type = object({
    id            = string
    execution_arn = string
  })
}

variable "function" {
  description = "Function that serves the routes: its name and the ARN by which API Gateway calls it."
  type = object({
    name       = string
    invoke_arn = string
  })
}

variable "routes" {
  description = "Route keys, such as `ANY /v1/deals` or `$default`."
  type        = set(string)
}

variable "authorizer_id" {
  description = "Authorizer asked before the function; null for routes open to everyone."
  type        = string
}

variable "statement_id" {
  description = "Names the permission in the function's policy; another one where a function has a second set of routes."
  type        = string
  default     = "http-routes"
}
