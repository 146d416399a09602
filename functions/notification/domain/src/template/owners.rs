//! To the owners: the sale, the purchase, the profit, and a recap of what moves.

use super::accounts::{sale, single_purchase};
use super::figures::{grouped_kg, plain_kg, plain_rate, rupees, us_date_and_time};
use super::logistics::warehouse;
use super::news::DealNews;

pub(super) fn lines(news: &DealNews, lines: &mut Vec<String>) {
    lines.push("📊 *DEAL SUMMARY* 📊".to_owned());
    lines.push(String::new());
    sale(news, lines);
    lines.push(String::new());
    if let [only] = news.portions.as_slice() {
        single_purchase(only, news, lines);
    } else {
        breakdown(news, lines);
    }
    lines.push(String::new());
    recap(news, lines);
    lines.push(String::new());
    lines.push("---".to_owned());
    lines.push(format!("Sent by Polymer Desk on {}", us_date_and_time(news.at)));
}

fn breakdown(news: &DealNews, lines: &mut Vec<String>) {
    lines.push("📦 *Purchase Breakdown:*".to_owned());
    for (number, portion) in (1..).zip(&news.portions) {
        lines.push(format!(
            "{number}. {} kg {} @ ₹{}",
            grouped_kg(portion.quantity),
            portion.supplier,
            plain_rate(portion.rate),
        ));
    }
    lines.push(String::new());
    let (cost, revenue) = (news.cost(), news.revenue());
    lines.push(format!("Total Purchase Cost: {}", rupees(cost)));
    lines.push(format!("Sale Revenue: {}", rupees(revenue)));
    lines.push(format!("Profit: {}", rupees(revenue - cost)));
}

fn recap(news: &DealNews, lines: &mut Vec<String>) {
    lines.push(format!("Sold to *{}*", news.customer));
    lines.push(format!("*{}*  {} {}", news.good.code, news.good.company, news.good.grade));
    lines.push(format!("{} kg", plain_kg(news.quantity)));
    // The first source's, also where there are several: so the layout has it.
    let supplier = news.portions.first().map_or("", |portion| portion.supplier.as_str());
    lines.push(format!("Purchase from *{supplier}*"));
    lines.push(warehouse(news));
}
