//! Keys of programs: who stands behind one, and that it ends with what they may do.

use touchstone_service::{
    competency::{self, CompetencyError, RubricOrder, draft_rubric},
    crosswalk::{self, MappingError, Proposal, Wanting, propose},
    operations::{
        Caller, KeyError, KeyOrder, Member, Role, RoleChange, Scope, audit, authenticate,
        change_roles, disable, keys, make_key,
    },
};
use touchstone_store::{AuditFilter, MappingState, TenantId};
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};

use crate::{
    competency::Bloc,
    crosswalk::{agreed, cast, proposal},
    support::{institution, owner},
};

fn wanted(tenant: &TenantId, actor: &str) -> KeyOrder {
    KeyOrder {
        tenant: tenant.clone(),
        actor: actor.into(),
        name: "LMS".into(),
        scopes: vec![Scope::Administer],
        days: 366,
    }
}

/// A key that this actor made, and who it is as an actor itself.
async fn made(world: &TestWorld, tenant: &TenantId, actor: &str) -> (String, String) {
    let key = make_key(world, &wanted(tenant, actor)).await.unwrap();
    let caller = opens(world, &key).await.unwrap();
    (key, caller.actor)
}

async fn opens(world: &TestWorld, key: &str) -> Option<Caller> {
    authenticate(world, key).await.unwrap()
}

fn registrar(one: &Member) -> RoleChange {
    RoleChange {
        tenant: one.tenant.clone(),
        actor: "another owner".into(),
        member: one.id.clone(),
        roles: vec![Role::Registrar],
    }
}

/// What the lines with this action say, newest first.
async fn said(world: &TestWorld, tenant: &TenantId, action: &str) -> Vec<String> {
    let filter = AuditFilter {
        action: Some(action.into()),
        ..AuditFilter::default()
    };
    let lines = audit(world, tenant, &filter, None, 100).await.unwrap();
    lines.into_iter().map(|line| line.detail).collect()
}

#[tokio::test]
async fn keys_end_with_the_access_of_who_made_them_and_so_do_keys_made_by_those() {
    let world = world().await;
    let tenant = institution(&world).await;
    let one = owner(&world, &tenant, "a@riverside.example").await;
    let other = owner(&world, &tenant, "b@riverside.example").await;
    let (first, first_actor) = made(&world, &tenant, &one.id).await;
    let (second, second_actor) = made(&world, &tenant, &first_actor).await;
    let (third, _) = made(&world, &tenant, &second_actor).await;
    let (kept, _) = made(&world, &tenant, &other.id).await;
    for key in keys(&world, &tenant).await.unwrap() {
        let theirs = kept.contains(&key.prefix);
        let maker = if theirs { &other.id } else { &one.id };
        assert_eq!(key.maker.as_ref(), Some(maker), "{}", key.prefix);
    }

    disable(&world, &tenant, &one.id, &other.id, true)
        .await
        .unwrap();
    for key in [&first, &second, &third] {
        assert_eq!(opens(&world, key).await, None, "{key}");
    }
    assert!(opens(&world, &kept).await.is_some());
    let told = said(&world, &tenant, "member.disable").await;
    let prefix = first_actor.strip_prefix("key:").unwrap();
    assert!(told[0].contains(prefix), "{told:?}");
    let ended = said(&world, &tenant, "api-key.revoke").await;
    assert_eq!(ended.len(), 3, "a line for each");
    assert!(ended.iter().all(|line| line.contains(&one.id)));

    // Whoever is let in again has none of them back, and makes new ones.
    disable(&world, &tenant, &one.id, &other.id, false)
        .await
        .unwrap();
    assert_eq!(opens(&world, &first).await, None);
    made(&world, &tenant, &one.id).await;
}

#[tokio::test]
async fn nobody_is_named_as_maker_where_the_way_ends_in_a_key_of_an_unknown_one() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution(&world).await;
    let one = owner(&world, &tenant, "a@riverside.example").await;
    let (_, first) = made(&world, &tenant, &one.id).await;
    made(&world, &tenant, &first).await;
    let prefix = first.strip_prefix("key:").unwrap();
    world.tamper(&format!(
        "UPDATE api_key SET made_by = NULL WHERE prefix = '{prefix}'"
    ));
    let all = keys(&world, &tenant).await.unwrap();
    assert_eq!(all.len(), 2);
    for key in all {
        assert_eq!(key.maker, None, "{}", key.prefix);
    }
}

#[tokio::test]
async fn keys_end_when_who_made_them_is_an_owner_no_longer() {
    let world = world().await;
    let tenant = institution(&world).await;
    let one = owner(&world, &tenant, "a@riverside.example").await;
    owner(&world, &tenant, "b@riverside.example").await;
    let (key, _) = made(&world, &tenant, &one.id).await;
    let more = RoleChange {
        roles: vec![Role::Owner, Role::Auditor],
        ..registrar(&one)
    };
    change_roles(&world, &more).await.unwrap();
    assert!(opens(&world, &key).await.is_some(), "an owner still");

    change_roles(&world, &registrar(&one)).await.unwrap();
    assert_eq!(opens(&world, &key).await, None);
    let told = said(&world, &tenant, "member.change-roles").await;
    assert!(told[0].contains("keys"), "{told:?}");
}

#[tokio::test]
async fn whoever_was_let_go_meanwhile_makes_no_key() {
    let world = world().await;
    let tenant = institution(&world).await;
    let one = owner(&world, &tenant, "a@riverside.example").await;
    owner(&world, &tenant, "b@riverside.example").await;
    let (_, actor) = made(&world, &tenant, &one.id).await;
    change_roles(&world, &registrar(&one)).await.unwrap();
    // Both were asked for by who might, and come to be made after it.
    for actor in [one.id.as_str(), actor.as_str()] {
        let refused = make_key(&world, &wanted(&tenant, actor)).await;
        assert!(matches!(refused, Err(KeyError::Maker)), "{refused:?}");
    }
}

#[tokio::test]
async fn whoever_made_a_key_does_not_decide_alone_on_what_it_proposed() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    let ann = owner(&world, &tenant, "ann@riverside.example").await;
    let (_, actor) = made(&world, &tenant, &ann.id).await;
    let order = Proposal {
        actor,
        ..proposal(&tenant, &set, "https://services.onetcenter.org/task/11846")
    };
    let one = propose(&world, &order).await.unwrap();
    let own = cast(&world, &tenant, &ann.id, (&set, &one), 1, 100).await;
    let own = own.unwrap();
    assert_eq!(own.state, MappingState::Proposed);
    assert_eq!(own.tally.wanting, [Wanting::AnotherPerson]);
    let second = cast(&world, &tenant, "ben", (&set, &one), 1, 100).await;
    assert_eq!(second.unwrap().state, MappingState::Agreed);
}

#[tokio::test]
async fn whoever_made_a_key_does_not_review_a_rubric_of_its_alone() {
    let bloc = Bloc::whole(2).await;
    let tenant = &bloc.parties[0];
    let ann = owner(&bloc.world, tenant, "ann@riverside.example").await;
    let (_, actor) = made(&bloc.world, tenant, &ann.id).await;
    let order = RubricOrder {
        actor,
        ..bloc.rubric(2, &["With help", "Alone", "Teaches"])
    };
    draft_rubric(&bloc.world, &order).await.unwrap();
    let vote = |actor: &str| competency::Vote {
        tenant: tenant.clone(),
        actor: actor.into(),
        by_member: true,
        competency: bloc.id.clone(),
        version: 3,
        round: 1,
        hundredths: 100,
        comment: "As seen at work.".into(),
    };
    let own = competency::vote(&bloc.world, &vote(&ann.id)).await;
    let own = own.unwrap().tally.wanting;
    assert!(own.contains(&Wanting::AnotherPerson), "{own:?}");
    let other = competency::vote(&bloc.world, &vote("ben")).await;
    let other = other.unwrap().tally.wanting;
    assert!(!other.contains(&Wanting::AnotherPerson), "{other:?}");
}

#[tokio::test]
async fn who_stands_back_from_a_mapping_does_so_with_their_keys_as_well() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    let ann = owner(&world, &tenant, "ann@riverside.example").await;
    let (_, key) = made(&world, &tenant, &ann.id).await;
    for (place, (declares, votes)) in [(&ann.id, &key), (&key, &ann.id)].into_iter().enumerate() {
        let object = format!("https://b.example/{place}");
        let order = Proposal {
            actor: "eve".into(),
            ..proposal(&tenant, &set, &object)
        };
        let one = propose(&world, &order).await.unwrap();
        cast(&world, &tenant, votes, (&set, &one), 1, 100)
            .await
            .unwrap();
        let conflict = crosswalk::DeclaredConflict {
            tenant: tenant.clone(),
            actor: declares.clone(),
            set: set.clone(),
            mapping: one.clone(),
            round: 1,
            comment: "I wrote the course.".into(),
        };
        let undone = crosswalk::declare_conflict(&world, &conflict)
            .await
            .unwrap();
        assert_eq!(undone.tally.votes, 0, "{declares} took back");
        let refused = cast(&world, &tenant, votes, (&set, &one), 1, 100).await;
        assert!(
            matches!(refused, Err(MappingError::Conflicted)),
            "{refused:?}"
        );
        let colleague = cast(&world, &tenant, "ben", (&set, &one), 1, 100).await;
        assert_eq!(colleague.unwrap().state, MappingState::Agreed);
    }
}

#[tokio::test]
async fn who_stands_back_from_a_version_does_so_with_their_keys_as_well() {
    let bloc = Bloc::whole(2).await;
    let tenant = &bloc.parties[1];
    let ann = owner(&bloc.world, tenant, "ann@works-1.example").await;
    let (_, key) = made(&bloc.world, tenant, &ann.id).await;
    bloc.vote_as(1, &key, 2, 1, 100).await.unwrap();
    let conflict = competency::DeclaredConflict {
        tenant: tenant.clone(),
        actor: ann.id.clone(),
        competency: bloc.id.clone(),
        version: 2,
        round: 1,
        comment: "I wrote the course.".into(),
    };
    let undone = competency::declare_conflict(&bloc.world, &conflict)
        .await
        .unwrap();
    assert_eq!(undone.tally.votes, 0);
    let refused = bloc.vote_as(1, &key, 2, 1, 100).await;
    assert!(
        matches!(refused, Err(CompetencyError::Conflicted)),
        "{refused:?}"
    );
    bloc.vote_as(1, "colleague", 2, 1, 100).await.unwrap();
}
