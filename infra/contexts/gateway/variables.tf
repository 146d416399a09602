variable "deployment" {
  description = "What every context of one deployment shares: names, stage, tenant, architecture, logs, alarms."
  type = object({
    prefix              = string
    stage               = string
    tenant              = string
    architecture        = string
    log_level           = string
    log_retention_days  = number
    deletion_protection = bool
    alarm_topics        = list(string)
  })
}

variable "package" {
  description = "Zip of this context's binary: bucket, key, base64 SHA-256."
  type = object({
    bucket = string
    key    = string
    hash   = string
  })
}

variable "function" {
  description = "Size of the function: memory in MiB, timeout in seconds, reserved concurrency (-1 for none)."
  type = object({
    memory_mb            = number
    timeout_s            = number
    reserved_concurrency = number
  })
}

variable "api" {
  description = "HTTP API: its id and execution ARN."
  type = object({
    id            = string
    execution_arn = string
  })
}

variable "context_functions" {
  description = "Functions whose readiness is shown, by context: name and ARN."
  type = map(object({
    name = string
    arn  = string
  }))
}

variable "queues" {
  description = "Queues whose depth is shown: URL by short name, and all ARNs."
  type = object({
    urls = map(string)
    arns = list(string)
  })
}

variable "authorizer_id" {
  description = "Authorizer asked before the routes that are not open."
  type        = string
}

variable "event_bus" {
  description = "Bus that carries the facts, and who dealt with dead letters: its name and ARN."
  type = object({
    name = string
    arn  = string
  })
}
