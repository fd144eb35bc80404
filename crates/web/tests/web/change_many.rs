//! Withdrawing, pausing and reinstating many at once: whom it is about is shown before anything is changed.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::issuing::{Fate, ManyChoice, Which, choose_many};
use touchstone_service::operations::{Role, work_until_idle};

use crate::api_program::Program;
use crate::journey::issued;
use crate::site::{Answer, Site};

fn chosen(page: &Answer) -> Vec<String> {
    let text = page.text();
    let parts = text.split("name=\"id\" value=\"").skip(1);
    parts
        .map(|part| part.split_once('"').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn many_are_withdrawn_after_everybody_affected_was_shown() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let list = issued(&site, &registrar).await;
    assert_eq!(chosen(&list).len(), 2);
    let all = [("fate", "revoke"), ("all", "yes")];
    let shown = registrar.submit(&list, "/credentials/choose", &all).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let text = shown.text();
    assert!(text.contains("Withdraw 2 credentials") && text.contains("Nothing is changed yet"));
    assert!(text.contains("Amara Okafor") && text.contains("Tomás Herrera"));
    let ids = chosen(&shown);
    assert_eq!(ids.len(), 2);

    let form = |reason: &'static str| {
        let ids = ids.iter().map(|id| ("id", id.as_str()));
        let rest = [("fate", "revoke"), ("reason", reason)];
        ids.chain(rest).collect::<Vec<_>>()
    };
    let refused = registrar
        .submit(&shown, "/credentials/change", &form(" "))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("id=\"f-reason-e\""));
    assert_eq!(chosen(&refused), ids, "nobody is lost by a refusal");

    let form = form("The assessor was not qualified.");
    let done = registrar.submit(&shown, "/credentials/change", &form).await;
    assert!(
        done.text().contains("2 credentials are withdrawn"),
        "{}",
        done.text()
    );
    let again = registrar
        .submit(&shown, "/credentials/change", &form)
        .await
        .text();
    assert!(again.contains("Nothing was changed") && again.contains("It was withdrawn before."));
    let none = registrar.submit(&list, "/credentials/choose", &all).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        none.text()
            .contains("None of those that are chosen would change")
    );
    let record = registrar.get("/audit").await.text();
    assert_eq!(record.matches("withdrew a credential").count(), 2);
}

#[tokio::test]
async fn only_the_ticked_are_paused_and_stand_again() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let list = issued(&site, &registrar).await;
    let id = chosen(&list)[0].clone();
    let one = |fate: &'static str| [("fate", fate), ("id", id.as_str())];
    let shown = registrar
        .submit(&list, "/credentials/choose", &one("suspend"))
        .await;
    assert_eq!(chosen(&shown), std::slice::from_ref(&id));
    let pause = [&one("suspend")[..], &[("reason", "Under review.")]].concat();
    let done = registrar
        .submit(&shown, "/credentials/change", &pause)
        .await;
    assert!(
        done.text().contains("1 credential is paused"),
        "{}",
        done.text()
    );
    let all = [("fate", "reinstate"), ("all", "yes")];
    let shown = registrar.submit(&list, "/credentials/choose", &all).await;
    assert_eq!(chosen(&shown), std::slice::from_ref(&id));
    assert!(shown.text().contains("It is not paused."));
    let nobody = registrar
        .submit(&list, "/credentials/choose", &[("fate", "revoke")])
        .await;
    assert!(nobody.text().contains("Nobody is chosen"));
}

#[tokio::test]
async fn t52_another_institutions_credentials_are_not_among_the_many() {
    let (site, riverside) = Site::with_owner("riverside").await;
    let ids = chosen(&issued(&site, &riverside).await);
    let lakeside = site.owner("lakeside").await;
    let list = issued(&site, &lakeside).await;
    let theirs = [("fate", "revoke"), ("id", &*ids[0]), ("reason", "x")];
    let shown = lakeside.submit(&list, "/credentials/choose", &theirs).await;
    assert!(shown.text().contains("Nobody is chosen"));
    let done = lakeside.submit(&list, "/credentials/change", &theirs).await;
    assert!(done.text().contains("Nothing was changed"));
    let still = riverside.get(&format!("/credentials/{}", ids[0])).await;
    assert!(!still.text().contains("Withdrawn"));
}

#[tokio::test]
async fn a_program_pauses_and_reinstates_many() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let order = json!({ "credentials": [ids[0], "nobody"], "reason": "Under review." });
    let paused = program
        .post("/api/v1/credentials/suspend", &order)
        .await
        .with(200);
    assert_eq!(paused["results"][0]["changed"], true);
    assert_eq!(paused["results"][1]["code"], "credential_not_found");
    let again = program
        .post("/api/v1/credentials/suspend", &order)
        .await
        .with(200);
    assert_eq!(again["results"][0]["code"], "credential_already_suspended");
    let order = json!({ "credentials": ids, "reason": "Settled." });
    let back = program
        .post("/api/v1/credentials/reinstate", &order)
        .await
        .with(200);
    let changed = |result: &Value| result["changed"] == true;
    assert_eq!(
        back["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| changed(one))
            .count(),
        1
    );
    let empty = json!({ "credentials": [], "reason": "x" });
    program
        .post("/api/v1/credentials/suspend", &empty)
        .await
        .problem(422, "too_many_credentials");
    let silent = json!({ "credentials": ids, "reason": "" });
    program
        .post("/api/v1/credentials/suspend", &silent)
        .await
        .problem(422, "bad_reason");
}

#[tokio::test]
async fn more_than_a_page_shows_are_changed_by_a_job_that_says_how_far_it_is() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let list = issued(&site, &registrar).await;
    let ids = chosen(&list);
    let choice = ManyChoice {
        tenant: registrar.tenant.clone(),
        actor: "setup".into(),
        fate: Fate::Revoke,
        which: Which::These(vec![ids[0].clone(), ids[1].clone(), "nobody".into()]),
    };
    let change = choose_many(&site.test.world, &choice).await.unwrap();
    let address = format!("/changes/{change}");
    let asked = registrar.get(&address).await;
    let text = asked.text();
    assert!(text.contains("Withdraw 2 credentials") && text.contains("Nothing is changed yet"));
    assert!(text.contains("1 stays as it is") && text.contains("Amara Okafor"));
    let silent = registrar.submit(&asked, &address, &[("reason", "")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("id=\"f-reason-e\""));
    let begun = [("reason", "The assessor was not qualified.")];
    let begun = registrar.submit(&asked, &address, &begun).await;
    assert_eq!(
        (begun.status, begun.location()),
        (StatusCode::SEE_OTHER, &*address)
    );
    let waits = registrar.get(&address).await.text();
    assert!(waits.contains("0 of 3 had their turn"), "{waits}");
    let back = format!("<a href=\"{address}\">");
    let running = registrar.get("/credentials").await.text();
    assert!(
        running.contains(&format!(
            "{back}Withdraw 3 credentials</a>: 0 had their turn"
        )),
        "{running}"
    );
    work_until_idle(&site.test.world).await.unwrap();
    let done = registrar.get(&address).await.text();
    assert!(done.contains("2 credentials are withdrawn"), "{done}");
    assert!(done.contains("No such credential."));
    let listed = registrar.get("/credentials").await;
    let line = format!("{back}2 credentials are withdrawn</a>, of which 1 stayed as they were");
    assert!(!listed.text().contains(&line), "the one is not of the two");
    assert!(
        listed.text().contains(&format!(
            "{back}2 credentials are withdrawn</a>; 1 stayed as it was"
        )),
        "{}",
        listed.text()
    );
    let cohorts = registrar.get("/cohorts").await.text();
    let mut ids = cohorts.split("href=\"/cohorts/").skip(1);
    let id = ids.find_map(|part| part.split_once('"').filter(|(id, _)| *id != "new"));
    let cohort = format!("/cohorts/{}", id.unwrap().0);
    let cohort = registrar.get(&cohort).await.text();
    assert!(
        cohort.contains(&back),
        "the cohort’s page leads back to it: {cohort}"
    );
    let auditor = site
        .member(
            &registrar.tenant,
            "aude@riverside.example",
            vec![Role::Auditor],
        )
        .await;
    let read = auditor.get("/credentials").await.text();
    assert!(!read.contains(&back), "no page offers what is refused");
    let lakeside = site.owner("lakeside").await;
    assert_eq!(lakeside.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_program_changes_all_that_a_search_finds_and_reads_what_became_of_each() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (batch, ids) = program.issue(&site).await;
    let order =
        json!({ "fate": "suspend", "reason": "Under review.", "found": { "batch": batch } });
    let begun = program.post("/api/v1/changes", &order).await.with(202);
    assert_eq!(
        (&begun["state"], &begun["total"]),
        (&json!("running"), &json!(ids.len()))
    );
    work_until_idle(&site.test.world).await.unwrap();
    let address = format!("/api/v1/changes/{}", begun["id"].as_str().unwrap());
    let done = program.get(&address).await.with(200);
    assert_eq!(
        (&done["state"], &done["changed"]),
        (&json!("done"), &json!(ids.len()))
    );
    let results = program.get(&format!("{address}/results")).await.with(200);
    assert_eq!(results["results"][0]["state"], "changed");
    let listed = async |query: &str| {
        let found = program
            .get(&format!("/api/v1/changes{query}"))
            .await
            .with(200);
        found["changes"].as_array().unwrap().len()
    };
    let batch = batch.as_str();
    assert_eq!(listed("").await, 1);
    assert_eq!(listed(&format!("?batch={batch}")).await, 1);
    assert_eq!(listed("?batch=another").await, 0);
    let everybody = json!({ "fate": "revoke", "reason": "x", "found": {} });
    program
        .post("/api/v1/changes", &everybody)
        .await
        .problem(422, "bad_choice");
    let lakeside = Program::of(&site, "lakeside").await;
    lakeside
        .get(&address)
        .await
        .problem(404, "change_not_found");
    let theirs = lakeside
        .get(&format!("/api/v1/changes?batch={batch}"))
        .await
        .with(200);
    assert_eq!(theirs["changes"], json!([]));
}
