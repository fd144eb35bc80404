//! Why somebody took a step in a mapping set stands in the record, beside who and when.

use touchstone_service::{
    competency::{self, CompetencyError},
    crosswalk::{
        Beginning, DeclaredConflict, InvitedParty, Joining, MappingError, Merging, PartyError,
        Release, ReleaseError, ReviewAgain, SetError, SetFile, Vote, Withdrawal, begin_set,
        declare_conflict, invite, join_set, mapping, merge_sets, release, review_again, take_set,
        vote, withdraw,
    },
};
use touchstone_store::{MappingVoteRow, TenantId};
use touchstone_testkit::world;

use crate::competency::Bloc;
use crate::crosswalk::{agreed, beginning, other, releasing};
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
async fn every_step_of_a_set_has_a_reason_that_has_its_length() {
    let world = world().await;
    let (tenant, set, one) = agreed(&world).await;
    let hill = other(&world, "hill").await;
    for given in ["", " \n ", &"x".repeat(2_001)] {
        let why = given.to_owned();
        let order = Beginning {
            why: why.clone(),
            ..beginning(&tenant, "silent")
        };
        let refused = begin_set(&world, &order).await;
        assert!(matches!(refused, Err(SetError::Reason)), "{refused:?}");
        let file = SetFile {
            beginning: order,
            bytes: FILE.into(),
        };
        let refused = take_set(&world, &file).await;
        assert!(matches!(refused, Err(SetError::Reason)), "{refused:?}");
        let order = Release {
            why: why.clone(),
            ..releasing(&tenant, &set)
        };
        let refused = release(&world, &order).await;
        assert!(matches!(refused, Err(ReleaseError::Reason)), "{refused:?}");
        let asked = InvitedParty {
            why: why.clone(),
            ..asking(&tenant, &set)
        };
        let refused = invite(&world, &asked).await;
        assert!(matches!(refused, Err(PartyError::Reason)), "{refused:?}");
        let joining = Joining {
            tenant: hill.clone(),
            actor: "hal".into(),
            set: set.clone(),
            why: why.clone(),
        };
        let refused = join_set(&world, &joining).await;
        assert!(matches!(refused, Err(PartyError::Reason)), "{refused:?}");
        let conflict = DeclaredConflict {
            tenant: tenant.clone(),
            actor: "eve".into(),
            set: set.clone(),
            mapping: one.clone(),
            round: 1,
            comment: why.clone(),
        };
        let refused = declare_conflict(&world, &conflict).await;
        assert!(matches!(refused, Err(MappingError::Comment)), "{refused:?}");
        let again = ReviewAgain {
            tenant: tenant.clone(),
            actor: "ann".into(),
            set: set.clone(),
            mapping: one.clone(),
            why: why.clone(),
        };
        let refused = review_again(&world, &again).await;
        assert!(matches!(refused, Err(MappingError::Reason)), "{refused:?}");
        let back = Withdrawal {
            tenant: tenant.clone(),
            actor: "ann".into(),
            set: set.clone(),
            mapping: one.clone(),
            why,
        };
        let refused = withdraw(&world, &back).await;
        assert!(matches!(refused, Err(MappingError::Reason)), "{refused:?}");
    }
}

#[tokio::test]
async fn why_a_set_was_begun_taken_merged_and_joined_is_in_the_record() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    let hill = other(&world, "hill").await;
    let begun = why(&world, &tenant, "mapping_set.begin").await;
    assert_eq!(begun, "The trades asked for it.");
    invite(&world, &asking(&tenant, &set)).await.unwrap();
    let asked = why(&world, &tenant, "mapping_set.invite").await;
    assert_eq!(asked, "Its people know the work.");
    let joining = Joining {
        tenant: hill.clone(),
        actor: "hal".into(),
        set: set.clone(),
        why: " Our people do this work. ".into(),
    };
    join_set(&world, &joining).await.unwrap();
    let joined = why(&world, &hill, "mapping_set.join").await;
    assert_eq!(joined, "Our people do this work.");

    let file = SetFile {
        beginning: Beginning {
            why: "Forked, to say it of lathes.".into(),
            ..beginning(&hill, "forked")
        },
        bytes: FILE.into(),
    };
    let taken = take_set(&world, &file).await.unwrap().id;
    let said = why(&world, &hill, "mapping_set.take").await;
    assert_eq!(said, "Forked, to say it of lathes.");
    release(&world, &releasing(&hill, &taken)).await.unwrap();
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    world.clock.advance_millis(1_000);
    let merging = Merging {
        beginning: Beginning {
            why: "Both speak of the same work.".into(),
            ..beginning(&hill, "both")
        },
        sets: vec![taken, set],
    };
    merge_sets(&world, &merging).await.unwrap();
    let said = why(&world, &hill, "mapping_set.take").await;
    assert_eq!(said, "Both speak of the same work.");
}

#[tokio::test]
async fn a_conflict_with_a_version_says_in_what_it_lies() {
    let bloc = Bloc::whole(2).await;
    let silent = competency::DeclaredConflict {
        tenant: bloc.parties[1].clone(),
        actor: "boss-1".into(),
        competency: bloc.id.clone(),
        version: 2,
        round: 1,
        comment: " ".into(),
    };
    let refused = competency::declare_conflict(&bloc.world, &silent).await;
    assert!(
        matches!(refused, Err(CompetencyError::Words)),
        "{refused:?}"
    );
}

fn asking(tenant: &TenantId, set: &str) -> InvitedParty {
    InvitedParty {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.into(),
        institution: "hill".into(),
        why: "Its people know the work.".into(),
    }
}

/// A set of one mapping that somebody states.
const FILE: &str = "#curie_map:\n#  a: \"https://a.example/\"\n#  b: \"https://b.example/\"\n\
    subject_id\tpredicate_id\tobject_id\tmapping_justification\n\
    a:1\tskos:exactMatch\tb:1\tsemapv:ManualMappingCuration\n";
