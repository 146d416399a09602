//! To whom a deal is told besides the audiences: people outside the firm. No rate, no amount, no note, no warehouse.

use super::figures::plain_kg;
use super::news::DealNews;

pub(super) fn lines(news: &DealNews, lines: &mut Vec<String>) {
    lines.push("📋 *DEAL DETAILS*".to_owned());
    lines.push(String::new());
    lines.push(format!("📅 *Date:* {}", news.date));
    lines.push(format!("👤 *Customer:* {}", news.customer));
    lines.push(format!("📦 *Product:* {}", named(&news.good.code, &news.good.grade)));
    lines.push(format!("🏭 *Company:* {}", news.good.company));
    lines.push(format!("⚖️ *Quantity:* {} kg", plain_kg(news.quantity)));
    lines.push(format!("🚚 *Terms:* {}", news.delivery_terms));
    lines.push(format!("🏢 *Supplier:* {}", suppliers(news)));
    lines.push(String::new());
    lines.push(format!("Sent by Polymer Desk, deal #{}", news.deal_id.tail()));
}

/// The code and the grade, if there is one.
fn named(code: &str, grade: &str) -> String {
    if grade.is_empty() { code.to_owned() } else { format!("{code} - {grade}") }
}

/// Each supplier once, in the order they were chosen.
fn suppliers(news: &DealNews) -> String {
    let mut names: Vec<&str> = Vec::new();
    for portion in &news.portions {
        if !names.contains(&portion.supplier.as_str()) {
            names.push(&portion.supplier);
        }
    }
    names.join(", ")
}
