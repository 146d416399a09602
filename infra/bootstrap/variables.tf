variable "region" {
  description = "AWS region."
  type        = string
  default     = "ap-south-1"
}

variable "prefix" {
  description = "Start of the bucket names; must be unique in the world, such as <firm>-polymer-dev."
  type        = string
}
