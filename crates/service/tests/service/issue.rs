//! From a confirmed list to credentials that stand.

use std::collections::BTreeSet;

use serde_json::Value;
use touchstone_service::{
    holding::{self, Format},
    issuing::{preview, revoke},
    operations::{Turn, work_once, work_until_idle},
    ports::Clock,
    verifying::{Reach, check},
};
use touchstone_store::{BatchState, RowState};
use touchstone_testkit::{TestDatabase, world, world_on};
use touchstone_vc::{CheckKind, Fault, Outcome, Verdict};

use crate::support::{
    COHORT, MEASURING, all, confirmed, institution_with, issued, outcome, state, uploaded,
};
use crate::withdraw::revocation;

#[tokio::test]
async fn a_confirmed_cohort_is_issued_once_and_every_credential_stands() {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;

    assert_eq!(credentials.len(), 25);
    for credential in &credentials {
        let checked = check(&world, &credential.bytes, None, Reach::Own)
            .await
            .unwrap();
        assert_eq!(
            checked.report.verdict(),
            Verdict::Pass,
            "{:?}",
            checked.report
        );
    }
    let places: BTreeSet<_> = credentials
        .iter()
        .map(|row| (row.status_list.clone().unwrap(), row.status_index.unwrap()))
        .collect();
    assert_eq!(places.len(), 25, "everybody has a position of their own");
}

#[tokio::test]
async fn t40_what_can_be_revoked_is_never_issued_without_a_status() {
    for (revocable, pausable, purposes) in [
        (true, false, vec!["revocation"]),
        (true, true, vec!["revocation", "suspension"]),
        (false, false, vec![]),
    ] {
        let mut achievement: Value = serde_json::from_str(MEASURING).unwrap();
        achievement["revocable"] = revocable.into();
        achievement["allowsSuspension"] = pausable.into();
        let world = world().await;
        let (_, credentials) = issued(&world, &achievement.to_string()).await;
        assert_eq!(credentials.len(), 25);
        for row in &credentials {
            let signed: Value = serde_json::from_slice(&row.bytes).unwrap();
            let entries: Vec<&Value> = match &signed["credentialStatus"] {
                Value::Null => Vec::new(),
                Value::Array(several) => several.iter().collect(),
                one => vec![one],
            };
            let said = entries.iter().map(|entry| entry["statusPurpose"].as_str());
            assert!(said.eq(purposes.iter().copied().map(Some)), "{signed}");
            assert_eq!(row.status_list.is_some(), revocable);
        }
    }
}

#[tokio::test]
async fn what_was_approved_can_be_told_from_what_was_sealed() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    for credential in &credentials {
        let intent = world.store.read().intent(&tenant, &credential.intent).await;
        let intent = intent.unwrap().unwrap();
        assert!(intent.unsigned.is_empty(), "they are not kept twice");
        let signed = std::str::from_utf8(&credential.bytes).unwrap();
        let (unsigned, _) = signed.rsplit_once(",\"proof\":[").unwrap();
        let sha256 = (world.crypto.sha256)(format!("{unsigned}}}").as_bytes());
        let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, intent.unsigned_sha256);
    }
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
async fn a_worker_that_lost_its_lease_changes_nothing_and_another_finishes() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, COHORT).await;
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
    assert_eq!(all(&world, &tenant).await.len(), 25);
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
}

#[tokio::test]
async fn the_same_people_again_are_duplicates_not_credentials() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let again = uploaded(
        &world,
        &tenant,
        MEASURING,
        &format!(
            "{COHORT}
"
        ),
    )
    .await;
    let rows = world
        .store
        .read()
        .batch_rows(&tenant, &again.batch, Some(RowState::Ready), -1, 100)
        .await
        .unwrap();
    assert!(rows.is_empty(), "everybody has this award already");
}

#[tokio::test]
async fn an_award_that_would_have_ended_is_a_fault_of_its_row_and_the_others_go() {
    let world = world().await;
    // Measured so long ago that 24 months are over.
    let csv = COHORT.replacen("2026-11-12", "2020-11-12", 1);
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, &csv).await;
    work_until_idle(&world).await.unwrap();

    assert_eq!(all(&world, &tenant).await.len(), 24);
    let shown = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    assert_eq!(shown.faulty.len(), 1);
    assert!(
        shown.faulty[0].faults[0].message.contains("ended already"),
        "{:?}",
        shown.faulty[0].faults
    );
}

#[tokio::test]
async fn every_file_carries_the_sealed_bytes() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let (id, sealed) = (&credentials[0].id, &credentials[0].bytes);
    for format in [Format::Json, Format::Png, Format::Svg] {
        let file = holding::export(&world, &tenant, id, format)
            .await
            .unwrap()
            .unwrap();
        let checked = check(&world, &file, None, Reach::Own).await.unwrap();
        assert_eq!(&checked.credential, sealed, "{format:?}");
        assert_eq!(checked.report.verdict(), Verdict::Pass);
    }
}
