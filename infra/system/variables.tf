variable "stage" {
  description = "Place this deployment is: local, dev or prod. Names start with polymer-<stage>."
  type        = string

  validation {
    condition     = contains(["local", "dev", "prod"], var.stage)
    error_message = "stage is local, dev or prod."
  }
}

variable "tenant" {
  description = "Tenant whose data this deployment serves."
  type        = string
  default     = "main"
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

  validation {
    condition     = length(setsubtract(["auth", "customer", "deal", "gateway", "inventory", "notification", "sync"], keys(var.packages))) == 0
    error_message = "packages names auth, customer, deal, gateway, inventory, notification and sync, and nothing is deployed without its package."
  }
}

variable "architecture" {
  description = "Instruction set the binaries were built for: arm64 or x86_64."
  type        = string
}

# Argon2id takes the memory auth has. The timeouts of the contexts that move a deal keep redelivery after a crash (six
# timeouts, see modules/inbox) inside the 120 s after which a pending deal is cancelled.
variable "functions" {
  description = "Size of each function: memory in MiB, timeout in seconds, reserved concurrency (-1 for none)."
  type = object({
    auth = optional(object({
      memory_mb            = optional(number, 512)
      timeout_s            = optional(number, 15)
      reserved_concurrency = optional(number, -1)
    }), {})
    customer = optional(object({
      memory_mb            = optional(number, 128)
      timeout_s            = optional(number, 15)
      reserved_concurrency = optional(number, -1)
    }), {})
    deal = optional(object({
      memory_mb            = optional(number, 128)
      timeout_s            = optional(number, 15)
      reserved_concurrency = optional(number, -1)
    }), {})
    gateway = optional(object({
      memory_mb            = optional(number, 128)
      timeout_s            = optional(number, 29)
      reserved_concurrency = optional(number, -1)
    }), {})
    inventory = optional(object({
      memory_mb            = optional(number, 128)
      timeout_s            = optional(number, 15)
      reserved_concurrency = optional(number, -1)
    }), {})
    notification = optional(object({
      memory_mb            = optional(number, 128)
      timeout_s            = optional(number, 15)
      reserved_concurrency = optional(number, -1)
    }), {})
    sync = optional(object({
      memory_mb            = optional(number, 128)
      timeout_s            = optional(number, 15)
      reserved_concurrency = optional(number, -1)
    }), {})
  })
  default = {}
}

variable "inbox_concurrency" {
  description = "Most concurrent invocations each inbox may cause."
  type = object({
    auth         = optional(number, 2)
    customer     = optional(number, 2)
    deal         = optional(number, 5)
    inventory    = optional(number, 5)
    notification = optional(number, 2)
    sync         = optional(number, 2)
  })
  default = {}
}

variable "channel_concurrency" {
  description = "Most calls to each outside provider at a time."
  type = object({
    email    = optional(number, 2)
    sms      = optional(number, 2)
    telegram = optional(number, 2)
    whatsapp = optional(number, 4)
  })
  default = {}
}

variable "whatsapp" {
  description = "WhatsApp Cloud API: base URL with version, the firm's phone number id, name of the approved template. Tokens are in Secrets Manager."
  type = object({
    api_url         = optional(string, "https://graph.facebook.com/v23.0")
    phone_number_id = string
    template        = optional(string, "firm_notice")
  })
}

variable "telegram" {
  description = "Telegram Bot API: base URL. The bot's token is in Secrets Manager."
  type = object({
    api_url = optional(string, "https://api.telegram.org")
  })
  default = {}
}

variable "email" {
  description = "The address e-mails come from; SES sends it a link that has to be followed once."
  type = object({
    from = string
  })
}

variable "sheet" {
  description = "Google spreadsheet of deals: its id (empty until there is one), tab, base URL of the API, and whose word counts where people changed a cell: database_wins, sheet_wins or manual. The service account's key is in Secrets Manager."
  type = object({
    spreadsheet_id  = optional(string, "")
    tab             = optional(string, "Main")
    api_url         = optional(string, "https://sheets.googleapis.com")
    conflict_policy = optional(string, "database_wins")
  })
  default = {}

  validation {
    condition     = contains(["database_wins", "manual", "sheet_wins"], var.sheet.conflict_policy)
    error_message = "conflict_policy is database_wins, sheet_wins or manual."
  }
}

variable "api_tags" {
  description = "Further tags of the HTTP API; the emulator takes the API's id from one."
  type        = map(string)
  default     = {}
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

variable "throttle" {
  description = "Requests the API lets through: steady rate per second, and burst."
  type = object({
    rate_per_s = number
    burst      = number
  })
  default = { rate_per_s = 100, burst = 200 }
}

variable "token_ttl_s" {
  description = "Life of an access token in seconds."
  type        = number
  default     = 900
}

variable "log_level" {
  description = "Least severe level the functions write: error, warn, info, debug or trace."
  type        = string
  default     = "info"
}

variable "log_retention_days" {
  description = "Days logs are kept."
  type        = number
}

variable "archive_retention_days" {
  description = "Days published facts can be replayed from the archive; 0 keeps them for ever."
  type        = number
}

variable "deletion_protection" {
  description = "Refuse to delete the log tables."
  type        = bool
}

variable "alarm_emails" {
  description = "Addresses told of alarms."
  type        = set(string)
  default     = []
}
