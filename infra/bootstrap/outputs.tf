output "state_bucket" {
  description = "Bucket for -backend-config=bucket=… of live/dev and live/prod."
  value       = aws_s3_bucket.this["state"].bucket
}

output "artifact_bucket" {
  description = "Bucket for the function packages (artifact_bucket of live/dev and live/prod)."
  value       = aws_s3_bucket.this["artifacts"].bucket
}
