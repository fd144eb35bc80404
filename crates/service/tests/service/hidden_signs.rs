//! What others read holds no signs that nobody sees: neither in what a set or a role is called, nor in who answers for it, nor in why.

use touchstone_service::{
    competency::{self, Comment, CompetencyError, comment},
    crosswalk::{
        Beginning, DeclaredConflict, MappingError, Proposal, Release, ReleaseError, RoleError,
        RoleOrder, SetError, TaskOrder, Vote, begin_set, declare_conflict, propose, release, vote,
        write_role,
    },
    governing::{EntrustError, Entrusting, Thing, entrust},
};
use touchstone_testkit::world;

use crate::competency::Bloc;
use crate::crosswalk::{agreed, beginning, proposal, releasing};
use crate::support::{institution, why};

/// Reads "Sets senihcam" where it is drawn.
const TURNED: &str = "Sets \u{202E}machines\u{202C}";

#[tokio::test]
async fn signs_that_turn_the_words_around_them_are_refused_in_titles_and_names() {
    let world = world().await;
    let tenant = institution(&world).await;
    let set = Beginning {
        title: TURNED.into(),
        ..beginning(&tenant, "machining")
    };
    let refused = begin_set(&world, &set).await;
    assert!(matches!(refused, Err(SetError::Title)), "{refused:?}");

    let role = |title: &str, label: &str, evidence: &str| RoleOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
        id: None,
        title: title.into(),
        tasks: vec![TaskOrder {
            label: label.into(),
            must: true,
            evidence: vec![evidence.into()],
            ..TaskOrder::default()
        }],
        public: true,
        new_link: false,
        seen: None,
        drawn: None,
    };
    let refused = write_role(&world, &role(TURNED, "Sets", "Sample")).await;
    assert!(matches!(refused, Err(RoleError::Title)), "{refused:?}");
    let refused = write_role(&world, &role("Setter", TURNED, "Sample")).await;
    assert!(matches!(refused, Err(RoleError::Label(1))), "{refused:?}");
    let refused = write_role(&world, &role("Setter", "Sets", TURNED)).await;
    assert!(
        matches!(refused, Err(RoleError::Evidence(1))),
        "{refused:?}"
    );
    let id = write_role(&world, &role("Setter", "Sets", "Sample")).await;

    let order = Entrusting {
        tenant: tenant.clone(),
        actor: "boss".into(),
        thing: Thing::Role,
        id: id.unwrap(),
        steward: TURNED.into(),
        until: None,
        successor: String::new(),
        no_longer_used: false,
        replaced_by: String::new(),
        seen: None,
    };
    let refused = entrust(&world, &order).await;
    assert!(matches!(refused, Err(EntrustError::Steward)), "{refused:?}");
}

#[tokio::test]
async fn signs_that_turn_the_words_around_them_are_refused_in_reasons_and_labels() {
    let world = world().await;
    let (tenant, set, one) = agreed(&world).await;
    let set_of = |why: &str| Beginning {
        why: why.into(),
        ..beginning(&tenant, "turned")
    };
    let refused = begin_set(&world, &set_of(TURNED)).await;
    assert!(matches!(refused, Err(SetError::Reason)), "{refused:?}");
    let order = Release {
        why: TURNED.into(),
        ..releasing(&tenant, &set)
    };
    let refused = release(&world, &order).await;
    assert!(matches!(refused, Err(ReleaseError::Reason)), "{refused:?}");
    let ballot = Vote {
        tenant: tenant.clone(),
        actor: "ben".into(),
        by_member: true,
        set: set.clone(),
        mapping: one.clone(),
        round: 1,
        hundredths: 100,
        comment: TURNED.into(),
    };
    let refused = vote(&world, &ballot).await;
    assert!(
        matches!(refused, Err(MappingError::Unexplained)),
        "{refused:?}"
    );
    let conflict = DeclaredConflict {
        tenant: tenant.clone(),
        actor: "eve".into(),
        set: set.clone(),
        mapping: one,
        round: 1,
        comment: TURNED.into(),
    };
    let refused = declare_conflict(&world, &conflict).await;
    assert!(matches!(refused, Err(MappingError::Comment)), "{refused:?}");

    let other = proposal(&tenant, &set, "https://tasks.example/2");
    let turned = Proposal {
        comment: TURNED.into(),
        ..other.clone()
    };
    let refused = propose(&world, &turned).await;
    assert!(matches!(refused, Err(MappingError::Comment)), "{refused:?}");
    let turned = Proposal {
        subject_label: TURNED.into(),
        ..other.clone()
    };
    let refused = propose(&world, &turned).await;
    assert!(
        matches!(refused, Err(MappingError::SubjectLabel)),
        "{refused:?}"
    );
    let turned = Proposal {
        object_label: "two\nlines".into(),
        ..other
    };
    let refused = propose(&world, &turned).await;
    assert!(
        matches!(refused, Err(MappingError::ObjectLabel)),
        "{refused:?}"
    );

    // Lines of a form end otherwise, and are no hidden signs.
    let lines = set_of("First.\r\nSecond.");
    begin_set(&world, &lines).await.unwrap();
    let said = why(&world, &tenant, "mapping_set.begin").await;
    assert_eq!(said, "First.\nSecond.");
}

#[tokio::test]
async fn signs_that_turn_the_words_around_them_are_refused_in_what_a_bloc_says() {
    let bloc = Bloc::whole(2).await;
    let said = Comment {
        tenant: bloc.parties[1].clone(),
        actor: "boss-1".into(),
        competency: bloc.id.clone(),
        version: 2,
        said: TURNED.into(),
        drawn: None,
    };
    let refused = comment(&bloc.world, &said).await;
    assert!(
        matches!(refused, Err(CompetencyError::Words)),
        "{refused:?}"
    );
    let turned = competency::RubricOrder {
        why: TURNED.into(),
        ..bloc.rubric(2, &["With help", "Alone", "Teaches"])
    };
    let refused = competency::draft_rubric(&bloc.world, &turned).await;
    assert!(matches!(refused, Err(CompetencyError::Why)), "{refused:?}");
}
