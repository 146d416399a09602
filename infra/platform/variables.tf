variable "prefix" {
  description = "Start of every name, such as polymer-dev."
  type        = string
}

variable "api_tags" {
  description = "Further tags of the HTTP API; the emulator takes the API's id from one."
  type        = map(string)
}

variable "cors_origins" {
  description = "Origins whose pages may call the API, each named: `https://desk.example.com`, or `http://localhost:5173` of a developer."
  type        = list(string)

  validation {
    condition = alltrue([
      for origin in var.cors_origins : can(regex("^(https://[a-z0-9.-]+|http://localhost)(:[0-9]{1,5})?$", origin))
    ])
    error_message = "An origin is https:// (or http://localhost) and a host, without path or wildcard."
  }
}

variable "throttle" {
  description = "Requests the API lets through: steady rate per second, and burst."
  type = object({
    rate_per_s = number
    burst      = number
  })
}

variable "log_retention_days" {
  description = "Days the access log is kept."
  type        = number
}

variable "archive_retention_days" {
  description = "Days published facts can be replayed from the archive; 0 keeps them for ever."
  type        = number
}

variable "alarm_emails" {
  description = "Addresses told of alarms; each confirms its subscription once."
  type        = set(string)
}
