//! Leaving out what a caller may not see.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::principal::Principal;
use crate::problem::Problem;

/// Members of an answer that are shown only to callers with a permission, e.g. rates and amounts.
///
/// Members are named, not located: one of such a name is left out wherever it stands, so that a new nesting does not show
/// what an old one hid.
///
/// ```
/// use http_kit::Mask;
///
/// const COSTS: Mask = Mask::new("cost:read", &["ratePerKg"]);
/// let lots = r#"{"data":[{"id":"lot_1","ratePerKg":"90.00"}]}"#.to_owned();
/// assert_eq!(COSTS.hide(lots).unwrap().get(), r#"{"data":[{"id":"lot_1"}]}"#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Mask {
    permission: &'static str,
    members: &'static [&'static str],
}

impl Mask {
    /// Shows `members` to callers with `permission` only.
    #[must_use]
    pub const fn new(permission: &'static str, members: &'static [&'static str]) -> Self {
        Self { permission, members }
    }

    /// What shows them.
    pub(crate) const fn permission(&self) -> &'static str {
        self.permission
    }

    /// What is shown by it.
    pub(crate) const fn members(&self) -> &'static [&'static str] {
        self.members
    }

    /// Whether this caller sees everything.
    #[must_use]
    pub fn lifted_for(&self, principal: &Principal) -> bool {
        principal.may(self.permission)
    }

    /// Refuses a caller who would learn of masked members otherwise, e.g. by filtering by them.
    ///
    /// # Errors
    /// 403 that names the permission.
    pub fn require(&self, principal: &Principal) -> Result<(), Problem> {
        if self.lifted_for(principal) { Ok(()) } else { Err(Problem::forbidden(self.permission)) }
    }

    /// `shown` as JSON, as this caller may see it.
    ///
    /// # Errors
    /// 500 when it does not serialize, which is a bug.
    pub fn show<T: Serialize>(&self, principal: &Principal, shown: &T) -> Result<Box<RawValue>, Problem> {
        let whole = serde_json::value::to_raw_value(shown).map_err(|error| Problem::internal(&error))?;
        if self.lifted_for(principal) {
            return Ok(whole);
        }
        self.hide(whole.get()).map_err(|error| Problem::internal(&error))
    }

    /// JSON that a view keeps rendered, as this caller may see it; as it is where nothing is hidden.
    ///
    /// # Errors
    /// 500 when it is not JSON, which is a bug.
    pub fn show_rendered(&self, principal: &Principal, body: String) -> Result<Box<RawValue>, Problem> {
        let shown = if self.lifted_for(principal) { RawValue::from_string(body) } else { self.hide(body) };
        shown.map_err(|error| Problem::internal(&error))
    }

    /// `body` without the masked members.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn hide<'a>(&self, body: impl Into<Cow<'a, str>>) -> Result<Box<RawValue>, serde_json::Error> {
        let mut value: Value = serde_json::from_str(&body.into())?;
        self.strip(&mut value);
        serde_json::value::to_raw_value(&value)
    }

    fn strip(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| !self.members.contains(&name.as_str()));
                members.values_mut().for_each(|member| self.strip(member));
            }
            Value::Array(entries) => entries.iter_mut().for_each(|entry| self.strip(entry)),
            _ => {}
        }
    }
}
