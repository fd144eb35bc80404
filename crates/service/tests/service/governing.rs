//! Governance over time: a conflict that was declared, a domain that was shown, who answers, and what a role meant on a day.

use touchstone_service::{
    crosswalk::{
        Beginning, DeclaredConflict, FoundBy, InvitedParty, Joining, MappingError, Proposal,
        RoleError, RoleOrder, TaskOrder, Vote, Wanting, ask_wallet, begin_set, declare_conflict,
        draft_role, invite, join_set, mapping, propose, public_role, role, role_on, vote,
        write_role,
    },
    governing::{
        EndingKind, EntrustError, Entrusting, Thing, answered_before, endings, entrust,
        responsibilities, responsibility,
    },
    issuing::found,
    operations::domain::{DomainError, DomainOrder, check_domain, domain, name_domain},
    ports::{FetchError, Fetched},
};
use touchstone_store::{MappingState, RoleRow, TenantId};
use touchstone_testkit::{TestDatabase, world, world_on};

use crate::support::{MEASURING, audited, founding, institution, issued};

const DAY_MS: i64 = 86_400_000;

fn ballot(tenant: &TenantId, actor: &str, set: &str, mapping: &str, hundredths: i64) -> Vote {
    Vote {
        tenant: tenant.clone(),
        actor: actor.into(),
        by_member: true,
        set: set.into(),
        mapping: mapping.into(),
        round: 1,
        hundredths,
        comment: "As seen at work.".into(),
    }
}

#[tokio::test]
async fn a_declared_conflict_takes_the_vote_away_and_is_seen() {
    let world = world().await;
    let tenant = institution(&world).await;
    let beginning = Beginning {
        tenant: tenant.clone(),
        actor: "ann".into(),
        slug: "set".into(),
        title: "Set".into(),
        license: "https://a.example/licence".into(),
        review_days: 365,
        why: "The trades asked for it.".into(),
    };
    let set = begin_set(&world, &beginning).await.unwrap();
    let mut others = Vec::new();
    for slug in ["lake", "hill"] {
        let other = found(&world, &founding(slug)).await.unwrap().tenant;
        let asked = InvitedParty {
            tenant: tenant.clone(),
            actor: "ann".into(),
            set: set.clone(),
            institution: slug.into(),
            why: "Its people know the work.".into(),
        };
        invite(&world, &asked).await.unwrap();
        let joining = Joining {
            tenant: other.clone(),
            actor: "boss".into(),
            set: set.clone(),
            why: "Our people do this work.".into(),
        };
        join_set(&world, &joining).await.unwrap();
        others.push(other);
    }
    // Who publishes a set answers for it, and not who takes part.
    for (of, answers) in [(&tenant, 1), (&others[0], 0)] {
        let all = responsibilities(&world, of).await.unwrap();
        let sets = all.iter().filter(|one| one.thing == Thing::MappingSet);
        assert_eq!(sets.count(), answers);
    }
    let proposal = Proposal {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.clone(),
        subject: "https://a.example/1".into(),
        subject_label: String::new(),
        relation: touchstone_crosswalk::sssom::Relation::Exact,
        negated: false,
        object: "https://b.example/1".into(),
        object_label: String::new(),
        confidence: String::new(),
        comment: String::new(),
        found_by: FoundBy::Person,
    };
    let id = propose(&world, &proposal).await.unwrap();
    vote(&world, &ballot(&tenant, "ann", &set, &id, 100))
        .await
        .unwrap();
    let agreed = vote(&world, &ballot(&others[0], "bo", &set, &id, 100))
        .await
        .unwrap();
    assert_eq!(agreed.state, MappingState::Agreed);

    // The second pair of eyes was not free: the decision is undone.
    let conflict = DeclaredConflict {
        tenant: others[0].clone(),
        actor: "bo".into(),
        set: set.clone(),
        mapping: id.clone(),
        round: 1,
        comment: "I wrote the course.".into(),
    };
    let undone = declare_conflict(&world, &conflict).await.unwrap();
    assert_eq!(undone.state, MappingState::Proposed);
    assert_eq!(undone.tally.votes, 1);
    let again = declare_conflict(&world, &conflict).await;
    assert!(matches!(again, Err(MappingError::Declared)), "{again:?}");
    let refused = vote(&world, &ballot(&others[0], "bo", &set, &id, 100)).await;
    assert!(
        matches!(refused, Err(MappingError::Conflicted)),
        "{refused:?}"
    );
    let seen = mapping(&world, &others[1], &set, &id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen.conflicts[0].row.comment, "I wrote the course.");
    assert_eq!(
        audited(&world, &others[0], "mapping.declare_conflict").await,
        1
    );

    // Two of three are left, and both have to vote; a colleague without a conflict counts again.
    let both = vote(&world, &ballot(&others[1], "cy", &set, &id, 100))
        .await
        .unwrap();
    assert_eq!((both.state, both.tally.needed), (MappingState::Agreed, 2));
    let colleague = vote(&world, &ballot(&others[0], "di", &set, &id, -100))
        .await
        .unwrap();
    assert_eq!(colleague.tally.votes, 3);

    // Where all others stand back, the proposer's side does not agree with itself.
    let object = "https://b.example/2".into();
    let alone = propose(&world, &Proposal { object, ..proposal }).await;
    let alone = alone.unwrap();
    for (other, actor) in others.iter().zip(["bo", "cy"]) {
        let conflict = DeclaredConflict {
            tenant: other.clone(),
            actor: actor.into(),
            mapping: alone.clone(),
            ..conflict.clone()
        };
        declare_conflict(&world, &conflict).await.unwrap();
    }
    let own = vote(&world, &ballot(&tenant, "ben", &set, &alone, 100))
        .await
        .unwrap();
    assert_eq!((own.state, own.tally.needed), (MappingState::Proposed, 1));
    assert_eq!(own.tally.wanting, [Wanting::AnotherOrganization]);
}

#[tokio::test]
async fn a_domain_is_shown_by_a_line_that_only_its_owner_can_put_there() {
    let world = world().await;
    let tenant = institution(&world).await;
    let order = DomainOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
    };
    let none = check_domain(&world, &order).await;
    assert!(matches!(none, Err(DomainError::NotNamed)), "{none:?}");
    let faulty = name_domain(&world, &order, "192.0.2.1").await;
    assert!(matches!(faulty, Err(DomainError::Name)), "{faulty:?}");
    name_domain(&world, &order, "Riverside.Example")
        .await
        .unwrap();
    let named = domain(&world, &tenant).await.unwrap().unwrap();
    assert_eq!(
        named.address,
        "https://riverside.example/.well-known/touchstone-domain.txt"
    );
    let answer = |text: String| {
        Ok(Fetched {
            bytes: text.into_bytes(),
            media_type: "text/plain".into(),
        })
    };
    for (reply, expect) in [
        (Err(FetchError::Status(404)), "404"),
        (answer(format!("x{}", named.line)), "does not have the line"),
        (answer(String::new()), "does not have the line"),
    ] {
        world.fetch.answer(&named.address, reply);
        let refused = check_domain(&world, &order).await.unwrap_err();
        assert!(refused.to_string().contains(expect), "{refused}");
        let still = domain(&world, &tenant).await.unwrap().unwrap();
        assert_eq!(still.verified_at, None, "what was not found is not said");
    }
    let file = answer(format!("# ours\r\n {} \r\n", named.line));
    world.fetch.answer(&named.address, file);
    check_domain(&world, &order).await.unwrap();
    let shown = domain(&world, &tenant).await.unwrap().unwrap();
    assert!(shown.verified_at.is_some());
    assert_eq!(
        audited(&world, &tenant, "institution.domain_verify").await,
        1
    );
    name_domain(&world, &order, " riverside.EXAMPLE ")
        .await
        .unwrap();
    let same = domain(&world, &tenant).await.unwrap().unwrap();
    assert_eq!(same, shown, "the same again throws nothing away");
    assert_eq!(audited(&world, &tenant, "institution.domain_name").await, 1);
    name_domain(&world, &order, "other.example").await.unwrap();
    let other = domain(&world, &tenant).await.unwrap().unwrap();
    assert_eq!(other.verified_at, None, "another domain is shown anew");
    assert_ne!(other.line, named.line);
}

fn wording(tenant: &TenantId, id: Option<String>, title: &str) -> RoleOrder {
    RoleOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
        id,
        title: title.into(),
        tasks: vec![TaskOrder {
            label: format!("{title} every day"),
            must: true,
            ..TaskOrder::default()
        }],
        public: true,
        new_link: false,
        seen: None,
        drawn: None,
    }
}

#[tokio::test]
async fn what_a_role_meant_on_a_day_is_told_for_any_past_day() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution(&world).await;
    let id = write_role(&world, &wording(&tenant, None, "Turn"))
        .await
        .unwrap();
    let first = world.world.clock.now();
    world.clock.advance_millis(10 * DAY_MS);
    write_role(&world, &wording(&tenant, Some(id.clone()), "Mill"))
        .await
        .unwrap();
    let second = world.world.clock.now();
    world.clock.advance_millis(DAY_MS);
    let kept = role(&world, &tenant, &id).await.unwrap().unwrap();
    let day = |millis| touchstone_vc::Timestamp::from_unix_millis(millis);
    for (at, expect) in [
        (first.unix_millis() - 1, None),
        (first.unix_millis(), Some("Turn")),
        (second.unix_millis() - 1, Some("Turn")),
        (second.unix_millis(), Some("Mill")),
    ] {
        let then = role_on(&world, &kept, day(at)).await.unwrap();
        assert_eq!(then.as_ref().map(|then| then.role.title.as_str()), expect);
    }
    // One that was written before versions were kept is known from its last change on.
    world.tamper("DELETE FROM role_version");
    let before = role_on(&world, &kept, day(second.unix_millis() - 1))
        .await
        .unwrap();
    assert_eq!(before, None);
    world.clock.advance_millis(DAY_MS);
    write_role(&world, &wording(&tenant, Some(id.clone()), "Drill"))
        .await
        .unwrap();
    let kept = role(&world, &tenant, &id).await.unwrap().unwrap();
    let then = role_on(&world, &kept, second).await.unwrap().unwrap();
    assert_eq!(then.role.title, "Mill");
}

#[tokio::test]
async fn a_draft_of_a_role_does_not_become_public_with_what_is_published_later() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution(&world).await;
    let write = async |id: Option<&String>, title: &str, public: bool| {
        let wording = wording(&tenant, id.cloned(), title);
        let order = RoleOrder { public, ..wording };
        world.clock.advance_millis(DAY_MS);
        let id = write_role(&world, &order).await.unwrap();
        (id, world.world.clock.now())
    };
    let (id, draft) = write(None, "Draft", false).await;
    let (_, open) = write(Some(&id), "Open", true).await;
    let (_, closed) = write(Some(&id), "Closed", false).await;
    let (_, again) = write(Some(&id), "Again", true).await;
    let kept = role(&world, &tenant, &id).await.unwrap().unwrap();
    let told = async |at| {
        let then = role_on(&world, &kept, at).await.unwrap();
        then.map(|then| then.role.title)
    };
    assert_eq!(told(draft).await, None, "a draft");
    assert_eq!(told(open).await.as_deref(), Some("Open"));
    assert_eq!(told(closed).await, None, "closed meanwhile");
    assert_eq!(told(again).await.as_deref(), Some("Again"));
    // Of versions from before this was kept, only the one that everybody reads now is told.
    world.tamper("UPDATE role_version SET public = NULL");
    assert_eq!(told(open).await, None);
    assert_eq!(told(again).await.as_deref(), Some("Again"));
}

#[tokio::test]
async fn a_role_that_is_opened_again_has_its_name_and_none_while_it_is_closed() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution(&world).await;
    let mut order = wording(&tenant, None, "Turn");
    order.public = false;
    let id = write_role(&world, &order).await.unwrap();
    order.id = Some(id.clone());
    let mut written = async |public: bool| {
        order.public = public;
        world.clock.advance_millis(1);
        write_role(&world, &order).await.unwrap();
        let kept = role(&world, &tenant, &id).await.unwrap().unwrap();
        kept.row
    };
    assert_eq!(written(false).await.name, None, "none is drawn before");
    let name = written(true).await.public;
    assert!(public_role(&world, &name).await.unwrap().is_some());
    for _ in 0..2 {
        let closed = written(false).await;
        assert!(closed.public.is_empty());
        assert_eq!(public_role(&world, &name).await.unwrap(), None);
        let open = written(true).await;
        assert_eq!(open.public, name);
        assert!(public_role(&world, &name).await.unwrap().is_some());
    }
    // A program of before keeps no name beside the one that is open.
    world.tamper("UPDATE role SET name = NULL");
    assert_eq!(written(false).await.name.as_deref(), Some(name.as_str()));
    assert_eq!(written(true).await.public, name);
    // Of a link that got out another is made, on request: of a role that is closed with it, once it is open again.
    let mut last = name;
    for (public, new_link) in [(false, true), (true, false), (true, true)] {
        (order.public, order.new_link) = (public, new_link);
        world.clock.advance_millis(1);
        write_role(&world, &order).await.unwrap();
        let row = role(&world, &tenant, &id).await.unwrap().unwrap().row;
        assert_eq!(row.name.is_some(), public);
        let there = public_role(&world, &row.public).await.unwrap();
        assert_eq!(there.is_some(), public);
        assert_ne!(row.public, last);
        assert_eq!(public_role(&world, &last).await.unwrap(), None);
        if public {
            last = row.public;
        }
    }
}

#[tokio::test]
async fn a_form_that_asks_for_a_new_link_twice_makes_one() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution(&world).await;
    let mut order = wording(&tenant, None, "Turn");
    order.tasks[0].id = "urn:example:turn".into();
    let id = write_role(&world, &order).await.unwrap();
    order.id = Some(id.clone());
    let kept = async || role(&world, &tenant, &id).await.unwrap().unwrap().row;
    let first = kept().await;
    let looked_at = |new_link: bool, row: &RoleRow| RoleOrder {
        new_link,
        seen: Some(row.changed_at),
        ..order.clone()
    };
    let renewing = looked_at(true, &first);
    world.clock.advance_millis(1);
    write_role(&world, &renewing).await.unwrap();
    let second = kept().await;
    assert_ne!(second.public, first.public);
    world.clock.advance_millis(1);
    assert_eq!(write_role(&world, &renewing).await.unwrap(), id);
    assert_eq!(kept().await, second, "it was done already");
    // What was saved in between without another link is nothing of the kind.
    world.clock.advance_millis(1);
    let without = looked_at(false, &second);
    write_role(&world, &without).await.unwrap();
    let unseen = write_role(&world, &looked_at(true, &second)).await;
    assert!(matches!(unseen, Err(RoleError::InBetween)), "{unseen:?}");
    assert_eq!(kept().await.public, second.public);
}

#[tokio::test]
async fn a_first_version_that_is_written_down_later_names_nobody_who_did_not_write_it() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution(&world).await;
    let write = async |id: Option<&String>, actor: &str| {
        let wording = wording(&tenant, id.cloned(), "Turn");
        let actor = actor.to_owned();
        world.clock.advance_millis(DAY_MS);
        write_role(&world, &RoleOrder { actor, ..wording })
            .await
            .unwrap()
    };
    let writers = async |id: &str| -> Vec<String> {
        let versions = world.store.read().role_versions(&tenant, id).await;
        let versions = versions.unwrap().into_iter();
        versions.map(|version| version.written_by).collect()
    };
    let once = write(None, "ann").await;
    world.tamper("DELETE FROM role_version");
    write(Some(&once), "ben").await;
    assert_eq!(writers(&once).await, ["ann", "ben"]);
    let twice = write(None, "ann").await;
    write(Some(&twice), "cy").await;
    world.tamper("DELETE FROM role_version");
    write(Some(&twice), "ben").await;
    assert_eq!(
        writers(&twice).await,
        ["", "ben"],
        "who wrote it anew was not kept"
    );
}

#[tokio::test]
async fn somebody_answers_for_a_thing_until_a_day_and_something_takes_its_place() {
    let world = world().await;
    let tenant = institution(&world).await;
    let id = write_role(&world, &wording(&tenant, None, "Turn"))
        .await
        .unwrap();
    let all = responsibilities(&world, &tenant).await.unwrap();
    assert!(all[0].said.is_none() && all[0].id == id);
    let now = world.world.clock.now().unix_millis();
    let mut order = Entrusting {
        tenant: tenant.clone(),
        actor: "boss".into(),
        thing: Thing::Role,
        id: id.clone(),
        steward: "The head of training".into(),
        until: Some(now + DAY_MS),
        successor: "The works council".into(),
        no_longer_used: false,
        replaced_by: String::new(),
        seen: None,
    };
    entrust(&world, &order).await.unwrap();
    let said = responsibility(&world, &tenant, Thing::Role, &id)
        .await
        .unwrap();
    assert!(!said.unwrap().ended);
    world.clock.advance_millis(DAY_MS);
    let said = responsibility(&world, &tenant, Thing::Role, &id)
        .await
        .unwrap();
    assert!(said.unwrap().ended, "its time is over");
    let due = endings(&world, &tenant).await.unwrap();
    let [due] = &due[..] else { panic!("{due:?}") };
    let until = now + DAY_MS;
    assert_eq!(
        (due.at, due.over, due.what),
        (until, true, EndingKind::Responsibility)
    );
    assert_eq!(
        (&*due.id, due.whose.as_deref()),
        (&*id, Some("The head of training"))
    );
    order.replaced_by = "Mill".into();
    let refused = entrust(&world, &order).await;
    assert!(
        matches!(refused, Err(EntrustError::StillUsed)),
        "{refused:?}"
    );
    order.no_longer_used = true;
    entrust(&world, &order).await.unwrap();
    let said = responsibility(&world, &tenant, Thing::Role, &id)
        .await
        .unwrap();
    assert!(said.unwrap().said.unwrap().deprecated_at.is_some());
    assert_eq!(
        endings(&world, &tenant).await.unwrap(),
        [],
        "it is no longer used"
    );
    // Who answered before is not lost, nor written over by who answers now.
    order.steward = "The works council".into();
    world.clock.advance_millis(DAY_MS);
    entrust(&world, &order).await.unwrap();
    let before = answered_before(&world, &tenant, Thing::Role, &id).await;
    let before = before.unwrap();
    assert_eq!(before.len(), 2);
    assert!(
        before
            .iter()
            .all(|past| past.steward == "The head of training")
    );
    assert_eq!(before[1].successor, "The works council");
    assert_eq!(before[1].until, Some(now + DAY_MS));
    assert_eq!((before[1].deprecated_at, before[1].said_at), (None, now));
    assert_eq!(before[0].replaced_at, now + 2 * DAY_MS);
    let other = found(&world, &founding("lake")).await.unwrap().tenant;
    let hidden = answered_before(&world, &other, Thing::Role, &id).await;
    assert_eq!(hidden.unwrap(), []);
    let foreign = Entrusting {
        tenant: other.clone(),
        ..order.clone()
    };
    let refused = entrust(&world, &foreign).await;
    assert!(
        matches!(refused, Err(EntrustError::NoSuchThing)),
        "{refused:?}"
    );
    assert!(
        responsibility(&world, &other, Thing::Role, &id)
            .await
            .unwrap()
            .is_none()
    );
    // Who saw what was said before replaces nothing else, and takes nothing away by saying the same.
    let same = Entrusting {
        seen: Some(now),
        ..order.clone()
    };
    entrust(&world, &same).await.unwrap();
    let late = Entrusting {
        steward: "Another".into(),
        ..same
    };
    let refused = entrust(&world, &late).await;
    assert!(
        matches!(refused, Err(EntrustError::InBetween)),
        "{refused:?}"
    );
    let faulty = Entrusting {
        steward: " ".into(),
        ..order
    };
    assert!(matches!(
        entrust(&world, &faulty).await,
        Err(EntrustError::Steward)
    ));
}

#[tokio::test]
async fn a_thing_is_looked_up_without_reading_everything_else_of_its_institution() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution(&world).await;
    let id = write_role(&world, &wording(&tenant, None, "Turn"))
        .await
        .unwrap();
    // A public page asks this for everybody who has its link: it can do without all other tables.
    for table in ["achievement", "mapping_set"] {
        world.tamper(&format!("ALTER TABLE {table} RENAME TO gone_{table}"));
    }
    let found = responsibility(&world, &tenant, Thing::Role, &id).await;
    assert_eq!(found.unwrap().unwrap().title, "Turn");
}

#[tokio::test]
async fn a_version_under_which_was_issued_is_parsed_once() {
    let world = world_on(TestDatabase::postgres()).await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let id = write_role(&world, &wording(&tenant, None, "Turn"))
        .await
        .unwrap();
    let kept = role(&world, &tenant, &id).await.unwrap().unwrap();
    let first = ask_wallet(&world, &kept).await.unwrap();
    world.tamper("UPDATE achievement_version SET document = ''");
    let again = ask_wallet(&world, &kept).await.unwrap();
    assert_eq!(first.query, again.query);
}

#[tokio::test]
async fn a_posting_is_read_into_suggestions_and_nothing_is_written() {
    let world = world().await;
    let tenant = institution(&world).await;
    let framework = touchstone_service::crosswalk::FrameworkOrder {
        tenant: tenant.clone(),
        actor: "ann".into(),
        form: None,
        origin: touchstone_service::crosswalk::Origin {
            uri: "https://tasks.example".into(),
            title: "Tasks".into(),
            ..Default::default()
        },
        files: vec![b"uri,label,kind\nhttps://tasks.example/1,Measure finished parts with a micrometer,task\n".to_vec()],
    };
    touchstone_service::crosswalk::take_framework(&world, &framework)
        .await
        .unwrap();
    let posting = r#"{"@type": "JobPosting", "title": "Machinist", "responsibilities": ["Measuring of finished parts", "Singing at noon"]}"#;
    let draft = draft_role(&world, &tenant, posting).await.unwrap();
    assert_eq!(draft.title, "Machinist");
    assert_eq!(
        draft.statements[0].1[0].statement.uri,
        "https://tasks.example/1"
    );
    assert!(
        draft.statements[1].1.is_empty(),
        "{:?}",
        draft.statements[1]
    );
    let roles = touchstone_service::crosswalk::roles(&world, &tenant)
        .await
        .unwrap();
    assert!(roles.is_empty());
}
