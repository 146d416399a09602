# The bus that carries published facts between contexts, and a memory of them from which they can be replayed.
resource "aws_cloudwatch_event_bus" "facts" {
  name = "${var.prefix}-facts"
}

resource "aws_cloudwatch_event_archive" "facts" {
  name             = "${var.prefix}-facts"
  description      = "Published facts, for replay"
  event_source_arn = aws_cloudwatch_event_bus.facts.arn
  retention_days   = var.archive_retention_days
}
