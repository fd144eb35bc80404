//! The whole line on a real database: issued, claimed, checked, revoked, seen revoked.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it says"
)]

use touchstone_service::{
    holding::{self, ClaimError, Format},
    issuing::{
        Changes, Confirmation, Correction, Definition, DefinitionOrder, Description, Founding,
        Mapping, Reinstatement, Revocation, RevokeError, Suspension, Upload, confirm, correct,
        define, found, preview, reinstate, revoke, suspend, upload,
    },
    operations::{Turn, work_once, work_until_idle},
    ports::Clock,
    verifying::{self, Reach, Which, check, document},
};
use touchstone_store::{BatchState, CredentialFilter, CredentialSummary, RowState, TenantId};
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};
use touchstone_vc::{CheckKind, Credential, Fault, Outcome, Verdict};

const COHORT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/cohort.csv"
));
const MEASURING: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/achievements/precision-measurement.json"
));
const CARING: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/achievements/machine-care.json"
));
const MACHINING: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../touchstone/sample/achievements/machining-to-drawing.json"
));

/// An institution with the sample cohort confirmed for one achievement, nothing carried out yet.
async fn confirmed(world: &TestWorld, definition: &str) -> (TenantId, String) {
    let founding = Founding {
        slug: "riverside".into(),
        description: Description {
            name: "Riverside Polytechnic".into(),
            ..Description::default()
        },
        actor: "owner".into(),
    };
    let tenant = found(world, &founding).await.unwrap().tenant;
    if definition == MACHINING {
        // Machining requires measuring, so measuring is defined first.
        define(world, &order(&tenant, MEASURING)).await.unwrap();
    }
    let batch = cohort(world, &tenant, definition, COHORT).await;
    (tenant, batch)
}

fn order(tenant: &TenantId, definition: &str) -> DefinitionOrder {
    let definition = Definition::from_json(definition.as_bytes()).unwrap();
    DefinitionOrder {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        definition,
    }
}

async fn cohort(world: &TestWorld, tenant: &TenantId, definition: &str, csv: &str) -> String {
    let order = order(tenant, definition);
    let achievement = order.definition.slug.to_string();
    define(world, &order).await.unwrap();
    let order = Upload {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        achievement,
        name: None,
        file_name: Some("cohort.csv".into()),
        bytes: csv.as_bytes().to_vec(),
        mapping: Mapping::new(),
    };
    let batch = upload(world, &order).await.unwrap().batch;
    let shown = preview(world, tenant, &batch).await.unwrap().unwrap();
    let order = Confirmation {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        batch: batch.clone(),
        fingerprint: shown.fingerprint,
    };
    confirm(world, &order).await.unwrap();
    batch
}

async fn issued(world: &TestWorld, definition: &str) -> (TenantId, Vec<CredentialSummary>) {
    let (tenant, _) = confirmed(world, definition).await;
    work_until_idle(world).await.unwrap();
    (tenant.clone(), list(world, &tenant).await)
}

async fn list(world: &TestWorld, tenant: &TenantId) -> Vec<CredentialSummary> {
    world
        .store
        .read()
        .credentials(tenant, &CredentialFilter::default(), None, 1_000)
        .await
        .unwrap()
        .rows
}

async fn outcome(
    world: &TestWorld,
    tenant: &TenantId,
    id: &str,
    kind: CheckKind,
) -> Option<Outcome> {
    let bytes = world
        .store
        .read()
        .credential(tenant, id)
        .await
        .unwrap()
        .unwrap()
        .bytes;
    check(world, &bytes, None, Reach::Own)
        .await
        .unwrap()
        .report
        .outcome(kind)
}

fn revocation(tenant: &TenantId, id: &str) -> Revocation {
    Revocation {
        tenant: tenant.clone(),
        credential: id.into(),
        actor: "registrar".into(),
        reason: "Mixed up.".into(),
    }
}

#[tokio::test]
async fn a_confirmed_cohort_is_issued_once_and_every_credential_stands() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;

    assert_eq!(credentials.len(), 25);
    for credential in &credentials {
        let bytes = world
            .store
            .read()
            .credential(&tenant, &credential.id)
            .await
            .unwrap()
            .unwrap()
            .bytes;
        let checked = check(&world, &bytes, None, Reach::Own).await.unwrap();
        assert_eq!(
            checked.report.verdict(),
            Verdict::Pass,
            "{:?}",
            checked.report
        );
    }
    let reader = world.store.read();
    let places: std::collections::BTreeSet<_> = {
        let mut places = Vec::new();
        for credential in &credentials {
            let row = reader
                .credential(&tenant, &credential.id)
                .await
                .unwrap()
                .unwrap();
            places.push((row.status_list.unwrap(), row.status_index.unwrap()));
        }
        places.into_iter().collect()
    };
    assert_eq!(places.len(), 25, "everybody has a position of their own");
}

#[tokio::test]
async fn the_line_holds_on_postgresql() {
    let world = world_on(TestDatabase::postgres()).await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    assert_eq!(credentials.len(), 25);
    revoke(&world, &revocation(&tenant, &credentials[0].id))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let withdrawn = outcome(&world, &tenant, &credentials[0].id, CheckKind::Status).await;
    assert_eq!(withdrawn, Some(Outcome::Fail(Fault::Revoked)));
    let other = outcome(&world, &tenant, &credentials[1].id, CheckKind::Status).await;
    assert_eq!(other, Some(Outcome::Pass));
}

#[tokio::test]
async fn revoking_one_is_seen_and_touches_nobody_else() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let (first, second) = (&credentials[0].id, &credentials[1].id);

    revoke(&world, &revocation(&tenant, first)).await.unwrap();
    assert_eq!(
        outcome(&world, &tenant, first, CheckKind::Status).await,
        Some(Outcome::Pass),
        "not published yet"
    );
    work_until_idle(&world).await.unwrap();

    assert_eq!(
        outcome(&world, &tenant, first, CheckKind::Status).await,
        Some(Outcome::Fail(Fault::Revoked))
    );
    assert_eq!(
        outcome(&world, &tenant, second, CheckKind::Status).await,
        Some(Outcome::Pass)
    );
    let again = revoke(&world, &revocation(&tenant, first)).await;
    assert!(matches!(again, Err(RevokeError::AlreadyRevoked)));
}

#[tokio::test]
async fn t52_another_institution_does_not_reach_a_credential() {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let other = Founding {
        slug: "other".into(),
        description: Description {
            name: "Other".into(),
            ..Description::default()
        },
        actor: "owner".into(),
    };
    let other = found(&world, &other).await.unwrap().tenant;
    let refused = revoke(&world, &revocation(&other, &credentials[0].id)).await;
    assert!(matches!(refused, Err(RevokeError::NoSuchCredential)));
}

#[tokio::test]
async fn a_suspension_shows_and_ends() {
    let world = world().await;
    let (tenant, credentials) = issued_suspendable(&world).await;
    let id = &credentials[0].id;
    let order = Suspension {
        tenant: tenant.clone(),
        credential: id.clone(),
        actor: "registrar".into(),
        reason: "Under review.".into(),
    };
    suspend(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        outcome(&world, &tenant, id, CheckKind::Status).await,
        Some(Outcome::Fail(Fault::Suspended))
    );

    let order = Reinstatement {
        tenant: tenant.clone(),
        credential: id.clone(),
        actor: "registrar".into(),
        reason: "Review closed.".into(),
    };
    reinstate(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        outcome(&world, &tenant, id, CheckKind::Status).await,
        Some(Outcome::Pass)
    );
}

/// The sample's achievements differ in their policies; one of them allows suspension.
async fn issued_suspendable(world: &TestWorld) -> (TenantId, Vec<CredentialSummary>) {
    let allows = |json: &&&str| json.contains("\"allowsSuspension\": true");
    let definition = [MEASURING, MACHINING, CARING];
    let definition = definition
        .iter()
        .find(allows)
        .expect("one sample achievement allows suspension");
    issued(world, definition).await
}

#[tokio::test]
async fn t36_a_list_that_would_clear_a_withdrawal_is_not_published() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    revoke(&world, &revocation(&tenant, &credentials[0].id))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let row = world
        .store
        .read()
        .credential(&tenant, &credentials[0].id)
        .await
        .unwrap()
        .unwrap();
    let list = row.status_list.unwrap();
    let published = world
        .store
        .read()
        .publication(&list)
        .await
        .unwrap()
        .unwrap();

    // An older state of the rows comes back: the one thing that must never show as "stands again".
    let other = touchstone_testkit::world().await;
    let (older, _) = issued(&other, MEASURING).await;
    let number = other
        .store
        .read()
        .status_lists(&older)
        .await
        .unwrap()
        .remove(0);
    let before = other
        .store
        .read()
        .publication(&number.id)
        .await
        .unwrap()
        .unwrap();
    let restored = touchstone_store::StatusPublicationRow {
        list: number.id.clone(),
        version: before.version + 1,
        bytes: published.bytes,
        published_at: published.published_at,
        valid_until: published.valid_until,
    };
    let restored = &restored;
    other
        .store
        .write(|mut tx| async move { tx.publish(restored.clone()).await })
        .await
        .unwrap();
    other.clock.advance_millis(6 * 24 * 60 * 60 * 1_000);
    let refused = verifying::publish_status(&other, &older, &number.id).await;
    assert!(
        matches!(refused, Err(verifying::PublishError::WouldClear)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_list_is_signed_anew_at_half_its_validity_and_not_before() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let list = world
        .store
        .read()
        .status_lists(&tenant)
        .await
        .unwrap()
        .remove(0);
    let version = async || {
        world
            .store
            .read()
            .publication(&list.id)
            .await
            .unwrap()
            .unwrap()
            .version
    };
    let first = version().await;

    verifying::publish_status(&world, &tenant, &list.id)
        .await
        .unwrap();
    assert_eq!(
        version().await,
        first,
        "an unchanged list is not signed again"
    );
    world.clock.advance_millis(4 * 24 * 60 * 60 * 1_000);
    touchstone_service::operations::wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(version().await, first + 1);
}

#[tokio::test]
async fn a_correction_replaces_and_withdraws_in_one_step() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let wrong = &credentials[0].id;
    let order = Correction {
        tenant: tenant.clone(),
        credential: wrong.clone(),
        actor: "registrar".into(),
        changes: Changes {
            name: Some("Corrected Name".into()),
            ..Changes::default()
        },
    };
    correct(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();

    let wrong = world
        .store
        .read()
        .credential(&tenant, wrong)
        .await
        .unwrap()
        .unwrap();
    let right = wrong
        .replaced_by
        .clone()
        .expect("the wrong one names the right one");
    let right = world
        .store
        .read()
        .credential(&tenant, &right)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(right.replaces.as_ref(), Some(&wrong.id));
    assert!(wrong.revoked_at.is_some());
    assert_eq!(
        outcome(&world, &tenant, &right.id, CheckKind::Status).await,
        Some(Outcome::Pass)
    );
    assert_eq!(list(&world, &tenant).await.len(), 26);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_changes_nothing_and_another_finishes() {
    let world = world().await;
    let (tenant, batch) = confirmed(&world, MEASURING).await;
    let now = world.clock.now().unix_millis();
    let slept = world
        .store
        .claim_jobs(&["issue-batch"], now, now + 1_000, 1)
        .await
        .unwrap()
        .remove(0);
    world.clock.advance_millis(2_000);

    assert_eq!(
        work_once(&world).await.unwrap(),
        Turn::Worked,
        "another worker takes the job over"
    );
    work_until_idle(&world).await.unwrap();
    let row = &slept;
    let late = world
        .store
        .write(|mut tx| async move { tx.keep_job(row, i64::MAX).await })
        .await;

    assert!(late.is_err(), "the sleeper's transactions cannot commit");
    assert_eq!(list(&world, &tenant).await.len(), 25);
    let row = world
        .store
        .read()
        .batch(&tenant, &batch)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.state, BatchState::Sealed);
}

#[tokio::test]
async fn the_same_people_again_are_duplicates_not_credentials() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let order = Upload {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        achievement: "precision-measurement".into(),
        name: None,
        file_name: Some("again.csv".into()),
        bytes: format!("{COHORT}\n").into_bytes(),
        mapping: Mapping::new(),
    };
    let again = upload(&world, &order).await.unwrap();
    let rows = world
        .store
        .read()
        .batch_rows(&tenant, &again.batch, Some(RowState::Ready), -1, 100)
        .await
        .unwrap();
    assert!(rows.is_empty(), "everybody has this award already");
}

#[tokio::test]
async fn t30_looking_fifty_times_changes_nothing_and_taking_takes() {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let mails = world.mail.sent();
    let with_address = credentials
        .iter()
        .filter(|credential| credential.learner_email.is_some())
        .count();
    assert_eq!(
        mails.len(),
        with_address,
        "one mail for everybody who has an address"
    );
    let link = mails[0]
        .text
        .lines()
        .find(|line| line.contains("/claim/"))
        .unwrap();
    let token = link.rsplit('/').next().unwrap();

    for _ in 0..50 {
        assert_eq!(holding::look(&world, token).await.unwrap().claimed_at, None);
    }
    assert!(matches!(
        holding::open_page(&world, token).await,
        Err(ClaimError::NotClaimed)
    ));
    holding::claim(&world, token).await.unwrap();
    holding::claim(&world, token).await.unwrap();

    let page = holding::open_page(&world, token).await.unwrap();
    assert_eq!(
        holding::open_page(&world, token).await.unwrap(),
        page,
        "switching on again keeps the address"
    );
    let link = page.rsplit('/').next().unwrap();
    assert!(holding::shown(&world, link).await.unwrap().is_some());
    holding::close_page(&world, token).await.unwrap();
    assert!(holding::shown(&world, link).await.unwrap().is_none());
    assert_ne!(
        holding::open_page(&world, token).await.unwrap(),
        page,
        "a closed address never works again"
    );
}

#[tokio::test]
async fn an_unused_link_ends_and_a_code_on_paper_works() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let code = holding::paper_code(&world, &tenant, &credentials[0].id, "registrar")
        .await
        .unwrap();
    assert_eq!(
        holding::look(&world, &code.to_lowercase())
            .await
            .unwrap()
            .claimed_at,
        None
    );
    world.clock.advance_millis(31 * 24 * 60 * 60 * 1_000);
    assert!(matches!(
        holding::claim(&world, &code).await,
        Err(ClaimError::Expired)
    ));
}

#[tokio::test]
async fn every_file_carries_the_sealed_bytes() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let id = &credentials[0].id;
    let sealed = world
        .store
        .read()
        .credential(&tenant, id)
        .await
        .unwrap()
        .unwrap()
        .bytes;
    for format in [Format::Json, Format::Png, Format::Svg] {
        let file = holding::export(&world, &tenant, id, format)
            .await
            .unwrap()
            .unwrap();
        let checked = check(&world, &file, None, Reach::Own).await.unwrap();
        assert_eq!(checked.credential, sealed, "{format:?}");
        assert_eq!(checked.report.verdict(), Verdict::Pass);
    }
}

#[tokio::test]
async fn public_documents_are_the_same_bytes_one_by_one_and_all_together() {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    assert!(!credentials.is_empty());
    let all = verifying::documents(&world).await.unwrap();
    let paths: Vec<&str> = all.iter().map(|document| document.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/i/riverside/did.json",
            "/i/riverside/profile",
            "/i/riverside/status/1",
            "/i/riverside/a/precision-measurement/1"
        ]
    );
    let did = document(&world, "riverside", Which::Did)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(did, all[0]);
    let list = Credential::parse(&all[2].bytes).unwrap();
    assert_eq!(
        list.issuer(),
        Some("did:web:verify.example.edu:i:riverside")
    );
}

#[tokio::test]
async fn an_award_that_would_have_ended_is_a_fault_of_its_row_and_the_others_go() {
    let world = world().await;
    // Measured so long ago that 24 months are over.
    let csv = COHORT.replacen("2026-11-12", "2020-11-12", 1);
    let founding = Founding {
        slug: "riverside".into(),
        description: Description {
            name: "Riverside Polytechnic".into(),
            ..Description::default()
        },
        actor: "owner".into(),
    };
    let tenant = found(&world, &founding).await.unwrap().tenant;
    let batch = cohort(&world, &tenant, MEASURING, &csv).await;
    work_until_idle(&world).await.unwrap();

    assert_eq!(list(&world, &tenant).await.len(), 24);
    let shown = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    assert_eq!(shown.faulty.len(), 1);
    assert!(
        shown.faulty[0].faults[0].message.contains("ended already"),
        "{:?}",
        shown.faulty[0].faults
    );
}
