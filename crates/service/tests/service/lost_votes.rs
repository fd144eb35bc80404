//! Votes of an organization that has no say any more: they count for nothing, and name nobody as a reviewer.

use touchstone_service::{
    competency,
    crosswalk::{
        InvitedParty, Joining, MappingError, ReleaseError, begin_set, invite, join_set, mapping,
        propose, release,
    },
    operations::domain::{DomainOrder, name_domain},
};
use touchstone_store::{MappingState, TenantId};
use touchstone_testkit::{TestWorld, world};

use crate::{
    competency::Bloc,
    crosswalk::{TASK, agreed, beginning, cast, endorsed, other, proposal, releasing},
    sign_up::{open_world, show, show_as, signed_up},
    support::{MEASURING, definition, institution_with, owner},
};

/// An organization takes part in a set, later than those before.
async fn takes_part(world: &TestWorld, publisher: &TenantId, set: &str, party: (&str, &TenantId)) {
    let (slug, tenant) = party;
    let asked = InvitedParty {
        tenant: publisher.clone(),
        actor: "ann".into(),
        set: set.into(),
        institution: slug.into(),
        why: "Its people know the work.".into(),
    };
    invite(world, &asked).await.unwrap();
    world.clock.advance_millis(1_000);
    let joining = Joining {
        tenant: tenant.clone(),
        actor: "eve".into(),
        set: set.into(),
        why: "Our people do this work.".into(),
    };
    join_set(world, &joining).await.unwrap();
}

/// An organization names a domain and shows it.
async fn shows(world: &TestWorld, tenant: &TenantId, name: &str) {
    let order = DomainOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
    };
    name_domain(world, &order, name).await.unwrap();
    show_as(world, &order).await;
}

#[tokio::test]
async fn a_release_and_the_rule_for_links_count_no_vote_that_was_lost() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let link = definition(MEASURING).alignment[0].target_url.clone();
    let set = begin_set(&world, &beginning(&tenant, "machining")).await;
    let set = set.unwrap();
    let hill = other(&world, "hill").await;
    takes_part(&world, &tenant, &set, ("hill", &hill)).await;
    let one = propose(&world, &proposal(&tenant, &set, &link)).await;
    let one = one.unwrap();
    for (party, actor) in [(&tenant, "ben"), (&hill, "hal")] {
        let voted = cast(&world, party, actor, (&set, &one), 1, 100).await;
        voted.unwrap();
    }
    assert_eq!(endorsed(&world, &tenant).await, "holds");
    let valley = other(&world, "valley").await;
    takes_part(&world, &tenant, &set, ("valley", &valley)).await;
    let first = release(&world, &releasing(&tenant, &set)).await.unwrap();
    assert_eq!(first.mappings, 1, "a newcomer undoes nothing");

    shows(&world, &tenant, "river.example").await;
    shows(&world, &hill, "hr.river.example").await;
    assert_eq!(endorsed(&world, &tenant).await, "broken");
    let emptied = release(&world, &releasing(&tenant, &set)).await.unwrap();
    assert_eq!(emptied.mappings, 0, "one of two has voted");

    let voted = cast(&world, &valley, "val", (&set, &one), 1, 100).await;
    assert_eq!(voted.unwrap().state, MappingState::Agreed);
    assert_eq!(endorsed(&world, &tenant).await, "holds");
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    let reader = world.store.read();
    let third = reader.mapping_release(&tenant, &set, 3).await.unwrap();
    let file = String::from_utf8(third.unwrap().file).unwrap();
    assert!(
        file.contains("valley works") && !file.contains("hill works"),
        "{file}"
    );
}

#[tokio::test]
async fn an_organization_whose_domain_is_shown_no_more_has_no_vote_that_counts() {
    let test = open_world().await;
    let (tenant, set, one) = agreed(&test).await;
    let celik = signed_up(&test, "celik.example").await;
    show(&test, &celik).await;
    let party = ("celik-example", &celik.tenant);
    takes_part(&test, &tenant, &set, party).await;
    let voted = cast(&test, &celik.tenant, "eve", (&set, &one), 1, 100).await;
    assert_eq!(voted.unwrap().tally.votes, 2);
    let order = DomainOrder {
        tenant: celik.tenant.clone(),
        actor: celik.id.clone(),
    };
    name_domain(&test, &order, "celik.test").await.unwrap();
    let seen = mapping(&test, &tenant, &set, &one).await.unwrap().unwrap();
    assert_eq!((seen.tally.votes, seen.tally.needed), (1, 2));
    let refused = release(&test, &releasing(&tenant, &set)).await;
    assert!(
        matches!(refused, Err(ReleaseError::NothingAgreed)),
        "{refused:?}"
    );
    show_as(&test, &order).await;
    let released = release(&test, &releasing(&tenant, &set)).await;
    assert_eq!(released.unwrap().mappings, 1);
}

#[tokio::test]
async fn a_version_is_not_released_with_a_vote_that_was_lost() {
    let bloc = Bloc::whole(3).await;
    for party in [1, 2] {
        let actor = format!("boss-{party}");
        bloc.vote_as(party, &actor, 2, 1, 100).await.unwrap();
    }
    shows(&bloc.world, &bloc.parties[1], "river.example").await;
    shows(&bloc.world, &bloc.parties[2], "hr.river.example").await;
    let refused = competency::release(&bloc.world, &bloc.releasing(2)).await;
    assert!(
        matches!(refused, Err(competency::ReleaseError::NotAgreed)),
        "{refused:?}"
    );
    bloc.vote_as(0, "boss-0", 2, 1, 100).await.unwrap();
    let released = competency::release(&bloc.world, &bloc.releasing(2)).await;
    released.unwrap();
}

#[tokio::test]
async fn a_vote_that_was_lost_bars_no_other_of_the_same_person() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let set = begin_set(&world, &beginning(&tenant, "machining")).await;
    let set = set.unwrap();
    let (hill, valley) = (other(&world, "hill").await, other(&world, "valley").await);
    takes_part(&world, &tenant, &set, ("hill", &hill)).await;
    takes_part(&world, &tenant, &set, ("valley", &valley)).await;
    let on_the_hill = owner(&world, &hill, "sam@both.example").await.id;
    let in_the_valley = owner(&world, &valley, "sam@both.example").await.id;
    let one = propose(&world, &proposal(&tenant, &set, TASK)).await;
    let one = one.unwrap();
    let voted = cast(&world, &valley, &in_the_valley, (&set, &one), 1, 100).await;
    assert_eq!(voted.unwrap().tally.votes, 1);
    let twice = cast(&world, &hill, &on_the_hill, (&set, &one), 1, 50).await;
    assert!(
        matches!(twice, Err(MappingError::VotedForAnother)),
        "{twice:?}"
    );
    shows(&world, &hill, "river.example").await;
    shows(&world, &valley, "hr.river.example").await;
    let voted = cast(&world, &hill, &on_the_hill, (&set, &one), 1, 50).await;
    let tally = voted.unwrap().tally;
    assert_eq!((tally.votes, tally.agreement), (1, Some(50)), "{tally:?}");
}
