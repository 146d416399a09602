//! The spreadsheet, and the port that calls it over the network.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::BoxError;
use sync::adapters::MemorySheet;
use sync::ports::{Place, SheetFault, Spreadsheet, Writes};
use sync_domain::Cell;

use crate::faults::{Fault, Sight};
use crate::mutants::Mutant;
use crate::platform::spell::Spell;
use crate::ports::io::{Io, Lost};
use crate::sim::Sim;

/// The tab as it is at the provider.
pub struct Sheet {
    sim: Arc<Sim>,
    memory: MemorySheet,
    spells: Vec<Spell>,
}

impl Sheet {
    /// An empty tab.
    #[must_use]
    pub fn new(sim: &Arc<Sim>) -> Arc<Self> {
        let spells = Spell::drawn(sim);
        Arc::new(Self { sim: Arc::clone(sim), memory: MemorySheet::default(), spells })
    }

    /// What stands there.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<Cell>> {
        self.memory.lines()
    }

    /// What ails it now, and whether the call is carried out all the same. Reads are answered while it is silent: otherwise nobody
    /// would write.
    fn ails(&self, writing: bool) -> Option<(SheetFault, bool)> {
        let concerns = |spell: &&Spell| writing || spell.fault != Fault::ProviderSilent;
        let spells = self.spells.iter().filter(concerns);
        let spell = spells.filter(|spell| spell.lasts(&self.sim)).map(|spell| spell.fault).next();
        if let Some(fault) = spell {
            self.sim.struck(fault);
        }
        match spell {
            Some(Fault::ProviderSilent) => {
                let carried_out = self.sim.draw(|dice| dice.chance(5_000));
                Some((SheetFault::Unavailable("502".into()), carried_out))
            }
            Some(Fault::TokenRevoked) => Some((SheetFault::Denied("not shared".to_owned()), false)),
            Some(_) => Some((SheetFault::Unavailable("503".into()), false)),
            None if self.sim.strikes(Fault::ProviderBusy) => {
                let asked_ms = self.sim.draw(|dice| dice.between(1_000, 20_000));
                Some((SheetFault::Limited { retry_after_ms: Some(asked_ms) }, false))
            }
            None => None,
        }
    }

    async fn write(&self, writes: &Writes) -> Result<(), SheetFault> {
        if !writes.update.is_empty() {
            self.sim.saw(Sight::RowChanged);
        }
        match self.ails(true) {
            Some((fault, carried_out)) => {
                if carried_out {
                    self.memory.write(writes).await?;
                    self.sim.saw(Sight::WrittenUnanswered);
                }
                Err(fault)
            }
            None => self.memory.write(writes).await,
        }
    }
}

/// Calls the spreadsheet for one instance.
pub struct SheetPort {
    io: Io,
    sheet: Arc<Sheet>,
}

impl SheetPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, sheet: Arc<Sheet>) -> Self {
        Self { io, sheet }
    }
}

fn unanswered(lost: Lost) -> SheetFault {
    SheetFault::Unavailable(BoxError::from(lost))
}

#[async_trait]
impl Spreadsheet for SheetPort {
    async fn read(&self) -> Result<Vec<Vec<Cell>>, SheetFault> {
        let serve = async {
            match self.sheet.ails(false) {
                Some((fault, _)) => Err(fault),
                None => Ok(self.sheet.lines()),
            }
        };
        let read = self.io.read("sheet.read", String::new, serve).await;
        let mut lines = read.map_err(unanswered)??;
        if self.io.sim.lacks(Mutant::SheetUnread) {
            lines.truncate(1);
        }
        Ok(lines)
    }

    async fn write(&self, writes: &Writes) -> Result<(), SheetFault> {
        let (sheet, arriving) = (Arc::clone(&self.sheet), writes.clone());
        let serve = async move { sheet.write(&arriving).await };
        let subject = || format!("{} lines, {} cells", writes.append.len(), writes.update.len());
        self.io.write("sheet.write", subject, serve).await.map_err(unanswered)?
    }

    fn place(&self) -> Place {
        Place { spreadsheet_id: "simulated".to_owned(), tab: "Main".to_owned() }
    }
}
