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

variable "authorizer_id" {
  description = "Authorizer asked before this context's routes."
  type        = string
}

variable "event_bus" {
  description = "Bus that carries the facts: its name and ARN."
  type = object({
    name = string
    arn  = string
  })
}

variable "cursor_secret" {
  description = "Secret from which this context derives the key that signs its page cursors."
  type        = string
  sensitive   = true
}

variable "inbox_concurrency" {
  description = "Most concurrent invocations the inbox may cause."
  type        = number
}

variable "deal_function" {
  description = "Function asked to amend deals: its name and ARN."
  type = object({
    name = string
    arn  = string
  })
}

variable "customer_function" {
  description = "Function asked for the address book: its name and ARN."
  type = object({
    name = string
    arn  = string
  })
}

variable "inventory_function" {
  description = "Function asked for products and lots: its name and ARN."
  type = object({
    name = string
    arn  = string
  })
}

variable "sheet" {
  description = "The firm's spreadsheet: its id (empty until there is one), the tab of deals, base URL of the API, whose word counts where people changed a cell."
  type = object({
    spreadsheet_id  = string
    tab             = string
    api_url         = string
    conflict_policy = string
  })
}
