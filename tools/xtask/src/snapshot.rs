//! A copy of the deployed system without data, so that `reset` costs seconds and not another `terraform apply`.
//!
//! Creating the queues alone takes the AWS provider some 50 s of waiting. The copy is valid for the Terraform files,
//! the launcher and the emulator's port it was made with; packages may differ, since an apply swaps them.

use crate::workspace::{Instance, write};
use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// Copies the state of a stopped emulator.
pub(crate) fn take(instance: &Instance, key: &str) -> Result<()> {
    let (folder, draft) = (instance.path("snapshot"), instance.path("snapshot.draft"));
    for old in [&folder, &draft] {
        if old.exists() {
            fs::remove_dir_all(old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
    }
    copy(&instance.path("state"), &draft.join("state"))?;
    write(&draft.join("key"), key)?;
    fs::rename(&draft, &folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// Gives an instance without state the copied one, if there is one with this key. True if it did.
pub(crate) fn restore(instance: &Instance, key: &str) -> Result<bool> {
    let (state, folder) = (instance.path("state"), instance.path("snapshot"));
    if state.exists() || !fs::read_to_string(folder.join("key")).is_ok_and(|known| known == key) {
        return Ok(false);
    }
    let draft = instance.path("state.draft");
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    copy(&folder.join("state"), &draft)?;
    fs::rename(&draft, &state).with_context(|| format!("cannot create {}", state.display()))?;
    Ok(true)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot copy to {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_comes_back_for_its_key_and_only_into_a_void() {
        let dir = tempfile::tempdir().unwrap();
        let instance = Instance::at(dir.path().to_owned());
        let table = instance.path("state/services/dynamodb.json");
        write(&table, "empty").unwrap();
        take(&instance, "one").unwrap();

        write(&table, "full").unwrap();
        assert!(!restore(&instance, "one").unwrap(), "data must not be overwritten");
        fs::remove_dir_all(instance.path("state")).unwrap();
        assert!(!restore(&instance, "two").unwrap(), "another system");
        assert!(restore(&instance, "one").unwrap());
        assert_eq!(fs::read_to_string(&table).unwrap(), "empty");
    }
}
