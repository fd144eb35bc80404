//! What is covered of an application, and what is told beside its answers: what could close a gap, and what is no longer used.

use serde_json::Value;
use touchstone_service::{
    crosswalk::{Besides, KeptRole, Verdict, ask_wallet, dcql_document, role},
    hiring::{By, Uncovering, application, applications, could_close, look, preview, uncover},
    issuing::define,
    operations::work_until_idle,
};
use touchstone_testkit::world;

use crate::{
    applications::{CONTACT, NAME, both, credential, only, opened, sent},
    support::{MEASURING, all, audited, confirmed, definition, no_longer_used},
};

#[tokio::test]
async fn a_covered_name_is_not_given_out_until_somebody_asks_on_record() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, true).await;
    let token = sent(&world, &posting, &[credential(&world, &school).await]).await;
    let covered = only(&world, &employer, &posting).await;
    let told = format!("{covered:?}");
    assert_eq!(covered.person, None);
    for word in [NAME, CONTACT, "Amara"] {
        assert!(!told.contains(word), "{word} stands in {told}");
    }
    let reading = &covered.reading;
    assert!(reading.shown.iter().all(|one| one.id.is_empty()));
    assert_eq!(
        reading.tasks[0].verdict,
        Verdict::Met,
        "what is shown is told"
    );
    let asks = Uncovering {
        tenant: employer.clone(),
        actor: "boss".into(),
        application: covered.id.clone(),
    };
    assert!(uncover(&world, &asks).await.unwrap());
    assert!(uncover(&world, &asks).await.unwrap(), "twice is once");
    let open = application(&world, &employer, &covered.id).await.unwrap();
    assert_eq!(open.unwrap().person.unwrap().name, NAME);
    assert_eq!(audited(&world, &employer, "application.uncover").await, 1);
    let own = look(&world, &token).await.unwrap().unwrap();
    assert!(own.row.uncovered_at.is_some(), "its sender sees that");
}

#[tokio::test]
async fn a_gap_is_closed_by_what_an_institution_issues() {
    let world = world().await;
    let (school, _) = both(&world).await;
    let posting = opened(&world, &school, false).await;
    let seen = preview(&world, &posting, &[credential(&world, &school).await]).await;
    let seen = seen.unwrap();
    let names: Vec<&str> = seen.could_close[0]
        .iter()
        .map(|choice| choice.name.as_str())
        .collect();
    assert_eq!(names, [definition(MEASURING).name.as_str()], "each once");
    assert!(seen.could_close[1].is_empty());
    let kept: KeptRole = role(&world, &school, &posting.row.role)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.role.tasks.len(), seen.could_close.len());
    // One that has no such level, or is earned on other evidence, leaves the gap as it is.
    let asked = definition(MEASURING).evidence_required[0].name.clone();
    for (level, rubric, evidence, closes) in [
        (Some(3), None, vec![asked.to_uppercase()], 1),
        (Some(20), None, vec![], 0),
        (
            Some(2),
            Some("https://a.example/i/a/competencies/b"),
            vec![],
            0,
        ),
        (None, None, vec!["A song".to_owned()], 0),
    ] {
        let mut other = kept.clone();
        other.role.tasks[0].level = level;
        other.role.tasks[0].rubric = rubric.map(str::to_owned);
        other.role.tasks[0].evidence = evidence;
        let found = could_close(&world, &other).await.unwrap();
        assert_eq!(found[0].len(), closes, "{:?}", other.role.tasks[0]);
    }
}

#[tokio::test]
async fn what_is_no_longer_used_closes_no_gap_and_what_takes_its_place_does_once_it_is_awarded() {
    let world = world().await;
    let (school, _) = both(&world).await;
    let posting = opened(&world, &school, false).await;
    let names = async || -> Vec<String> {
        let found = could_close(&world, &posting.role).await.unwrap();
        found[0].iter().map(|choice| choice.name.clone()).collect()
    };
    let first = definition(MEASURING).name;
    assert_eq!(names().await, [first.as_str()]);
    let reader = world.store.read();
    let found = reader.achievement_by_slug(&school, "precision-measurement");
    let said = no_longer_used(&world, &school, &found.await.unwrap().unwrap().id).await;
    assert!(names().await.is_empty(), "nobody can earn it any more");
    let next = MEASURING
        .replace("\"precision-measurement\"", "\"metrology\"")
        .replace("\"Precision measurement\"", "\"Metrology\"");
    define(&world, &crate::support::order(&school, &next))
        .await
        .unwrap();
    let list = "name,email,identifier,level,evidence,awarded_on\n\
        Cy,cy@example.org,R26-9,3,https://riverside.example/evidence/r26-9.pdf,2026-11-12\n";
    confirmed(&world, &school, &next, list).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(names().await, ["Metrology"]);
    // A wallet is asked for both, since who earned the first one holds it; the first stands behind.
    let compiled = ask_wallet(&world, &posting.role).await.unwrap();
    let asked = &compiled.query["credentials"][0]["claims"][0]["values"];
    let asked = asked.as_array().unwrap();
    let document = dcql_document(&posting.role, &compiled);
    let over = document["tasks"][0]["no_longer_used"].as_array().unwrap();
    assert_eq!((asked.len(), &asked[1..]), (2, &over[..]), "{document}");
    let held = all(&world, &school).await;
    let earlier = held.iter().find(|row| row.achievement == said.id);
    let earlier: Value = serde_json::from_slice(&earlier.unwrap().bytes).unwrap();
    assert_eq!(over[0], earlier["credentialSubject"]["achievement"]["id"]);
}

#[tokio::test]
async fn what_is_told_beside_an_answer_is_looked_up_where_it_is_shown() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let files = [credential(&world, &school).await];
    let token = sent(&world, &posting, &files).await;
    let reader = world.store.read();
    let found = reader.achievement_by_slug(&school, "precision-measurement");
    no_longer_used(&world, &school, &found.await.unwrap().unwrap().id).await;

    let own = look(&world, &token).await.unwrap().unwrap();
    let told = |one: &touchstone_service::crosswalk::RoleReading| {
        let over = one.shown[0].no_longer_awarded.clone();
        over.map(|over| over.replaced_by)
    };
    assert_eq!(told(&own.reading).as_deref(), Some("Metrology"));
    let seen = preview(&world, &posting, &files).await.unwrap();
    assert_eq!(told(&seen.reading), told(&own.reading));
    let one = application(&world, &employer, &own.row.id).await;
    assert_eq!(told(&one.unwrap().unwrap().reading), told(&own.reading));
    let id = &posting.row.id;
    let besides = Besides::Told;
    let full = applications(&world, &employer, id, By::Nothing, "", 9, besides).await;
    let full = full.unwrap().unwrap().applications.remove(0);
    assert_eq!(told(&full.reading), told(&own.reading));
    let listed = only(&world, &employer, &posting).await;
    assert_eq!(told(&listed.reading), None, "a list shows none of it");
    assert_eq!(listed.reading.tasks, full.reading.tasks);
}
