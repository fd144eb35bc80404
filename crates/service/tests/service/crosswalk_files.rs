//! Frameworks and mapping sets from files, on the data that is published.

use std::fs;

use touchstone_crosswalk::{
    framework::Origin,
    sssom::{Mapping, MappingSet, Standing},
};
use touchstone_service::crosswalk::{
    Beginning, Concern, Contradiction, FrameworkError, FrameworkOrder, Merging, Release,
    ReleaseError, ReviewAgain, RoleOrder, SetError, SetFile, TaskOrder, Vote, find_statements,
    framework_changes, mapping, mappings, merge_sets, release, review_again, statement,
    take_framework, take_set, vote, write_role,
};
use touchstone_service::issuing::{achievements, found};
use touchstone_store::{MappingFilter, MappingState, TenantId};
use touchstone_testkit::world;

use crate::{
    crosswalk::releasing,
    support::{MEASURING, founding, institution, institution_with},
};

/// A published file. One that is absent fails the test: it is part of the set-up.
fn data(name: &str) -> Vec<u8> {
    let path = format!("{}/../../../shared/data/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn onet(tenant: &TenantId, version: &str, tasks: Vec<u8>) -> FrameworkOrder {
    FrameworkOrder {
        tenant: tenant.clone(),
        actor: "ann".into(),
        form: None,
        origin: Origin {
            uri: "https://www.onetcenter.org/database.html".into(),
            title: "O*NET".into(),
            version: Some(version.into()),
            ..Origin::default()
        },
        files: vec![tasks, data("onet-29.3/occupations.tsv")],
    }
}

#[tokio::test]
async fn tasks_of_a_whole_framework_are_found_and_an_update_says_what_changed() {
    let world = world().await;
    let tenant = institution(&world).await;
    let tasks = data("onet-29.3/task_statements.tsv");
    let taken = take_framework(&world, &onet(&tenant, "29.3", tasks.clone()))
        .await
        .unwrap();
    assert!(taken.statements > 13_000, "{taken:?}");
    assert_eq!(taken.before, None);
    let found = find_statements(
        &world,
        &tenant,
        None,
        "measure dimensions of finished work",
        5,
    )
    .await
    .unwrap();
    assert!(!found.is_empty());
    assert_eq!(found[0].framework_name(), "O*NET 29.3");
    let uri = &found[0].statement.uri;
    let same = statement(&world, &tenant, uri).await.unwrap().unwrap();
    assert_eq!(same.statement, found[0].statement);
    let again = take_framework(&world, &onet(&tenant, "29.3", tasks.clone())).await;
    assert!(matches!(again, Err(FrameworkError::Known)), "{again:?}");
    let text = String::from_utf8(tasks).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(7);
    let shorter = onet(&tenant, "29.4", lines.join("\n").into_bytes());
    let update = take_framework(&world, &shorter).await.unwrap();
    assert_eq!(
        (update.before.as_deref(), update.removed),
        (Some("29.3"), 1)
    );
}

#[tokio::test]
async fn an_update_names_what_changed_and_what_is_about_it_first() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let take = async |version: &str, file: &str| {
        let mut order = onet(&tenant, version, file.as_bytes().to_vec());
        order.files.truncate(1);
        let taken = take_framework(&world, &order).await.unwrap();
        world.clock.advance_millis(1_000);
        taken.id
    };
    // The achievement names a task of O*NET; a role asks for another.
    let named =
        "https://services.onetcenter.org/ws/online/occupations/51-4041.00/details/tasks/1489";
    let achievements = achievements(&world, &tenant).await.unwrap();
    let measuring = &achievements[0];
    let linked = measuring.definition.alignment[0].target_url.clone();
    let role = RoleOrder {
        tenant: tenant.clone(),
        actor: "ann".into(),
        id: None,
        title: "Turner".into(),
        tasks: vec![TaskOrder {
            id: named.into(),
            label: "Sets up".into(),
            ..TaskOrder::default()
        }],
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    let role = write_role(&world, &role).await.unwrap();
    let first = take(
        "1",
        &format!("uri,label\n{linked},Measure\n{named},Set up\nhttps://a.example/0,Nobody\nhttps://a.example/9,Same\n"),
    )
    .await;
    let second = take(
        "2",
        &format!("uri,label\n{linked},Measure anew\nhttps://a.example/2,Set up\nhttps://a.example/9,Same\nhttps://a.example/3,New\n"),
    )
    .await;
    let none = framework_changes(&world, &tenant, &first).await.unwrap();
    let none = none.unwrap();
    assert_eq!((none.before, none.statements.len()), (None, 0));
    let told = framework_changes(&world, &tenant, &second).await.unwrap();
    let told = told.unwrap();
    assert_eq!(told.before.unwrap().id, first);
    assert_eq!((told.added, told.more), (2, 0));
    let [one, two, last] = &told.statements[..] else {
        panic!("{:?}", told.statements)
    };
    assert_eq!(
        (&*last.uri, last.concerns.len()),
        ("https://a.example/0", 0)
    );
    let of = |uri: &str| [one, two].into_iter().find(|one| one.uri == uri).unwrap();
    let reworded = of(&linked);
    let field = &reworded.fields.as_ref().unwrap()[0];
    assert_eq!(
        (&field.before, &field.after),
        (
            &vec!["Measure".to_owned()],
            &vec!["Measure anew".to_owned()]
        )
    );
    assert!(
        matches!(&reworded.concerns[..], [Concern::Achievement { id, .. }] if *id == measuring.achievement.id)
    );
    let gone = of(named);
    assert_eq!(
        (&gone.fields, gone.successor.as_deref()),
        (&None, Some("https://a.example/2"))
    );
    assert!(matches!(&gone.concerns[..], [Concern::Role { id, .. }] if *id == role));
    let other = found(&world, &founding("lake")).await.unwrap().tenant;
    assert!(
        framework_changes(&world, &other, &second)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_file_that_is_no_framework_is_refused_with_its_place() {
    let world = world().await;
    let tenant = institution(&world).await;
    let mut order = onet(&tenant, "1", b"nonsense".to_vec());
    order.files.truncate(1);
    let refused = take_framework(&world, &order).await;
    assert!(
        matches!(refused, Err(FrameworkError::Form(_))),
        "{refused:?}"
    );
    order.files = vec![b"uri,label\nhttps://a.example/1,\n".to_vec()];
    let refused = take_framework(&world, &order).await.unwrap_err();
    assert!(refused.to_string().contains("line 2"), "{refused}");
    order.files.clear();
    let refused = take_framework(&world, &order).await;
    assert!(matches!(refused, Err(FrameworkError::NoFile)));
}

#[tokio::test]
async fn mappings_of_a_file_are_stated_or_suggested_and_none_is_agreed() {
    let world = world().await;
    let tenant = institution(&world).await;
    let beginning = Beginning {
        tenant: tenant.clone(),
        actor: "ann".into(),
        slug: "taken".into(),
        title: String::new(),
        license: String::new(),
        review_days: 365,
        why: "The trades asked for it.".into(),
    };
    let file = "#mapping_set_id: \"https://a.example/set\"\n#mapping_set_title: \"Räume\"\n\
        #license: \"https://creativecommons.org/licenses/by/4.0/\"\n#curie_map:\n#  a: \"https://a.example/\"\n\
        #  b: \"https://b.example/\"\n\
        subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\n\
        a:1\tskos:exactMatch\tb:1\tsemapv:ManualMappingCuration\t\n\
        a:2\tskos:exactMatch\tb:2\tsemapv:LexicalMatching\t0.7\n";
    let order = SetFile {
        beginning,
        bytes: file.as_bytes().to_vec(),
    };
    let taken = take_set(&world, &order).await.unwrap();
    assert_eq!((taken.stated, taken.suggested), (1, 1));
    // As JSON, with a line break before it.
    let json = r#"
        {"mapping_set_id": "https://a.example/json", "mapping_set_title": "As JSON", "license": "https://creativecommons.org/licenses/by/4.0/",
        "mappings": [{"subject_id": "https://a.example/1", "predicate_id": "skos:exactMatch", "object_id": "https://b.example/1",
        "mapping_justification": "semapv:ManualMappingCuration"}]}"#;
    let as_json = SetFile {
        beginning: Beginning {
            slug: "as-json".into(),
            ..order.beginning.clone()
        },
        bytes: json.as_bytes().to_vec(),
    };
    assert_eq!(take_set(&world, &as_json).await.unwrap().stated, 1);
    let all = mappings(
        &world,
        &tenant,
        &taken.id,
        &MappingFilter::default(),
        None,
        10,
    )
    .await
    .unwrap()
    .unwrap();
    let states: Vec<_> = all.mappings.iter().map(|row| row.state).collect();
    assert_eq!(states, [MappingState::Stated, MappingState::Suggested]);

    // Who abstains decides nothing: what people state in the file is stated still, and released.
    let abstains = Vote {
        tenant: tenant.clone(),
        actor: "ben".into(),
        by_member: true,
        set: taken.id.clone(),
        mapping: all.mappings[0].id.clone(),
        round: all.mappings[0].round,
        hundredths: 0,
        comment: "As seen at work.".into(),
    };
    let voted = vote(&world, &abstains).await.unwrap();
    assert_eq!(voted.state, MappingState::Stated);

    // A decision that is undone leads back to what it was: stated in the file, or suggested by a program.
    for (row, before) in all.mappings.iter().zip(&states) {
        let mut ballot = Vote {
            mapping: row.id.clone(),
            ..abstains.clone()
        };
        for (hundredths, state) in [
            (-100, MappingState::Refused),
            (0, *before),
            (100, MappingState::Agreed),
            (0, *before),
        ] {
            ballot.hundredths = hundredths;
            let voted = vote(&world, &ballot).await.unwrap();
            assert_eq!(voted.state, state, "after {hundredths}");
        }
    }

    // What was agreed stays stated while it is looked at again; what was refused is in no release until organizations agree.
    let again = ReviewAgain {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: taken.id.clone(),
        mapping: all.mappings[0].id.clone(),
        why: "The votes say so.".into(),
    };
    for (hundredths, round, state) in [
        (100, 1, MappingState::Stated),
        (-100, 2, MappingState::Proposed),
    ] {
        let ballot = Vote {
            round,
            hundredths,
            ..abstains.clone()
        };
        vote(&world, &ballot).await.unwrap();
        review_again(&world, &again).await.unwrap();
        let found = mapping(&world, &tenant, &taken.id, &again.mapping).await;
        assert_eq!(found.unwrap().unwrap().row.state, state);
    }
    let order = Release {
        tenant,
        actor: "ann".into(),
        set: taken.id,
        why: "The votes say so.".into(),
    };
    for (hundredths, state) in [(0, MappingState::Proposed), (100, MappingState::Agreed)] {
        let ballot = Vote {
            round: 3,
            hundredths,
            ..abstains.clone()
        };
        assert_eq!(vote(&world, &ballot).await.unwrap().state, state);
        let released = release(&world, &order).await;
        match state {
            MappingState::Agreed => assert_eq!(released.unwrap().mappings, 1),
            _ => assert!(
                matches!(released, Err(ReleaseError::NothingAgreed)),
                "{released:?}"
            ),
        }
    }
}

#[tokio::test]
async fn released_sets_become_one_that_tells_where_they_do_not_agree() {
    let world = world().await;
    let tenant = institution(&world).await;
    let beginning = |slug: &str| Beginning {
        tenant: tenant.clone(),
        actor: "ann".into(),
        slug: slug.into(),
        title: format!("Set {slug}"),
        license: "https://creativecommons.org/licenses/by/4.0/".into(),
        review_days: 365,
        why: "The trades asked for it.".into(),
    };
    let mut sets = Vec::new();
    for (slug, relation) in [("one", "exactMatch"), ("two", "broadMatch")] {
        let file = format!(
            "#curie_map:\n#  a: \"https://a.example/\"\n#  b: \"https://b.example/\"\n\
            subject_id\tpredicate_id\tobject_id\tmapping_justification\n\
            a:1\tskos:exactMatch\tb:1\tsemapv:ManualMappingCuration\n\
            a:2\tskos:{relation}\tb:2\tsemapv:ManualMappingCuration\n"
        );
        let order = SetFile {
            beginning: beginning(slug),
            bytes: file.into_bytes(),
        };
        sets.push(take_set(&world, &order).await.unwrap().id);
    }
    let merge = async |slug: &str, sets: &[String]| {
        let order = Merging {
            beginning: beginning(slug),
            sets: sets.to_vec(),
        };
        merge_sets(&world, &order).await
    };
    let early = merge("both", &sets).await;
    assert!(
        matches!(&early, Err(SetError::NotReleased(title)) if title.starts_with("Set ")),
        "{early:?}"
    );
    for set in &sets {
        release(&world, &releasing(&tenant, set)).await.unwrap();
    }
    let alone = [sets[0].clone(), sets[0].clone()];
    assert!(matches!(merge("both", &alone).await, Err(SetError::Few)));
    let strange = [sets[0].clone(), "of-nobody".into()];
    let strange = merge("both", &strange).await;
    assert!(matches!(strange, Err(SetError::NoSuchSet)));

    let merged = merge("both", &sets).await.unwrap();
    assert_eq!((merged.taken.stated, merged.repeated), (3, 1));
    let one = Contradiction {
        subject: "https://a.example/2".into(),
        object: "https://b.example/2".into(),
        said: vec!["exact".into(), "broad".into()],
    };
    assert_eq!(merged.conflicts, [one]);
    let released = release(&world, &releasing(&tenant, &merged.taken.id)).await;
    let number = released.unwrap().number;
    let reader = world.store.read();
    let row = reader.mapping_release(&tenant, &merged.taken.id, number);
    let file = String::from_utf8(row.await.unwrap().unwrap().file).unwrap();
    for slug in ["one", "two"] {
        let source = world.site.link(&format!("/i/riverside/mappings/{slug}"));
        assert!(file.contains(&source), "it says where it is from: {file}");
    }
}

/// Anybody can write a reviewer into a file. What a program made is a suggestion all the same, and what a person states is released without
/// those reviewers.
#[tokio::test]
async fn reviewers_that_a_file_names_decide_nothing_here() {
    let world = world().await;
    let tenant = institution(&world).await;
    let file = "#mapping_set_id: \"https://a.example/set\"\n#mapping_set_title: \"Räume\"\n\
        #license: \"https://creativecommons.org/licenses/by/4.0/\"\n#curie_map:\n#  a: \"https://a.example/\"\n\
        #  b: \"https://b.example/\"\n\
        subject_id\tpredicate_id\tobject_id\tmapping_justification\treviewer_id\treviewer_label\treviewer_agreement\n\
        a:1\tskos:exactMatch\tb:1\tsemapv:LexicalMatching\ta:nobody\tNobody\t1.0\n\
        a:2\tskos:exactMatch\tb:2\tsemapv:ManualMappingCuration\ta:nobody\tNobody\t1.0\n\
        a:3\tskos:exactMatch\tb:3\tsemapv:ManualMappingCuration\ta:nobody\tNobody\t-1.0\n";
    let order = SetFile {
        beginning: Beginning {
            tenant: tenant.clone(),
            actor: "ann".into(),
            slug: "claimed".into(),
            title: String::new(),
            license: String::new(),
            review_days: 365,
            why: "The trades asked for it.".into(),
        },
        bytes: file.as_bytes().to_vec(),
    };
    let taken = take_set(&world, &order).await.unwrap();
    assert_eq!((taken.stated, taken.suggested), (1, 2));
    let order = Release {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: taken.id.clone(),
        why: "The votes say so.".into(),
    };
    release(&world, &order).await.unwrap();
    let reader = world.store.read();
    let released = reader.mapping_release(&tenant, &taken.id, 1).await;
    let released = released.unwrap().unwrap();
    let read = MappingSet::read_tsv(&released.file).unwrap().set;
    let standing: Vec<_> = read.mappings().iter().map(Mapping::standing).collect();
    assert_eq!(standing, [Standing::Stated]);
    assert_eq!(read.mappings()[0].reviewers().count(), 0);
    assert_eq!(read.mappings()[0].subject(), "https://a.example/2");
}
