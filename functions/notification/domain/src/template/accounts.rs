//! To accounts: what was sold at which rate, and what it cost.

use super::figures::{grouped_kg, plain_kg, plain_rate, rupees};
use super::news::DealNews;

pub(super) fn lines(news: &DealNews, lines: &mut Vec<String>) {
    sale(news, lines);
    lines.push(String::new());
    if let [only] = news.portions.as_slice() {
        single_purchase(only, news, lines);
        return;
    }
    lines.push("📦 *Purchase Breakdown:*".to_owned());
    for (number, portion) in (1..).zip(&news.portions) {
        lines.push(format!(
            "{number}. {} kg {} @ ₹{} per kg = {}",
            grouped_kg(portion.quantity),
            portion.supplier,
            plain_rate(portion.rate),
            rupees(portion.cost()),
        ));
    }
    lines.push(String::new());
    lines.push("⚠️ Several suppliers: please coordinate all of them".to_owned());
    lines.push(format!("Total Cost: {}", rupees(news.cost())));
    lines.push(format!("Deal ID: #{}", news.deal_id.tail()));
}

/// The first eight lines, which the owners get too.
pub(super) fn sale(news: &DealNews, lines: &mut Vec<String>) {
    lines.push(format!("Date: {}", news.date));
    lines.push(String::new());
    lines.push(format!("Sold to *{}*", news.customer));
    lines.push(format!("Quantity: {} kg", plain_kg(news.quantity)));
    lines.push(format!("Rate: {} {}", plain_rate(news.rate), news.delivery_terms));
    lines.push(comments(news.sale_comments.as_deref()));
    lines.push(String::new());
    lines.push(format!("*{}*  {} {}", news.good.code, news.good.company, news.good.grade));
}

/// One source: its supplier, quantity and rate.
pub(super) fn single_purchase(portion: &super::Portion, news: &DealNews, lines: &mut Vec<String>) {
    lines.push(format!("Purchase from *{}*", portion.supplier));
    lines.push(format!("Quantity: {} kg", plain_kg(portion.quantity)));
    lines.push(format!("Rate: {}", plain_rate(portion.rate)));
    lines.push(comments(news.purchase_comments.as_deref()));
}

/// The line of comments; empty, but there, when nothing is noted.
fn comments(noted: Option<&str>) -> String {
    noted.map(|text| format!("Comments: {text}")).unwrap_or_default()
}
