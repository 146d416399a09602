# Any route of this one API: the paths are the API's business, and a wrong one ends in the function's own 404.
resource "aws_lambda_permission" "routes" {
  statement_id  = var.statement_id
  action        = "lambda:InvokeFunction"
  function_name = var.function.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${var.api.execution_arn}/*"
}
