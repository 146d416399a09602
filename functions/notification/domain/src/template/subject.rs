use super::Occasion;
use crate::message::{Notice, Plan, Wording};

/// What an e-mail is called.
#[must_use]
pub fn subject(plan: &Plan) -> String {
    match (plan.template, plan.deal_id) {
        (Wording::Deal(template), Some(deal)) => {
            let occasion = match template.occasion() {
                Occasion::Confirmed => "confirmed",
                Occasion::Cancelled => "cancelled",
                Occasion::Amended => "amended",
            };
            format!("Deal #{} {occasion}", deal.tail())
        }
        (Wording::Notice(Notice::Digest), _) => "News of deals".to_owned(),
        _ => "Message from Polymer Desk".to_owned(),
    }
}
