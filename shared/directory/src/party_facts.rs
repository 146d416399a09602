//! `party-created`, `-changed`, `-merged`, `-unmerged`, `-import-withdrawn`: a directory of parties follows the context that owns
//! them. In any order, and again: the directory keeps what is newest.

use kernel::Name;
use messaging::{Envelope, RecordFault};
use serde::Deserialize;

use crate::{Description, Directory, Identity};

/// The part of the facts that is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "I: Identity")]
struct PartyDescribed<I> {
    party_id: I,
    name: Name,
    #[serde(default)]
    aliases: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "I: Identity")]
struct PartyLed<I> {
    party_id: I,
    /// Absent when it stands for itself again.
    #[serde(default)]
    into_id: Option<I>,
}

impl<I: Identity> Directory<I> {
    /// Keeps what a fact says of a party. Whose fact it is, the caller has looked at.
    ///
    /// # Errors
    /// `Park` for a fact that cannot be read or is none of parties, `Retry` when the table does not answer.
    pub async fn hear_of_party(&self, envelope: &Envelope) -> Result<(), RecordFault> {
        if envelope.schema_version != 1 {
            let version = envelope.schema_version;
            return Err(RecordFault::park(format!("version {version} of this fact is unknown")));
        }
        let (tenant, sequence) = (&envelope.tenant_id, envelope.sequence);
        let (_owner, fact) = envelope.fact_type.split_once('.').unwrap_or_default();
        let kept = match fact {
            "party-created" | "party-changed" => {
                let (party, names) = described(envelope)?;
                self.describe(tenant, party, &names, sequence).await
            }
            "party-import-withdrawn" => {
                let (party, names) = described(envelope)?;
                self.withdraw(tenant, party, &names, sequence).await
            }
            "party-merged" | "party-unmerged" => {
                let led = PartyLed::<I>::deserialize(&envelope.data).map_err(RecordFault::park)?;
                self.lead(tenant, led.party_id, led.into_id, sequence).await
            }
            _ => {
                let other = &envelope.fact_type;
                return Err(RecordFault::park(format!("{other} is not a fact this context acts on")));
            }
        };
        kept.map_err(RecordFault::retry)
    }
}

fn described<I: Identity>(envelope: &Envelope) -> Result<(I, Description), RecordFault> {
    let fact = PartyDescribed::deserialize(&envelope.data).map_err(RecordFault::park)?;
    Ok((fact.party_id, Description { name: fact.name, others: fact.aliases }))
}
