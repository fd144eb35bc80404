//! Agreements that end: nobody renews one alone, on what others voted before.

use touchstone_service::{
    competency::{self, CompetencyError},
    crosswalk::{
        DeclaredConflict, InvitedParty, Joining, MappingError, ReviewAgain, declare_conflict,
        invite, join_set, mapping, review_again,
    },
    issuing::found,
};
use touchstone_store::{CompetencyState, MappingState, TenantId};
use touchstone_testkit::{TestWorld, world};

use crate::{
    competency::{Bloc, DAY_MS},
    crosswalk::{agreed, cast},
    support::founding,
};

/// A mapping with which two organizations agree, each by a vote of today: the one that publishes the set, and another.
async fn both_agree(world: &TestWorld) -> (TenantId, TenantId, String, String) {
    let (tenant, set, one) = agreed(world).await;
    let mut order = founding("hill");
    order.description.name = "Hill works".into();
    let hill = found(world, &order).await.unwrap().tenant;
    let asked = InvitedParty {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.clone(),
        institution: "hill".into(),
        why: "Its people know the work.".into(),
    };
    invite(world, &asked).await.unwrap();
    let joining = Joining {
        tenant: hill.clone(),
        actor: "hal".into(),
        set: set.clone(),
        why: "Our people do this work.".into(),
    };
    join_set(world, &joining).await.unwrap();
    let both = cast(world, &hill, "hal", (&set, &one), 1, 100).await;
    assert_eq!(both.unwrap().tally.votes, 2);
    (tenant, hill, set, one)
}

#[tokio::test]
async fn an_agreement_is_as_old_as_the_oldest_vote_that_it_rests_on() {
    let world = world().await;
    let (tenant, hill, set, one) = both_agree(&world).await;
    let due = async || {
        let seen = mapping(&world, &tenant, &set, &one).await.unwrap().unwrap();
        seen.row.review_due
    };
    let vote = async |tenant: &TenantId, actor: &str, hundredths: i64| {
        let voted = cast(&world, tenant, actor, (&set, &one), 1, hundredths).await;
        voted.unwrap().state
    };
    let first = due().await.unwrap();
    world.clock.advance_millis(300 * DAY_MS);
    assert_eq!(vote(&hill, "hal", -100).await, MappingState::Proposed);
    assert_eq!(due().await, None);
    assert_eq!(vote(&hill, "hal", 100).await, MappingState::Agreed);
    assert_eq!(due().await, Some(first), "the other one has not looked");
    // Once both have looked at it, it is good from then on.
    assert_eq!(vote(&tenant, "ben", -100).await, MappingState::Proposed);
    assert_eq!(vote(&tenant, "ben", 100).await, MappingState::Agreed);
    assert_eq!(due().await, Some(first + 300 * DAY_MS));

    // Who goes back before it ends and comes again after that renews nothing either.
    world.clock.advance_millis(364 * DAY_MS);
    assert_eq!(vote(&hill, "hal", -100).await, MappingState::Proposed);
    world.clock.advance_millis(2 * DAY_MS);
    assert_eq!(vote(&hill, "hal", 100).await, MappingState::Agreed);
    let seen = mapping(&world, &tenant, &set, &one).await.unwrap().unwrap();
    assert!(seen.due, "{:?}", seen.row);
}

#[tokio::test]
async fn what_has_ended_is_voted_on_in_another_review_alone() {
    let world = world().await;
    let (tenant, hill, set, one) = both_agree(&world).await;
    world.clock.advance_millis(365 * DAY_MS);
    for hundredths in [-100, 100] {
        let refused = cast(&world, &hill, "hal", (&set, &one), 1, hundredths).await;
        assert!(matches!(refused, Err(MappingError::Ended)), "{refused:?}");
    }
    let conflict = DeclaredConflict {
        tenant: hill.clone(),
        actor: "hal".into(),
        set: set.clone(),
        mapping: one.clone(),
        round: 1,
        comment: "I wrote the course.".into(),
    };
    let refused = declare_conflict(&world, &conflict).await;
    assert!(matches!(refused, Err(MappingError::Ended)), "{refused:?}");
    let seen = mapping(&world, &tenant, &set, &one).await.unwrap().unwrap();
    assert!(seen.due && seen.votes.len() == 2, "{:?}", seen.row);

    let again = ReviewAgain {
        tenant: hill.clone(),
        actor: "hal".into(),
        set: set.clone(),
        mapping: one.clone(),
        why: "The votes say so.".into(),
    };
    assert_eq!(review_again(&world, &again).await.unwrap(), 2);
    let alone = cast(&world, &hill, "hal", (&set, &one), 2, 100).await;
    assert_eq!(alone.unwrap().state, MappingState::Proposed);
    let both = cast(&world, &tenant, "ben", (&set, &one), 2, 100).await;
    assert_eq!(both.unwrap().state, MappingState::Agreed);
}

#[tokio::test]
async fn an_agreement_with_a_version_is_renewed_by_nobody_alone() {
    let bloc = Bloc::whole(2).await;
    let vote = async |party: usize, hundredths: i64| {
        let actor = format!("boss-{party}");
        bloc.vote_as(party, &actor, 2, 1, hundredths).await
    };
    let due = async || bloc.seen_by(0).await.versions[0].row.review_due;
    vote(0, 100).await.unwrap();
    let both = vote(1, 100).await.unwrap();
    assert_eq!(both.state, CompetencyState::Agreed);
    let first = due().await.unwrap();
    bloc.world.clock.advance_millis(364 * DAY_MS);
    let undone = vote(1, -100).await.unwrap();
    assert_eq!(undone.state, CompetencyState::Proposed);
    let anew = vote(1, 100).await.unwrap();
    assert_eq!(anew.state, CompetencyState::Agreed);
    assert_eq!(due().await, Some(first), "the other one has not looked");

    bloc.world.clock.advance_millis(DAY_MS);
    let refused = vote(1, -100).await;
    assert!(
        matches!(refused, Err(CompetencyError::Ended)),
        "{refused:?}"
    );
    let conflict = competency::DeclaredConflict {
        tenant: bloc.parties[1].clone(),
        actor: "boss-1".into(),
        competency: bloc.id.clone(),
        version: 2,
        round: 1,
        comment: "I wrote the course.".into(),
    };
    let refused = competency::declare_conflict(&bloc.world, &conflict).await;
    assert!(
        matches!(refused, Err(CompetencyError::Ended)),
        "{refused:?}"
    );
}
