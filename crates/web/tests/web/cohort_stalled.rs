//! A confirmed cohort whose steps fail: its page says why and offers the ways out, and so does the API.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::World;
use touchstone_service::operations::{Role, work_until_idle};
use touchstone_testkit::MemorySigner;

use crate::api_program::{CSV, Program};
use crate::cohort_mail::{TWO_LANGUAGES, cohort};
use crate::site::{Answer, Browser, Site};

/// Has everything tried without the keys, so often.
async fn fail(site: &Site, times: usize) {
    let locked = World {
        signer: Arc::new(MemorySigner::default()),
        ..site.test.world.clone()
    };
    for _ in 0..times {
        work_until_idle(&locked).await.unwrap();
        site.test.clock.advance_millis(11 * 60 * 1_000);
    }
}

/// A cohort that was confirmed, and failed all night. Answers with its address.
async fn stuck(site: &Site, registrar: &Browser) -> String {
    let (batch, preview) = cohort(registrar, TWO_LANGUAGES).await;
    let seen = [("fingerprint", &*preview.hidden("fingerprint"))];
    let confirmed = registrar
        .submit(&preview, &format!("{batch}/confirm"), &seen)
        .await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER);
    let well = registrar.get(&batch).await.text();
    assert!(!well.contains("It does not go on"), "{well}");
    fail(site, 31).await;
    batch
}

fn offers(page: &Answer, action: &str) -> bool {
    page.text().contains(&format!("action=\"{action}\""))
}

#[tokio::test]
async fn the_page_says_why_it_does_not_go_on_and_tries_it_again_at_a_button() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let batch = stuck(&site, &registrar).await;
    let page = registrar.get(&batch).await;
    for words in [
        "It does not go on",
        "No such key.",
        "It was tried 30 times.",
        "Nothing of it is signed.",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let (again, end) = (format!("{batch}/confirm"), format!("{batch}/cancel"));
    let named = [
        (Role::Approver, true, false),
        (Role::Registrar, true, true),
        (Role::Auditor, false, false),
    ];
    for (role, tries, ends) in named {
        let address = format!("{}@riverside.example", role.as_str());
        let member = site.member(&registrar.tenant, &address, vec![role]).await;
        let seen = member.get(&batch).await;
        assert!(seen.text().contains("No such key."), "{}", role.as_str());
        assert_eq!(offers(&seen, &again), tries, "{}", role.as_str());
        assert_eq!(offers(&seen, &end), ends, "{}", role.as_str());
    }
    work_until_idle(&site.test.world).await.unwrap();
    assert!(!registrar.get(&batch).await.text().contains("is awarded"));
    let seen = [("fingerprint", &*page.hidden("fingerprint"))];
    let tried = registrar.submit(&page, &again, &seen).await;
    assert_eq!(tried.location(), batch);
    work_until_idle(&site.test.world).await.unwrap();
    let page = registrar.get(&batch).await.text();
    assert!(
        page.contains("is awarded") && !page.contains("It does not go on"),
        "{page}"
    );
}

#[tokio::test]
async fn a_cohort_that_can_never_be_signed_is_given_up_on_its_page() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let batch = stuck(&site, &registrar).await;
    let page = registrar.get(&batch).await;
    let ended = registrar
        .submit(&page, &format!("{batch}/cancel"), &[])
        .await;
    assert_eq!(ended.location(), "/cohorts");
    let page = registrar.get(&batch).await.text();
    assert!(
        page.contains("was discarded") && page.contains("Nothing was issued"),
        "{page}"
    );
    assert!(!page.contains("It does not go on"), "{page}");
}

#[tokio::test]
async fn the_api_says_why_a_batch_waits_and_tries_it_again_or_ends_it() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let batch = program.take_in(CSV).await;
    let path = format!("/api/v1/batches/{batch}");
    program.confirm(&batch).await;
    let shown = async || program.get(&path).await.with(200);
    assert_eq!(shown().await["failing"], Value::Null);
    let cancel = format!("{path}/cancel");
    program
        .post(&cancel, &json!({}))
        .await
        .problem(409, "batch_under_way");
    fail(&site, 31).await;
    let failing = &shown().await["failing"];
    assert_eq!(
        (&failing["reason"], &failing["tries"]),
        (&json!("no such key"), &json!(30))
    );
    assert!(failing["nextAt"].is_string(), "{failing}");
    program.confirm(&batch).await;
    work_until_idle(&site.test.world).await.unwrap();
    let issued = shown().await;
    assert_eq!(
        (&issued["state"], &issued["failing"]),
        (&json!("sealed"), &Value::Null)
    );
    assert_eq!(issued["rowsSealed"], issued["rowsReady"]);
    program
        .post(&cancel, &json!({}))
        .await
        .problem(409, "batch_under_way");

    let other = "name,email\nNoor Haddad,noor@example.org\n";
    let uploaded = program.upload("workshop-safety", other).await.with(201);
    let batch = uploaded["batch"]["id"].as_str().unwrap();
    program.confirm(batch).await;
    fail(&site, 1).await;
    let cancel = format!("/api/v1/batches/{batch}/cancel");
    let ended = program.post(&cancel, &json!({})).await.with(200);
    assert_eq!(ended["state"], "cancelled");
}
