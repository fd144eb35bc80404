//! Applications for other systems: programs that are told, a table, the shape of a resume; and answers on paper for whoever reads them.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use touchstone_service::operations::Scope;

use crate::api_program::{Program, fresh};
use crate::applications::{applied, credential, post};
use crate::site::{Browser, Site};

const ADDRESS: &str = "https://ats.example/hooks?from=touchstone&x=1";

/// Has a program told, through the pages. Gives the path of its webhook.
pub(crate) async fn added(owner: &Browser) -> String {
    let page = owner.get("/webhooks").await;
    let fields = [("address", ADDRESS)];
    let done = owner.submit(&page, "/webhooks", &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    done.action("/webhooks/")
        .trim_end_matches("/remove")
        .to_owned()
}

#[tokio::test]
async fn the_secret_of_a_webhook_stands_on_the_page_that_answers_and_nowhere_else() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/webhooks").await;
    assert!(page.text().contains("No program is told."));
    let refused = owner
        .submit(&page, "/webhooks", &[("address", "http://ats.example/")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("href=\"#f-address\""),
        "{}",
        refused.text()
    );
    assert!(
        refused.text().contains("value=\"http://ats.example/\""),
        "it stays typed"
    );
    let done = owner
        .submit(&page, "/webhooks", &[("address", ADDRESS)])
        .await;
    assert!(done.text().contains("whsec_"), "{}", done.text());
    assert_eq!(done.headers["cache-control"], "no-store");
    let twice = owner
        .submit(&page, "/webhooks", &[("address", ADDRESS)])
        .await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("told already"), "{}", twice.text());
    let list = owner.get("/webhooks").await;
    assert!(!list.text().contains("whsec_"));
    assert!(list.text().contains("hooks?from=touchstone&amp;x=1"));
    let remove = list.action("/webhooks/");
    let gone = owner.submit(&list, &remove, &[]).await;
    assert_eq!(gone.location(), "/webhooks");
    assert!(
        owner
            .get("/webhooks")
            .await
            .text()
            .contains("No program is told.")
    );
}

#[tokio::test]
async fn a_program_adds_looks_at_and_removes_a_webhook() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = "/api/v1/webhooks";
    let faulty = program.post(path, &json!({"address": "ats.example"})).await;
    faulty.problem(422, "bad_webhook_address");
    let made = program
        .post(path, &json!({"address": ADDRESS}))
        .await
        .with(201);
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    applied(&site, &owner, true).await;
    let list = program.get(path).await.with(200);
    let one = &list["webhooks"][0];
    assert_eq!(
        (&one["address"], &one["waiting"]),
        (&json!(ADDRESS), &json!(1))
    );
    assert_eq!(one["messages"][0]["type"], "application.sent");
    assert!(!list.to_string().contains("whsec_"));
    let page = owner.get("/webhooks").await.text();
    assert!(
        page.contains("One message waits") && page.contains("application.sent"),
        "{page}"
    );
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    let remove = async || {
        program
            .named(&Method::DELETE, &own, &fresh(), &json!({}))
            .await
    };
    remove().await.with(200);
    remove().await.problem(404, "webhook_not_found");
    let document = program.get("/openapi.json").await.with(200);
    let told = &document["webhooks"]["application"]["post"];
    let body = &told["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["required"], json!(["type", "timestamp", "data"]));
}

#[tokio::test]
async fn applications_are_taken_along_as_a_table_and_as_a_resume() {
    let (site, owner) = Site::with_owner("riverside").await;
    let applied = applied(&site, &owner, false).await;
    let table = owner
        .get(&format!("{}/applications.csv", applied.posting))
        .await;
    assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
    assert!(
        table.text().contains(crate::applications::NAME),
        "{}",
        table.text()
    );
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let api = |path: &str| format!("/api/v1{path}");
    let same = program
        .get(&format!("{}/applications.csv", api(&applied.posting)))
        .await;
    assert_eq!(same.bytes, table.bytes);
    let resume = owner
        .get(&format!("{}/ler-rs.json", applied.application))
        .await;
    let resume: Value = serde_json::from_slice(&resume.bytes).unwrap();
    assert_eq!(
        resume["person"]["name"]["formattedName"],
        crate::applications::NAME
    );
    let path = format!("{}/ler-rs", api(&applied.application));
    assert_eq!(program.get(&path).await.with(200), resume);

    let other = site.owner("hill").await;
    for path in [
        format!("{}/applications.csv", applied.posting),
        format!("{}/ler-rs.json", applied.application),
    ] {
        let strange = other.get(&path).await;
        assert_eq!(strange.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_covered_application_is_no_resume() {
    let (site, owner) = Site::with_owner("riverside").await;
    let applied = applied(&site, &owner, true).await;
    assert!(
        !owner
            .get(&applied.application)
            .await
            .text()
            .contains("LER-RS")
    );
    let refused = owner
        .get(&format!("{}/ler-rs.json", applied.application))
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = format!("/api/v1{}/ler-rs", applied.application);
    program.get(&path).await.problem(404, "credential_covered");
}

#[tokio::test]
async fn an_answer_for_a_role_is_had_on_paper_from_what_its_page_carries_along() {
    let (site, owner) = Site::with_owner("riverside").await;
    let role = crate::roles::described(&owner).await;
    let open = owner.get(&role).await.link("/r/");
    let stranger = site.stranger();
    let file = credential(&site).await;
    let answer = post(&stranger, &open, &[("file", &file)]).await;
    let to = answer.action("/r/");
    assert_eq!(to, format!("{open}/answer.pdf"));
    let carried = answer.hidden("text").replace("&quot;", "\"");
    let carried = carried.replace("&lt;", "<").replace("&gt;", ">");
    let carried = carried.replace("&amp;", "&");
    let paper = post(&stranger, &to, &[("text", carried.as_bytes())]).await;
    assert_eq!(paper.headers["content-type"], "application/pdf");
    assert_eq!(paper.headers["cache-control"], "no-store");
    assert!(paper.bytes.starts_with(b"%PDF-"));
    assert!(paper.text().contains("\"tasks\""), "the answer is attached");
    let nothing = post(&stranger, &to, &[("text", b"")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
}
