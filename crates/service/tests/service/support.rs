//! The example institution, its lists, and what can be asked about both.

use std::collections::BTreeSet;

use touchstone_service::{
    World,
    governing::{Entrusting, Thing, entrust},
    issuing::{
        Confirmation, Definition, DefinitionOrder, Description, Founding, Mapping, Upload,
        Uploaded, confirm, define, found, preview, upload,
    },
    operations::{
        Invitation, Member, Role, join,
        signing_key::{Compromise, KeyAct, compromise},
        work_until_idle,
    },
    ports::Spooled,
    verifying::{Reach, check},
};
use touchstone_store::{AuditFilter, BatchState, CredentialFilter, CredentialRow, TenantId};
use touchstone_vc::{CheckKind, Outcome};

pub(crate) const COHORT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/cohort.csv"
));
pub(crate) const FAULTY: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/cohort-faulty.csv"
));
pub(crate) const MEASURING: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/achievements/precision-measurement.json"
));
pub(crate) const MACHINING: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/achievements/machining-to-drawing.json"
));
pub(crate) const CARING: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/achievements/machine-care.json"
));

pub(crate) fn founding(slug: &str) -> Founding {
    Founding {
        slug: slug.into(),
        description: Description {
            name: "Riverside Polytechnic".into(),
            country: Some("ie".into()),
            website: Some("https://riverside.example".into()),
            contact: Some("registrar@riverside.example".into()),
            ..Description::default()
        },
        did_method: None,
        actor: "owner".into(),
    }
}

pub(crate) async fn institution(world: &World) -> TenantId {
    found(world, &founding("riverside")).await.unwrap().tenant
}

pub(crate) fn definition(json: &str) -> Definition {
    Definition::from_json(json.as_bytes()).unwrap()
}

pub(crate) fn order(tenant: &TenantId, json: &str) -> DefinitionOrder {
    DefinitionOrder {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        definition: definition(json),
        seen: None,
    }
}

/// The example institution with one achievement, and with what that one requires.
pub(crate) async fn institution_with(world: &World, achievement: &str) -> TenantId {
    let tenant = institution(world).await;
    if achievement == MACHINING {
        define(world, &order(&tenant, MEASURING)).await.unwrap();
    }
    define(world, &order(&tenant, achievement)).await.unwrap();
    tenant
}

pub(crate) async fn uploaded(
    world: &World,
    tenant: &TenantId,
    achievement: &str,
    csv: &str,
) -> Uploaded {
    let order = Upload {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        achievement: definition(achievement).slug.to_string(),
        name: None,
        file_name: Some("cohort.csv".into()),
        list: Spooled::in_memory(csv, world.crypto),
        mapping: Mapping::new(),
    };
    upload(world, &order).await.unwrap()
}

pub(crate) fn confirmation(tenant: &TenantId, batch: &str, fingerprint: &str) -> Confirmation {
    Confirmation {
        tenant: tenant.clone(),
        actor: "approver".into(),
        batch: batch.into(),
        fingerprint: fingerprint.into(),
    }
}

/// A list that was uploaded, looked at and confirmed; nothing of it is carried out yet.
pub(crate) async fn confirmed(
    world: &World,
    tenant: &TenantId,
    achievement: &str,
    csv: &str,
) -> String {
    let batch = uploaded(world, tenant, achievement, csv).await.batch;
    let seen = preview(world, tenant, &batch).await.unwrap().unwrap();
    confirm(world, &confirmation(tenant, &batch, &seen.fingerprint))
        .await
        .unwrap();
    batch
}

/// The example cohort, issued.
pub(crate) async fn issued(world: &World, achievement: &str) -> (TenantId, Vec<CredentialRow>) {
    let tenant = institution_with(world, achievement).await;
    confirmed(world, &tenant, achievement, COHORT).await;
    work_until_idle(world).await.unwrap();
    let credentials = all(world, &tenant).await;
    (tenant, credentials)
}

/// Every credential of the institution, by its id.
pub(crate) async fn all(world: &World, tenant: &TenantId) -> Vec<CredentialRow> {
    let (reader, filter) = (world.store.read(), CredentialFilter::default());
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = reader
            .credentials(tenant, &filter, after.as_ref(), 500)
            .await
            .unwrap();
        let ids: Vec<String> = page.rows.into_iter().map(|row| row.id).collect();
        rows.extend(reader.credentials_by_id(tenant, &ids).await.unwrap());
        after = page.next;
        if after.is_none() {
            rows.sort_by(|a, b| a.id.cmp(&b.id));
            return rows;
        }
    }
}

pub(crate) async fn credential(world: &World, tenant: &TenantId, id: &str) -> CredentialRow {
    let row = world.store.read().credential(tenant, id).await.unwrap();
    row.unwrap()
}

/// What a reader is told now about one question.
pub(crate) async fn outcome(
    world: &World,
    tenant: &TenantId,
    id: &str,
    kind: CheckKind,
) -> Option<Outcome> {
    let bytes = credential(world, tenant, id).await.bytes;
    let checked = check(world, &bytes, None, Reach::Own).await.unwrap();
    checked.report.outcome(kind)
}

pub(crate) async fn state(world: &World, tenant: &TenantId, batch: &str) -> BatchState {
    let row = world.store.read().batch(tenant, batch).await.unwrap();
    row.unwrap().state
}

/// How many lines of the audit record say this action; each is about something else.
pub(crate) async fn audited(world: &World, tenant: &TenantId, action: &str) -> usize {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        ..AuditFilter::default()
    };
    let lines = world
        .store
        .read()
        .audit_lines(tenant, &filter, None, 10_000)
        .await
        .unwrap();
    let subjects: BTreeSet<&String> = lines.iter().map(|line| &line.subject).collect();
    assert_eq!(subjects.len(), lines.len(), "one line each");
    lines.len()
}

/// Why the latest step of a kind was taken, as the record says.
pub(crate) async fn why(world: &World, tenant: &TenantId, action: &str) -> String {
    let detail = recorded(world, tenant, action).await;
    detail["why"].as_str().unwrap().to_owned()
}

/// What the newest line about such an act says besides.
pub(crate) async fn recorded(world: &World, tenant: &TenantId, action: &str) -> serde_json::Value {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        ..AuditFilter::default()
    };
    let reader = world.store.read();
    let lines = reader.audit_lines(tenant, &filter, None, 1).await.unwrap();
    serde_json::from_str(&lines[0].detail).unwrap()
}

/// Gives up, as of now, the key that signed a credential.
pub(crate) async fn stolen(world: &World, row: &CredentialRow) {
    let order = Compromise {
        act: KeyAct {
            tenant: row.tenant.clone(),
            actor: "owner".into(),
            key: row.key_id.clone(),
            reason: "A laptop was stolen.".into(),
        },
        since: world.clock.now(),
        rehearse: false,
    };
    compromise(world, &order).await.unwrap();
    work_until_idle(world).await.unwrap();
}

/// Says that an achievement is no longer to be used, and what takes its place; answers with what was said.
pub(crate) async fn no_longer_used(
    world: &World,
    tenant: &TenantId,
    achievement: &str,
) -> Entrusting {
    let order = Entrusting {
        tenant: tenant.clone(),
        actor: "boss".into(),
        thing: Thing::Achievement,
        id: achievement.to_owned(),
        steward: "The head of training".into(),
        until: None,
        successor: String::new(),
        no_longer_used: true,
        replaced_by: "Metrology".into(),
        seen: None,
    };
    entrust(world, &order).await.unwrap();
    order
}

/// One more owner of an institution.
pub(crate) async fn owner(world: &World, tenant: &TenantId, email: &str) -> Member {
    let order = Invitation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        name: "Ines Albrecht".into(),
        email: email.into(),
        roles: vec![Role::Owner],
    };
    join(world, &order).await.unwrap()
}
