//! The OpenAPI document and the page that shows it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api_program::Program;
use crate::site::Site;

#[tokio::test]
async fn the_document_is_openapi_3_1_and_says_what_every_operation_takes() {
    let site = Site::empty().await;
    let document = Program::stranger(&site)
        .get("/openapi.json")
        .await
        .with(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} stands twice");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{id}");
            assert!(
                tags.contains(operation["tags"][0].as_str().unwrap()),
                "{id}"
            );
            let names = operation["parameters"].as_array().into_iter().flatten();
            let named = names
                .into_iter()
                .any(|one| one["name"] == "Idempotency-Key");
            let writes = method != "get" && path.starts_with("/api/");
            assert_eq!(named, writes, "{id}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let problem = !response["content"]["application/problem+json"].is_null();
                assert_eq!(problem, status.starts_with(['4', '5']), "{id} {status}");
            }
        }
    }
    check_references(&document, &document);
}

/// Whatever is referred to is there.
fn check_references(document: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            if let Some(place) = members.get("$ref").and_then(Value::as_str) {
                let there = document.pointer(place.trim_start_matches('#'));
                assert!(there.is_some(), "{place} is not there");
            }
            members
                .values()
                .for_each(|one| check_references(document, one));
        }
        Value::Array(items) => items.iter().for_each(|one| check_references(document, one)),
        _ => {}
    }
}

#[tokio::test]
async fn the_page_shows_every_operation_without_script() {
    let site = Site::empty().await;
    let stranger = Program::stranger(&site);
    let document = stranger.get("/openapi.json").await.with(200);
    let page = stranger.get("/api").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let text = String::from_utf8(page.bytes).unwrap();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(text.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
    assert!(
        text.contains("credential_already_revoked"),
        "errors are told"
    );
    assert!(!text.contains("<script"));
}

#[tokio::test]
async fn problems_have_the_form_that_the_document_describes() {
    let site = Site::empty().await;
    let stranger = Program::stranger(&site);
    let document = stranger.get("/openapi.json").await.with(200);
    let schema = &document["components"]["schemas"]["Problem"];
    let said = stranger
        .get("/api/v1/institution")
        .await
        .problem(401, "key_missing");
    for member in schema["required"].as_array().unwrap() {
        assert!(!said[member.as_str().unwrap()].is_null(), "{member}");
    }
    for member in said.as_object().unwrap().keys() {
        assert!(!schema["properties"][member].is_null(), "{member}");
    }
    stranger
        .get("/api/v1/nothing")
        .await
        .problem(404, "page_not_found");
}
