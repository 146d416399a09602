use std::fmt::Display;
use std::str::FromStr;

use auth_domain::{OutsideIdentity, Roles};
use lambda_entry::DirectError;
use serde_json::Value;

use crate::password::Password;

/// The members of an event: each is read and checked, all faults are told at once, no value is repeated in them.
pub(super) struct Members<'a> {
    payload: &'a Value,
    read: Vec<&'static str>,
    faults: Vec<String>,
}

impl<'a> Members<'a> {
    /// The members of `payload`, of which only `kind` is known.
    pub(super) fn of(payload: &'a Value) -> Self {
        Self { payload, read: vec!["kind"], faults: Vec::new() }
    }

    /// A text that is a `T`.
    pub(super) fn text<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Option<T> {
        match self.member(name) {
            None | Some(Value::Null) => {
                self.faults.push(format!("{name}: is missing"));
                None
            }
            Some(value) => self.parse(name, value),
        }
    }

    /// A text that is a `T`, if it is there.
    pub(super) fn optional<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Option<T> {
        match self.member(name) {
            None | Some(Value::Null) => None,
            Some(value) => self.parse(name, value),
        }
    }

    /// A password that a user may choose.
    pub(super) fn new_password(&mut self, name: &'static str) -> Option<Password> {
        let password: Password = self.text(name)?;
        password.choosable().map_err(|error| self.faults.push(format!("{name}: {error}"))).ok()
    }

    /// Somebody as a provider knows them.
    pub(super) fn identity(
        &mut self,
        issuer: &'static str,
        subject: &'static str,
    ) -> Option<OutsideIdentity> {
        let (issuer, named): (Option<String>, Option<String>) = (self.text(issuer), self.text(subject));
        let identity = OutsideIdentity::try_new(&issuer?, &named?);
        identity.map_err(|error| self.faults.push(format!("{subject}: {error}"))).ok()
    }

    /// A list of roles.
    pub(super) fn roles(&mut self, name: &'static str) -> Option<Roles> {
        let Some(Value::Array(listed)) = self.member(name) else {
            self.faults.push(format!("{name}: must be a list of roles"));
            return None;
        };
        let roles = listed.iter().map(|role| self.parse(name, role)).collect::<Vec<_>>();
        roles.into_iter().collect()
    }

    /// Whether nothing was wrong.
    pub(super) fn finish(mut self) -> Result<(), DirectError> {
        let members = self.payload.as_object().into_iter().flatten();
        for (name, _) in members.filter(|(name, _)| !self.read.contains(&name.as_str())) {
            self.faults.push(format!("{name}: is not known"));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(DirectError::new("invalid", self.faults.join("; "))) }
    }

    fn member(&mut self, name: &'static str) -> Option<&'a Value> {
        self.read.push(name);
        self.payload.get(name)
    }

    fn parse<T: FromStr<Err: Display>>(&mut self, name: &'static str, value: &Value) -> Option<T> {
        let parsed = match value.as_str() {
            Some(text) => text.parse().map_err(|error: T::Err| error.to_string()),
            None => Err("must be a text".to_owned()),
        };
        parsed.map_err(|error| self.faults.push(format!("{name}: {error}"))).ok()
    }
}
