//! The repository's text files, read once.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 7] =
    [".git", ".local", ".terraform", ".aws-sam", "target", "node_modules", "__pycache__"];

/// One text file.
pub(super) struct File {
    /// From the root, `/`-separated.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// Lines with their numbers, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Number of the first line that contains the text; 1 if none does.
    pub(super) fn line_of(&self, text: &str) -> usize {
        self.lines().find(|(_, line)| line.contains(text)).map_or(1, |(number, _)| number)
    }
}

/// All text files below a root.
pub(super) struct Tree {
    files: Vec<File>,
}

impl Tree {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
                let entry = entry?;
                let (path, name) = (entry.path(), entry.file_name());
                let kind = entry.file_type()?;
                if kind.is_dir() && !SKIPPED.iter().any(|skipped| name == *skipped) {
                    folders.push(path);
                } else if kind.is_file()
                    && let Ok(text) = String::from_utf8(fs::read(&path)?)
                {
                    let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                    files.push(File { path: relative, text });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// A tree of these files; for tests of rules.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        let mut files: Vec<File> = files.iter().map(file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Every file, by path.
    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Files below a folder (`shared/`, or empty for all) whose names end so.
    pub(super) fn below(&self, folder: &str, ending: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ending))
    }

    pub(super) fn get(&self, path: &str) -> Option<&File> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|index| &self.files[index])
    }

    /// Whether a file of this path, or a folder with a file in it, exists.
    pub(super) fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        path.is_empty() || self.get(path).is_some() || self.below(&format!("{path}/"), "").next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_output_and_binary_files_are_not_read() {
        let dir = tempfile::tempdir().unwrap();
        for (path, bytes) in [("a.md", b"x".as_slice()), ("target/b.md", b"x"), ("c.bin", &[0xff, 0xfe])] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let tree = Tree::read(dir.path()).unwrap();
        assert_eq!(tree.files().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a.md"]);
    }

    #[test]
    fn folders_exist_through_their_files() {
        let tree = Tree::of(&[("docs/adr/0001-a.md", "")]);
        assert!(tree.exists("docs/adr/"));
        assert!(tree.exists("docs/adr/0001-a.md"));
        assert!(!tree.exists("docs/ad"));
    }
}
