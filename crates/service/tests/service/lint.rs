//! What has to be ready before it is issued, and for whom.

use std::sync::Arc;

use touchstone_service::issuing::{
    Choice, ChooseError, ChosenBy, ConfirmError, Description, Links, ProfileOrder, Redescription,
    Upload, UploadError, choose_profile, chosen_profile, confirm, define, describe, found,
    lint_achievement, preview, revise, upload,
};
use touchstone_service::logging::sequence_until_idle;
use touchstone_service::verifying::{Recognition, RegisterFile};
use touchstone_service::{World, issuing::Mapping, operations::work_until_idle, ports::Spooled};
use touchstone_store::{BatchState, TenantId};
use touchstone_testkit::world;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::lint::{Profile, Readiness};
use touchstone_vc::log::Entry;
use touchstone_vc::registry::Registry;

use crate::log_files::entries;
use crate::support::{
    COHORT, MEASURING, audited, confirmation, founding, institution, institution_with, order,
    state, uploaded,
};

async fn choose(world: &World, tenant: &TenantId, achievement: Option<&str>, choice: Choice) {
    let order = ProfileOrder {
        tenant: tenant.clone(),
        actor: "owner".into(),
        achievement: achievement.map(str::to_owned),
        choice,
    };
    choose_profile(world, &order).await.unwrap();
}

fn list(tenant: &TenantId) -> Upload {
    Upload {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        achievement: "precision-measurement".into(),
        name: None,
        file_name: None,
        list: Spooled::in_memory(COHORT, &CRYPTO),
        mapping: Mapping::new(),
    }
}

/// Writes down the number in a register without which the example institution is not ready.
async fn register(world: &World, tenant: &TenantId) {
    let order = Redescription {
        tenant: tenant.clone(),
        actor: "owner".into(),
        description: Description {
            legal_id: Some("4711".into()),
            ..founding("riverside").description
        },
    };
    describe(world, &order).await.unwrap();
}

#[tokio::test]
async fn a_list_is_not_taken_in_until_what_it_awards_is_ready() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    choose(&world, &tenant, None, Choice::Profile(Profile::EuMc)).await;
    let Err(UploadError::NotReady(unready)) = upload(&world, &list(&tenant)).await else {
        panic!("it is not ready");
    };
    assert_eq!(unready.profile, Profile::EuMc);
    let rules: Vec<_> = unready.unmet.iter().map(|unmet| unmet.rule).collect();
    assert_eq!(
        rules,
        ["TS-007"],
        "nothing says where the institution is recognized"
    );
    let words = unready.to_string();
    assert!(
        words.contains("issuer.otherIdentifier") && words.contains("or choose another profile"),
        "{words}"
    );
    register(&world, &tenant).await;
    upload(&world, &list(&tenant)).await.unwrap();
}

#[tokio::test]
async fn an_institution_that_a_register_lists_is_recognized_without_a_number() {
    let mut world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    choose(&world, &tenant, None, Choice::Profile(Profile::EuMc)).await;
    let institution = world.store.read().institution(&tenant).await.unwrap();
    let did = institution.unwrap().did.unwrap();
    for (entry, ready) in [
        (r#""removedOn": "2020-01-01T00:00:00Z""#, false),
        (r#""name": "Riverside""#, true),
    ] {
        let text = format!(r#"{{"issuers": [{{"id": "{did}", {entry}}}]}}"#);
        let file = RegisterFile {
            name: "Partners".into(),
            registry: Registry::parse(text.as_bytes()).unwrap(),
            as_of: None,
        };
        let recognition = Recognition::new(vec![file], Vec::new(), 1, 1);
        world.world.recognition = Arc::new(recognition);
        let taken = upload(&world, &list(&tenant)).await;
        assert_eq!(taken.is_ok(), ready, "{entry}: {taken:?}");
    }
}

#[tokio::test]
async fn a_confirmation_looks_once_more_and_changes_nothing_if_it_is_refused() {
    let world = world().await;
    let tenant = institution(&world).await;
    let vague = MEASURING.replace(
        "Measure and examine finished parts",
        "Understand finished parts",
    );
    define(&world, &order(&tenant, &vague)).await.unwrap();
    register(&world, &tenant).await;
    let batch = uploaded(&world, &tenant, MEASURING, COHORT).await.batch;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &seen.fingerprint);
    choose(
        &world,
        &tenant,
        Some("precision-measurement"),
        Choice::Profile(Profile::TmcApplication),
    )
    .await;
    let Err(ConfirmError::NotReady(unready)) = confirm(&world, &order).await else {
        panic!("it is not ready");
    };
    assert_eq!(unready.unmet[0].rule, "TS-002");
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Validated);
    assert_eq!(audited(&world, &tenant, "batch.confirm").await, 0);
    choose(
        &world,
        &tenant,
        Some("precision-measurement"),
        Choice::Nothing,
    )
    .await;
    confirm(&world, &order).await.unwrap();
}

#[tokio::test]
async fn a_confirmed_list_goes_on_whatever_is_chosen_after() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let first = upload(&world, &list(&tenant)).await.unwrap();
    let seen = preview(&world, &tenant, &first.batch)
        .await
        .unwrap()
        .unwrap();
    let order = confirmation(&tenant, &first.batch, &seen.fingerprint);
    confirm(&world, &order).await.unwrap();
    choose(&world, &tenant, None, Choice::Profile(Profile::EuMc)).await;
    // What `touchstone issue` does when it is started again after a stop.
    let again = upload(&world, &list(&tenant)).await.unwrap();
    assert_eq!((again.batch, again.known), (first.batch.clone(), true));
    confirm(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        state(&world, &tenant, &first.batch).await,
        BatchState::Sealed
    );
    let other = Upload {
        list: Spooled::in_memory(
            b"name,email,level,evidence\nDi,di@example.org,2,https://a.example/1\n",
            &CRYPTO,
        ),
        ..list(&tenant)
    };
    let refused = upload(&world, &other).await;
    assert!(
        matches!(refused, Err(UploadError::NotReady(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_choice_for_one_achievement_wins_and_nothing_is_asked_until_somebody_chooses() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let row = world
        .store
        .read()
        .achievement_by_slug(&tenant, "precision-measurement")
        .await;
    let id = row.unwrap().unwrap().id;
    let chosen = async || chosen_profile(&world, &tenant, Some(&id)).await.unwrap();
    assert_eq!(
        (chosen().await.profile, chosen().await.by),
        (None, ChosenBy::Nobody)
    );
    choose(&world, &tenant, None, Choice::Profile(Profile::CtdlMin)).await;
    assert_eq!(
        (chosen().await.profile, chosen().await.by),
        (Some(Profile::CtdlMin), ChosenBy::Institution)
    );
    choose(&world, &tenant, Some(&id), Choice::Nothing).await;
    assert_eq!(
        (chosen().await.profile, chosen().await.by),
        (None, ChosenBy::Achievement)
    );
    choose(&world, &tenant, Some(&id), Choice::AsInstitution).await;
    assert_eq!(chosen().await.by, ChosenBy::Institution);
    choose(&world, &tenant, None, Choice::AsInstitution).await;
    assert_eq!(chosen().await.by, ChosenBy::Nobody);
    let nobody = ProfileOrder {
        tenant: tenant.clone(),
        actor: "owner".into(),
        achievement: Some("nothing-there".into()),
        choice: Choice::Nothing,
    };
    assert!(matches!(
        choose_profile(&world, &nobody).await,
        Err(ChooseError::NoSuchAchievement)
    ));
}

#[tokio::test]
async fn one_institution_neither_sees_nor_makes_the_choice_of_another() {
    let world = world().await;
    let mine = institution_with(&world, MEASURING).await;
    let theirs = found(&world, &founding("lakeside")).await.unwrap().tenant;
    let row = world
        .store
        .read()
        .achievement_by_slug(&mine, "precision-measurement")
        .await;
    let id = row.unwrap().unwrap().id;
    choose(&world, &mine, None, Choice::Profile(Profile::EuMc)).await;
    assert_eq!(
        chosen_profile(&world, &theirs, Some(&id)).await.unwrap().by,
        ChosenBy::Nobody
    );
    let foreign = ProfileOrder {
        tenant: theirs.clone(),
        actor: "owner".into(),
        achievement: Some(id.clone()),
        choice: Choice::Nothing,
    };
    assert!(matches!(
        choose_profile(&world, &foreign).await,
        Err(ChooseError::NoSuchAchievement)
    ));
    let report = lint_achievement(&world, &theirs, &id, None, Profile::EuMc, Links::AsWritten)
        .await
        .unwrap();
    assert!(report.is_none());
}

#[tokio::test]
async fn an_achievement_is_judged_with_its_institution_and_in_the_version_that_is_asked() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    register(&world, &tenant).await;
    let lint = async |profile| {
        let (slug, links) = ("precision-measurement", Links::AsWritten);
        let report = lint_achievement(&world, &tenant, slug, None, profile, links).await;
        report.unwrap().unwrap()
    };
    for profile in [Profile::EuMc, Profile::TmcApplication, Profile::CtdlMin] {
        assert_eq!(
            lint(profile).await.readiness(),
            Readiness::Ready,
            "{profile}: {:?}",
            lint(profile).await.errors()
        );
    }
    let knowledge = lint(Profile::TmcKnowledge).await;
    assert_eq!(
        knowledge.errors()[0].0.id,
        "TS-021",
        "it says that somebody measures"
    );
    let silent = MEASURING
        .replace("\"participation\"", "\"renewal\"")
        .replacen(
            "\"renewal\": \"A practical",
            "\"supervision\": \"A practical",
            1,
        );
    let silent: serde_json::Value = serde_json::from_str(&silent).unwrap();
    revise(&world, &order(&tenant, &silent.to_string()))
        .await
        .unwrap();
    assert_eq!(lint(Profile::EuMc).await.errors()[0].0.id, "TS-010");
}

#[tokio::test]
async fn the_log_says_under_which_rules_an_institution_issues() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let (eu, nothing) = (Choice::Profile(Profile::EuMc), Choice::Nothing);
    choose(&world, &tenant, None, eu).await;
    choose(&world, &tenant, Some("precision-measurement"), nothing).await;
    // Nothing changes by saying it again.
    choose(&world, &tenant, None, eu).await;
    world.clock.advance_millis(1);
    choose(
        &world,
        &tenant,
        Some("precision-measurement"),
        Choice::AsInstitution,
    )
    .await;
    choose(&world, &tenant, None, Choice::AsInstitution).await;
    sequence_until_idle(&world).await.unwrap();
    let entries = entries(&world).await.into_iter();
    let entries = entries.map(|bytes| Entry::parse(&bytes).unwrap());
    let changes: Vec<_> = entries
        .filter_map(|entry| match entry {
            Entry::PolicyChange { policy, sha256, .. } => Some((policy, sha256)),
            _ => None,
        })
        .collect();
    let own = "https://verify.example.edu/i/riverside/a/precision-measurement#readiness";
    let eu = "touchstone-readiness/1\neu-mc\nTS-001\nTS-002\nTS-003\nTS-004\nTS-005\nTS-006\nTS-007\nTS-008\nTS-009\nTS-010\nTS-022\n";
    let said = [
        ("readiness", eu),
        (own, "touchstone-readiness/1\nnone\n"),
        (own, "touchstone-readiness/1\nas-institution\n"),
        ("readiness", "touchstone-readiness/1\nnone\n"),
    ];
    let hashed = said.map(|(policy, text)| (policy.to_owned(), (CRYPTO.sha256)(text.as_bytes())));
    assert_eq!(changes, hashed, "{:?}", Profile::EuMc.gate());
}
