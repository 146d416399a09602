variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "context" {
  description = "Bounded context the schedules belong to."
  type        = string
}

variable "schedules" {
  description = "Schedule expression (UTC) by schedule name; the name is what the function receives."
  type        = map(string)
}

variable "inbox_arn" {
  description = "Queue the ticks are put into."
  type        = string
}

variable "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  type        = list(string)
}
