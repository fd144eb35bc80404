//! The same file, uploaded from several sides, and what a crash leaves of an upload.

use std::{fmt::Write, io::Read};

use tokio::task::JoinSet;
use touchstone_service::{
    World,
    issuing::{Mapping, Upload, preview, upload},
    operations::wind,
    ports::Spooled,
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};
use touchstone_vc::crypto::rust::CRYPTO;

use crate::support::{MEASURING, audited, institution_with, uploaded};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn uploads_of_one_file_at_the_same_moment_are_one_whole_batch_on_sqlite() {
    upload_from_four_sides(&world().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn uploads_of_one_file_at_the_same_moment_are_one_whole_batch_on_postgresql() {
    upload_from_four_sides(&world_on(TestDatabase::postgres()).await).await;
}

/// Four registrars upload the same list of 2,500 people at once.
async fn upload_from_four_sides(world: &TestWorld) {
    let tenant = institution_with(world, MEASURING).await;
    let mut registrars = JoinSet::new();
    for number in 0..4 {
        let (world, order) = (world.world.clone(), list(&tenant, 2_500, number));
        registrars.spawn(async move { upload(&world, &order).await.unwrap() });
    }
    let taken = registrars.join_all().await;
    let batch = &taken[0].batch;
    assert!(taken.iter().all(|one| one.batch == *batch));
    assert_eq!(taken.iter().filter(|one| !one.known).count(), 1);

    let read = world.store.read();
    let all = batches(world, &tenant).await;
    assert_eq!(
        &all,
        std::slice::from_ref(batch),
        "nothing is left of the other drafts"
    );
    let row = read.batch(&tenant, batch).await.unwrap().unwrap();
    assert_eq!((row.rows_total, row.rows_ready), (2_500, 2_500));
    let rows = read.batch_rows(&tenant, batch, None, -1, 9_999).await;
    let lines: Vec<i64> = rows.unwrap().iter().map(|row| row.line).collect();
    assert_eq!(lines, (2..2_502).collect::<Vec<i64>>());
    assert_eq!(audited(world, &tenant, "batch.upload").await, 1);
}

#[tokio::test]
async fn a_draft_that_a_crash_left_behind_hinders_nobody_and_is_forgotten() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&world, MEASURING).await;
    let mut csv = String::new();
    list(&tenant, 3, 0)
        .list
        .reader(0)
        .read_to_string(&mut csv)
        .unwrap();
    let taken = uploaded(&world, &tenant, MEASURING, &csv).await;
    // As if the program had been killed before the last row was stored.
    world.tamper("UPDATE batch SET state = 'draft'");
    let again = uploaded(&world, &tenant, MEASURING, &csv).await;
    assert!(!again.known && again.batch != taken.batch);
    let shown = preview(&world, &tenant, &again.batch).await.unwrap();
    assert_eq!(shown.unwrap().ready.len(), 3);

    wind(&world).await.unwrap();
    assert_eq!(
        batches(&world, &tenant).await.len(),
        2,
        "it may still be read"
    );
    world.clock.advance_millis(2 * 60 * 60 * 1_000);
    wind(&world).await.unwrap();
    assert_eq!(batches(&world, &tenant).await, [again.batch]);
}

async fn batches(world: &World, tenant: &TenantId) -> Vec<String> {
    let page = world
        .store
        .read()
        .batches(tenant, "", None, 10)
        .await
        .unwrap();
    page.rows.into_iter().map(|row| row.id).collect()
}

/// A list of so many people, all different, without addresses.
fn list(tenant: &TenantId, count: usize, registrar: usize) -> Upload {
    let mut csv = String::from("name,identifier,level,evidence,awarded_on\n");
    for number in 0..count {
        let line = format!(
            "Learner {number},R26-{number:05},3,https://riverside.example/e/{number}.pdf,2026-11-12"
        );
        writeln!(csv, "{line}").unwrap();
    }
    Upload {
        tenant: tenant.clone(),
        actor: format!("registrar {registrar}"),
        achievement: "precision-measurement".into(),
        name: None,
        file_name: Some("cohort.csv".into()),
        list: Spooled::in_memory(csv, &CRYPTO),
        mapping: Mapping::new(),
    }
}
