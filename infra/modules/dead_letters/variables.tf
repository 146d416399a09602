variable "name" {
  description = "Queue name; ends in -dlq."
  type        = string

  validation {
    condition     = endswith(var.name, "-dlq")
    error_message = "A queue of dead letters is called …-dlq."
  }
}

variable "fifo" {
  description = "Whether it takes the dead letters of a FIFO queue."
  type        = bool
  default     = false
}

variable "context" {
  description = "Bounded context whose messages end here."
  type        = string
}

variable "meaning" {
  description = "What a message in this queue means, for the one who is woken by its alarm."
  type        = string
}

variable "rule_arns" {
  description = "EventBridge rules that may send undeliverable events here."
  type        = list(string)
  default     = []
}

variable "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  type        = list(string)
}
