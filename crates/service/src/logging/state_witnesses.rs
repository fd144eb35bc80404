//! Saying in the log itself which witnesses it asks, and how many of them are enough.
//!
//! Who is asked stands in the configuration, which whoever runs the installation may change in silence. So each institution states it: an entry in its
//! name (`policy-change`, `docs/formats/log.md`) and a line in its record, which its own people and whoever follows the log can read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use touchstone_store::{AuditLine, OutboxLine, StoreError, TenantId};

use super::WITNESSES;
use crate::{World, digest::sha256_hex};

/// Queues what institutions have to state: those that never stated it, if anybody is asked, and those that stated something else. What one stated
/// within the last hour it does not state again meanwhile, as processes with different settings would contradict each other at every turn.
#[crate::boxed]
pub async fn state_witnesses(world: &World) -> Result<(), StoreError> {
    let now = world.clock.now().unix_millis();
    let rules = &rules(world);
    let sha256 = &sha256_hex(world.crypto, rules.as_bytes());
    let asked = !world.witnesses.policy.witnesses().is_empty();
    let due = |said: &[Stated]| match said.last() {
        None => asked,
        Some(last) => {
            last.sha256 != *sha256
                && !said
                    .iter()
                    .any(|one| one.sha256 == *sha256 && now - one.at < AGAIN_MS)
        }
    };
    let reader = world.store.read();
    let mut institutions = reader.institutions().await?;
    // The log says whose word it is by DID.
    institutions.retain(|institution| institution.did.is_some());
    let places: Vec<String> = institutions.iter().map(|one| place(&one.id)).collect();
    let kept = reader.settings_named(&places).await?.into_iter();
    let kept: BTreeMap<String, String> = kept.map(|row| (row.key, row.value)).collect();
    for (institution, place) in institutions.iter().zip(&places) {
        if !due(&stated(kept.get(place))?) {
            continue;
        }
        let tenant = &institution.id;
        let change = world.store.write(|mut tx| async move {
            let mut said = stated(tx.setting(place).await?.as_ref())?;
            if !due(&said) {
                return Ok::<_, StoreError>(());
            }
            said.retain(|one| now - one.at < AGAIN_MS);
            said.push(Stated {
                at: now,
                sha256: sha256.clone(),
            });
            let text = serde_json::to_string(&said).expect("numbers and texts");
            tx.set_setting(place, &text).await?;
            let line = OutboxLine {
                tenant: tenant.clone(),
                kind: WITNESSES.into(),
                subject: sha256.clone(),
                version: now,
                at: now,
            };
            tx.outbox([line]).await?;
            let line = AuditLine {
                tenant: tenant.clone(),
                at: now,
                actor: "system".into(),
                action: "log.witnesses".into(),
                subject: tenant.to_string(),
                detail: serde_json::json!({ "rules": rules }).to_string(),
            };
            tx.audit([line]).await
        });
        change.await?;
    }
    Ok(())
}

/// The exact text whose hash the log has.
fn rules(world: &World) -> String {
    format!("touchstone-witnesses/1\n{}", world.witnesses.policy)
}

/// What an institution stated, and when.
#[derive(Serialize, Deserialize)]
struct Stated {
    at: i64,
    sha256: String,
}

/// What it stated within the last hour before its last statement, and that one, in its order.
fn stated(kept: Option<&String>) -> Result<Vec<Stated>, StoreError> {
    let Some(text) = kept else {
        return Ok(Vec::new());
    };
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt {
        table: "setting",
        column: "value",
    })
}

fn place(tenant: &TenantId) -> String {
    format!("log.witnesses.{tenant}")
}

/// One hour.
const AGAIN_MS: i64 = 3_600_000;
