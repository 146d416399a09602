# Signs page cursors, so that nobody forges one. Drawn once and kept in the state, as is everything in the environment of
# a function; to rotate it, `terraform apply -replace` this resource: open cursors then answer 400 and lists start anew.
resource "terraform_data" "cursor_secret" {
  input = uuid()

  lifecycle {
    ignore_changes = [input]
  }
}
