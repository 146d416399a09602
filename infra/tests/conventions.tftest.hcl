# Rules over all files, so that a new module cannot slip past the tests of the old ones.

run "conventions" {
  command = plan

  module {
    source = "./tests/conventions"
  }

  assert {
    condition     = output.counts.files > 60 && output.counts.resources > 35 && output.counts.described > 100
    error_message = "Only ${output.counts.files} files with ${output.counts.resources} resources were read: has the layout changed?"
  }

  assert {
    condition     = output.counts.queues == 3 && output.counts.mappings == 3 && output.counts.grants >= 10
    error_message = "Expected 3 kinds of queue, 3 of mapping and at least 10 grants, read ${output.counts.queues}, ${output.counts.mappings}, ${output.counts.grants}."
  }

  assert {
    condition     = output.queues_without_dead_letters == []
    error_message = "Without dead letters: ${join(", ", output.queues_without_dead_letters)}"
  }

  assert {
    condition     = output.queues_without_alarm == []
    error_message = "Nobody is told about: ${join(", ", output.queues_without_alarm)}"
  }

  assert {
    condition     = output.mappings_without_partial_failures == []
    error_message = "One bad record redelivers its neighbours: ${join(", ", output.mappings_without_partial_failures)}"
  }

  assert {
    condition     = output.wildcard_grants == []
    error_message = "Grants name actions and resources: ${join(", ", output.wildcard_grants)}"
  }

  assert {
    condition     = output.strayed_types == []
    error_message = "Use the module that knows the rules: ${join(", ", output.strayed_types)}"
  }

  assert {
    condition     = output.undescribed == []
    error_message = "Without description: ${join(", ", output.undescribed)}"
  }

  assert {
    condition     = output.misnamed == []
    error_message = "Lower case, underscores, no word of the resource type: ${join(", ", output.misnamed)}"
  }

  assert {
    condition     = length(toset([for hashes in values(output.lock_files) : join(" ", hashes)])) == 1
    error_message = "The .terraform.lock.hcl of the roots differ: update them together."
  }
}
