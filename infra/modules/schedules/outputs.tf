output "names" {
  description = "Names of the schedules."
  value       = keys(aws_scheduler_schedule.tick)
}
