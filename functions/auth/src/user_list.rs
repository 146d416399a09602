//! The users of the firm, as those see them who look after them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use auth_domain::user::{Account, User};
use auth_domain::{Email, Name, Role, UserId};
use event_store::{BoxError, Commit, Index, LogError, Position, Query, Row, Stream, View, Views};
use kernel::{Aggregate as _, Tenant, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::users::Users;

/// One row a user.
pub const VIEW: View = View::of_log("users", &["users"], User::KIND, "user_");
/// Lists users by what they are called.
const BY_NAME: Index = Index::Extra(0);
/// Most bytes of entries on a page, which keeps an answer below 64 KB.
const PAGE_BYTES: usize = 60_000;

/// A user as they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// Their identity, which is also the actor of what they do.
    pub id: UserId,
    /// The address they log in with.
    pub email: Email,
    /// What they are called.
    pub name: Name,
    /// Their places in the firm.
    pub roles: Vec<Role>,
    /// Whether they are kept from logging in.
    pub disabled: bool,
    /// When the account was opened.
    pub created_at: Timestamp,
    /// For `If-Match`.
    pub version: u64,
}

impl UserView {
    /// Shows an account.
    #[must_use]
    pub fn of(id: UserId, account: &Account, version: u64) -> Self {
        Self {
            id,
            email: account.email.clone(),
            name: account.name.clone(),
            roles: account.roles.iter().copied().collect(),
            disabled: account.disabled,
            created_at: account.created_at,
            version,
        }
    }
}

/// The list.
#[derive(Clone)]
pub struct UserList {
    users: Users,
    views: Arc<dyn Views>,
}

impl UserList {
    /// Of `users`, in `views`.
    #[must_use]
    pub const fn new(users: Users, views: Arc<dyn Views>) -> Self {
        Self { users, views }
    }

    /// Shows the user of a commit as they stand now.
    ///
    /// # Errors
    /// When they cannot be read, or not be written.
    pub async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let Some(view) = self.one(commit.stream.key().parse()?).await? else { return Ok(()) };
        let tenant = self.users.tenant();
        let by_name = format!("{}#{}", view.name.as_str().to_lowercase(), view.id);
        let row = Row {
            pk: partition(tenant),
            sk: view.id.to_string(),
            sequence: view.version,
            indexes: [Some((partition(tenant), by_name)), None, None],
            attributes: BTreeMap::new(),
            body: serde_json::to_string(&view)?,
        };
        self.views.put(row).await?;
        Ok(())
    }

    /// One page of users by name, and where it ends: one query.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn page(
        &self,
        limit: usize,
        after: Option<Position>,
    ) -> Result<(Vec<UserView>, Option<Position>), BoxError> {
        let (partition, from, to, filters) = (partition(self.users.tenant()), None, None, Vec::new());
        let query = Query { index: BY_NAME, partition, from, to, descending: false, filters, limit, after };
        let page = self.views.query(query).await?.within(PAGE_BYTES, BY_NAME);
        let shown = page.rows.iter().map(|row| serde_json::from_str(&row.body));
        Ok((shown.collect::<Result<_, _>>()?, page.next))
    }

    /// A user, as the log has them now: one read.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn one(&self, id: UserId) -> Result<Option<UserView>, LogError> {
        let user: Stream<User> = self.users.store().load(&self.users.stream(id)).await?;
        Ok(user.state().account().map(|account| UserView::of(id, account, user.version())))
    }
}

fn partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#users")
}

impl fmt::Debug for UserList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserList").field("users", &self.users).finish_non_exhaustive()
    }
}
