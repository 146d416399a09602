//! What a digest says of a deal: one line. Logistics see neither rate nor amount here either.

use super::figures::{grouped_kg, plain_rate, rupees};
use super::news::{DealNews, Occasion};
use super::{LONGEST_SMS_BYTES, TemplateName, fits_parameter, in_short_lines};
use crate::AudienceName;

/// Most characters of a name in a line; a name that is longer ends in `…`.
const LONGEST_NAME: usize = 60;

/// What a digest begins with.
pub const DIGEST_HEADING: &str = "📋 *NEWS OF DEALS*\n";

/// Whether nothing of a digest is lost in whichever form it leaves: an approved template, or a short message.
#[must_use]
pub fn fits_digest(text: &str) -> bool {
    fits_parameter(text) && in_short_lines(text).len() <= LONGEST_SMS_BYTES
}

impl TemplateName {
    /// What a digest says instead of [`render`](Self::render), in one line.
    #[must_use]
    pub fn line(self, news: &DealNews) -> String {
        let occasion = match self.occasion() {
            Occasion::Confirmed => "✅",
            Occasion::Cancelled => "❌ called off",
            Occasion::Amended => "✏️ amended",
        };
        let (tail, kg, code) = (news.deal_id.tail(), grouped_kg(news.quantity), name(&news.good.code));
        let sale = format!("{occasion} #{tail}: {kg} kg *{code}* to *{}*", name(&news.customer));
        match self.audience() {
            Some(AudienceName::Accounts) => format!("{sale}, {}", money(news)),
            Some(AudienceName::Owners) => {
                format!("{sale}, {}, profit {}", money(news), rupees(news.revenue() - news.cost()))
            }
            Some(AudienceName::Logistics) => format!("{sale}, {}{}", origin(news), warehouse(news)),
            None => format!("{sale}, {}", news.delivery_terms),
        }
    }
}

fn money(news: &DealNews) -> String {
    format!("₹{} {}, cost {}", plain_rate(news.rate), news.delivery_terms, rupees(news.cost()))
}

fn origin(news: &DealNews) -> String {
    match news.portions.as_slice() {
        [only] => format!("from *{}*", name(&only.supplier)),
        several => format!("from {} suppliers", several.len()),
    }
}

fn warehouse(news: &DealNews) -> String {
    news.warehouse.as_ref().map(|known| format!(", warehouse {}", name(known))).unwrap_or_default()
}

/// A name in one line.
fn name(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    super::shortened(&words, LONGEST_NAME)
}
