//! What a bloc decided binds the issuer: which version is released, which is tried out, and by which votes.

use touchstone_service::{
    competency::{
        PilotError, ReleaseError, ReviewAgain, begin_pilot, draft_rubric, release, review_again,
    },
    rows::CompetencyState,
};

use crate::competency::{Bloc, DAY_MS};
use crate::crosswalk::slowly;
use crate::static_hosts::hosts_are_told_of_every_file;

#[tokio::test]
async fn what_the_bloc_replaced_is_released_again_only_after_another_review() {
    let bloc = Bloc::whole(3).await;
    let world = &bloc.world;
    bloc.agree(2, 1).await;
    let next = bloc.rubric(2, &["With help", "Alone", "Teaches"]);
    draft_rubric(world, &next).await.unwrap();
    world.clock.advance_millis(DAY_MS);
    bloc.agree(3, 1).await;
    assert_eq!(release(world, &bloc.releasing(3)).await.unwrap().number, 1);
    hosts_are_told_of_every_file(world).await;
    let back = release(world, &bloc.releasing(2)).await;
    assert!(matches!(back, Err(ReleaseError::Replaced)), "{back:?}");

    world.clock.advance_millis(DAY_MS);
    let again = ReviewAgain {
        tenant: bloc.parties[1].clone(),
        actor: "boss-1".into(),
        competency: bloc.id.clone(),
        version: 2,
        why: "Nobody teaches here.".into(),
    };
    assert_eq!(review_again(world, &again).await.unwrap(), 2);
    bloc.agree(2, 2).await;
    assert_eq!(release(world, &bloc.releasing(2)).await.unwrap().number, 2);
}

#[tokio::test]
async fn a_version_that_the_votes_refused_is_not_tried_out() {
    let bloc = Bloc::whole(3).await;
    for party in [1, 2] {
        let actor = format!("boss-{party}");
        let voted = bloc.vote_as(party, &actor, 2, 1, -100).await.unwrap();
        let refused = voted.state == CompetencyState::Refused;
        assert_eq!(refused, party == 2, "{voted:?}");
    }
    let refused = begin_pilot(&bloc.world, &bloc.pilot(2, "2099-12-31")).await;
    assert!(matches!(refused, Err(PilotError::Refused)), "{refused:?}");
}

#[tokio::test]
async fn a_vote_while_a_version_is_signed_makes_the_issuer_look_again() {
    let bloc = Bloc::whole(3).await;
    bloc.agree(2, 1).await;
    let (slow, slowly) = slowly(&bloc.world);
    let order = bloc.releasing(2);
    let (refused, ()) = tokio::join!(release(&slowly, &order), async {
        slow.signed.notified().await;
        // The state stays as it was, and so does the row of the version.
        let less = bloc.vote_as(2, "boss-2", 2, 1, -100).await;
        assert_eq!(less.unwrap().state, CompetencyState::Agreed);
        slow.go_on.notify_one();
    });
    assert!(
        matches!(refused, Err(ReleaseError::InBetween)),
        "{refused:?}"
    );
    assert_eq!(release(&bloc.world, &order).await.unwrap().number, 1);
    let reader = bloc.world.store.read();
    let row = reader.competency_release(&bloc.parties[0], &bloc.id, 1);
    let row = row.await.unwrap().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&row.file).unwrap();
    assert_eq!(said["reviewerAgreement"], 0.33);
}
