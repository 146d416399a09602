variable "region" {
  description = "AWS region."
  type        = string
  default     = "ap-south-1"
}

variable "artifact_bucket" {
  description = "Existing bucket that holds the function packages."
  type        = string
}

variable "packages" {
  description = "Per context: S3 key of the zip that holds `bootstrap`, and the base64 SHA-256 of the zip."
  type = map(object({
    key  = string
    hash = string
  }))
}

variable "endpoint_url" {
  description = "Address of the emulator."
  type        = string
  default     = "http://127.0.0.1:4566"
}

variable "account_id" {
  description = "Account in the emulator: it takes a 12-digit access key for the account id, so accounts are isolated worlds."
  type        = string
  default     = "000000000000"

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id has 12 digits."
  }
}

variable "api_custom_id" {
  description = "Id the emulator gives the HTTP API, so that its address survives a reset."
  type        = string
  default     = "0f1a57e1"

  validation {
    condition     = can(regex("^[0-9a-f]{8}$", var.api_custom_id))
    error_message = "api_custom_id has 8 hex digits."
  }
}

variable "public_url" {
  description = "Base URL people use: the local edge in front of the emulator. Issuer of the access tokens."
  type        = string
  default     = "http://127.0.0.1:8080"
}

variable "simulators_url" {
  description = "Base URL of the simulated providers."
  type        = string
  default     = "http://127.0.0.1:8090"
}
