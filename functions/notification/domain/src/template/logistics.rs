//! To logistics: what goes from where to whom. No rate, no amount, no note.

use super::figures::{grouped_kg, plain_kg};
use super::news::DealNews;

pub(super) fn lines(news: &DealNews, lines: &mut Vec<String>) {
    lines.push(format!("Sold to *{}*", news.customer));
    // The blank at the end belongs to the layout.
    lines.push(format!("{} {} *{}* ", news.good.company, news.good.grade, news.good.code));
    lines.push(format!("{} kg", plain_kg(news.quantity)));
    if let [only] = news.portions.as_slice() {
        lines.push(format!("Purchase from *{}*", only.supplier));
    } else {
        lines.push("📦 *Multiple Suppliers:*".to_owned());
        for (number, portion) in (1..).zip(&news.portions) {
            lines.push(format!("{number}. {} kg {}", grouped_kg(portion.quantity), portion.supplier));
        }
        lines.push(String::new());
        lines.push("⚠️ Please coordinate all pickups and deliveries".to_owned());
    }
    lines.push(warehouse(news));
}

/// The line of the warehouse; empty, but there, when none is named.
pub(super) fn warehouse(news: &DealNews) -> String {
    news.warehouse.as_ref().map(|name| format!("Warehouse: {name}")).unwrap_or_default()
}
