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

variable "public_url" {
  description = "Base URL people use, and issuer of the access tokens; null for the API's own endpoint."
  type        = string
  default     = null
}

variable "cors_origins" {
  description = "Origins whose pages may call the API."
  type        = list(string)
  default     = []
}

variable "alarm_emails" {
  description = "Addresses told of alarms."
  type        = set(string)
  default     = []
}

variable "whatsapp" {
  description = "WhatsApp Cloud API: the firm's phone number id, name of the approved template. Tokens are in Secrets Manager."
  type = object({
    phone_number_id = string
    template        = optional(string, "firm_notice")
  })
}

variable "email" {
  description = "The address e-mails come from; SES sends it a link that has to be followed once."
  type = object({
    from = string
  })
}

variable "sheet" {
  description = "Google spreadsheet of deals: its id (empty until there is one), tab, and whose word counts where people changed a cell."
  type = object({
    spreadsheet_id  = optional(string, "")
    tab             = optional(string, "Main")
    conflict_policy = optional(string, "database_wins")
  })
  default = {}
}
