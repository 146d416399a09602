# The function's identity. It starts with nothing but its own log; every other grant is written beside the
# resource it opens.
resource "aws_iam_role" "execution" {
  name        = local.name
  description = "Execution role of ${local.name}"
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunAsFunction"
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}
