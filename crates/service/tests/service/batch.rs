//! From an uploaded list to a confirmed batch.

use std::collections::BTreeSet;

use touchstone_service::{
    World,
    issuing::{
        AmendError, Amendment, Cancellation, Column, ConfirmError, FaultCode, Hold, Mapping,
        RowInput, Rules, Sheet, amend, cancel, confirm, found, hold, preview, revise, rows,
    },
    operations::work_until_idle,
    ports::Spooled,
};
use touchstone_store::{BatchState, RowState, TenantId};
use touchstone_testkit::{NOON, seeded_rng, world};
use touchstone_vc::crypto::rust::CRYPTO;

use crate::support::{
    COHORT, FAULTY, MEASURING, all, audited, confirmation, definition, founding, institution_with,
    order, state, uploaded,
};

async fn ready(world: &World) -> (TenantId, String) {
    let tenant = institution_with(world, MEASURING).await;
    let batch = uploaded(world, &tenant, MEASURING, FAULTY).await.batch;
    (tenant, batch)
}

#[tokio::test]
async fn the_example_cohort_is_ready_as_a_whole() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = uploaded(&world, &tenant, MEASURING, COHORT).await.batch;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    assert_eq!(seen.faulty, []);
    assert_eq!(
        (
            seen.batch.rows_total,
            seen.batch.rows_ready,
            seen.batch.state
        ),
        (25, 25, BatchState::Validated)
    );
}

#[tokio::test]
async fn the_faulty_cohort_names_each_fault_with_its_row() {
    let world = world().await;
    let (tenant, batch) = ready(&world).await;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let faults: Vec<String> = seen
        .faulty
        .iter()
        .map(|row| {
            let codes = row
                .faults
                .iter()
                .map(|fault| serde_json::to_value(fault.code).unwrap());
            let codes: Vec<_> = codes
                .map(|code| code.as_str().unwrap().to_owned())
                .collect();
            format!("{} {}", row.line, codes.join("+"))
        })
        .collect();
    assert_eq!(
        faults,
        [
            "3 bad_email",
            "4 unknown_level",
            "5 bad_date",
            "6 name_missing",
            "7 bad_evidence",
            "8 bad_date",
            "9 below_required_level",
            "10 bad_language",
            "11 duplicate_person",
            "12 future_date",
            "14 duplicate_person",
            "15 not_https",
            "16 formula",
            "17 field_count",
        ]
    );
    assert_eq!((seen.batch.rows_ready, seen.batch.rows_total), (2, 16));
}

#[test]
fn every_fault_of_a_row_stands_in_the_description_of_the_file() {
    let described = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/formats/cohort-csv.md"
    ));
    // What is no code is refused with all that are.
    let refused = serde_json::from_str::<FaultCode>("\"\"").unwrap_err();
    let codes: Vec<String> = refused
        .to_string()
        .split('`')
        .filter(|part| part.contains('_') && !part.contains(' '))
        .map(str::to_owned)
        .collect();
    assert!(codes.len() > 20, "{refused}");
    for code in codes.iter().map(String::as_str).chain(["formula"]) {
        assert!(described.contains(&format!("`{code}`")), "{code}");
    }
}

#[tokio::test]
async fn the_same_file_twice_is_the_same_batch() {
    let world = world().await;
    let (tenant, batch) = ready(&world).await;
    let again = uploaded(&world, &tenant, MEASURING, FAULTY).await;
    assert_eq!((again.batch.as_str(), again.known), (batch.as_str(), true));
    let everything = rows(&world, &tenant, &batch, None, 0, 100).await.unwrap();
    assert_eq!(everything.len(), 16);
}

#[tokio::test]
async fn another_institution_sees_nothing() {
    let world = world().await;
    let (_, batch) = ready(&world).await;
    let other = found(&world, &founding("other")).await.unwrap().tenant;
    assert_eq!(preview(&world, &other, &batch).await.unwrap(), None);
    assert_eq!(
        rows(&world, &other, &batch, None, 0, 100).await.unwrap(),
        []
    );
    let refused = confirm(&world, &confirmation(&other, &batch, "")).await;
    assert!(matches!(refused, Err(ConfirmError::NoSuchBatch)));
}

#[tokio::test]
async fn a_row_is_corrected_and_changes_the_fingerprint() {
    let world = world().await;
    let (tenant, batch) = ready(&world).await;
    let before = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let mend = |changes: &[(Column, &str)]| Amendment {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        batch: batch.clone(),
        line: 4,
        changes: changes
            .iter()
            .map(|(column, text)| (*column, (*text).to_owned()))
            .collect(),
    };
    let still = amend(&world, &mend(&[(Column::Level, "Master")]))
        .await
        .unwrap();
    assert_eq!(still.state, RowState::Faulty);
    let mended = amend(&world, &mend(&[(Column::Level, "3")])).await.unwrap();
    assert_eq!((mended.state, mended.faults.len()), (RowState::Ready, 0));
    let twin = amend(
        &world,
        &mend(&[(Column::Email, "amara.okafor@example.org")]),
    )
    .await
    .unwrap();
    assert_eq!(twin.state, RowState::Faulty);
    let mended = amend(&world, &mend(&[(Column::Email, "ml.chow@example.net")]))
        .await
        .unwrap();
    assert_eq!(mended.state, RowState::Ready);

    let after = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    assert_eq!(
        (after.batch.rows_ready, after.batch.rows_faulty),
        (before.batch.rows_ready + 1, before.batch.rows_faulty - 1)
    );
    assert_ne!(after.fingerprint, before.fingerprint);
    let stale = confirm(&world, &confirmation(&tenant, &batch, &before.fingerprint)).await;
    assert!(matches!(stale, Err(ConfirmError::Changed)));
    confirm(&world, &confirmation(&tenant, &batch, &after.fingerprint))
        .await
        .unwrap();
}

#[tokio::test]
async fn confirming_twice_leaves_one_audit_line_and_one_job_and_closes_the_rows() {
    let world = world().await;
    let (tenant, batch) = ready(&world).await;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &seen.fingerprint);
    confirm(&world, &order).await.unwrap();
    confirm(&world, &order).await.unwrap();
    assert_eq!(audited(&world, &tenant, "batch.confirm").await, 1);
    assert_eq!(world.store.read().queue_depth().await.unwrap().ready, 1);
    let amendment = Amendment {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        batch: batch.clone(),
        line: 4,
        changes: vec![(Column::Level, "3".into())],
    };
    assert!(matches!(
        amend(&world, &amendment).await,
        Err(AmendError::Closed)
    ));
}

#[tokio::test]
async fn a_revision_after_the_preview_is_not_confirmed_unseen() {
    let world = world().await;
    let (tenant, batch) = ready(&world).await;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    revise(
        &world,
        &order(&tenant, &MEASURING.replace("90 minutes", "95 minutes")),
    )
    .await
    .unwrap();
    let refused = confirm(&world, &confirmation(&tenant, &batch, &seen.fingerprint)).await;
    assert!(matches!(refused, Err(ConfirmError::Changed)));
}

#[tokio::test]
async fn a_held_batch_waits_and_can_be_given_up() {
    let world = world().await;
    let (tenant, batch) = ready(&world).await;
    let until = NOON.plus_millis(86_400_000);
    let order = Hold {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        batch: batch.clone(),
        until: Some(until),
    };
    hold(&world, &order).await.unwrap();
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    confirm(&world, &confirmation(&tenant, &batch, &seen.fingerprint))
        .await
        .unwrap();
    let due = world
        .store
        .claim_jobs(
            &["issue-batch"],
            NOON.unix_millis(),
            NOON.unix_millis() + 1,
            10,
        )
        .await
        .unwrap();
    assert!(due.is_empty());
    let order = Cancellation {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        batch: batch.clone(),
    };
    cancel(&world, &order).await.unwrap();
    cancel(&world, &order).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Cancelled);
    assert!(!uploaded(&world, &tenant, MEASURING, FAULTY).await.known);
}

#[test]
fn mutated_files_never_panic_and_every_line_is_a_row_or_a_fault() {
    let rng = seeded_rng(57);
    let below = |bound: usize| usize::try_from(rng.next() % bound as u64).unwrap();
    let definition = definition(MEASURING);
    let rules = Rules::of(&definition, NOON);
    let interesting = b"\"\",;\t\n\r\0|=@\xFF\xFE\xEF\xBB\xBF\x80";
    let mut opened = 0;
    for round in 0..400 {
        let mut bytes = if round % 2 == 0 {
            COHORT.as_bytes().to_vec()
        } else {
            FAULTY.as_bytes().to_vec()
        };
        let header = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        for _ in 0..=below(12) {
            // Mostly below the first row: a file without its columns is refused at once.
            let from = if below(10) == 0 { 0 } else { header + 1 };
            let at = from + below(bytes.len() - from);
            match below(4) {
                0 => bytes[at] = interesting[below(interesting.len())],
                1 => bytes.insert(at, interesting[below(interesting.len())]),
                2 => bytes.truncate(at.max(1)),
                _ => drop(bytes.remove(at)),
            }
            if bytes.len() <= header + 2 {
                break;
            }
        }
        let Ok(mut sheet) = Sheet::open(
            &Spooled::in_memory(bytes.clone(), &CRYPTO),
            &Mapping::new(),
            &rules,
        ) else {
            continue;
        };
        opened += 1;
        let mut numbers = BTreeSet::new();
        while let Some(line) = sheet.next_line().unwrap() {
            assert!(
                numbers.insert(line.number),
                "row {} stands there twice in round {round}",
                line.number
            );
            match rules.judge(&line) {
                Ok(row) => assert_eq!(RowInput::from_json(&row.to_json()).unwrap(), row),
                Err(faults) => assert!(!faults.is_empty()),
            }
        }
    }
    assert!(
        opened > 200,
        "only {opened} of 400 files could be opened; the test lost its point"
    );
}

#[tokio::test]
async fn a_batch_without_a_row_that_is_ready_is_not_confirmed_neither_at_first_nor_again() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let faulty = "name,email,level,evidence\n,nobody,,\n";
    let batch = uploaded(&world, &tenant, MEASURING, faulty).await.batch;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &seen.fingerprint);
    let refused = confirm(&world, &order).await;
    assert!(matches!(refused, Err(ConfirmError::NothingReady)));

    let batch = uploaded(&world, &tenant, MEASURING, COHORT).await.batch;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &seen.fingerprint);
    confirm(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    // A file that only its hash names is told to be somewhere.
    let credentials = all(&world, &tenant).await;
    let pieces = credentials.iter().map(|row| {
        let document: serde_json::Value = serde_json::from_slice(&row.bytes).unwrap();
        document["evidence"][0].clone()
    });
    let mut hashed = pieces.filter(|piece| piece["id"].is_null());
    assert_eq!(hashed.next().unwrap()["name"], "Kept by the issuer");
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let again = confirmation(&tenant, &batch, &seen.fingerprint);
    let refused = confirm(&world, &again).await;
    assert!(matches!(refused, Err(ConfirmError::NothingReady)));
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
}
