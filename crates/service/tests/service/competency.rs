//! What a credential certifies, written by an employer, an issuer and their bloc: from tasks over votes and a pilot to a release and its end.

use touchstone_crosswalk::role::Need;
use touchstone_service::{
    World,
    competency::{
        Change, Comment, CompetencyBeginning, CompetencyDetail, CompetencyError, DeclaredConflict,
        Pilot, Release, ReleaseError, ReviewAgain, RubricLevel, RubricOrder, TasksOrder, Vote,
        Voted, begin_competency, comment, compare, competencies, competency, declare_conflict,
        draft_rubric, draft_tasks, release, review_again, vote,
    },
    crosswalk::{
        Beginning, InvitedParty, Joining, RoleOrder, TaskOrder, Wanting, begin_set, invite,
        join_set, write_role,
    },
    drawn::draw,
    governing::{Thing, responsibility},
    issuing::{evidence_kinds, found},
    logging::{prove_change, sequence_until_idle},
    rows::{CompetencyState, TenantId},
    verifying::{self, Reach, Which},
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{CheckKind, Outcome, log::Entry};

use crate::support::{audited, founding, institution, recorded, why};

pub(crate) const DAY_MS: i64 = 86_400_000;

/// Organizations of a bloc, the first of which is the issuer and the second the employer.
pub(crate) struct Bloc {
    pub(crate) world: TestWorld,
    pub(crate) parties: Vec<TenantId>,
    pub(crate) id: String,
}

impl Bloc {
    async fn of(size: usize) -> Self {
        let world = world().await;
        let issuer = institution(&world).await;
        let set = Beginning {
            tenant: issuer.clone(),
            actor: "ann".into(),
            slug: "machining".into(),
            title: "Machining".into(),
            license: "https://creativecommons.org/licenses/by/4.0/".into(),
            review_days: 365,
            why: "The trades asked for it.".into(),
        };
        let set = begin_set(&world, &set).await.unwrap();
        let mut parties = vec![issuer.clone()];
        for place in 1..size {
            let slug = format!("works-{place}");
            let mut order = founding(&slug);
            order.description.name = format!("Çelik Works {place}");
            let tenant = found(&world, &order).await.unwrap().tenant;
            let asked = InvitedParty {
                tenant: issuer.clone(),
                actor: "ann".into(),
                set: set.clone(),
                institution: slug,
                why: "Its people know the work.".into(),
            };
            invite(&world, &asked).await.unwrap();
            let joining = Joining {
                tenant: tenant.clone(),
                actor: "boss".into(),
                set: set.clone(),
                why: "Our people do this work.".into(),
            };
            join_set(&world, &joining).await.unwrap();
            parties.push(tenant);
        }
        let employer = parties[1].clone();
        let begun = CompetencyBeginning {
            tenant: employer.clone(),
            actor: "eve".into(),
            set,
            role: role(&world, &employer, &["Sets machines", "Measures parts"]).await,
            issuer: "riverside".into(),
            slug: "setting".into(),
            title: "Setting machines".into(),
            why: "New machines came.".into(),
        };
        let id = begin_competency(&world, &begun).await.unwrap();
        Self { world, parties, id }
    }

    /// A bloc whose issuer has drafted the rubric, as version 2.
    pub(crate) async fn whole(size: usize) -> Self {
        let bloc = Self::of(size).await;
        draft_rubric(&bloc.world, &bloc.rubric(1, &["With help", "Alone"]))
            .await
            .unwrap();
        bloc
    }

    pub(crate) fn rubric(&self, seen: i64, names: &[&str]) -> RubricOrder {
        let level = |name: &&str| RubricLevel {
            name: (*name).into(),
            description: format!("Works {name}."),
            examples: vec![format!("A shaft, {name}.")],
        };
        RubricOrder {
            tenant: self.parties[0].clone(),
            actor: "ann".into(),
            competency: self.id.clone(),
            seen,
            required_level: 2,
            levels: names.iter().map(level).collect(),
            why: "Two levels are told apart at work.".into(),
        }
    }

    async fn vote(
        &self,
        party: usize,
        version: i64,
        hundredths: i64,
    ) -> Result<Voted, CompetencyError> {
        self.vote_as(party, &format!("boss-{party}"), version, 1, hundredths)
            .await
    }

    pub(crate) async fn vote_as(
        &self,
        party: usize,
        actor: &str,
        version: i64,
        round: i64,
        hundredths: i64,
    ) -> Result<Voted, CompetencyError> {
        let order = Vote {
            tenant: self.parties[party].clone(),
            actor: actor.into(),
            by_member: true,
            competency: self.id.clone(),
            version,
            round,
            hundredths,
            comment: "As seen at work.".into(),
        };
        vote(&self.world, &order).await
    }

    /// Three organizations agree with a version.
    pub(crate) async fn agree(&self, version: i64, round: i64) {
        for party in 0..3 {
            let actor = format!("boss-{party}");
            self.vote_as(party, &actor, version, round, 100)
                .await
                .unwrap();
        }
    }

    pub(crate) fn releasing(&self, version: i64) -> Release {
        Release {
            tenant: self.parties[0].clone(),
            actor: "ann".into(),
            competency: self.id.clone(),
            version,
            why: "The pilot went well.".into(),
        }
    }

    pub(crate) fn pilot(&self, version: i64, until: &str) -> Pilot {
        Pilot {
            tenant: self.parties[0].clone(),
            actor: "ann".into(),
            competency: self.id.clone(),
            version,
            slug: "setting-pilot".into(),
            description: "Sets a machine and measures what it makes.".into(),
            assessment_method: "Observed at a machine.".into(),
            language: "en".into(),
            until: until.into(),
            why: "To see whether two levels are enough.".into(),
        }
    }

    pub(crate) async fn seen_by(&self, party: usize) -> CompetencyDetail {
        let found = competency(&self.world, &self.parties[party], &self.id).await;
        found.unwrap().unwrap()
    }
}

async fn role(world: &World, tenant: &TenantId, tasks: &[&str]) -> String {
    let task = |label: &&str| TaskOrder {
        id: format!("https://tasks.example/{}", label.replace(' ', "-")),
        label: (*label).into(),
        must: true,
        evidence: vec!["Work sample".into()],
        ..TaskOrder::default()
    };
    let order = RoleOrder {
        tenant: tenant.clone(),
        actor: "eve".into(),
        id: None,
        title: "Machine setter".into(),
        tasks: tasks.iter().map(task).collect(),
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    write_role(world, &order).await.unwrap()
}

#[tokio::test]
async fn five_organizations_write_vote_and_release_and_anybody_can_check_it() {
    let bloc = Bloc::whole(5).await;
    let world = &bloc.world;
    let early = bloc.vote(1, 2, 100).await.unwrap();
    assert_eq!(early.state, CompetencyState::Proposed);
    let refused = release(world, &bloc.releasing(2)).await;
    assert!(
        matches!(refused, Err(ReleaseError::NotAgreed)),
        "{refused:?}"
    );
    bloc.agree(2, 1).await;
    let released = release(world, &bloc.releasing(2)).await.unwrap();
    let url = "https://verify.example.edu/i/riverside/competencies/setting/1.json";
    assert_eq!((released.number, released.url.as_str()), (1, url));
    let decided = bloc.seen_by(0).await.versions[0].row.decided_at.unwrap();
    assert_eq!(released.valid_until, decided + 365 * DAY_MS);

    let document = async |statement| {
        let which = Which::Competency {
            slug: "setting",
            number: 1,
            statement,
        };
        let found = verifying::document(world, "riverside", which).await;
        found.unwrap().unwrap()
    };
    let (file, statement) = (document(false).await, document(true).await);
    let said: serde_json::Value = serde_json::from_slice(&file.bytes).unwrap();
    assert_eq!(said["tasks"][0]["label"], "Sets machines");
    let levels = &said["resultDescription"][0];
    assert_eq!(levels["requiredLevel"], 2);
    let example = &levels["rubricCriterionLevel"][1]["examples"];
    assert_eq!(*example, serde_json::json!(["A shaft, Alone."]));
    assert_eq!(said["reviewers"].as_array().unwrap().len(), 3);
    assert_eq!(said["reviewerAgreement"], 1.0);
    let history = &said["history"];
    assert_eq!(history[0]["part"], "tasks");
    assert_eq!(history[0]["author"]["name"], "Çelik Works 1");
    assert_eq!(history[0]["reason"], "New machines came.");
    assert_eq!(history[1]["part"], "rubric");
    assert_eq!(history[1]["author"]["name"], "Riverside Polytechnic");
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    for person in ["boss", "\"eve\"", "\"ann\""] {
        assert!(!text.contains(person), "nobody is named: {text}");
    }
    let checked = verifying::check(world, &statement.bytes, None, Reach::Own).await;
    let report = checked.unwrap().report;
    for kind in [CheckKind::Proof, CheckKind::Issuer] {
        assert_eq!(report.outcome(kind), Some(Outcome::Pass), "{report:?}");
    }

    sequence_until_idle(world).await.unwrap();
    let proven = prove_change(world, "competency.released", &bloc.id, 1).await;
    let proven = proven.unwrap().unwrap();
    let Entry::CompetencyRelease {
        url: logged,
        sha256,
        ..
    } = Entry::parse(&proven.entry).unwrap()
    else {
        panic!("another kind of entry")
    };
    assert_eq!(
        (logged.as_str(), sha256),
        (url, (world.crypto.sha256)(&file.bytes))
    );
    let published = verifying::documents(world).await.unwrap();
    for path in [&file.path, &statement.path] {
        assert!(published.iter().any(|one| one.path == *path), "{path}");
    }
    let again = release(world, &bloc.releasing(2)).await;
    assert!(matches!(again, Err(ReleaseError::Before)), "{again:?}");

    let (issuer, employer) = (&bloc.parties[0], &bloc.parties[1]);
    let answers = responsibility(world, issuer, Thing::Competency, &bloc.id).await;
    assert_eq!(answers.unwrap().unwrap().title, "Setting machines");
    let theirs = responsibility(world, employer, Thing::Competency, &bloc.id).await;
    assert_eq!(
        theirs.unwrap(),
        None,
        "the issuer answers for what it releases"
    );
    for (tenant, action) in [
        (employer, "competency.begin"),
        (issuer, "competency.draft_rubric"),
        (issuer, "competency.vote"),
        (issuer, "competency.release"),
    ] {
        assert_eq!(audited(world, tenant, action).await, 1, "{action}");
    }
}

#[tokio::test]
async fn a_lost_vote_is_answered_by_the_next_version_and_both_stand_side_by_side() {
    let bloc = Bloc::whole(5).await;
    for (party, hundredths) in [(0, 100), (1, -100), (2, -100)] {
        bloc.vote(party, 2, hundredths).await.unwrap();
    }
    assert_eq!(
        bloc.seen_by(4).await.versions[0].row.state,
        CompetencyState::Refused
    );
    let said = Comment {
        tenant: bloc.parties[3].clone(),
        actor: "boss-3".into(),
        competency: bloc.id.clone(),
        version: 2,
        said: "Who teaches others is missing.".into(),
        drawn: Some(draw(&bloc.world)),
    };
    for _ in 0..2 {
        comment(&bloc.world, &said).await.unwrap();
    }
    let version = &bloc.seen_by(4).await.versions[0];
    assert_eq!(version.comments.len(), 1, "sent twice, it is said once");
    let recorded = recorded(&bloc.world, &said.tenant, "competency.comment").await;
    assert_eq!(recorded["said"], *said.said, "{recorded}");
    assert!(recorded.get("why").is_none(), "it is no reason");
    let next = bloc.rubric(2, &["With help", "Alone", "Teaches"]);
    assert_eq!(draft_rubric(&bloc.world, &next).await.unwrap(), 3);
    let late = draft_rubric(&bloc.world, &bloc.rubric(2, &["a", "b"])).await;
    assert!(matches!(late, Err(CompetencyError::InBetween)), "{late:?}");
    bloc.agree(3, 1).await;

    let both = compare(&bloc.world, &bloc.parties[4], &bloc.id, Some(2), Some(3)).await;
    let both = both.unwrap().unwrap();
    let changes: Vec<Change> = both.levels.iter().map(|one| one.change).collect();
    assert_eq!(changes, [Change::Same, Change::Same, Change::Added]);
    assert!(both.tasks.iter().all(|one| one.change == Change::Same));
    assert_eq!(both.before.comments[0].organization.name, "Çelik Works 3");
    assert_eq!(both.before.row.state, CompetencyState::Refused);
    assert_eq!(both.after.row.state, CompetencyState::Agreed);
    let refused = release(&bloc.world, &bloc.releasing(2)).await;
    assert!(
        matches!(refused, Err(ReleaseError::NotAgreed)),
        "{refused:?}"
    );
    release(&bloc.world, &bloc.releasing(3)).await.unwrap();
}

#[tokio::test]
async fn the_employer_writes_tasks_the_issuer_the_rubric_and_each_says_why() {
    let bloc = Bloc::of(3).await;
    let world = &bloc.world;
    let refused = bloc.vote(2, 1, 100).await;
    assert!(
        matches!(refused, Err(CompetencyError::NoRubric)),
        "{refused:?}"
    );
    let theirs = RubricOrder {
        tenant: bloc.parties[1].clone(),
        ..bloc.rubric(1, &["a", "b"])
    };
    let refused = draft_rubric(world, &theirs).await;
    assert!(
        matches!(refused, Err(CompetencyError::NotIssuer)),
        "{refused:?}"
    );
    let silent = RubricOrder {
        why: " ".into(),
        ..bloc.rubric(1, &["a", "b"])
    };
    let refused = draft_rubric(world, &silent).await;
    assert!(matches!(refused, Err(CompetencyError::Why)), "{refused:?}");
    draft_rubric(world, &bloc.rubric(1, &["a", "b"]))
        .await
        .unwrap();

    let (issuer, employer) = (&bloc.parties[0], &bloc.parties[1]);
    let anew = |tenant: &TenantId, role: String| TasksOrder {
        tenant: tenant.clone(),
        actor: "eve".into(),
        competency: bloc.id.clone(),
        seen: 2,
        role,
        why: "Cleaning was forgotten.".into(),
    };
    let own = role(world, issuer, &["Cleans"]).await;
    let refused = draft_tasks(world, &anew(issuer, own)).await;
    assert!(
        matches!(refused, Err(CompetencyError::NotEmployer)),
        "{refused:?}"
    );
    let same = role(world, employer, &["Sets machines", "Measures parts"]).await;
    let refused = draft_tasks(world, &anew(employer, same)).await;
    assert!(matches!(refused, Err(CompetencyError::Same)), "{refused:?}");
    let more = role(world, employer, &["Sets machines", "Cleans"]).await;
    assert_eq!(draft_tasks(world, &anew(employer, more)).await.unwrap(), 3);
    let latest = &bloc.seen_by(2).await.versions[0];
    assert!(latest.rubric.is_some() && latest.organization.name == "Çelik Works 1");
    assert_eq!(latest.row.why, "Cleaning was forgotten.");
    assert_eq!(latest.tasks[1].need, Need::Must);
}

#[tokio::test]
async fn nobody_decides_alone_and_who_has_a_conflict_stands_back() {
    let bloc = Bloc::whole(2).await;
    let own = bloc.vote_as(0, "ann", 2, 1, 100).await.unwrap();
    assert!(
        own.tally.wanting.contains(&Wanting::AnotherOrganization),
        "{own:?}"
    );
    bloc.vote(1, 2, 100).await.unwrap();
    let conflict = |actor: &str| DeclaredConflict {
        tenant: bloc.parties[1].clone(),
        actor: actor.into(),
        competency: bloc.id.clone(),
        version: 2,
        round: 1,
        comment: "I wrote the course myself.".into(),
    };
    let undone = declare_conflict(&bloc.world, &conflict("boss-1"))
        .await
        .unwrap();
    assert_eq!(undone.state, CompetencyState::Proposed);
    let action = "competency.declare_conflict";
    let recorded = why(&bloc.world, &bloc.parties[1], action).await;
    assert_eq!(recorded, "I wrote the course myself.");
    assert!(
        undone.tally.wanting.contains(&Wanting::AnotherOrganization),
        "{undone:?}"
    );
    let refused = bloc.vote(1, 2, 100).await;
    assert!(
        matches!(refused, Err(CompetencyError::Conflicted)),
        "{refused:?}"
    );
    let twice = declare_conflict(&bloc.world, &conflict("boss-1")).await;
    assert!(matches!(twice, Err(CompetencyError::Declared)), "{twice:?}");
    let colleague = bloc.vote_as(1, "colleague", 2, 1, 100).await.unwrap();
    assert_eq!(colleague.state, CompetencyState::Agreed);
    let seen = bloc.seen_by(0).await;
    let conflicts = &seen.versions[0].ballots.conflicts;
    assert_eq!(conflicts[0].row.comment, "I wrote the course myself.");
}

#[tokio::test]
async fn an_agreement_ends_and_is_reviewed_again_before_the_next_release() {
    let bloc = Bloc::whole(5).await;
    bloc.agree(2, 1).await;
    release(&bloc.world, &bloc.releasing(2)).await.unwrap();
    bloc.world.clock.advance_millis(366 * DAY_MS);
    let seen = bloc.seen_by(3).await;
    assert!(seen.summary.due && seen.versions[0].due);
    let refused = release(&bloc.world, &bloc.releasing(2)).await;
    assert!(matches!(refused, Err(ReleaseError::Ended)), "{refused:?}");
    let again = ReviewAgain {
        tenant: bloc.parties[3].clone(),
        actor: "boss-3".into(),
        competency: bloc.id.clone(),
        version: 2,
        why: "A year is over.".into(),
    };
    assert_eq!(review_again(&bloc.world, &again).await.unwrap(), 2);
    let stale = bloc.vote(1, 2, 100).await;
    assert!(
        matches!(stale, Err(CompetencyError::OtherRound)),
        "{stale:?}"
    );
    bloc.agree(2, 2).await;
    let renewed = release(&bloc.world, &bloc.releasing(2)).await.unwrap();
    assert_eq!(renewed.number, 2);
    assert_eq!(bloc.seen_by(0).await.releases.len(), 2, "the first stays");
}

#[tokio::test]
async fn t52_a_competency_does_not_exist_for_who_was_never_asked() {
    let bloc = Bloc::whole(2).await;
    let stranger = found(&bloc.world, &founding("stranger"))
        .await
        .unwrap()
        .tenant;
    assert!(
        competencies(&bloc.world, &stranger, None)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        competency(&bloc.world, &stranger, &bloc.id)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        compare(&bloc.world, &stranger, &bloc.id, None, None)
            .await
            .unwrap()
            .is_none()
    );
    // What its tasks ask for is known to who takes part, and to nobody else.
    let kinds = evidence_kinds(&bloc.world, &bloc.parties[0]).await;
    assert_eq!(kinds.unwrap(), ["Work sample"]);
    let kinds = evidence_kinds(&bloc.world, &stranger).await.unwrap();
    assert!(kinds.is_empty(), "{kinds:?}");
    let said = Comment {
        tenant: stranger,
        actor: "x".into(),
        competency: bloc.id.clone(),
        version: 2,
        said: "Me too.".into(),
        drawn: None,
    };
    let refused = comment(&bloc.world, &said).await;
    assert!(
        matches!(refused, Err(CompetencyError::NoSuchCompetency)),
        "{refused:?}"
    );
}
