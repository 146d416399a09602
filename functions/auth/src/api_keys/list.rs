use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use auth_domain::api_key::{ApiKey, Asker, Issued};
use auth_domain::{ApiKeyId, Name, Permission, UserId};
use event_store::{BoxError, Commit, Index, Position, Query, Row, View, Views};
use kernel::{Aggregate as _, Tenant, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ApiKeyUses, ApiKeys};

/// Rows by owner, and all of the firm.
pub const VIEW: View = View::of_log("api-keys", &["api-keys"], ApiKey::KIND, "apikey_");
/// Lists the keys of a user, by when they were made.
const BY_OWNER: Index = Index::Extra(0);
/// Lists the keys of the firm, by when they were made.
const ALL: Index = Index::Extra(1);
/// Most bytes of entries on a page as they are stored: with when each was last used, an answer stays below 64 KB.
const PAGE_BYTES: usize = 56_000;

/// An API key as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyView {
    /// Its identity, which is also the actor of what is done with it.
    pub id: ApiKeyId,
    /// Whose it is.
    pub owner_id: UserId,
    /// What it is called.
    pub name: Name,
    /// What it may do as long as its owner may, each once.
    pub scopes: Vec<Permission>,
    /// How many requests a minute it is meant for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was given its present secret, if that is not its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated_at: Option<Timestamp>,
    /// Until when the last of its earlier secrets works, or worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_secrets_until: Option<Timestamp>,
    /// When it was ended for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to some five minutes; absent when it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

impl ApiKeyView {
    /// Shows a key, but for when it was last used.
    #[must_use]
    pub fn of(id: ApiKeyId, issued: &Issued) -> Self {
        Self {
            id,
            owner_id: issued.owner,
            name: issued.name.clone(),
            scopes: issued.scopes.iter().copied().collect(),
            rate_per_minute: issued.rate_per_minute,
            created_at: issued.created_at,
            expires_at: issued.expires_at,
            rotated_at: issued.rotated_at,
            earlier_secrets_until: issued.earlier_until(),
            revoked_at: issued.revoked_at,
            last_used_at: None,
        }
    }
}

/// The list.
#[derive(Clone)]
pub struct ApiKeyList {
    keys: ApiKeys,
    uses: ApiKeyUses,
    views: Arc<dyn Views>,
}

impl ApiKeyList {
    /// Of `keys`, in `views`, with when they were used from `uses`.
    #[must_use]
    pub const fn new(keys: ApiKeys, uses: ApiKeyUses, views: Arc<dyn Views>) -> Self {
        Self { keys, uses, views }
    }

    /// Shows the key of a commit as it stands now.
    ///
    /// # Errors
    /// When it cannot be read, or not be written.
    pub async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let id: ApiKeyId = commit.stream.key().parse()?;
        let key = self.keys.load(id).await?;
        let Some(issued) = key.state().issued() else { return Ok(()) };
        let tenant = self.keys.tenant();
        let by_age = format!("{}#{id}", issued.created_at);
        let row = Row {
            pk: partition(tenant),
            sk: id.to_string(),
            sequence: key.version(),
            indexes: [
                Some((of_owner(tenant, issued.owner), by_age.clone())),
                Some((partition(tenant), by_age)),
                None,
            ],
            attributes: BTreeMap::new(),
            body: serde_json::to_string(&ApiKeyView::of(id, issued))?,
        };
        self.views.put(row).await?;
        Ok(())
    }

    /// One page of the keys that concern somebody, newest first, and where it ends: two queries.
    ///
    /// # Errors
    /// When the view cannot be read, or what was used when.
    pub async fn page(
        &self,
        asker: Asker,
        limit: usize,
        after: Option<Position>,
    ) -> Result<(Vec<ApiKeyView>, Option<Position>), BoxError> {
        let tenant = self.keys.tenant();
        let (index, partition) =
            if asker.of_all { (ALL, partition(tenant)) } else { (BY_OWNER, of_owner(tenant, asker.user_id)) };
        let (from, to, filters) = (None, None, Vec::new());
        let query = Query { index, partition, from, to, descending: true, filters, limit, after };
        let page = self.views.query(query).await?.within(PAGE_BYTES, index);
        let used = if page.rows.is_empty() { BTreeMap::new() } else { self.uses.all().await? };
        let shown = page.rows.iter().map(|row| serde_json::from_str::<ApiKeyView>(&row.body));
        let mut shown = shown.collect::<Result<Vec<_>, _>>()?;
        for key in &mut shown {
            key.last_used_at = used.get(&key.id).copied();
        }
        Ok((shown, page.next))
    }

    /// A key that concerns somebody, as the log has it now: two reads.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn one(&self, asker: Asker, id: ApiKeyId) -> Result<Option<ApiKeyView>, BoxError> {
        let key = self.keys.load(id).await?;
        let Some(issued) = key.state().issued().filter(|issued| issued.concerns(asker)) else {
            return Ok(None);
        };
        let last_used_at = self.uses.last(id).await?;
        Ok(Some(ApiKeyView { last_used_at, ..ApiKeyView::of(id, issued) }))
    }
}

fn partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#api-keys")
}

fn of_owner(tenant: &Tenant, owner: UserId) -> String {
    format!("T#{tenant}#api-keys#{owner}")
}

impl fmt::Debug for ApiKeyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyList").field("keys", &self.keys).finish_non_exhaustive()
    }
}
