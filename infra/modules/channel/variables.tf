variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "context" {
  description = "Bounded context that makes the calls."
  type        = string
}

variable "channel" {
  description = "Provider that is called, such as whatsapp."
  type        = string
}

variable "function" {
  description = "Function that makes the calls: its ARN and the name of its role."
  type = object({
    arn  = string
    role = string
  })
}

variable "timeout_s" {
  description = "Timeout of that function in seconds; a received message stays hidden six times as long."
  type        = number
}

variable "maximum_concurrency" {
  description = "Most calls at a time (2 to 1000)."
  type        = number
  default     = 5
}

variable "age_alarm_s" {
  description = "Age in seconds of the oldest message from which someone is called."
  type        = number
  default     = 900
}

variable "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  type        = list(string)
}
