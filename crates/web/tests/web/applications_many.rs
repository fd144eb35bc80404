//! Many applications to one posting: how old that by which they are read is, and deleting many at once.

use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::operations::Scope;

use crate::api_program::Program;
use crate::applications::{applied, credential, opened, sent};
use crate::site::{Browser, Site};

/// An open posting of the owner's, and so many applications to it.
async fn many(site: &Site, owner: &Browser, count: usize) -> String {
    let (_, posting, open) = opened(owner, false).await;
    let file = credential(site).await;
    for _ in 0..count {
        sent(&site.stranger(), &open, &file).await;
    }
    posting
}

#[tokio::test]
async fn as_of_when_an_application_is_told_stands_on_every_page_and_in_the_api() {
    let (site, owner) = Site::with_owner("riverside").await;
    let applied = applied(&site, &owner, false).await;
    for page in [&applied.posting, &applied.application, &applied.own] {
        let text = owner.get(page).await.text();
        assert!(text.contains("As of <time"), "{page}: {text}");
    }
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = applied
        .application
        .replace("/applications/", "/api/v1/applications/");
    let told = program.get(&path).await.with(200);
    assert!(
        told["statusAsOf"].as_str().unwrap().ends_with('Z'),
        "{told}"
    );
    assert_eq!(
        (&told["incomplete"], &told["unreadable"]),
        (&json!(false), &json!(0))
    );
}

#[tokio::test]
async fn many_are_ticked_looked_at_once_more_and_deleted() {
    let (site, owner) = Site::with_owner("riverside").await;
    let posting = many(&site, &owner, 3).await;
    let list = owner.get(&posting).await;
    let text = list.text();
    let ids: Vec<&str> = text
        .split("name=\"one\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(ids.len(), 3, "{text}");

    let choose = format!("{posting}/choose");
    let none = owner.submit(&list, &choose, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("None is chosen"));
    let two = [("one", ids[0]), ("one", ids[1])];
    let asked = owner.submit(&list, &choose, &two).await;
    assert!(
        asked.text().contains("Delete 2 applications?"),
        "{}",
        asked.text()
    );
    assert!(asked.text().contains("Nothing is deleted yet"));
    let remove = format!("{posting}/remove");
    let done = owner.submit(&asked, &remove, &two).await;
    assert_eq!(done.location(), posting);
    let left = owner.get(&posting).await;
    assert!(left.text().contains(ids[2]) && !left.text().contains(ids[0]));

    let asked = owner.submit(&left, &choose, &[("all", "1")]).await;
    assert!(
        asked.text().contains("Delete one application?"),
        "{}",
        asked.text()
    );
    let until = asked.hidden("until");
    let all = [("all", "1"), ("until", until.as_str())];
    owner.submit(&asked, &remove, &all).await;
    assert!(owner.get(&posting).await.text().contains("There is none."));
}

#[tokio::test]
async fn what_comes_while_it_is_asked_whether_to_delete_all_is_not_deleted() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, posting, open) = opened(&owner, false).await;
    let file = credential(&site).await;
    sent(&site.stranger(), &open, &file).await;
    let list = owner.get(&posting).await;
    let first = list.link("/applications/");
    let choose = format!("{posting}/choose");
    let asked = owner.submit(&list, &choose, &[("all", "1")]).await;
    site.test.clock.advance_millis(60_000);
    sent(&site.stranger(), &open, &file).await;
    let remove = format!("{posting}/remove");
    // A form that does not say when it was asked deletes nothing: the question comes first.
    let unasked = owner.submit(&asked, &remove, &[("all", "1")]).await;
    let text = unasked.text();
    assert!(text.contains("Delete 2 applications?"), "{text}");
    let until = asked.hidden("until");
    let all = [("all", "1"), ("until", until.as_str())];
    owner.submit(&asked, &remove, &all).await;
    let left = owner.get(&posting).await;
    assert!(!left.text().contains(&first), "{}", left.text());
    left.link("/applications/");
}

#[tokio::test]
async fn an_application_to_another_posting_is_not_said_to_be_deleted() {
    let (site, owner) = Site::with_owner("riverside").await;
    let strange = many(&site, &owner, 1).await;
    let strange = owner.get(&strange).await.link("/applications/");
    let strange = strange.trim_start_matches("/applications/");
    let (_, other, _) = opened(&owner, false).await;
    let list = owner.get(&other).await;
    let choose = format!("{other}/choose");
    let asked = owner.submit(&list, &choose, &[("one", strange)]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text().contains("None is chosen"), "{}", asked.text());
}

#[tokio::test]
async fn a_list_has_no_credentials_and_each_application_has_its_own() {
    let (site, owner) = Site::with_owner("riverside").await;
    let posting = many(&site, &owner, 1).await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = posting.replace("/postings/", "/api/v1/postings/") + "/applications";
    let list = program.get(&path).await.with(200);
    let listed = &list["applications"][0];
    assert!(listed["person"]["name"].is_string(), "{listed}");
    assert_eq!(listed["person"].get("credentials"), None);
    let id = listed["id"].as_str().unwrap();
    let one = program.get(&format!("/api/v1/applications/{id}")).await;
    let one = one.with(200);
    assert!(one["person"]["credentials"][0].is_object(), "{one}");
}

#[tokio::test]
async fn a_program_deletes_many_or_all() {
    let (site, owner) = Site::with_owner("riverside").await;
    let posting = many(&site, &owner, 3).await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = posting.replace("/postings/", "/api/v1/postings/") + "/applications";
    let list = program.get(&path).await.with(200);
    let one = &list["applications"][0]["id"];
    let path = format!("{path}/remove");
    for faulty in [json!({}), json!({"applications": [one], "all": true})] {
        let refused = program.post(&path, &faulty).await;
        refused.problem(400, "applications_not_chosen");
    }
    let chosen = json!({"applications": [one, "gone"]});
    let gone = program.post(&path, &chosen).await.with(200);
    assert_eq!(gone, json!({"removed": 1, "waiting": 0}));
    let gone = program.post(&path, &json!({"all": true})).await.with(200);
    assert_eq!(gone, json!({"removed": 2, "waiting": 0}));
}
