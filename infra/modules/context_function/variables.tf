variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "context" {
  description = "Bounded context the function serves; also the name of its binary."
  type        = string
}

variable "description" {
  description = "One line shown in the console."
  type        = string
}

variable "tenant" {
  description = "Tenant whose data the function serves (TENANT)."
  type        = string
}

variable "stage" {
  description = "Place the function runs in: local, dev or prod (STAGE)."
  type        = string
}

variable "log_level" {
  description = "Least severe level the function writes (LOG_LEVEL): error, warn, info, debug or trace."
  type        = string
}

variable "package" {
  description = "Zip that holds the binary as `bootstrap`: bucket, key, and base64 SHA-256 of the zip."
  type = object({
    bucket = string
    key    = string
    hash   = string
  })
}

variable "architecture" {
  description = "Instruction set the binary was built for: arm64 or x86_64."
  type        = string

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "memory_mb" {
  description = "Memory in MiB; the CPU share grows with it."
  type        = number
}

variable "timeout_s" {
  description = "Longest run in seconds. API Gateway waits 30 s, so 29 s at most."
  type        = number

  validation {
    condition     = var.timeout_s >= 1 && var.timeout_s <= 29
    error_message = "timeout_s lies between 1 and 29: behind an HTTP API nobody waits longer."
  }
}

variable "reserved_concurrency" {
  description = "Concurrent runs set aside for this function; -1 reserves none."
  type        = number
  default     = -1
}

variable "environment" {
  description = "Environment variables beside TENANT, STAGE and LOG_LEVEL."
  type        = map(string)
}

variable "log_retention_days" {
  description = "Days the log is kept."
  type        = number
}

variable "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  type        = list(string)
}
