//! Which role may do what: the one place that maps roles to permissions.
//!
//! | permission | owner | admin | trader | accounts | logistics | viewer | auditor |
//! |---|---|---|---|---|---|---|---|
//! | `product:read` | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ |
//! | `product:write` | ✓ | ✓ | | | | | |
//! | `lot:read` | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ |
//! | `lot:write` | ✓ | ✓ | | | ✓ | | |
//! | `cost:read` | ✓ | ✓ | ✓ | ✓ | | ✓ | ✓ |
//! | `deal:read` | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ |
//! | `deal:write` | ✓ | | ✓ | | | | |
//! | `deal:cancel` | ✓ | | ✓ | | | | |
//! | `deal:amend` | ✓ | | ✓ | ✓ | | | |
//! | `party:read` | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ |
//! | `party:contacts` | ✓ | ✓ | ✓ | ✓ | | | |
//! | `party:write` | ✓ | ✓ | ✓ | ✓ | | | |
//! | `party:erase` | ✓ | ✓ | | | | | |
//! | `notification:read` | ✓ | ✓ | | ✓ | | | ✓ |
//! | `notification:write` | ✓ | ✓ | | | | | |
//! | `notification:tell` | ✓ | ✓ | ✓ | | | | |
//! | `sync:read` | ✓ | ✓ | | ✓ | | | ✓ |
//! | `sync:run` | ✓ | ✓ | | ✓ | | | |
//! | `user:read` | ✓ | ✓ | | | | | ✓ |
//! | `user:write` | ✓ | ✓ | | | | | |
//! | `owner:write` | ✓ | | | | | | |
//! | `api-key:read` | ✓ | ✓ | ✓ | ✓ | | | ✓ |
//! | `api-key:write` | ✓ | ✓ | ✓ | ✓ | | | |
//! | `dlq:read` | ✓ | ✓ | | | | | ✓ |
//! | `dlq:write` | ✓ | ✓ | | | | | |
//! | `audit:read` | ✓ | ✓ | | | | | ✓ |
//!
//! Duties are separated on purpose: who books goods in (logistics, admin) cannot sell them, who sells (trader) cannot
//! change what is in stock, and who checks (auditor) changes nothing. The owner of a small firm may do it all. Several
//! roles add up.
//!
//! Other contexts see permissions only, as text in the request's authorizer context; a new role or another distribution is
//! a change of this file alone.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::Role;

/// Leave to do one kind of thing. A route names the one it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See products.
    ProductRead,
    /// Create and change products.
    ProductWrite,
    /// See lots and their movements.
    LotRead,
    /// Receive and adjust lots.
    LotWrite,
    /// See rates, amounts and margins: what lots cost, what stock is worth, what deals and parties bring in, what
    /// parties may owe.
    CostRead,
    /// See deals; their rates and amounts with [`Permission::CostRead`] only.
    DealRead,
    /// Register deals.
    DealWrite,
    /// Cancel deals.
    DealCancel,
    /// Change the comments of deals.
    DealAmend,
    /// See customers and suppliers, without their personal data.
    PartyRead,
    /// See their people, telephone numbers, e-mail and postal addresses.
    PartyContacts,
    /// Enter, change and merge customers and suppliers.
    PartyWrite,
    /// Erase their personal data for good.
    PartyErase,
    /// See who is told of deals, what, and what became of it: texts with rates and margins, and telephone numbers.
    NotificationRead,
    /// Say who is told of deals; retry and stop messages.
    NotificationWrite,
    /// See and say whom a single deal is told to besides the firm's own people.
    NotificationTell,
    /// See the rows of the firm's sheet, which have rates and suppliers, and how they differ from the deals.
    SyncRead,
    /// Let the sheet be looked over, pause and resume it.
    SyncRun,
    /// See users.
    UserRead,
    /// Create and change users, but for owners.
    UserWrite,
    /// Make owners, and change their accounts, with [`Permission::UserWrite`].
    OwnerWrite,
    /// See one's API keys; everybody's with [`Permission::UserRead`].
    ApiKeyRead,
    /// Make API keys and give them new secrets; end them, everybody's with [`Permission::UserWrite`].
    ApiKeyWrite,
    /// See what could not be delivered to a function, with all the firm's figures that are in it.
    DlqRead,
    /// Put it back, or throw it away.
    DlqWrite,
    /// Read the audit trail.
    AuditRead,
}

use Permission::{
    ApiKeyRead, ApiKeyWrite, AuditRead, CostRead, DealAmend, DealCancel, DealRead, DealWrite, DlqRead,
    DlqWrite, LotRead, LotWrite, NotificationRead, NotificationTell, NotificationWrite, OwnerWrite,
    PartyContacts, PartyErase, PartyRead, PartyWrite, ProductRead, ProductWrite, SyncRead, SyncRun, UserRead,
    UserWrite,
};

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 26] = [
        ProductRead,
        ProductWrite,
        LotRead,
        LotWrite,
        CostRead,
        DealRead,
        DealWrite,
        DealCancel,
        DealAmend,
        PartyRead,
        PartyContacts,
        PartyWrite,
        PartyErase,
        NotificationRead,
        NotificationWrite,
        NotificationTell,
        SyncRead,
        SyncRun,
        UserRead,
        UserWrite,
        OwnerWrite,
        ApiKeyRead,
        ApiKeyWrite,
        DlqRead,
        DlqWrite,
        AuditRead,
    ];

    /// Its name in authorizer contexts and route tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ProductRead => "product:read",
            ProductWrite => "product:write",
            LotRead => "lot:read",
            LotWrite => "lot:write",
            CostRead => "cost:read",
            DealRead => "deal:read",
            DealWrite => "deal:write",
            DealCancel => "deal:cancel",
            DealAmend => "deal:amend",
            PartyRead => "party:read",
            PartyContacts => "party:contacts",
            PartyWrite => "party:write",
            PartyErase => "party:erase",
            NotificationRead => "notification:read",
            NotificationWrite => "notification:write",
            NotificationTell => "notification:tell",
            SyncRead => "sync:read",
            SyncRun => "sync:run",
            UserRead => "user:read",
            UserWrite => "user:write",
            OwnerWrite => "owner:write",
            ApiKeyRead => "api-key:read",
            ApiKeyWrite => "api-key:write",
            DlqRead => "dlq:read",
            DlqWrite => "dlq:write",
            AuditRead => "audit:read",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a permission")]
pub struct UnknownPermission;

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text).ok_or(UnknownPermission)
    }
}

kernel::text_serde!(Permission, "^[a-z]+(-[a-z]+)*:[a-z]+$");

/// What an [API key](crate::api_key) cannot be made for: a secret that got out must not be able to make others, or users.
pub const PEOPLE_ONLY: [Permission; 4] = [UserWrite, OwnerWrite, ApiKeyRead, ApiKeyWrite];

/// What one role may do.
#[must_use]
pub const fn permissions_of(role: Role) -> &'static [Permission] {
    match role {
        Role::Owner => &Permission::ALL,
        Role::Admin => &[
            ProductRead,
            ProductWrite,
            LotRead,
            LotWrite,
            CostRead,
            DealRead,
            PartyRead,
            PartyContacts,
            PartyWrite,
            PartyErase,
            NotificationRead,
            NotificationWrite,
            NotificationTell,
            SyncRead,
            SyncRun,
            UserRead,
            UserWrite,
            ApiKeyRead,
            ApiKeyWrite,
            DlqRead,
            DlqWrite,
            AuditRead,
        ],
        Role::Trader => &[
            ProductRead,
            LotRead,
            CostRead,
            DealRead,
            DealWrite,
            DealCancel,
            DealAmend,
            PartyRead,
            PartyContacts,
            PartyWrite,
            NotificationTell,
            ApiKeyRead,
            ApiKeyWrite,
        ],
        Role::Accounts => &[
            ProductRead,
            LotRead,
            CostRead,
            DealRead,
            DealAmend,
            PartyRead,
            PartyContacts,
            PartyWrite,
            NotificationRead,
            SyncRead,
            SyncRun,
            ApiKeyRead,
            ApiKeyWrite,
        ],
        Role::Logistics => &[ProductRead, LotRead, LotWrite, DealRead, PartyRead],
        Role::Viewer => &[ProductRead, LotRead, CostRead, DealRead, PartyRead],
        Role::Auditor => &[
            ProductRead,
            LotRead,
            CostRead,
            DealRead,
            PartyRead,
            NotificationRead,
            SyncRead,
            UserRead,
            ApiKeyRead,
            DlqRead,
            AuditRead,
        ],
    }
}

/// What several roles may do together.
#[must_use]
pub fn permissions(roles: impl IntoIterator<Item = Role>) -> BTreeSet<Permission> {
    roles.into_iter().flat_map(permissions_of).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table above, read from this file: what is documented is what is granted.
    fn documented() -> Vec<(Permission, Role, bool)> {
        let rows = include_str!("policy.rs").lines().filter_map(|line| line.strip_prefix("//! |"));
        let rows: Vec<Vec<&str>> = rows.map(|row| row.split('|').map(str::trim).collect()).collect();
        let roles: Vec<Role> = rows[0][1..8].iter().map(|name| name.parse().unwrap()).collect();
        let permission = |cell: &str| {
            let name = cell.trim_matches('`');
            Permission::ALL.into_iter().find(|p| p.as_str() == name).unwrap_or_else(|| panic!("{name}"))
        };
        rows[2..]
            .iter()
            .flat_map(|row| {
                let permission = permission(row[0]);
                roles.iter().zip(&row[1..8]).map(move |(role, cell)| (permission, *role, *cell == "✓"))
            })
            .collect()
    }

    #[test]
    fn every_cell_of_the_documented_table_is_what_is_granted() {
        let table = documented();
        assert_eq!(table.len(), Permission::ALL.len() * Role::ALL.len());
        for (permission, role, granted) in table {
            assert_eq!(permissions_of(role).contains(&permission), granted, "{role} {permission}");
        }
    }

    #[test]
    fn the_owner_may_do_everything() {
        assert_eq!(permissions_of(Role::Owner), Permission::ALL);
    }

    #[test]
    fn the_auditor_reads_everything_and_changes_nothing() {
        for permission in Permission::ALL {
            let reads = permission.as_str().ends_with(":read");
            assert_eq!(permissions_of(Role::Auditor).contains(&permission), reads, "{permission}");
        }
    }

    #[test]
    fn nobody_but_the_owner_both_sells_and_changes_stock() {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
            let may = permissions_of(role);
            assert!(!(may.contains(&DealWrite) && may.contains(&LotWrite)), "{role}");
        }
    }

    #[test]
    fn a_permission_is_written_the_same_everywhere() {
        for permission in Permission::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.as_str());
            assert_eq!(permission.as_str().parse(), Ok(permission));
        }
        assert_eq!("deal:*".parse::<Permission>(), Err(UnknownPermission));
    }

    #[test]
    fn several_roles_add_up() {
        let both = permissions([Role::Accounts, Role::Logistics]);
        assert!(both.contains(&DealAmend) && both.contains(&LotWrite));
        assert!(!both.contains(&DealWrite));
        assert!(permissions([]).is_empty());
    }
}
