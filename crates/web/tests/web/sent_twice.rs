//! Forms that a browser sends twice, by a double click or because the answer was lost: one thing is made, and both lead to it.

use axum::http::StatusCode;
use touchstone_service::operations::work_until_idle;

use crate::competencies::agreed;
use crate::journey::{define, issued, issued_from};
use crate::site::{Answer, Browser, Site};

/// Sends a form of a page twice, as it is, and answers with where both led.
async fn twice(browser: &Browser, page: &Answer, path: &str, said: &[(&str, &str)]) -> String {
    let drawn = page.hidden("drawn");
    let said: Vec<_> = [("drawn", drawn.as_str())]
        .into_iter()
        .chain(said.iter().copied())
        .collect();
    let first = browser.submit(page, path, &said).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    let second = browser.submit(page, path, &said).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.text());
    assert_eq!(first.location(), second.location());
    first.location().to_owned()
}

async fn counted(browser: &Browser, path: &str, what: &str) -> usize {
    browser.get(path).await.text().matches(what).count()
}

#[tokio::test]
async fn a_role_and_its_posting_are_made_once_and_with_other_words_again() {
    let (site, owner) = Site::with_owner("riverside").await;
    let form = owner.get("/roles/new").await;
    let said = [("title", "Setter"), ("task_label", "Sets")];
    let role = twice(&owner, &form, "/roles", &said).await;
    assert_eq!(counted(&owner, "/roles", "href=\"/roles/").await, 2);
    let drawn = form.hidden("drawn");
    let other = [
        ("drawn", drawn.as_str()),
        ("title", "Turner"),
        ("task_label", "Turns"),
    ];
    let other = owner.submit(&form, "/roles", &other).await;
    assert_ne!(other.location(), role, "nothing that was typed is lost");
    assert_eq!(counted(&owner, "/roles", "href=\"/roles/").await, 3);
    // Another institution's form with the same in it is that institution's.
    let theirs = site.owner("hillside").await;
    let same = [
        ("drawn", drawn.as_str()),
        ("title", "Setter"),
        ("task_label", "Sets"),
    ];
    let page = theirs.get("/roles/new").await;
    let theirs = theirs.submit(&page, "/roles", &same).await;
    assert_eq!(theirs.status, StatusCode::SEE_OTHER, "{}", theirs.text());
    assert_ne!(theirs.location(), role);

    let page = owner.get(&role).await;
    for name in ["", "setter"] {
        let said = [("name", name), ("keep_days", "30")];
        twice(&owner, &page, &format!("{role}/postings"), &said).await;
    }
    assert_eq!(counted(&owner, &role, "href=\"/postings/").await, 2);
}

#[tokio::test]
async fn a_comment_is_said_once() {
    let (site, owner) = Site::with_owner("riverside").await;
    let path = agreed(&site, &owner, "setting").await;
    let page = owner.get(&path).await;
    let said = [("said", "Good as it is.")];
    twice(&owner, &page, &format!("{path}/2/comments"), &said).await;
    assert_eq!(counted(&owner, &path, "Good as it is.").await, 1);
}

#[tokio::test]
async fn somebody_is_asked_once_for_an_endorsement() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let page = owner.get("/endorsements").await;
    let text = page.text();
    let of = text.split_once("<option value=\"achievement:").unwrap().1;
    let of = format!("achievement:{}", of.split_once('"').unwrap().0);
    let ends = crate::endorsements::day(&site, 30);
    let said = [
        ("of", of.as_str()),
        ("email", "boss@celik.example"),
        ("ends", ends.as_str()),
    ];
    let path = twice(&owner, &page, "/endorsements", &said).await;
    assert_eq!(
        counted(&owner, "/endorsements", &format!("href=\"{path}\"")).await,
        1
    );
    assert_eq!(
        counted(&owner, "/endorsements", "href=\"/endorsements/").await,
        1
    );
}

#[tokio::test]
async fn a_correction_is_issued_once() {
    let (site, owner) = Site::with_owner("riverside").await;
    issued(&site, &owner).await;
    let path = owner.get("/credentials").await.link("/credentials/");
    let page = owner.get(&path).await;
    let said = [("name", "Corrected Name")];
    twice(&owner, &page, &format!("{path}/correct"), &said).await;
}

/// Who has an identifier is the same person under the right name: their page says it as soon as the correction is worked off.
#[tokio::test]
async fn a_correction_that_is_sent_again_after_it_was_issued_leads_to_what_was_made() {
    let (site, owner) = Site::with_owner("riverside").await;
    let csv = "name,email,identifier,level,assessor,awarded_on\n\
        Amara Okafor,amara@example.org,S-1,2,Marek Dvořák,2026-11-12\n";
    issued_from(&site, &owner, csv).await;
    let path = owner.get("/credentials").await.link("/credentials/");
    let page = owner.get(&path).await;
    let (drawn, correct) = (page.hidden("drawn"), format!("{path}/correct"));
    let said = [("drawn", drawn.as_str()), ("name", "Corrected Name")];
    let first = owner.submit(&page, &correct, &said).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    work_until_idle(&site.test.world).await.unwrap();
    let fresh = owner.get(&path).await;
    assert!(fresh.text().contains("Corrected Name"), "{}", fresh.text());
    let second = owner.submit(&page, &correct, &said).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.text());
    assert_eq!(first.location(), second.location());
    // Of another form nothing is known, and nothing in it differs.
    let other = [("drawn", "another"), ("name", "Corrected Name")];
    let other = owner.submit(&page, &correct, &other).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text().contains("Nothing differs"), "{}", other.text());
}
