//! Competencies: who sees them, and that nothing is written over what somebody else wrote in between.

use touchstone_store::{
    CompetencyCommentRow, CompetencyConflictRow, CompetencyPart, CompetencyPilotRow,
    CompetencyReleaseRow, CompetencyRow, CompetencyState, CompetencyVersionRow, CompetencyVoteRow,
    MappingSetRow, Store, StoreError, TenantId,
};

use crate::{
    on_both,
    rows::{NOON, found, institution},
};

fn written(number: i64) -> CompetencyVersionRow {
    CompetencyVersionRow {
        competency: "c1".into(),
        number,
        organization: TenantId::new("lake"),
        written_by: "eve".into(),
        part: CompetencyPart::Tasks,
        tasks: "[]".into(),
        rubric: String::new(),
        why: "New machines came.".into(),
        written_at: NOON,
        state: CompetencyState::Proposed,
        round: 1,
        decided_at: None,
        review_due: None,
    }
}

fn vote(tenant: &TenantId, actor: &str) -> CompetencyVoteRow {
    CompetencyVoteRow {
        competency: "c1".into(),
        version: 1,
        round: 1,
        tenant: tenant.clone(),
        actor: actor.into(),
        member: 1,
        hundredths: 100,
        comment: String::new(),
        cast_at: NOON,
    }
}

fn release(number: i64) -> CompetencyReleaseRow {
    CompetencyReleaseRow {
        competency: "c1".into(),
        number,
        version: 1,
        round: 1,
        file: b"{}".to_vec(),
        sha256: "00".into(),
        statement: b"{}".to_vec(),
        why: "It went well.".into(),
        released_at: NOON,
        released_by: "ann".into(),
        valid_until: NOON,
    }
}

/// A competency with one version and everything that is said of it, and an institution that was never asked.
async fn filled(store: &Store) -> (TenantId, TenantId) {
    let tenant = found(store).await;
    let other = institution("hill");
    let mut tx = store.begin().await.unwrap();
    tx.add_institution(other.clone()).await.unwrap();
    tx.add_mapping_set(MappingSetRow {
        id: "s1".into(),
        tenant: tenant.clone(),
        slug: "s1".into(),
        title: "Set".into(),
        license: "https://a.example/licence".into(),
        head: String::new(),
        prefixes: "{}".into(),
        review_days: 365,
        created_at: NOON,
        created_by: "registrar".into(),
    })
    .await
    .unwrap();
    tx.add_competency(CompetencyRow {
        id: "c1".into(),
        mapping_set: "s1".into(),
        employer: tenant.clone(),
        issuer: tenant.clone(),
        slug: "setting".into(),
        title: "Setting machines".into(),
        created_at: NOON,
        created_by: "eve".into(),
    })
    .await
    .unwrap();
    tx.add_competency_version(written(1)).await.unwrap();
    tx.add_competency_comment(CompetencyCommentRow {
        id: "k1".into(),
        competency: "c1".into(),
        version: 1,
        organization: tenant.clone(),
        said_by: "eve".into(),
        said: "Good.".into(),
        said_at: NOON,
    })
    .await
    .unwrap();
    tx.cast_competency_vote(vote(&tenant, "eve")).await.unwrap();
    tx.add_competency_pilot(CompetencyPilotRow {
        competency: "c1".into(),
        version: 1,
        achievement: "a1".into(),
        until: "2027-12-31".into(),
        why: "To see.".into(),
        begun_at: NOON,
        begun_by: "ann".into(),
    })
    .await
    .unwrap();
    tx.add_competency_release(release(1)).await.unwrap();
    tx.commit().await.unwrap();
    (tenant, other.id)
}

on_both! {
    async fn of_each_competency_the_tasks_of_its_latest_version_are_read(store: Store) {
        let (tenant, _) = filled(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_competency_version(CompetencyVersionRow { tasks: "[2]".into(), ..written(2) }).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.read().latest_competency_tasks(&tenant).await.unwrap(), ["[2]"]);
    }

    async fn an_achievement_leads_to_the_competency_that_it_tries_out_of_its_issuer_alone(store: Store) {
        let (tenant, other) = filled(&store).await;
        let read = store.read();
        let found = read.competency_of_pilot(&tenant, "a1").await.unwrap();
        assert_eq!(found.map(|row| row.id).as_deref(), Some("c1"));
        for (who, achievement) in [(&tenant, "a2"), (&other, "a1")] {
            assert_eq!(read.competency_of_pilot(who, achievement).await.unwrap(), None);
        }
    }

    async fn a_competency_is_not_there_for_who_was_never_asked(store: Store) {
        let (tenant, other) = filled(&store).await;
        let read = store.read();
        for (who, count) in [(&tenant, 1), (&other, 0)] {
            assert_eq!(read.competencies(who, "s1").await.unwrap().len(), count);
            assert_eq!(read.competency(who, "c1").await.unwrap().is_some(), count == 1);
            assert_eq!(read.competency_versions(who, "c1").await.unwrap().len(), count);
            assert_eq!(read.latest_competency_tasks(who).await.unwrap(), vec!["[]"; count]);
            assert_eq!(read.competency_version(who, "c1", 1).await.unwrap().is_some(), count == 1);
            assert_eq!(read.competency_comments(who, "c1").await.unwrap().len(), count);
            assert_eq!(read.competency_votes(who, "c1", 1).await.unwrap().len(), count);
            assert_eq!(read.competency_pilots(who, "c1").await.unwrap().len(), count);
            assert_eq!(read.competency_releases(who, "c1").await.unwrap().len(), count);
            assert_eq!(read.competency_release(who, "c1", 1).await.unwrap().is_some(), count == 1);
            assert_eq!(read.competencies_issued(who).await.unwrap().len(), count);
            assert_eq!(read.competency_by_slug(who, "setting").await.unwrap().is_some(), count == 1);
        }
    }

    async fn a_version_a_release_and_a_pilot_are_written_once(store: Store) {
        filled(&store).await;
        let mut tx = store.begin().await.unwrap();
        let again = tx.add_competency_version(written(1)).await;
        assert!(matches!(again, Err(StoreError::Conflict { table: "competency_version" })), "{again:?}");
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        let again = tx.add_competency_release(release(1)).await;
        assert!(matches!(again, Err(StoreError::Conflict { table: "competency_release" })), "{again:?}");
    }

    async fn another_round_that_was_begun_meanwhile_is_told(store: Store) {
        let (tenant, _) = filled(&store).await;
        let mut tx = store.begin().await.unwrap();
        let next = CompetencyVersionRow { round: 2, state: CompetencyState::Agreed, review_due: Some(NOON), ..written(1) };
        tx.settle_competency_version(&next, 1).await.unwrap();
        let late = tx.settle_competency_version(&next, 1).await;
        assert!(matches!(late, Err(StoreError::Conflict { table: "competency_version" })), "{late:?}");
        let kept = tx.competency_version(&tenant, "c1", 1).await.unwrap().unwrap();
        assert_eq!(kept, next);
    }

    async fn who_declares_a_conflict_loses_their_vote_and_an_organization_votes_once(store: Store) {
        let (tenant, _) = filled(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.cast_competency_vote(vote(&tenant, "bo")).await.unwrap();
        let votes = tx.competency_votes(&tenant, "c1", 1).await.unwrap();
        assert_eq!(votes, [vote(&tenant, "bo")]);
        let conflict = CompetencyConflictRow {
            competency: "c1".into(), version: 1, round: 1, tenant: tenant.clone(), actor: "bo".into(),
            comment: "Mine.".into(), declared_at: NOON,
        };
        let colleague = CompetencyConflictRow { actor: "di".into(), ..conflict.clone() };
        tx.declare_competency_conflict(colleague, &[(tenant.clone(), "di".to_owned())]).await.unwrap();
        assert_eq!(tx.competency_votes(&tenant, "c1", 1).await.unwrap(), votes, "who stands back takes no colleague's vote along");
        let voted_as = ["key:bo", "bo"].map(|actor| (tenant.clone(), actor.to_owned()));
        tx.declare_competency_conflict(conflict.clone(), &voted_as).await.unwrap();
        assert!(tx.competency_votes(&tenant, "c1", 1).await.unwrap().is_empty());
        assert!(tx.competency_conflicts(&tenant, "c1", 1).await.unwrap().contains(&conflict));
        let twice = tx.declare_competency_conflict(conflict, &voted_as).await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "competency_conflict" })), "{twice:?}");
    }
}
