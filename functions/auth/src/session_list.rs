//! The sessions of a user, as they and their owner see them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use auth_domain::session::{EndReason, Open, Session};
use auth_domain::{SessionId, UserId};
use event_store::{BoxError, Commit, Index, Query, Row, View, Views};
use kernel::{Aggregate as _, Tenant, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sessions::Sessions;

/// Rows by user.
pub const VIEW: View = View::of_log("sessions", &["sessions"], Session::KIND, "session_");
/// How many of a user's sessions are looked at, newest first: more than can be live where each lives thirty days.
const MOST: usize = 200;

/// A session as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// Its identity.
    pub id: SessionId,
    /// What the browser or program called itself at the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The network address of the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When somebody logged in.
    pub opened_at: Timestamp,
    /// When it was last refreshed.
    pub used_at: Timestamp,
    /// When it is over unless it is used before.
    pub expires_at: Timestamp,
    /// Why it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndReason>,
}

impl SessionView {
    fn of(id: SessionId, open: &Open) -> Self {
        Self {
            id,
            device: open.device.agent.clone(),
            address: open.device.address.clone(),
            opened_at: open.opened_at,
            used_at: open.used_at,
            expires_at: open.expires_at(),
            ended: open.ended.map(|(reason, _)| reason),
        }
    }
}

/// The list.
#[derive(Clone)]
pub struct SessionList {
    sessions: Sessions,
    views: Arc<dyn Views>,
}

impl SessionList {
    /// Of `sessions`, in `views`.
    #[must_use]
    pub const fn new(sessions: Sessions, views: Arc<dyn Views>) -> Self {
        Self { sessions, views }
    }

    /// Shows the session of a commit as it stands now.
    ///
    /// # Errors
    /// When it cannot be read, or not be written.
    pub async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let id: SessionId = commit.stream.key().parse()?;
        let session = self.sessions.load(id).await?;
        let Some(open) = session.state().opened() else { return Ok(()) };
        let row = Row {
            pk: partition(self.sessions.tenant(), open.user_id),
            sk: id.to_string(),
            sequence: session.version(),
            indexes: [const { None }; 3],
            attributes: BTreeMap::new(),
            body: serde_json::to_string(&SessionView::of(id, open))?,
        };
        self.views.put(row).await?;
        Ok(())
    }

    /// The sessions of a user that can be used at this instant, newest first. One query.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn live(&self, user: UserId, at: Timestamp) -> Result<Vec<SessionView>, BoxError> {
        let query = Query {
            index: Index::Primary,
            partition: partition(self.sessions.tenant(), user),
            from: None,
            to: None,
            descending: true,
            filters: Vec::new(),
            limit: MOST,
            after: None,
        };
        let page = self.views.query(query).await?;
        let shown = page.rows.iter().map(|row| serde_json::from_str::<SessionView>(&row.body));
        let mut shown = shown.collect::<Result<Vec<_>, _>>()?;
        shown.retain(|session| session.ended.is_none() && at < session.expires_at);
        Ok(shown)
    }
}

fn partition(tenant: &Tenant, user: UserId) -> String {
    format!("T#{tenant}#sessions#{user}")
}

impl fmt::Debug for SessionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionList").field("sessions", &self.sessions).finish_non_exhaustive()
    }
}
