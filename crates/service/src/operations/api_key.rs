//! Keys with which programs act for an institution: prefixed, scoped, expiring, kept as hashes. A key ends with what its maker may do.

mod maker;

use serde::{Deserialize, Serialize};
use touchstone_store::{ApiKeyRow, AuditLine, StoreError, TenantId};
use touchstone_vc::DAY_MS;
use tracing::debug;

pub(super) use maker::end_keys_of;
pub(crate) use maker::{Person, as_one_person, person_behind};

use super::member::Permission;
use crate::{World, digest::hex, secret};

/// What a key may be used for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Look at achievements, cohorts and credentials.
    Read,
    /// Write achievements.
    Define,
    /// Upload and confirm cohorts; issue through the VC API. Off unless asked for.
    Issue,
    /// Open roles, and read who applied. No key has it that was not made with it.
    Hire,
    /// Revoke, suspend, reinstate, correct.
    Revoke,
    /// Read the audit record.
    Audit,
    /// Add members and keys, describe the institution. Off unless asked for: such a key can make others.
    Administer,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Define,
        Self::Issue,
        Self::Hire,
        Self::Revoke,
        Self::Audit,
        Self::Administer,
    ];

    /// Its name, as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Define => "define",
            Self::Issue => "issue",
            Self::Hire => "hire",
            Self::Revoke => "revoke",
            Self::Audit => "audit",
            Self::Administer => "administer",
        }
    }

    /// Reads a scope by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    fn permission(self) -> Permission {
        match self {
            Self::Read => Permission::Read,
            Self::Define => Permission::Define,
            Self::Issue => Permission::Issue,
            Self::Hire => Permission::Hire,
            Self::Revoke => Permission::Revoke,
            Self::Audit => Permission::Audit,
            Self::Administer => Permission::Administer,
        }
    }
}

/// A program that showed a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Caller {
    /// For whom it acts.
    pub tenant: TenantId,
    /// As whom it stands in the audit record: `key:` and the key's prefix.
    pub actor: String,
    scopes: Vec<Scope>,
}

impl Caller {
    /// Whether the key's scopes carry `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.scopes
            .iter()
            .any(|scope| scope.permission() == permission)
    }
}

/// A request for a key.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct KeyOrder {
    pub tenant: TenantId,
    pub actor: String,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub days: u32,
}

/// Makes a key. The text is shown this once.
#[crate::boxed]
pub async fn make_key(world: &World, order: &KeyOrder) -> Result<String, KeyError> {
    let name = order.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(KeyError::Name);
    }
    if order.scopes.is_empty() {
        return Err(KeyError::NoScope);
    }
    if !(1..=MAX_DAYS).contains(&order.days) {
        return Err(KeyError::Days);
    }
    let now = world.clock.now().unix_millis();
    let prefix = hex(&world.rng.bytes::<5>());
    let key = format!("ts_{prefix}_{}", secret::draw(&*world.rng));
    let row = &ApiKeyRow {
        id: world.rng.uuid().to_string(),
        tenant: order.tenant.clone(),
        prefix,
        secret_hash: secret::hash(world.crypto, &key),
        name: name.to_owned(),
        scopes: serde_json::to_string(&order.scopes).expect("names always become JSON"),
        created_at: now,
        expires_at: Some(now + i64::from(order.days) * DAY_MS),
        revoked_at: None,
        last_used_at: None,
        made_by: Some(order.actor.clone()),
    };
    let made = world.store.write(|mut tx| async move {
        if !maker::may_make(&tx, order, now).await? {
            return Err(KeyError::Maker);
        }
        tx.add_api_key(row.clone()).await?;
        tx.audit([line(order, "api-key.make", &row.prefix, now)])
            .await?;
        Ok(())
    });
    made.await?;
    Ok(key)
}

/// Who calls, if this is a key that stands.
#[crate::boxed]
pub async fn authenticate(world: &World, key: &str) -> Result<Option<Caller>, StoreError> {
    let Some(prefix) = key
        .strip_prefix("ts_")
        .and_then(|rest| rest.split('_').next())
    else {
        return Ok(None);
    };
    let Some(row) = world.store.read().api_key_by_prefix(prefix).await? else {
        return Ok(None);
    };
    let now = world.clock.now().unix_millis();
    // Both sides are hashes of 192 random bits: where they start to differ tells nothing that helps to guess.
    if !stands(&row, now) || secret::hash(world.crypto, key) != row.secret_hash {
        return Ok(None);
    }
    if row.last_used_at.is_none_or(|at| at + USED_EVERY_MS <= now)
        && let Err(error) = world.store.touch_api_key(&row.id, now).await
    {
        // A database that cannot be written to (restored, full) still answers.
        debug!(%error, "the use of a key was not noted");
    }
    Ok(Some(Caller {
        scopes: scopes(&row)?,
        tenant: row.tenant,
        actor: format!("{ACTOR}{}", row.prefix),
    }))
}

/// A key, without its secret, which is not kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// How it starts, after `ts_`.
    pub prefix: String,
    /// What uses it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made; milliseconds since 1970, as all times here.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// When it last opened something, to the minute.
    pub last_used_at: Option<i64>,
    /// It opens something now.
    pub stands: bool,
    /// Who stands behind it: the member who made it, directly or with a key of theirs. `None` for some keys that are older than this field.
    pub maker: Option<String>,
}

/// All keys of an institution, newest first.
#[crate::boxed]
pub async fn keys(world: &World, tenant: &TenantId) -> Result<Vec<ApiKey>, StoreError> {
    let now = world.clock.now().unix_millis();
    let rows = world.store.read().api_keys(tenant).await?;
    let keys = rows.iter().map(|row| {
        let by = row.made_by.as_deref();
        let maker = by.map(|by| maker::maker(&rows, by));
        // Where the way ends in a key of which nobody knows who made it, nobody is known of this one either.
        let maker = maker.filter(|maker| !maker.starts_with(ACTOR));
        Ok(ApiKey {
            scopes: scopes(row)?,
            stands: stands(row, now),
            maker: maker.map(str::to_owned),
            id: row.id.clone(),
            prefix: row.prefix.clone(),
            name: row.name.clone(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        })
    });
    keys.collect()
}

fn stands(row: &ApiKeyRow, now: i64) -> bool {
    row.revoked_at.is_none() && row.expires_at.is_none_or(|until| now < until)
}

fn scopes(row: &ApiKeyRow) -> Result<Vec<Scope>, StoreError> {
    serde_json::from_str(&row.scopes).map_err(|_| StoreError::Corrupt {
        table: "api_key",
        column: "scopes",
    })
}

/// Takes a key out of use.
#[crate::boxed]
pub async fn revoke_key(
    world: &World,
    tenant: &TenantId,
    id: &str,
    actor: &str,
) -> Result<(), KeyError> {
    let now = world.clock.now().unix_millis();
    let line = &AuditLine {
        tenant: tenant.clone(),
        at: now,
        actor: actor.to_owned(),
        action: "api-key.revoke".into(),
        subject: id.to_owned(),
        detail: "{}".into(),
    };
    let revoked = world.store.write(|mut tx| async move {
        tx.revoke_api_key(tenant, id, now).await?;
        tx.audit([line.clone()]).await
    });
    match revoked.await {
        Err(StoreError::Conflict { .. }) => Err(KeyError::NoSuchKey),
        revoked => Ok(revoked?),
    }
}

/// Why no key was made or revoked.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No name, or too long a name.
    #[error("give the key a name, in at most 100 characters, that says what uses it")]
    Name,
    /// A key without a scope can do nothing.
    #[error("choose at least one scope")]
    NoScope,
    /// Keys end.
    #[error("a key is good for 1 to 366 days")]
    Days,
    /// Whoever asked was let go, or the key with which they asked has ended, before it was made.
    #[error("you may make no keys any more; ask an owner of your institution")]
    Maker,
    /// No such key of this institution, or it was revoked before.
    #[error("no such key, or it was revoked before")]
    NoSuchKey,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn line(order: &KeyOrder, action: &str, subject: &str, now: i64) -> AuditLine {
    AuditLine {
        tenant: order.tenant.clone(),
        at: now,
        actor: order.actor.clone(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: serde_json::json!({ "scopes": order.scopes, "days": order.days }).to_string(),
    }
}

/// How the name of a key begins where it stands as an actor; its prefix follows.
const ACTOR: &str = "key:";
const MAX_DAYS: u32 = 366;
/// A minute: one note is enough for many requests.
const USED_EVERY_MS: i64 = 60_000;
