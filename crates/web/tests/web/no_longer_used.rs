//! What is no longer to be used: told wherever somebody is about to use it or looks at what came of it, and nothing is refused for it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::operations::{Scope, work_until_idle};
use touchstone_web::pages::verify::cache::FRESH_MILLIS;

use crate::api_program::{CSV, Program};
use crate::applications::multipart;
use crate::journey::define;
use crate::site::Site;
use crate::verify_here::shown;

/// Says that an achievement is no longer to be used.
async fn end(program: &Program, achievement: &str, replaced_by: &str) {
    let said = json!({
        "steward": "The head of training", "deprecated": true, "replacedBy": replaced_by,
    });
    let path = format!("/api/v1/responsibilities/achievement/{achievement}");
    program.put(&path, &said).await.with(200);
}

/// The id of an achievement.
async fn id(program: &Program, slug: &str) -> String {
    let path = format!("/api/v1/achievements/{slug}");
    let found = program.get(&path).await.with(200);
    found["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_uploads_or_confirms_a_list_is_warned_and_not_kept_from_it() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let batch = program.take_in(CSV).await;
    define(&owner).await;
    let path = format!("/api/v1/batches/{batch}");
    let before = program.get(&path).await.with(200);
    assert_eq!(before["deprecated"], Value::Null);
    let over = "no longer to be used";
    let (cohort, form) = (format!("/cohorts/{batch}"), "/cohorts/new");
    for page in [&cohort, form] {
        assert!(!owner.get(page).await.text().contains(over), "{page}");
    }

    let achievement = before["achievement"].as_str().unwrap();
    end(&program, achievement, "Precision measurement").await;
    let successor = id(&program, "precision-measurement").await;
    let shown = program.get(&path).await.with(200);
    let told = &shown["deprecated"];
    assert_eq!(told["replacedBy"], "Precision measurement", "{shown}");
    assert_eq!(told["successor"], *successor);
    assert!(told["since"].as_str().unwrap().ends_with('Z'), "{told}");
    let listed = program.get("/api/v1/batches").await.with(200);
    assert_eq!(listed["batches"][0]["deprecated"], *told, "{listed}");
    let more = format!("{CSV}Yusuf Demir,y.demir@example.net\n");
    let taken = program.upload("workshop-safety", &more).await.with(201);
    assert_eq!(taken["batch"]["deprecated"], *told, "{taken}");

    let form = owner.get(form).await.text();
    assert!(
        form.contains("Workshop safety (no longer to be used)"),
        "{form}"
    );
    assert!(!form.contains("Precision measurement (no longer"), "{form}");
    let page = owner.get(&cohort).await.text();
    let link = format!("In its place: <a href=\"/achievements/{successor}\">");
    assert!(page.contains(over) && page.contains(&link), "{page}");
    end(&program, achievement, "<b>A course elsewhere").await;
    let page = owner.get(&cohort).await.text();
    let named = "In its place: <bdi>&lt;b&gt;A course elsewhere</bdi>";
    assert!(page.contains(named), "{page}");

    let seen = json!({ "fingerprint": shown["fingerprint"] });
    let confirmed = program.post(&format!("{path}/confirm"), &seen).await;
    let confirmed = confirmed.with(202);
    assert_eq!(
        confirmed["deprecated"]["replacedBy"],
        "<b>A course elsewhere"
    );
    work_until_idle(&site.test.world).await.unwrap();
    let issued = program.get(&path).await.with(200);
    assert_eq!(issued["state"], "sealed", "a last cohort goes");
}

#[tokio::test]
async fn the_page_of_a_credential_says_what_takes_the_place_of_what_it_certifies() {
    let shown = shown().await;
    let (site, page) = (&shown.site, &shown.page);
    let program = Program::with(site, &shown.registrar.tenant, &Scope::ALL).await;
    let stranger = site.stranger();
    let credential = stranger.get(&format!("{page}/credential.json")).await.bytes;
    let told = async || {
        site.test.clock.advance_millis(FRESH_MILLIS + 1_000);
        let handed_in = multipart(&[("file", &credential)]);
        let kind = "multipart/form-data; boundary=x";
        let read = stranger.stream("/verify", kind, handed_in).await;
        let open = stranger.get(page).await;
        [open, read].map(|page| {
            assert_eq!(page.status, StatusCode::OK);
            page.text()
        })
    };
    for text in told().await {
        assert!(!text.contains("no longer to be used"), "{text}");
    }
    let achievement = id(&program, "precision-measurement").await;
    // Nobody has the successor: of a draft nothing is told but what was said.
    let batch = program.take_in(CSV).await;
    end(&program, &achievement, "workshop-safety").await;
    for text in told().await {
        for part in [
            "What it certifies is no longer to be used",
            "In its place: <bdi>workshop-safety</bdi>",
            "That changes nothing about this credential.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    program.confirm(&batch).await;
    work_until_idle(&site.test.world).await.unwrap();
    let link = "In its place: <a href=\"/i/riverside/a/workshop-safety\">";
    for text in told().await {
        assert!(text.contains(link), "{text}");
    }
    let successor = stranger.get("/i/riverside/a/workshop-safety").await;
    assert_eq!(successor.status, StatusCode::OK);
}
