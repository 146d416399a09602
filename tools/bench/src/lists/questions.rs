//! What is asked of lists.

use anyhow::Result;
use serde_json::{Map, Value};

use super::firm::Firm;
use crate::subjects;

/// One request.
#[derive(Clone)]
pub(crate) struct Question {
    /// Which function answers.
    pub(crate) context: &'static str,
    /// What is asked, for the table.
    pub(crate) asks: &'static str,
    /// The event.
    pub(crate) event: Value,
    /// Whether it adds up deals, and so is no page.
    pub(crate) sums: bool,
}

/// Every question, in the order of the table.
pub(crate) fn all(firm: &Firm) -> Result<Vec<Question>> {
    let (product, day) = (firm.product.to_string(), firm.day.to_string());
    let month: String = day.chars().take(7).collect();
    let (first, last) = (format!("{month}-01"), format!("{month}-28"));
    let word = firm.bought.split_whitespace().next().unwrap_or(&firm.bought);
    let list = |context, recorded, asks, path: &str, query: &[(&str, &str)]| -> Result<Question> {
        let event = asking(subjects::recorded(recorded)?, path, query);
        Ok(Question { context, asks, event, sums: path.ends_with("summary") })
    };
    let deals = |asks, query: &[(&str, &str)]| list("deal", "deal/list", asks, "/v1/deals", query);
    let lots =
        |asks, query: &[(&str, &str)]| list("inventory", "inventory/list-lots", asks, "/v1/lots", query);
    Ok(vec![
        deals("`GET /v1/deals`: the newest", &[])?,
        deals("`GET /v1/deals?customer=`", &[("customer", &firm.customer)])?,
        deals("`GET /v1/deals?productId=`", &[("productId", &product)])?,
        deals("`GET /v1/deals?from=&to=`: one day", &[("from", &day), ("to", &day)])?,
        deals("`GET /v1/deals?customer=&q=`", &[("customer", &firm.customer), ("q", word)])?,
        lots("`GET /v1/lots?available=true`: the newest", &[("available", "true")])?,
        lots("`GET /v1/lots?productId=`", &[("productId", &product)])?,
        lots("`GET /v1/lots?supplier=`", &[("supplier", &firm.supplier)])?,
        list(
            "deal",
            "deal/list",
            "`GET /v1/deals/summary?groupBy=customer`: one month",
            "/v1/deals/summary",
            &[("groupBy", "customer"), ("from", &first), ("to", &last)],
        )?,
    ])
}

/// A recorded request, asking for something else, by a caller who takes no compressed answer.
fn asking(mut event: Value, path: &str, query: &[(&str, &str)]) -> Value {
    let raw: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let parameters: Map<String, Value> =
        query.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    for (member, value) in [
        ("rawPath", path.into()),
        ("rawQueryString", raw.into()),
        ("queryStringParameters", parameters.into()),
    ] {
        event[member] = value;
    }
    event["requestContext"]["http"]["path"] = path.into();
    if let Some(headers) = event["headers"].as_object_mut() {
        headers.remove("accept-encoding");
    }
    event
}
