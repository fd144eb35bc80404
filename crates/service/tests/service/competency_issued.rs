//! What a bloc agreed on is issued, and meets the task that an employer wrote.

use serde_json::{Value, json};
use touchstone_service::{
    competency::{
        CompetencyError, Pilot, PilotError, TasksOrder, begin_pilot, draft_rubric, draft_tasks,
        release,
    },
    crosswalk::{KeptRole, RoleOrder, TaskOrder, Verdict, read_for_role, role, write_role},
    governing::{EndingKind, Entrusting, Thing, endings, entrust, said_over},
    issuing::{
        AchievementIds, Confirmation, Definition, DefinitionOrder, Mapping, Upload, UploadError,
        achievement, confirm, define, preview, revise, upload,
    },
    operations::work_until_idle,
    ports::Spooled,
    verifying::Reach,
};

use crate::competency::{Bloc, DAY_MS};
use crate::support::all;

const KIND: &str = "Observation";

impl Bloc {
    /// The employer asks for tasks of a framework and in its own words, with evidence and age, and the bloc agrees.
    async fn asked(&self) -> KeptRole {
        let (world, employer) = (&self.world, &self.parties[1]);
        let task = |id: &str, label: &str, kinds: &[&str]| TaskOrder {
            id: id.into(),
            label: label.into(),
            must: true,
            level: Some(2),
            evidence: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            max_age_days: Some(730),
            rubric: None,
        };
        let order = RoleOrder {
            tenant: employer.clone(),
            actor: "eve".into(),
            id: None,
            title: "Machine setter".into(),
            tasks: vec![
                task("https://tasks.example/setting", "Sets machines", &[KIND]),
                task("", "Führt andere an", &["observation ", KIND]),
            ],
            public: false,
            new_link: false,
            seen: None,
            drawn: None,
        };
        let id = write_role(world, &order).await.unwrap();
        let anew = TasksOrder {
            tenant: employer.clone(),
            actor: "eve".into(),
            competency: self.id.clone(),
            seen: 2,
            role: id.clone(),
            why: "Leading was forgotten.".into(),
        };
        assert_eq!(draft_tasks(world, &anew).await.unwrap(), 3);
        self.agree(3, 1).await;
        role(world, employer, &id).await.unwrap().unwrap()
    }

    /// The achievement that was made for the pilot, as a document.
    async fn made(&self) -> Value {
        let made = achievement(&self.world, &self.parties[0], "setting-pilot", None);
        let made = made.await.unwrap().unwrap().definition;
        serde_json::from_str(&made.to_json()).unwrap()
    }

    /// Writes the achievement anew.
    async fn revised(&self, document: &Value) {
        let order = DefinitionOrder {
            tenant: self.parties[0].clone(),
            actor: "registrar".into(),
            definition: Definition::from_value(document.clone()).unwrap(),
            seen: None,
        };
        revise(&self.world, &order).await.unwrap();
    }

    async fn upload(&self, name: &str) -> Result<String, UploadError> {
        let list = format!(
            "name,email,level,evidence,awarded_on\n{name},ada@example.org,Alone,https://riverside.example/e/1.pdf,2026-11-12\n"
        );
        let order = Upload {
            tenant: self.parties[0].clone(),
            actor: "registrar".into(),
            achievement: "setting-pilot".into(),
            name: None,
            file_name: Some("cohort.csv".into()),
            list: Spooled::in_memory(list.as_str(), self.world.crypto),
            mapping: Mapping::new(),
        };
        Ok(upload(&self.world, &order).await?.batch)
    }

    /// Issues to one person; the credential.
    async fn issued(&self, name: &str) -> Vec<u8> {
        let (world, issuer) = (&self.world, &self.parties[0]);
        let batch = self.upload(name).await.unwrap();
        let seen = preview(world, issuer, &batch).await.unwrap().unwrap();
        let confirmation = Confirmation {
            tenant: issuer.clone(),
            actor: "approver".into(),
            batch,
            fingerprint: seen.fingerprint,
        };
        confirm(world, &confirmation).await.unwrap();
        work_until_idle(world).await.unwrap();
        all(world, issuer).await.remove(0).bytes
    }

    /// The issuer says that what was agreed on is no longer to be used.
    async fn no_longer_used(&self) {
        let order = Entrusting {
            tenant: self.parties[0].clone(),
            actor: "boss".into(),
            thing: Thing::Competency,
            id: self.id.clone(),
            steward: "The head of training".into(),
            until: None,
            successor: String::new(),
            no_longer_used: true,
            replaced_by: String::new(),
            seen: None,
        };
        entrust(&self.world, &order).await.unwrap();
    }
}

#[tokio::test]
async fn from_a_role_over_a_bloc_to_a_credential_that_meets_every_task() {
    let bloc = Bloc::whole(3).await;
    let world = &bloc.world;
    let role = bloc.asked().await;
    begin_pilot(world, &bloc.pilot(3, "2099-12-31"))
        .await
        .unwrap();
    let mut made = bloc.made().await;
    assert_eq!(made["evidenceRequired"], json!([{"name": KIND}]));
    assert_eq!(made["validForMonths"], 23);
    let linked = made["alignment"].as_array().unwrap();
    assert_eq!(linked[1]["targetUrl"], role.role.tasks[1].id.as_str());

    // Not issued for good before it is released, and not with other levels than those.
    made.as_object_mut().unwrap().remove("pilotUntil");
    bloc.revised(&made).await;
    let refused = bloc.upload("Ada").await;
    assert!(
        matches!(refused, Err(UploadError::NotReleased(_))),
        "{refused:?}"
    );
    let released = release(world, &bloc.releasing(3)).await.unwrap();
    let mut other = made.clone();
    other["resultDescription"][0]["rubricCriterionLevel"][1]["description"] = json!("Works.");
    let level = "the level “Alone”";
    for (place, wrong) in [
        (level, other),
        ("level 2 must be reached", {
            let mut other = made.clone();
            other["resultDescription"][0]["requiredLevel"] = json!(1);
            other
        }),
        ("the task “Sets machines” is missing", {
            let mut other = made.clone();
            other["alignment"].as_array_mut().unwrap().remove(0);
            other
        }),
        ("the task “Führt andere an” is missing", {
            let mut other = made.clone();
            other["alignment"][1]["targetName"] = json!("Führt");
            other
        }),
        ("“Measures parts” is linked as a task", {
            let mut other = made.clone();
            let before = json!({"targetName": "Measures parts", "targetUrl": "https://tasks.example/Measures-parts"});
            other["alignment"].as_array_mut().unwrap().push(before);
            other
        }),
        ("“Flies” is linked as a task", {
            let mut other = made.clone();
            let unknown = json!({"targetName": "Flies", "targetUrl": "https://tasks.example/Flies", "targetType": "ext:Task"});
            other["alignment"].as_array_mut().unwrap().push(unknown);
            other
        }),
    ] {
        bloc.revised(&wrong).await;
        let refused = bloc.upload("Ada").await.unwrap_err();
        assert!(matches!(refused, UploadError::NotReleased(_)), "{place}");
        let words = refused.to_string();
        assert!(words.contains(place), "{place}: {words}");
        let links = bloc.made().await["alignment"].to_string();
        assert!(!links.contains("CompetencyRelease"), "{place}: {links}");
    }

    // As it was released, with a skill besides.
    let skill = json!({"targetName": "Leading", "targetUrl": "http://data.europa.eu/esco/skill/1"});
    made["alignment"].as_array_mut().unwrap().push(skill);
    bloc.revised(&made).await;
    let said = bloc.made().await;
    let links = said["alignment"].as_array().unwrap();
    let last = links.last().unwrap();
    assert_eq!(last["targetUrl"], released.url.as_str());
    assert_eq!(last["targetCode"], released.sha256.as_str());
    let again = json!({"alignment": links});
    bloc.revised(&made).await;
    assert_eq!(again["alignment"], bloc.made().await["alignment"]);

    let file = bloc.issued("Ada").await;
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains(&released.url) && text.contains(&released.sha256));
    let read = read_for_role(world, &role, &[file], Reach::Own, None).await;
    let read = read.unwrap();
    for answer in &read.tasks {
        assert_eq!(answer.verdict, Verdict::Met, "{answer:?}");
    }
}

#[tokio::test]
async fn that_something_was_released_is_said_by_the_program_alone() {
    let bloc = Bloc::whole(3).await;
    let (world, issuer) = (&bloc.world, &bloc.parties[0]);
    bloc.agree(2, 1).await;
    let released = release(world, &bloc.releasing(2)).await.unwrap();
    begin_pilot(world, &bloc.pilot(2, "2099-12-31"))
        .await
        .unwrap();
    // A copy under another name was never tried out, whatever it links.
    let mut copy = bloc.made().await;
    copy.as_object_mut().unwrap().remove("pilotUntil");
    copy["slug"] = json!("copy");
    let written = json!({"targetName": "Setting machines", "targetUrl": released.url, "targetCode": released.sha256, "targetType": "ext:CompetencyRelease"});
    copy["alignment"].as_array_mut().unwrap().push(written);
    for name in ["Setting machines", "Setting all machines"] {
        copy["name"] = json!(name);
        let order = DefinitionOrder {
            tenant: issuer.clone(),
            actor: "registrar".into(),
            definition: Definition::from_value(copy.clone()).unwrap(),
            seen: None,
        };
        match name {
            "Setting machines" => define(world, &order).await.map(drop).unwrap(),
            _ => revise(world, &order).await.map(drop).unwrap(),
        }
        let kept = achievement(world, issuer, "copy", None).await;
        let kept = kept.unwrap().unwrap().definition;
        assert_eq!((kept.name.as_str(), kept.release()), (name, None));
        assert_eq!(kept.alignment.len(), 2, "the tasks stay");
    }
}

#[tokio::test]
async fn a_pilot_says_that_it_is_one_and_is_issued_on_no_later_day() {
    let bloc = Bloc::whole(3).await;
    let world = &bloc.world;
    let today = world.world.clock.now();
    let yesterday = touchstone_vc::Timestamp::from_unix_millis(today.unix_millis() - DAY_MS);
    let day = |at: touchstone_vc::Timestamp| at.to_string()[..10].to_owned();
    let refused = begin_pilot(world, &bloc.pilot(2, &day(yesterday))).await;
    assert!(matches!(refused, Err(PilotError::Until)), "{refused:?}");
    let theirs = Pilot {
        tenant: bloc.parties[1].clone(),
        ..bloc.pilot(2, &day(today))
    };
    let refused = begin_pilot(world, &theirs).await;
    assert!(
        matches!(
            refused,
            Err(PilotError::Competency(CompetencyError::NotIssuer))
        ),
        "{refused:?}"
    );
    let made = begin_pilot(world, &bloc.pilot(2, &day(today)))
        .await
        .unwrap();
    let issuer = &bloc.parties[0];
    let due = endings(world, issuer).await.unwrap();
    assert!(
        due.iter()
            .any(|one| one.what == EndingKind::Pilot && !one.over),
        "{due:?}"
    );
    let theirs = endings(world, &bloc.parties[1]).await.unwrap();
    assert_eq!(theirs, [], "the issuer's, not that of who takes part");
    let listed = achievement(world, issuer, &made, None)
        .await
        .unwrap()
        .unwrap();
    let levels = &listed.definition.rubric.as_ref().unwrap().levels;
    assert_eq!(levels.len(), 2);
    assert_eq!(levels[0].examples, ["A shaft, With help."]);
    assert_eq!(listed.definition.alignment.len(), 2);
    let published = String::from_utf8(listed.version.published).unwrap();
    let published: serde_json::Value = serde_json::from_str(&published).unwrap();
    assert_eq!(published["pilotUntil"], day(today));
    assert_eq!(published["tag"], serde_json::json!(["pilot"]));
    let ids = AchievementIds::new(world.crypto, issuer.as_str(), "setting-pilot", 1);
    let told = listed.definition.achievement(&ids).criteria_narrative;
    assert!(
        told.contains(&format!("**Pilot, issued until:** {}", day(today))),
        "{told}"
    );

    let list = |csv: &str| Upload {
        tenant: issuer.clone(),
        actor: "registrar".into(),
        achievement: "setting-pilot".into(),
        name: None,
        file_name: Some("cohort.csv".into()),
        list: Spooled::in_memory(csv, world.crypto),
        mapping: Mapping::new(),
    };
    const ADA: &str = "name,email,level,evidence,awarded_on\nAda,ada@example.org,Alone,https://example.org/e/ada.pdf,2026-01-02\n";
    upload(world, &list(ADA)).await.unwrap();
    world.clock.advance_millis(DAY_MS);
    let refused = upload(world, &list(&ADA.replace("Ada", "Bea"))).await;
    assert!(
        matches!(refused, Err(UploadError::PilotEnded(_))),
        "{refused:?}"
    );
    let seen = bloc.seen_by(2).await;
    assert_eq!(seen.versions[0].pilot.as_ref().unwrap().achievement, made);
    let twice = begin_pilot(
        world,
        &Pilot {
            slug: "setting-pilot-2".into(),
            ..bloc.pilot(2, "2099-12-31")
        },
    )
    .await;
    assert!(matches!(twice, Err(PilotError::Begun)), "{twice:?}");
}

#[tokio::test]
async fn a_pilot_goes_on_until_its_day_whatever_is_released() {
    let bloc = Bloc::whole(3).await;
    begin_pilot(&bloc.world, &bloc.pilot(2, "2099-12-31"))
        .await
        .unwrap();
    let next = bloc.rubric(2, &["With help", "Alone", "Teaches"]);
    draft_rubric(&bloc.world, &next).await.unwrap();
    bloc.agree(3, 1).await;
    release(&bloc.world, &bloc.releasing(3)).await.unwrap();
    bloc.upload("Ada").await.unwrap();
    let mut made = bloc.made().await;
    made.as_object_mut().unwrap().remove("pilotUntil");
    bloc.revised(&made).await;
    let refused = bloc.upload("Bea").await;
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("“Setting machines”"), "{words}");
}

/// That it is no longer to be used is told, and refuses nothing; an agreement that ended stops the next release, and not issuing.
#[tokio::test]
async fn what_was_released_is_issued_on_when_it_is_no_longer_used_or_its_agreement_ended() {
    let bloc = Bloc::whole(3).await;
    let (world, issuer) = (&bloc.world, &bloc.parties[0]);
    bloc.agree(2, 1).await;
    begin_pilot(world, &bloc.pilot(2, "2099-12-31"))
        .await
        .unwrap();
    let released = release(world, &bloc.releasing(2)).await.unwrap();
    bloc.no_longer_used().await;
    let thing = (Thing::Competency, bloc.id.as_str());
    let told = said_over(world, issuer, thing, "Setting machines").await;
    assert!(told.unwrap().is_some());
    let mut made = bloc.made().await;
    made.as_object_mut().unwrap().remove("pilotUntil");
    bloc.revised(&made).await;
    let text = String::from_utf8(bloc.issued("Ada").await).unwrap();
    assert!(text.contains(&released.url) && text.contains(&released.sha256));

    world.clock.advance_millis(366 * DAY_MS);
    assert!(released.valid_until < world.world.clock.now().unix_millis());
    bloc.upload("Bea").await.unwrap();
}

#[tokio::test]
async fn everybody_who_takes_part_sees_until_when_what_they_agreed_on_is_good() {
    let bloc = Bloc::whole(3).await;
    let world = &bloc.world;
    for party in 0..3 {
        let seen = endings(world, &bloc.parties[party]).await.unwrap();
        assert_eq!(seen, [], "nothing is released");
    }
    bloc.agree(2, 1).await;
    let released = release(world, &bloc.releasing(2)).await.unwrap();
    let name = "Riverside Polytechnic".to_owned();
    for (party, whose) in [(0, None), (1, Some(name.clone())), (2, Some(name))] {
        let seen = endings(world, &bloc.parties[party]).await.unwrap();
        let [one] = &seen[..] else { panic!("{seen:?}") };
        assert_eq!(
            (one.what, one.thing),
            (EndingKind::Agreement, Thing::Competency)
        );
        assert_eq!(
            (one.at, &one.id, &one.whose),
            (released.valid_until, &bloc.id, &whose)
        );
    }
    bloc.no_longer_used().await;
    for party in 0..3 {
        let seen = endings(world, &bloc.parties[party]).await.unwrap();
        assert_eq!(seen, [], "what is no longer used is looked at by nobody");
    }
}
