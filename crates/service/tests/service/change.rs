//! Many changed with one reason: some at a time, to the end, nobody twice.

use touchstone_service::{
    issuing::{
        Beginning, ChangeOutcome, Fate, ManyChanges, ManyChoice, ManyError, STAYED, Unchanged,
        Which, begin_change, change, change_many, changes, changes_of_batch, choose_many,
        foresee_chosen, outcomes, revoke,
    },
    operations::{wind, work_once, work_until_idle},
    ports::Clock,
};
use touchstone_store::{ChangeState, CredentialFilter, CredentialRow, ItemFilter, TenantId};
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};

use crate::support::{MACHINING, MEASURING, all, audited, issued};
use crate::withdraw::revocation;

#[tokio::test]
async fn a_change_goes_on_where_a_worker_was_stopped_on_sqlite() {
    go_on(&world().await).await;
}

#[tokio::test]
async fn a_change_goes_on_where_a_worker_was_stopped_on_postgresql() {
    go_on(&world_on(TestDatabase::postgres()).await).await;
}

async fn go_on(world: &TestWorld) {
    let (tenant, credentials) = issued(world, MEASURING).await;
    // Seven hundred, of whom most are nobody here.
    let ids: Vec<String> = (0..700)
        .map(|place| match credentials.get(place / 28) {
            Some(one) if place % 28 == 0 => one.id.clone(),
            _ => format!("nobody-{place}"),
        })
        .collect();
    let order = chosen(world, &tenant, Fate::Revoke, Which::These(ids)).await;
    let seen = foresee_chosen(world, &tenant, &order.change).await.unwrap();
    let seen = seen.unwrap();
    assert_eq!(
        (seen.change.total, seen.changes, seen.first.len()),
        (700, 25, 25)
    );
    begin_change(world, &order).await.unwrap();
    begin_change(world, &order).await.unwrap();
    work_once(world).await.unwrap();
    let row = change(world, &tenant, &order.change)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.state, row.changed + row.stayed),
        (ChangeState::Running, 500),
        "the rest is left to the next job, so that others have their turn"
    );

    // A worker takes the rest and dies.
    let now = world.clock.now().unix_millis();
    let taken = world
        .store
        .claim_jobs(&["change-many"], now, now + 30_000, 1)
        .await;
    assert_eq!(taken.unwrap().len(), 1);
    work_until_idle(world).await.unwrap();
    let row = change(world, &tenant, &order.change)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.changed + row.stayed, 500, "its lease holds");
    world.clock.advance_millis(31_000);
    work_until_idle(world).await.unwrap();

    let row = change(world, &tenant, &order.change)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.state, row.changed, row.stayed),
        (ChangeState::Done, 25, 675)
    );
    assert!(revoked(&all(world, &tenant).await).all(|gone| gone));
    assert_eq!(audited(world, &tenant, "credential.revoke").await, 25);
    assert_eq!(audited(world, &tenant, "credential.change-many").await, 1);
    let stayed = outcomes(world, &tenant, &order.change, STAYED, -1).await;
    assert!(
        stayed
            .unwrap()
            .iter()
            .all(|one| one.outcome == ChangeOutcome::Stays(Unchanged::NoSuchCredential))
    );
}

#[tokio::test]
async fn a_batch_knows_the_changes_that_are_about_it_on_sqlite() {
    known_of_a_batch(&world().await).await;
}

#[tokio::test]
async fn a_batch_knows_the_changes_that_are_about_it_on_postgresql() {
    known_of_a_batch(&world_on(TestDatabase::postgres()).await).await;
}

async fn known_of_a_batch(world: &TestWorld) {
    let (tenant, credentials) = issued(world, MEASURING).await;
    let batch = credentials[0].batch.clone().unwrap();
    let known = async |tenant: &TenantId| {
        let found = changes_of_batch(world, tenant, &batch).await.unwrap();
        found.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    // Put aside in two parts, both with some of the batch.
    let ids = (0..1_200).map(|place| match place {
        0 => credentials[0].id.clone(),
        1_100 => credentials[1].id.clone(),
        _ => format!("nobody-{place}"),
    });
    let order = chosen(world, &tenant, Fate::Revoke, Which::These(ids.collect())).await;
    assert!(known(&tenant).await.is_empty(), "it is not begun");
    begin_change(world, &order).await.unwrap();
    let nobody = Which::These(vec!["nobody".into()]);
    let other = chosen(world, &tenant, Fate::Revoke, nobody).await;
    begin_change(world, &other).await.unwrap();
    assert_eq!(known(&tenant).await, std::slice::from_ref(&order.change));
    assert_eq!(changes(world, &tenant).await.unwrap().len(), 2);
    assert!(known(&TenantId::new("other")).await.is_empty());

    let ids = Which::These(vec![credentials[2].id.clone()]);
    let left = chosen(world, &tenant, Fate::Revoke, ids).await;
    world.clock.advance_millis(25 * 60 * 60 * 1_000);
    wind(world).await.unwrap();
    let gone = change(world, &tenant, &left.change).await.unwrap();
    assert!(gone.is_none(), "with what was noted of its batches");
    assert_eq!(known(&tenant).await, [order.change]);
}

#[tokio::test]
async fn whom_a_search_finds_is_decided_before_and_what_is_never_begun_is_forgotten() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MACHINING).await;
    let filter = CredentialFilter {
        batch: credentials[0].batch.clone(),
        ..CredentialFilter::default()
    };
    let order = chosen(&world, &tenant, Fate::Suspend, Which::All(filter)).await;
    revoke(&world, &revocation(&tenant, &credentials[3].id))
        .await
        .unwrap();
    let seen = foresee_chosen(&world, &tenant, &order.change).await;
    let seen = seen.unwrap().unwrap();
    let count = credentials.len();
    assert_eq!(seen.change.total, i64::try_from(count).unwrap());
    assert_eq!(seen.changes, count as u64 - 1);
    let silent = Beginning {
        reason: " ".into(),
        ..order.clone()
    };
    let refused = begin_change(&world, &silent).await;
    assert!(matches!(refused, Err(ManyError::Reason(_))));

    wind(&world).await.unwrap();
    assert!(
        change(&world, &tenant, &order.change)
            .await
            .unwrap()
            .is_some()
    );
    world.clock.advance_millis(25 * 60 * 60 * 1_000);
    wind(&world).await.unwrap();
    assert!(
        change(&world, &tenant, &order.change)
            .await
            .unwrap()
            .is_none()
    );
    let gone = begin_change(&world, &order).await;
    assert!(matches!(gone, Err(ManyError::NoSuchChange)));
    assert!(
        all(&world, &tenant)
            .await
            .iter()
            .all(|row| row.suspended_at.is_none())
    );
}

#[tokio::test]
async fn t52_another_institution_neither_sees_nor_begins_a_change() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let ids = credentials.iter().map(|row| row.id.clone()).collect();
    let order = chosen(&world, &tenant, Fate::Revoke, Which::These(ids)).await;
    let other = TenantId::new("other");
    assert!(
        change(&world, &other, &order.change)
            .await
            .unwrap()
            .is_none()
    );
    let theirs = Beginning {
        tenant: other.clone(),
        ..order.clone()
    };
    let refused = begin_change(&world, &theirs).await;
    assert!(matches!(refused, Err(ManyError::NoSuchChange)));
    let items = outcomes(&world, &other, &order.change, ItemFilter::Any, -1).await;
    assert!(items.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_done_at_once_is_finished_by_a_job_if_whoever_began_it_is_gone() {
    let world = world_on(TestDatabase::postgres()).await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let order = ManyChanges {
        tenant: tenant.clone(),
        credentials: vec![credentials[0].id.clone(), "nobody".into()],
        actor: "registrar".into(),
        fate: Fate::Revoke,
        reason: "Mixed up.".into(),
    };
    let done = change_many(&world, &order).await.unwrap();
    let outcomes: Vec<_> = done.iter().map(|one| one.outcome).collect();
    assert_eq!(
        outcomes,
        [
            ChangeOutcome::Changed,
            ChangeOutcome::Stays(Unchanged::NoSuchCredential)
        ]
    );
    // As if it had been killed before the first: its job is still there.
    world.tamper("UPDATE bulk_change SET state = 'running', changed = 0, stayed = 0");
    world.tamper("UPDATE bulk_item SET outcome = ''");
    world.clock.advance_millis(31_000);
    work_until_idle(&world).await.unwrap();
    assert_eq!(audited(&world, &tenant, "credential.revoke").await, 1);
    let row = world.store.read().bulk_changes(&tenant, 1).await.unwrap();
    let row = row.first().unwrap();
    assert_eq!(
        (row.state, row.changed, row.stayed),
        (ChangeState::Done, 0, 2)
    );
    let waits = world.store.read().jobs_of("change-many", 9).await.unwrap();
    assert!(waits.is_empty());
}

async fn chosen(world: &TestWorld, tenant: &TenantId, fate: Fate, which: Which) -> Beginning {
    let choice = ManyChoice {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        fate,
        which,
    };
    Beginning {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        change: choose_many(world, &choice).await.unwrap(),
        reason: "Mixed up.".into(),
    }
}

fn revoked(rows: &[CredentialRow]) -> impl Iterator<Item = bool> {
    rows.iter().map(|row| row.revoked_at.is_some())
}
