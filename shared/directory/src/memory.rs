use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use kernel::{Name, NameKey, Provenance};

use crate::{Answer, Identity, Known, Near, Owner, OwnerError, Reference};

/// Most near names that are told.
const MOST_NEAR: usize = 5;

/// Makes the identity that follows from a name.
type Identify<I> = Box<dyn Fn(&Provenance, &NameKey) -> I + Send + Sync>;

/// An owner whose names live as long as the process: for tests and the simulation. A name it does not know is near to those that
/// begin with the same character.
pub struct MemoryOwner<I> {
    identify: Identify<I>,
    state: Mutex<State<I>>,
}

struct State<I> {
    known: BTreeMap<String, Known<I>>,
    asked: Vec<Asked>,
    reachable: bool,
}

/// A question that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whom it was about, as it was written.
    pub reference: String,
    /// In which role it was to be entered, if it was.
    pub role: Option<&'static str>,
    /// On whose behalf.
    pub by: Provenance,
}

impl<I: Identity> MemoryOwner<I> {
    /// Knows nobody yet; what is entered gets the identity that `identify` makes of its name.
    pub fn new(identify: impl Fn(&Provenance, &NameKey) -> I + Send + Sync + 'static) -> Self {
        let state = State { known: BTreeMap::new(), asked: Vec::new(), reachable: true };
        Self { identify: Box::new(identify), state: Mutex::new(state) }
    }

    /// Knows this one from now on, by its identity and its name.
    pub fn enter(&self, known: &Known<I>) {
        let mut state = self.state();
        for reference in [Reference::Id(known.id), Reference::Name(known.name.clone())] {
            state.known.insert(reference.position(), known.clone());
        }
    }

    /// Whether it can be asked.
    pub fn set_reachable(&self, reachable: bool) {
        self.state().reachable = reachable;
    }

    /// What it was asked since this was last called.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state().asked)
    }

    fn ask(&self, asked: Asked) -> Result<MutexGuard<'_, State<I>>, OwnerError> {
        let mut state = self.state();
        if !state.reachable {
            return Err(OwnerError("it is out of reach".into()));
        }
        state.asked.push(asked);
        Ok(state)
    }

    fn state(&self) -> MutexGuard<'_, State<I>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<I: Identity> Owner<I> for MemoryOwner<I> {
    async fn whom(&self, by: &Provenance, reference: &Reference<I>) -> Result<Answer<I>, OwnerError> {
        let state = self.ask(Asked { reference: reference.to_string(), role: None, by: by.clone() })?;
        let position = reference.position();
        if let Some(known) = state.known.get(&position) {
            return Ok(Answer::Known(known.clone()));
        }
        let Reference::Name(_) = reference else { return Ok(Answer::Unknown(Vec::new())) };
        let beginning: String = position.chars().take("name#".len() + 1).collect();
        let near = state.known.iter().filter(|(position, _)| position.starts_with(&beginning));
        let near = near.map(|(_, known)| Near { id: known.id, name: known.name.clone() });
        Ok(Answer::Unknown(near.take(MOST_NEAR).collect()))
    }

    async fn whom_or_new(
        &self,
        by: &Provenance,
        name: &Name,
        role: &'static str,
    ) -> Result<Known<I>, OwnerError> {
        let position = Reference::<I>::Name(name.clone()).position();
        let state = self.ask(Asked { reference: name.to_string(), role: Some(role), by: by.clone() })?;
        if let Some(known) = state.known.get(&position) {
            return Ok(known.clone());
        }
        drop(state);
        let new = Known { id: (self.identify)(by, &NameKey::of(name)), name: name.clone() };
        self.enter(&new);
        Ok(new)
    }
}

impl<I> std::fmt::Debug for MemoryOwner<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryOwner(…)")
    }
}
