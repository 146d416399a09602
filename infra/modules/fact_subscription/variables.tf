variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "context" {
  description = "Bounded context that consumes the facts."
  type        = string
}

variable "event_bus" {
  description = "Name of the bus the facts are published on."
  type        = string
}

variable "facts" {
  description = "Types of the consumed facts, <context>.<fact>."
  type        = set(string)

  validation {
    condition     = length(var.facts) > 0 && alltrue([for fact in var.facts : can(regex("^[a-z]+\\.[a-z]+(-[a-z]+)*$", fact))])
    error_message = "facts names at least one <context>.<fact>."
  }
}

variable "inbox_arn" {
  description = "Queue the facts are put into."
  type        = string
}

variable "alarm_topics" {
  description = "ARNs of the topics that alarms notify."
  type        = list(string)
}

variable "service_events" {
  description = "Events of AWS services on the default bus that wait in the inbox, too, by name: the pattern (JSON), and the message, in which <detail> stands for the event's detail."
  type = map(object({
    pattern  = string
    template = string
  }))
  default = {}
}
