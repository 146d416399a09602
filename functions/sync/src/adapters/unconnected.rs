use async_trait::async_trait;
use sync_domain::mirror::TabPlan;
use sync_domain::{Cell, Tab};

use crate::ports::{Place, SheetFault, Spreadsheet, Tabs, Writes};

/// What there is before anybody has named a spreadsheet: rows wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unconnected;

fn denied() -> SheetFault {
    SheetFault::Denied("no spreadsheet is configured".to_owned())
}

#[async_trait]
impl Spreadsheet for Unconnected {
    async fn read(&self) -> Result<Vec<Vec<Cell>>, SheetFault> {
        Err(denied())
    }

    async fn write(&self, _: &Writes) -> Result<(), SheetFault> {
        Err(denied())
    }

    fn place(&self) -> Place {
        Place { spreadsheet_id: String::new(), tab: String::new() }
    }
}

#[async_trait]
impl Tabs for Unconnected {
    async fn read_tab(&self, _: Tab) -> Result<Vec<Vec<Cell>>, SheetFault> {
        Err(denied())
    }

    async fn write_tab(&self, _: Tab, _: &TabPlan) -> Result<(), SheetFault> {
        Err(denied())
    }
}
