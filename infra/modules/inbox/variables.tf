variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "context" {
  description = "Bounded context that owns the inbox."
  type        = string
}

variable "function" {
  description = "Function that handles the messages: its ARN and the name of its role."
  type = object({
    arn  = string
    role = string
  })
}

variable "timeout_s" {
  description = "Timeout of that function in seconds; a received message stays hidden six times as long."
  type        = number
}

variable "rule_arns" {
  description = "EventBridge rules that may send facts here."
  type        = list(string)
  default     = []
}

variable "batch_size" {
  description = "Most messages per invocation; more than 10 would need a batching window, which delays every saga."
  type        = number
  default     = 10
}

variable "maximum_concurrency" {
  description = "Most concurrent invocations this queue may cause (2 to 1000)."
  type        = number
  default     = 5
}

variable "outage_tolerance_s" {
  description = "Length in seconds of an outage that a message survives without becoming a dead letter."
  type        = number
  default     = 6 * 3600
}

variable "age_alarm_s" {
  description = "Age in seconds of the oldest message from which someone is called."
  type        = number
  default     = 300
}

variable "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  type        = list(string)
}
