//! A request that changes something is done once, however often it is sent.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};
use touchstone_service::operations::wind;

use crate::api_program::{Program, safety};
use crate::site::Site;

#[tokio::test]
async fn a_hundred_requests_of_one_name_at_once_do_the_work_once() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let keys = |shown: Value| shown["keys"].as_array().unwrap().len();
    let before = keys(program.get("/api/v1/keys").await.with(200));
    let wanted = json!({ "name": "Nightly list", "scopes": ["read"], "days": 30 });

    let all = (0..100).map(|_| {
        let (program, wanted) = (program.clone(), wanted.clone());
        tokio::spawn(async move {
            program
                .named(&Method::POST, "/api/v1/keys", "the-one", &wanted)
                .await
        })
    });
    let all: Vec<_> = all.collect();
    let (mut seen, mut secrets) = (BTreeMap::new(), 0);
    for reply in all {
        let reply = reply.await.unwrap();
        let status = reply.status.as_u16();
        *seen.entry(status).or_insert(0) += 1;
        match status {
            201 => secrets += usize::from(!reply.json()["key"].is_null()),
            409 => assert_eq!(reply.headers["retry-after"], "1"),
            _ => panic!("{seen:?}: {}", reply.json()),
        }
    }
    assert_eq!(secrets, 1, "the key is told to one of them: {seen:?}");
    assert_eq!(
        keys(program.get("/api/v1/keys").await.with(200)),
        before + 1
    );
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first_was() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let path = "/api/v1/achievements";
    let first = program.named(&Method::POST, path, "one", &safety()).await;
    let again = program.named(&Method::POST, path, "one", &safety()).await;
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    assert_eq!(first.status.as_u16(), 201);

    let refused = program.named(&Method::POST, path, "two", &safety()).await;
    refused.problem(409, "slug_taken");
    let again = program.named(&Method::POST, path, "two", &safety()).await;
    again.problem(409, "slug_taken");
}

#[tokio::test]
async fn the_first_answer_is_given_for_a_day() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let path = "/api/v1/achievements";
    let first = program.named(&Method::POST, path, "one", &safety()).await;
    assert_eq!(first.status.as_u16(), 201);
    for (hours, status) in [(23, 201), (2, 409)] {
        site.test.clock.advance_millis(hours * 60 * 60 * 1_000);
        wind(&site.test.world).await.unwrap();
        let again = program.named(&Method::POST, path, "one", &safety()).await;
        assert_eq!(again.status.as_u16(), status, "{hours} hours later");
    }
}

#[tokio::test]
async fn a_name_stands_for_one_request() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let neighbour = Program::of(&site, "harbour").await;
    let path = "/api/v1/achievements";
    program
        .named(&Method::POST, path, "one", &safety())
        .await
        .with(201);
    let mut other = safety();
    other["slug"] = "another".into();
    let reply = program.named(&Method::POST, path, "one", &other).await;
    reply.problem(422, "idempotency_key_reused");
    let reply = neighbour.named(&Method::POST, path, "one", &other).await;
    assert_eq!(
        reply.with(201)["slug"],
        "another",
        "each institution has its own names"
    );
}

#[tokio::test]
async fn a_request_without_a_name_changes_nothing() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let body = safety().to_string().into_bytes();
    let reply = program
        .send(&Method::POST, "/api/v1/achievements", &[], body.clone())
        .await;
    reply.problem(400, "idempotency_key_missing");
    let long = "x".repeat(201);
    let headers = [("idempotency-key", long.as_str())];
    let reply = program
        .send(&Method::POST, "/api/v1/achievements", &headers, body)
        .await;
    reply.problem(400, "bad_idempotency_key");
    let listed = program.get("/api/v1/achievements").await.with(200);
    assert_eq!(listed["achievements"], json!([]));
}

#[tokio::test]
async fn a_body_that_was_mended_may_keep_its_name() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let path = "/api/v1/members";
    let mut body =
        json!({ "name": "Marek", "email": "marek@riverside.example", "role": ["assessor"] });
    let reply = program.named(&Method::POST, path, "one", &body).await;
    let said = reply.problem(422, "wrong_body");
    assert!(said["detail"].as_str().unwrap().contains("role"), "{said}");
    body = json!({ "name": "Marek", "email": "marek@riverside.example", "roles": ["assessor"] });
    let made = program
        .named(&Method::POST, path, "one", &body)
        .await
        .with(201);
    assert_eq!(made["roles"], json!(["assessor"]));
}
