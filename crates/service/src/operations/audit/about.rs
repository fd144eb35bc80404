//! What the lines of a record are about, by the name that people know it by.
//!
//! **Invariant:** no person is named that the line does not name. A line about a credential says what it certifies, one about an application for which
//! role it is: who has been forgotten stays forgotten.

use std::collections::BTreeMap;

use serde_json::Value;
use touchstone_store::{AuditRow, Reader, StoreError, TenantId};

use crate::World;

/// What a line is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct About {
    /// What it is called.
    pub name: String,
    /// What it is, which says where its page stands.
    pub thing: Audited,
}

/// A thing with a name.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub enum Audited {
    Achievement(String),
    Batch(String),
    Credential(String),
    Set(String),
    Mapping { set: String, id: String },
    Competency(String),
    Framework(String),
    Role(String),
    Endorsement,
}

/// What each of these lines is about, by its place in the record, as far as that is still there. Each thing is asked for once.
#[crate::boxed]
pub async fn audited(
    world: &World,
    tenant: &TenantId,
    rows: &[AuditRow],
) -> Result<BTreeMap<i64, About>, StoreError> {
    let reader = world.store.read();
    let mut known: BTreeMap<(String, &str), Option<About>> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for row in rows {
        let kind = kind(row);
        let key = (kind, row.subject.as_str());
        let about = match known.get(&key) {
            Some(about) => about.clone(),
            None => {
                let about = look(&reader, tenant, &key.0, row).await?;
                known.insert(key, about.clone());
                about
            }
        };
        if let Some(about) = about {
            all.insert(row.seq, about);
        }
    }
    Ok(all)
}

/// The first word of an action; where it is about things of several kinds, the kind that the line says.
fn kind(row: &AuditRow) -> String {
    match row.action.as_str() {
        "responsibility.entrust" => said(row, "kind").unwrap_or_default(),
        action => action.split('.').next().unwrap_or_default().to_owned(),
    }
}

/// What a line says besides, by its name.
fn said(row: &AuditRow, name: &str) -> Option<String> {
    let detail: Value = serde_json::from_str(&row.detail).ok()?;
    Some(detail.get(name)?.as_str()?.to_owned())
}

async fn look(
    reader: &Reader,
    tenant: &TenantId,
    kind: &str,
    row: &AuditRow,
) -> Result<Option<About>, StoreError> {
    let id = row.subject.as_str();
    let about = |name: String, thing| Some(About { name, thing });
    Ok(match kind {
        "achievement" => {
            let found = reader.achievement(tenant, id).await?;
            found.and_then(|found| about(found.name, Audited::Achievement(found.id)))
        }
        "batch" => {
            let found = reader.batch(tenant, id).await?;
            found.and_then(|found| about(found.name, Audited::Batch(found.id)))
        }
        "credential" | "page" | "claim" | "delivery" => {
            let Some(found) = reader.credential(tenant, id).await? else {
                return Ok(None);
            };
            let achievement = reader.achievement(tenant, &found.achievement).await?;
            achievement.and_then(|awarded| about(awarded.name, Audited::Credential(found.id)))
        }
        "mapping_set" | "mapping-set" => {
            let found = reader.mapping_set(tenant, id).await?;
            found.and_then(|found| about(found.title, Audited::Set(found.id)))
        }
        "mapping" => {
            let Some(set) = said(row, "set") else {
                return Ok(None);
            };
            let found = reader.mapping(tenant, &set, id).await?;
            found.and_then(|found| {
                let name = format!("{} → {}", found.subject_label, found.object_label);
                about(name, Audited::Mapping { set, id: found.id })
            })
        }
        "competency" => {
            let found = reader.competency(tenant, id).await?;
            found.and_then(|found| about(found.title, Audited::Competency(found.id)))
        }
        "framework" => {
            let found = reader.framework(tenant, id).await?;
            found.and_then(|found| {
                let name = format!("{} {}", found.title, found.version);
                about(name, Audited::Framework(found.id))
            })
        }
        "role" => role(reader, tenant, id).await?,
        "posting" => match reader.posting(tenant, id).await? {
            Some(posting) => role(reader, tenant, &posting.role).await?,
            None => None,
        },
        "application" => match reader.application(tenant, id).await? {
            Some(application) => match reader.posting(tenant, &application.posting).await? {
                Some(posting) => role(reader, tenant, &posting.role).await?,
                None => None,
            },
            None => None,
        },
        "endorsement" => {
            let found = reader.endorsement_request(tenant, id).await?;
            found.and_then(|found| about(found.title, Audited::Endorsement))
        }
        _ => None,
    })
}

async fn role(reader: &Reader, tenant: &TenantId, id: &str) -> Result<Option<About>, StoreError> {
    let found = reader.role(tenant, id).await?;
    Ok(found.map(|found| About {
        name: found.title,
        thing: Audited::Role(found.id),
    }))
}
