variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "context" {
  description = "Bounded context that owns the tables."
  type        = string
}

variable "function_role" {
  description = "Name of the execution role that reads and writes the tables."
  type        = string
}

variable "deletion_protection" {
  description = "Refuse to delete the log table."
  type        = bool
  default     = false
}

variable "ops_holds_keys" {
  description = "The ops table holds keys that cannot be made again: keep it restorable, and refuse to delete it where the log is."
  type        = bool
  default     = false
}
