//! Checking a credential whose issuer a federation knows: the page and the API tell by which chain.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use touchstone_service::verifying::{Recognition, RegisterFile};
use touchstone_testkit::world;
use touchstone_vc::{Timestamp, registry::Registry};

use crate::verify_upload::{ask, hand_in, site_on, vector};

const ISSUER: &str = "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";

/// A register that was found in a federation, with the chain of the issuer or without.
fn register(chain: Value) -> RegisterFile {
    let entry = json!({"id": ISSUER, "validUntil": "2999-01-01T00:00:00Z", "chain": chain});
    let text = json!({"issuers": [entry]}).to_string();
    RegisterFile {
        name: "The Federation".into(),
        registry: Registry::parse(text.as_bytes()).unwrap(),
        as_of: Some(Timestamp::parse("2026-11-20T09:05:00Z").unwrap()),
    }
}

/// The page of the sample credential, and what the API says of it.
async fn checked(chain: Value) -> (String, Value) {
    let mut test = world().await;
    let files = vec![register(chain)];
    test.world.recognition = Arc::new(Recognition::new(files, Vec::new(), 1, 1));
    let (_test, routes) = site_on(test);
    let (status, page) = ask(&routes, hand_in("file", &vector("aim.json"))).await;
    assert_eq!(status, StatusCode::OK);
    let credential: Value = serde_json::from_slice(&vector("aim.json")).unwrap();
    let body = json!({"verifiableCredential": credential}).to_string();
    let request = Request::post("/credentials/verify")
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap();
    let (status, answer) = ask(&routes, request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    (page, serde_json::from_str(&answer).unwrap())
}

#[tokio::test]
async fn the_chain_of_an_issuer_is_on_its_page_and_in_the_answer_to_programs() {
    let chain = json!([
        {"entity": ISSUER},
        {"entity": "https://anchor.example", "statedAt": "2026-11-19T00:00:00Z", "validUntil": "2999-01-01T00:00:00Z"},
    ]);
    let (page, answer) = checked(chain).await;
    assert!(page.contains("By whom the issuer is known"), "{page}");
    assert!(page.contains("https://anchor.example"), "{page}");
    let told = &answer["trustChain"];
    let expect = json!({
        "register": "The Federation", "anchor": "https://anchor.example", "readAt": "2026-11-20T09:05:00Z",
        "validUntil": "2999-01-01T00:00:00Z",
        "statements": [
            {"entity": ISSUER},
            {"entity": "https://anchor.example", "statedAt": "2026-11-19T00:00:00Z", "validUntil": "2999-01-01T00:00:00Z"},
        ],
    });
    assert_eq!(told, &expect);
}

#[tokio::test]
async fn a_register_without_chains_tells_none() {
    let (page, answer) = checked(json!([])).await;
    assert!(!page.contains("By whom the issuer is known"), "{page}");
    assert_eq!(answer.get("trustChain"), None, "{answer}");
}
