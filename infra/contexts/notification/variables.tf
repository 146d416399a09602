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
  description = "Function asked for deals: its name and ARN."
  type = object({
    name = string
    arn  = string
  })
}

variable "inventory_function" {
  description = "Function asked for products: its name and ARN."
  type = object({
    name = string
    arn  = string
  })
}

variable "channel_concurrency" {
  description = "Most calls at a time to the provider of each channel."
  type = object({
    email    = number
    sms      = number
    telegram = number
    whatsapp = number
  })
}

variable "telegram" {
  description = "Telegram Bot API: base URL."
  type = object({
    api_url = string
  })
}

variable "email" {
  description = "The address e-mails come from."
  type = object({
    from = string
  })
}

variable "whatsapp" {
  description = "WhatsApp Cloud API: base URL with version, the firm's phone number id, name of the approved template."
  type = object({
    api_url         = string
    phone_number_id = string
    template        = string
  })
}
