//! `customer.party-created`, `-changed`, `-merged`, `-unmerged`, `-import-withdrawn`: the directory of parties follows the customer context. In any
//! order, and again: the directory keeps what is newest.

use directory::{Description, DirectoryError};
use inventory_domain::PartyId;
use kernel::Name;
use messaging::{Envelope, RecordFault};
use serde::Deserialize;

use crate::Inventory;

/// How the types of these facts begin.
pub(super) const PREFIX: &str = "customer.party-";

/// The part of the facts this context reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartyDescribed {
    party_id: PartyId,
    name: Name,
    #[serde(default)]
    aliases: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartyLed {
    party_id: PartyId,
    /// Absent when it stands for itself again.
    #[serde(default)]
    into_id: Option<PartyId>,
}

pub(super) async fn react(inventory: &Inventory, envelope: &Envelope) -> Result<(), RecordFault> {
    if envelope.schema_version != 1 {
        return Err(RecordFault::park(format!(
            "version {} of this fact is unknown",
            envelope.schema_version
        )));
    }
    let sequence = envelope.sequence;
    let kept = match envelope.fact_type.as_str() {
        "customer.party-created" | "customer.party-changed" => {
            let (party, names) = described(envelope)?;
            inventory.parties.describe(&inventory.tenant, party, &names, sequence).await
        }
        "customer.party-import-withdrawn" => {
            let (party, names) = described(envelope)?;
            inventory.parties.withdraw(&inventory.tenant, party, &names, sequence).await
        }
        "customer.party-merged" | "customer.party-unmerged" => {
            let fact = PartyLed::deserialize(&envelope.data).map_err(RecordFault::park)?;
            inventory.parties.lead(&inventory.tenant, fact.party_id, fact.into_id, sequence).await
        }
        other => return Err(RecordFault::park(format!("{other} is not a fact this context acts on"))),
    };
    kept.map_err(|error: DirectoryError| RecordFault::retry(error))
}

fn described(envelope: &Envelope) -> Result<(PartyId, Description), RecordFault> {
    let fact = PartyDescribed::deserialize(&envelope.data).map_err(RecordFault::park)?;
    Ok((fact.party_id, Description { name: fact.name, others: fact.aliases }))
}
