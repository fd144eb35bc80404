//! Why somebody took a step in a mapping set stands in the record, beside who and when.

use touchstone_service::{
    competency::{self, CompetencyError},
    crosswalk::{
        DeclaredConflict, MappingError, Release, ReleaseError, ReviewAgain, Vote, Withdrawal,
        declare_conflict, mapping, release, review_again, vote, withdraw,
    },
};
use touchstone_store::MappingVoteRow;
use touchstone_testkit::world;

use crate::competency::Bloc;
use crate::crosswalk::{agreed, releasing};
use crate::support::why;

#[tokio::test]
async fn why_a_step_was_taken_is_in_its_line_of_the_record() {
    let world = world().await;
    let (tenant, set, one) = agreed(&world).await;
    let proposed = why(&world, &tenant, "mapping.propose").await;
    assert_eq!(proposed, "The test is this task.");
    let order = Release {
        why: "  Two years of use. ".into(),
        ..releasing(&tenant, &set)
    };
    release(&world, &order).await.unwrap();
    let released = why(&world, &tenant, "mapping_set.release").await;
    assert_eq!(released, "Two years of use.");
    let again = ReviewAgain {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.clone(),
        mapping: one.clone(),
        why: "The task was reworded.".into(),
    };
    review_again(&world, &again).await.unwrap();
    let begun = why(&world, &tenant, "mapping.review_again").await;
    assert_eq!(begun, "The task was reworded.");
    let ballot = Vote {
        tenant: tenant.clone(),
        actor: "ben".into(),
        by_member: true,
        set: set.clone(),
        mapping: one.clone(),
        round: 2,
        hundredths: -100,
        comment: "It is another task now.".into(),
    };
    vote(&world, &ballot).await.unwrap();
    let voted = why(&world, &tenant, "mapping.vote").await;
    assert_eq!(voted, "It is another task now.");
    let conflict = DeclaredConflict {
        tenant: tenant.clone(),
        actor: "eve".into(),
        set: set.clone(),
        mapping: one.clone(),
        round: 2,
        comment: "I teach it.".into(),
    };
    declare_conflict(&world, &conflict).await.unwrap();
    let declared = why(&world, &tenant, "mapping.declare_conflict").await;
    assert_eq!(declared, "I teach it.");
    let back = Withdrawal {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.clone(),
        mapping: one.clone(),
        why: "Nobody teaches it any more.".into(),
    };
    withdraw(&world, &back).await.unwrap();
    let withdrawn = why(&world, &tenant, "mapping.withdraw").await;
    assert_eq!(withdrawn, "Nobody teaches it any more.");
}

#[tokio::test]
async fn a_vote_has_a_reason_and_one_of_before_without_it_stays() {
    let world = world().await;
    let (tenant, set, one) = agreed(&world).await;
    let ballot = |comment: &str| Vote {
        tenant: tenant.clone(),
        actor: "ben".into(),
        by_member: true,
        set: set.clone(),
        mapping: one.clone(),
        round: 1,
        hundredths: 50,
        comment: comment.into(),
    };
    for comment in ["", " \n ", &"x".repeat(2_001)] {
        let refused = vote(&world, &ballot(comment)).await;
        assert!(
            matches!(refused, Err(MappingError::Unexplained)),
            "{refused:?}"
        );
    }
    let before = &MappingVoteRow {
        mapping: one.clone(),
        round: 1,
        tenant: tenant.clone(),
        actor: "ben".into(),
        member: 1,
        hundredths: 100,
        comment: String::new(),
        cast_at: 0,
    };
    let written = world
        .store
        .write(|mut tx| async move { tx.cast_mapping_vote(before.clone()).await });
    written.await.unwrap();
    let seen = mapping(&world, &tenant, &set, &one).await.unwrap().unwrap();
    assert_eq!((seen.tally.votes, &*seen.votes[0].row.comment), (1, ""));
    release(&world, &releasing(&tenant, &set)).await.unwrap();
}

#[tokio::test]
async fn a_vote_on_a_version_has_a_reason() {
    let bloc = Bloc::whole(2).await;
    let silent = competency::Vote {
        tenant: bloc.parties[1].clone(),
        actor: "boss-1".into(),
        by_member: true,
        competency: bloc.id.clone(),
        version: 2,
        round: 1,
        hundredths: 100,
        comment: " ".into(),
    };
    let refused = competency::vote(&bloc.world, &silent).await;
    assert!(
        matches!(refused, Err(CompetencyError::Unexplained)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_reason_may_be_left_out_and_has_its_length() {
    let world = world().await;
    let (tenant, set, one) = agreed(&world).await;
    let long = "x".repeat(2_001);
    let order = Release {
        why: long.clone(),
        ..releasing(&tenant, &set)
    };
    let refused = release(&world, &order).await;
    assert!(matches!(refused, Err(ReleaseError::Reason)), "{refused:?}");
    let again = ReviewAgain {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.clone(),
        mapping: one.clone(),
        why: long.clone(),
    };
    let refused = review_again(&world, &again).await;
    assert!(matches!(refused, Err(MappingError::Reason)), "{refused:?}");
    let back = Withdrawal {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.clone(),
        mapping: one,
        why: long,
    };
    let refused = withdraw(&world, &back).await;
    assert!(matches!(refused, Err(MappingError::Reason)), "{refused:?}");
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    assert_eq!(why(&world, &tenant, "mapping_set.release").await, "");
}
