# The three tables of a context. Billing is on demand everywhere: an idle context costs its storage only.

locals {
  name = "${var.prefix}-${var.context}"
  tags = { context = var.context }
}

# Append-only commits, one item each. The truth of the context: backed up, protected, never updated (see grants.tf).
resource "aws_dynamodb_table" "log" {
  name                        = "${local.name}-log"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  stream_enabled              = true
  stream_view_type            = "NEW_IMAGE"
  deletion_protection_enabled = var.deletion_protection
  tags                        = local.tags

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  # Day and shard, such as 2026-11-22#3.
  attribute {
    name = "ds"
    type = "S"
  }

  # Instant of the commit, then its id.
  attribute {
    name = "at"
    type = "S"
  }

  # Commits of one day in order of time, for replay and the outbox auditor.
  global_secondary_index {
    name            = "by-time"
    hash_key        = "ds"
    range_key       = "at"
    projection_type = "KEYS_ONLY"
  }

  point_in_time_recovery {
    enabled = true
  }
}

# Projections. Disposable: rebuilt from the log, hence neither backed up nor protected.
resource "aws_dynamodb_table" "views" {
  name         = "${local.name}-views"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"
  tags         = local.tags

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  # Three generic lists; which list sorts by what is decided by the projections that fill g<n> and s<n>.
  dynamic "attribute" {
    for_each = ["g1", "s1", "g2", "s2", "g3", "s3"]

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = ["1", "2", "3"]

    content {
      name            = "by-${global_secondary_index.value}"
      hash_key        = "g${global_secondary_index.value}"
      range_key       = "s${global_secondary_index.value}"
      projection_type = "ALL"
    }
  }
}

# The mutable rest: outbox markers, parked facts, attempt ledgers. Items leave by their `ttl`. Where it also holds what
# nothing can bring back, it is protected like the log.
resource "aws_dynamodb_table" "ops" {
  name                        = "${local.name}-ops"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.ops_holds_keys && var.deletion_protection
  tags                        = local.tags

  point_in_time_recovery {
    enabled = var.ops_holds_keys
  }

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }
}
