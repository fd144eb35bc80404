//! Who stands behind a key: whoever made it, or made the key with which it was made.
//!
//! **Invariant:** a key ends with what its maker may do. The exception: a key that was made before makers were kept, where no line of the
//! record says who made it. Nobody is known to stand behind such a key.

use touchstone_store::{ApiKeyRow, AuditLine, Reader, StoreError, TenantId, Tx};

use super::{ACTOR, KeyOrder, stands};
use crate::operations::{Member, Permission};

/// Who stands behind what an actor of an institution does: of a key whoever made it, as far as that is known; everybody else does so for
/// themselves. A member is told by the mail address: with a seat in two institutions they are one person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    tenant: TenantId,
    /// As the institution knows them.
    actor: String,
    /// The mail address of a member.
    address: Option<String>,
}

impl Person {
    /// Whether it is the same person.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let here = self.tenant == other.tenant && self.actor == other.actor;
        here || (self.address.is_some() && self.address == other.address)
    }

    /// By what they are told.
    pub(crate) fn as_str(&self) -> &str {
        self.address.as_deref().unwrap_or(&self.actor)
    }
}

/// Who stands behind what an actor of an institution does.
pub(crate) async fn person_behind(
    reader: &Reader,
    tenant: &TenantId,
    actor: &str,
) -> Result<Person, StoreError> {
    let actor = if actor.starts_with(ACTOR) {
        let keys = reader.api_keys(tenant).await?;
        maker(&keys, actor).to_owned()
    } else {
        actor.to_owned()
    };
    let member = reader.member(tenant, &actor).await?;
    Ok(Person {
        tenant: tenant.clone(),
        actor,
        address: member.map(|row| row.email),
    })
}

/// Those of several actors, each of an institution, behind whom the same person stands as behind `actor`.
pub(crate) async fn as_one_person(
    reader: &Reader,
    tenant: &TenantId,
    actor: &str,
    actors: Vec<(TenantId, String)>,
) -> Result<Vec<(TenantId, String)>, StoreError> {
    if actors.is_empty() {
        return Ok(actors);
    }
    let person = person_behind(reader, tenant, actor).await?;
    let mut own = Vec::new();
    for (of, other) in actors {
        if person_behind(reader, &of, &other).await?.is(&person) {
            own.push((of, other));
        }
    }
    Ok(own)
}

/// Whether whoever asks for a key may have one made, as it stands in the transaction that makes it: they may have been let go in between.
pub(super) async fn may_make(
    reader: &Reader,
    order: &KeyOrder,
    now: i64,
) -> Result<bool, StoreError> {
    if let Some(prefix) = order.actor.strip_prefix(ACTOR) {
        let key = reader.api_key_by_prefix(prefix).await?;
        return Ok(key.is_some_and(|row| row.tenant == order.tenant && stands(&row, now)));
    }
    match reader.member(&order.tenant, &order.actor).await? {
        Some(row) => Ok(Member::from_row(row)?.may(Permission::Administer)),
        // Whoever sits at the machine is no member.
        None => Ok(true),
    }
}

/// Takes out of use the keys behind which a member stands, each with its line in the record. Answers with how they start.
pub(in crate::operations) async fn end_keys_of(
    tx: &mut Tx,
    tenant: &TenantId,
    member: &str,
    actor: &str,
    now: i64,
) -> Result<Vec<String>, StoreError> {
    let keys = tx.api_keys(tenant).await?;
    let theirs = keys.iter().filter(|row| {
        let by = row.made_by.as_deref();
        stands(row, now) && by.is_some_and(|by| maker(&keys, by) == member)
    });
    let theirs: Vec<&ApiKeyRow> = theirs.collect();
    let mut ended = Vec::new();
    for row in theirs {
        tx.revoke_api_key(tenant, &row.id, now).await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at: now,
            actor: actor.to_owned(),
            action: "api-key.revoke".into(),
            subject: row.id.clone(),
            detail: serde_json::json!({ "key": row.prefix, "maker": member }).to_string(),
        }])
        .await?;
        ended.push(row.prefix.clone());
    }
    Ok(ended)
}

/// Who made the key by which this is done, or made the key with which that one was made; the actor, where it is none of these keys, or
/// nobody knows.
pub(super) fn maker<'k>(keys: &'k [ApiKeyRow], actor: &'k str) -> &'k str {
    let mut maker = actor;
    // A key is made with one that was there before it: the way is no longer than the list.
    for _ in keys {
        let Some(prefix) = maker.strip_prefix(ACTOR) else {
            break;
        };
        let key = keys.iter().find(|row| row.prefix == prefix);
        match key.and_then(|row| row.made_by.as_deref()) {
            Some(before) => maker = before,
            None => break,
        }
    }
    maker
}
