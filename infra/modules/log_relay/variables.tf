variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "context" {
  description = "Bounded context whose log is relayed."
  type        = string
}

variable "log_stream_arn" {
  description = "Stream of the context's log table."
  type        = string
}

variable "function" {
  description = "Function that projects and publishes: its name, ARN and the name of its role."
  type = object({
    name = string
    arn  = string
    role = string
  })
}

variable "event_bus_arn" {
  description = "Bus the facts are published on."
  type        = string
}

variable "lag_alarm_ms" {
  description = "Age in milliseconds of the oldest unprocessed commit from which someone is called."
  type        = number
  default     = 60000
}

variable "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  type        = list(string)
}
