//! Roles for an employer's own people, as they find them: one page, all roles at once, then applying as anybody does.

use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::operations::Scope;

use crate::api_program::Program;
use crate::applications::{credential, post, sent};
use crate::roles::described;
use crate::site::{Browser, Site};

/// Opens a role for the institution's own people and their page, and answers with the path of that.
pub(crate) async fn opened(owner: &Browser) -> String {
    let role = described(owner).await;
    let page = owner.get(&role).await;
    let said = [
        ("staff", "yes"),
        ("note", "Days only."),
        ("keep_days", "30"),
    ];
    let done = owner
        .submit(&page, &format!("{role}/postings"), &said)
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let posting = owner.get(done.location()).await.text();
    assert!(posting.contains("For your own people"), "{posting}");
    let roles = owner.get("/roles").await;
    let done = owner.submit(&roles, "/staff-page", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    owner.get("/roles").await.link("/staff/")
}

#[tokio::test]
async fn somebody_who_works_there_sees_what_they_show_of_every_role_and_applies() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = opened(&owner).await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let safety = "https://verify.example.edu/i/school/a/workshop-safety";
    let role = json!({"title": "Guard", "tasks": [{"id": safety, "label": "Guards others", "need": "must"}]});
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let postings = format!("/api/v1/roles/{}/postings", role["id"].as_str().unwrap());
    let guard = program
        .post(&postings, &json!({"staff": true}))
        .await
        .with(201);
    let guard = format!("/api/v1/postings/{}", guard["id"].as_str().unwrap());
    let guard = program.get(&guard).await.with(200);
    assert_eq!(guard["staff"], true);
    let apply = guard["page"].as_str().unwrap().to_owned();
    let apply = apply.strip_prefix("https://verify.example.edu").unwrap();
    let file = credential(&site).await;

    let stranger = site.stranger();
    let shown = stranger.get(&page).await;
    assert_eq!(shown.headers["cache-control"], "no-store");
    for part in ["Workshop hand &amp; more", "Days only.", "Guard", "noindex"] {
        assert!(shown.text().contains(part), "{part} in {}", shown.text());
    }
    let nothing = post(&stranger, &page, &[("text", b"{}")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let read = post(&stranger, &page, &[("file", &file)]).await;
    let text = read.text();
    assert_eq!(read.status, StatusCode::OK, "{text}");
    let (guarding, working) = text.split_once("Workshop hand").unwrap();
    assert!(
        guarding.contains("Guards others") && guarding.contains("Nothing: every task is met."),
        "{text}"
    );
    assert!(
        working.contains("No achievement that is known here shows it."),
        "{text}"
    );
    assert!(
        text.contains(&format!("form=\"carry\" formaction=\"{apply}\"")),
        "{text}"
    );
    // The button carries on what was handed in.
    let carried = read.hidden("carried");
    let before = post(&stranger, apply, &[("carried", carried.as_bytes())]).await;
    assert!(
        before.text().contains("Before you send"),
        "{}",
        before.text()
    );
    sent(&stranger, apply, &file).await;
    let asked = stranger.get(apply).await.text();
    assert!(asked.contains("for people who work at"), "{asked}");
}

#[tokio::test]
async fn an_address_that_was_given_up_leads_nowhere() {
    let (site, owner) = Site::with_owner("riverside").await;
    let first = opened(&owner).await;
    let stranger = site.stranger();
    let roles = owner.get("/roles").await;
    owner.submit(&roles, "/staff-page", &[]).await;
    let second = owner.get("/roles").await.link("/staff/");
    assert_ne!(first, second);
    let gone = stranger.get(&first).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text().contains("Ask your employer"), "{}", gone.text());
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let open = program.get("/api/v1/staff-page").await.with(200);
    assert_eq!(open["page"], format!("https://verify.example.edu{second}"));
    let closed = program
        .post("/api/v1/staff-page/close", &json!({}))
        .await
        .with(200);
    assert!(closed["page"].is_null());
    assert_eq!(stranger.get(&second).await.status, StatusCode::NOT_FOUND);
    program
        .post("/api/v1/staff-page/close", &json!({}))
        .await
        .problem(404, "staff_page_not_found");
    assert!(owner.get("/roles").await.text().contains("Open the page"));
}
