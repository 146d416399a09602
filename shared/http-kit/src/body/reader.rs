//! Reads the members of one object.

use std::borrow::Cow;

use crate::body::{FromJson, Node};
use crate::faults::{Faults, shortened};
use crate::json::{Json, Path};

/// A name this similar (Jaro-Winkler) to a known one is taken for a slip of the keyboard.
const SIMILAR: f64 = 0.8;
/// Longer names are not compared.
const LONGEST_NAME: usize = 40;

/// Reads an object member by member and, at the end, refuses what was not asked for.
///
/// Every reading method gives `None` exactly when it added a fault, so a hand-written
/// [`FromJson`] reads all members first, calls [`finish`](Self::finish), and only then unwraps with `?`.
#[derive(Debug)]
pub struct Reader<'n, 'f> {
    path: Path<'n>,
    members: &'n [(Cow<'n, str>, Json<'n>)],
    /// Names that were asked for.
    known: Vec<&'static str>,
    faults: &'f mut Faults,
    /// Faults there were before this object.
    before: usize,
}

impl<'n, 'f> Reader<'n, 'f> {
    pub(crate) fn new(
        path: Path<'n>,
        members: &'n [(Cow<'n, str>, Json<'n>)],
        faults: &'f mut Faults,
    ) -> Self {
        let before = faults.len();
        Self { path, members, known: Vec::with_capacity(12), faults, before }
    }

    /// The member `name`; when it is missing, what its type says about that ([`FromJson::absent`]), else a fault.
    pub fn required<T: FromJson<Via>, Via>(&mut self, name: &'static str) -> Option<T> {
        match self.take(name) {
            Some(value) => T::from_json(&Node { value, path: Path::Key(&self.path, name) }, self.faults),
            None => T::absent().or_else(|| {
                self.faults.add(Path::Key(&self.path, name), "missing", "is required");
                None
            }),
        }
    }

    /// The member `name`, which may be missing or `null`.
    pub fn optional<T: FromJson<Via>, Via>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.required(name)
    }

    /// The member `name`, or `default` when it is missing or `null`.
    pub fn or<T: FromJson<Via>, Via>(&mut self, name: &'static str, default: T) -> Option<T> {
        self.optional(name).map(|value| value.unwrap_or(default))
    }

    /// The object in the member `name`, read by `read`; missing is a fault.
    pub fn nested<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'_, '_>) -> Option<T>,
    ) -> Option<T> {
        let Some(value) = self.take(name) else {
            self.faults.add(Path::Key(&self.path, name), "missing", "is required");
            return None;
        };
        let node = Node { value, path: Path::Key(&self.path, name) };
        read(&mut node.object(self.faults)?)
    }

    /// Whether the object has a member called `name`. Does not count as asking for it.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, _)| key == name)
    }

    /// Adds a fault of the member `name`: for rules between members.
    pub fn fault(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.faults.add(Path::Key(&self.path, name), code, detail);
    }

    /// Refuses the members nobody asked for; `None` when this object has any fault.
    pub fn finish(&mut self) -> Option<()> {
        for (name, _) in self.members {
            if !self.known.iter().any(|known| known == name) {
                let (code, what) = if self.path.is_query() {
                    ("unknown-parameter", "parameter")
                } else {
                    ("unknown-field", "field")
                };
                let near = if self.faults.has_room() { nearest(name, &self.known) } else { None };
                let detail = match near {
                    Some(near) => format!("is not a known {what}; did you mean {near:?}?"),
                    None => format!("is not a known {what}"),
                };
                self.faults.add(Path::Key(&self.path, &shortened(name)), code, detail);
            }
        }
        (self.faults.len() == self.before).then_some(())
    }

    fn take(&mut self, name: &'static str) -> Option<&'n Json<'n>> {
        self.known.push(name);
        self.members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let lower = name.to_lowercase().replace(['_', '-'], "");
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), *candidate))
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}
