//! Somebody with a seat in two organizations, told by the mail address, is one person: with one vote, and no second pair of eyes.

use touchstone_service::{
    competency::{self, CompetencyError, RubricOrder, draft_rubric},
    crosswalk::{self, MappingError, Proposal, Wanting, propose},
    operations::Member,
    rows::{CompetencyState, MappingState},
};
use touchstone_store::{CompetencyVoteRow, MappingVoteRow};

use crate::competency::Bloc;
use crate::crosswalk::{cast, proposal, releasing};
use crate::support::owner;

const ADDRESS: &str = "sam@both.example";

/// A bloc of two, and the seats of one person in both.
async fn seated() -> (Bloc, Member, Member) {
    let bloc = Bloc::whole(2).await;
    let here = owner(&bloc.world, &bloc.parties[0], ADDRESS).await;
    let there = owner(&bloc.world, &bloc.parties[1], ADDRESS).await;
    (bloc, here, there)
}

#[tokio::test]
async fn who_has_a_seat_in_two_organizations_does_not_decide_alone_on_a_version() {
    let (bloc, here, there) = seated().await;
    let order = RubricOrder {
        actor: here.id.clone(),
        ..bloc.rubric(2, &["With help", "Alone", "Teaches"])
    };
    assert_eq!(draft_rubric(&bloc.world, &order).await.unwrap(), 3);
    let own = bloc.vote_as(1, &there.id, 3, 1, 100).await.unwrap();
    let wanting = own.tally.wanting;
    assert!(wanting.contains(&Wanting::AnotherPerson), "{wanting:?}");
    let twice = bloc.vote_as(0, &here.id, 3, 1, 100).await;
    assert!(
        matches!(twice, Err(CompetencyError::VotedForAnother)),
        "{twice:?}"
    );
    let again = bloc.vote_as(1, &there.id, 3, 1, 50).await;
    assert_eq!(again.unwrap().tally.votes, 1, "their own vote is replaced");
    let colleague = bloc.vote_as(0, "ben", 3, 1, 100).await.unwrap();
    assert_eq!(colleague.state, CompetencyState::Agreed);
}

#[tokio::test]
async fn a_conflict_with_a_version_is_one_of_the_person_in_every_organization() {
    let (bloc, here, there) = seated().await;
    let voted = bloc.vote_as(1, &there.id, 2, 1, 100).await.unwrap();
    assert_eq!(voted.tally.votes, 1);
    let conflict = competency::DeclaredConflict {
        tenant: here.tenant.clone(),
        actor: here.id.clone(),
        competency: bloc.id.clone(),
        version: 2,
        round: 1,
        comment: "I sell the machines.".into(),
    };
    let declared = competency::declare_conflict(&bloc.world, &conflict).await;
    assert_eq!(declared.unwrap().tally.votes, 0, "what they voted there");
    let refused = bloc.vote_as(1, &there.id, 2, 1, 100).await;
    assert!(
        matches!(refused, Err(CompetencyError::Conflicted)),
        "{refused:?}"
    );
    let colleague = bloc.vote_as(1, "colleague", 2, 1, 100).await;
    assert_eq!(colleague.unwrap().tally.votes, 1);
}

#[tokio::test]
async fn who_has_a_seat_in_two_organizations_does_not_decide_alone_on_a_mapping() {
    let (bloc, here, there) = seated().await;
    let (world, set) = (&bloc.world, bloc.seen_by(0).await.summary.row.mapping_set);
    let order = Proposal {
        actor: here.id.clone(),
        ..proposal(&here.tenant, &set, "https://tasks.example/1")
    };
    let one = propose(world, &order).await.unwrap();
    let mapping = (set.as_str(), one.as_str());
    let own = cast(world, &there.tenant, &there.id, mapping, 1, 100).await;
    let wanting = own.unwrap().tally.wanting;
    assert!(wanting.contains(&Wanting::AnotherPerson), "{wanting:?}");
    let twice = cast(world, &here.tenant, &here.id, mapping, 1, 100).await;
    assert!(
        matches!(twice, Err(MappingError::VotedForAnother)),
        "{twice:?}"
    );
    let colleague = cast(world, &here.tenant, "ben", mapping, 1, 100).await;
    assert_eq!(colleague.unwrap().state, MappingState::Agreed);

    let conflict = crosswalk::DeclaredConflict {
        tenant: here.tenant.clone(),
        actor: here.id.clone(),
        set: set.clone(),
        mapping: one.clone(),
        round: 1,
        comment: "I sell the machines.".into(),
    };
    let declared = crosswalk::declare_conflict(world, &conflict).await;
    assert_eq!(declared.unwrap().tally.votes, 1, "the colleague's stays");
    let refused = cast(world, &there.tenant, &there.id, mapping, 1, 100).await;
    assert!(
        matches!(refused, Err(MappingError::Conflicted)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn of_two_votes_of_one_person_from_before_the_first_counts_on_a_mapping() {
    let (bloc, here, there) = seated().await;
    let (world, set) = (&bloc.world, bloc.seen_by(0).await.summary.row.mapping_set);
    let order = proposal(&here.tenant, &set, "https://tasks.example/1");
    let one = propose(world, &order).await.unwrap();
    for (seat, actor) in [(&here, "ben"), (&there, "bo")] {
        let mapping = (set.as_str(), one.as_str());
        let voted = cast(world, &seat.tenant, actor, mapping, 1, 100).await;
        voted.unwrap();
    }
    for (seat, hundredths, cast_at) in [(&here, -100, 2), (&there, 100, 1)] {
        let row = &MappingVoteRow {
            mapping: one.clone(),
            round: 1,
            tenant: seat.tenant.clone(),
            actor: seat.id.clone(),
            member: 1,
            hundredths,
            comment: String::new(),
            cast_at,
        };
        let written = world
            .store
            .write(|mut tx| async move { tx.cast_mapping_vote(row.clone()).await });
        written.await.unwrap();
    }
    let seen = crosswalk::mapping(world, &here.tenant, &set, &one).await;
    let tally = seen.unwrap().unwrap().tally;
    assert_eq!((tally.votes, tally.agreement), (1, Some(100)), "{tally:?}");
    let refused = crosswalk::release(world, &releasing(&here.tenant, &set)).await;
    assert!(
        matches!(refused, Err(crosswalk::ReleaseError::NothingAgreed)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn of_two_votes_of_one_person_from_before_the_first_counts_on_a_version() {
    let (bloc, here, there) = seated().await;
    for party in [0, 1] {
        let actor = format!("boss-{party}");
        bloc.vote_as(party, &actor, 2, 1, 100).await.unwrap();
    }
    for (seat, hundredths, cast_at) in [(&here, -100, 2), (&there, 100, 1)] {
        let row = &CompetencyVoteRow {
            competency: bloc.id.clone(),
            version: 2,
            round: 1,
            tenant: seat.tenant.clone(),
            actor: seat.id.clone(),
            member: 1,
            hundredths,
            comment: String::new(),
            cast_at,
        };
        let written = bloc
            .world
            .store
            .write(|mut tx| async move { tx.cast_competency_vote(row.clone()).await });
        written.await.unwrap();
    }
    let tally = bloc.seen_by(0).await.versions[0].ballots.tally.clone();
    assert_eq!((tally.votes, tally.agreement), (1, Some(100)), "{tally:?}");
    let refused = competency::release(&bloc.world, &bloc.releasing(2)).await;
    assert!(
        matches!(refused, Err(competency::ReleaseError::NotAgreed)),
        "{refused:?}"
    );
    bloc.vote_as(0, "boss-0", 2, 1, 100).await.unwrap();
    let released = competency::release(&bloc.world, &bloc.releasing(2)).await;
    released.unwrap();
}
