//! What people are told besides news of deals.

use kernel::Timestamp;

use super::figures::us_date_and_time;
use super::{LONGEST_TEXT, shortened};
use crate::{AudienceName, ChatId};

/// To somebody who has just confirmed.
#[must_use]
pub fn welcome(audience: AudienceName) -> String {
    format!("You will be told of deals from now on, as {audience} are. Send STOP to hear no more.")
}

/// To somebody who has just begun a chat with the firm's bot.
#[must_use]
pub fn chat_number(chat: ChatId) -> String {
    format!("This chat has the number {chat}. Give it to the firm to be told of deals here.")
}

/// To somebody who sends STOP in a chat that nobody has subscribed from.
#[must_use]
pub fn nothing_to_end() -> String {
    "Nobody has subscribed from this chat. If you are told of deals here, the firm has named you: ask there."
        .to_owned()
}

/// To somebody who has just sent STOP.
#[must_use]
pub fn goodbye() -> String {
    "Your subscription to news of deals has ended.".to_owned()
}

/// A login of which somebody has a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedLogin<'a> {
    /// Whose it is.
    pub name: &'a str,
    /// The address they log in with.
    pub email: &'a str,
    /// When they had logged in.
    pub opened_at: Timestamp,
    /// What the browser or program called itself.
    pub agent: Option<&'a str>,
    /// The network address of the login.
    pub address: Option<&'a str>,
}

/// To the owners, when a login was ended because somebody has a copy of it.
#[must_use]
pub fn session_reused(login: &CopiedLogin<'_>) -> String {
    let CopiedLogin { name, email, opened_at, agent, address } = login;
    let (agent, address) = (agent.unwrap_or("an unknown device"), address.unwrap_or("an unknown address"));
    let lines = [
        "🔐 *LOGIN ENDED*".to_owned(),
        String::new(),
        format!("A copy of a login of *{name}* ({email}) was used, so that login has been ended."),
        String::new(),
        format!("Logged in: {}", us_date_and_time(*opened_at)),
        format!("From: {address}"),
        format!("Device: {agent}"),
        String::new(),
        format!("If {name} cannot explain it, have the password changed: that ends all their logins."),
    ];
    shortened(&lines.join("\n"), LONGEST_TEXT)
}

/// To somebody who watches whether messages arrive.
#[must_use]
pub fn trial(at: Timestamp) -> String {
    format!("Test message, sent by Polymer Desk on {}. Nothing needs to be done.", us_date_and_time(at))
}
