//! Handing in a credential at `/verify`, over HTTP, against a real database.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use touchstone_testkit::{TestWorld, world};
use touchstone_web::edge::{Edge, Settings};
use touchstone_web::{Web, router};
use tower::ServiceExt;

use crate::sample;

async fn site() -> (TestWorld, Router) {
    site_on(world().await)
}

/// The same in a world that was prepared.
pub(crate) fn site_on(test: TestWorld) -> (TestWorld, Router) {
    test.clock.advance_millis(24 * 60 * 60 * 1_000); // The vectors were signed later on the day at whose noon tests begin.
    let settings = Settings {
        origin: "https://verify.example.edu".into(),
        trusted_proxies: vec![],
        limits: touchstone_web::edge::Limits::default(),
        timeout: Duration::from_secs(30),
    };
    let clock = std::sync::Arc::clone(&test.world.clock);
    let edge = Edge::new(sample::site(), settings, move || clock.now().unix_millis());
    let routes = router(Web::new(test.world.clone(), edge));
    (test, routes)
}

pub(crate) fn vector(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../../shared/vectors/sample-shapes/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("the vector {path} is needed: {error}"))
}

pub(crate) fn hand_in(field: &str, content: &[u8]) -> Request<Body> {
    let file = if field == "file" {
        "; filename=\"credential.json\""
    } else {
        ""
    };
    let head = format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"{file}\r\n\r\n");
    let body = [head.as_bytes(), content, b"\r\n--x--\r\n"].concat();
    Request::post("/verify")
        .header("content-type", "multipart/form-data; boundary=x")
        .header("accept", "text/html")
        .body(Body::from(body))
        .unwrap()
}

pub(crate) async fn ask(routes: &Router, request: Request<Body>) -> (StatusCode, String) {
    let (parts, body) = routes.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn a_status_list_that_nobody_answers_for_leaves_it_unknown() {
    let (_test, routes) = site().await;
    let (status, html) = ask(&routes, hand_in("file", &vector("named.json"))).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Could not be fully checked") && html.contains("We do not guess."));
    assert!(html.contains("Nothing was changed since it was signed."));
    assert!(!html.contains("Stands today"));
}

#[tokio::test]
async fn pasted_text_is_judged_like_a_file() {
    let (_test, routes) = site().await;
    let (status, html) = ask(&routes, hand_in("text", &vector("named.json"))).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("<bdi>Ada Lovelace</bdi>"));
}

#[tokio::test]
async fn a_changed_credential_is_called_changed() {
    let (_test, routes) = site().await;
    let changed = String::from_utf8(vector("named.json"))
        .unwrap()
        .replace("Ada Lovelace", "Eve Lovelace");
    let (status, html) = ask(&routes, hand_in("file", changed.as_bytes())).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Changed or forged. Do not rely on it"));
    assert!(html.contains("This document claims that"));
}

#[tokio::test]
async fn what_is_no_credential_is_refused_with_the_way_out() {
    let (_test, routes) = site().await;
    for (content, words) in [
        ("{\"a\": 1}", "but no credential"),
        (
            "{\"format\": \"touchstone-bundle/1\"}",
            "judged on your machine",
        ),
        ("{\"a\": ", "The text breaks off"),
        ("hello", "neither a credential"),
        ("eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.AAAA", "but no credential"),
        (
            "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxf.AAAA",
            "one long line of three parts",
        ),
        ("", "Choose a file, or paste"),
    ] {
        let (status, html) = ask(&routes, hand_in("text", content.as_bytes())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{content}");
        assert!(html.contains(words), "{content}: {words}");
    }
}

#[tokio::test]
async fn an_answer_to_something_handed_in_is_not_cached() {
    let (_test, routes) = site().await;
    let response = routes
        .oneshot(hand_in("file", &vector("named.json")))
        .await
        .unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(!response.headers().contains_key("etag"));
}

#[tokio::test]
async fn more_than_ten_megabytes_are_not_taken() {
    let (_test, routes) = site().await;
    let (status, html) = ask(&routes, hand_in("file", &vec![b' '; 12 << 20])).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(html.contains("larger than"));
}

#[tokio::test]
async fn the_pages_for_everybody_answer() {
    let (_test, routes) = site().await;
    for path in [
        "/verify", "/how", "/privacy", "/healthz", "/readyz", "/metrics",
    ] {
        let (status, _) = ask(&routes, Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{path}");
    }
    for path in [
        "/v/nothing",
        "/i/nobody",
        "/i/nobody/did.json",
        "/i/nobody/status/x",
        "/nowhere",
    ] {
        let (status, _) = ask(&routes, Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_address_of_a_page_leads_to_the_credential_it_shows() {
    let (test, routes) = site().await;
    let page = "https://other.example/v/AB-12";
    let html = b"<html><head><link rel=\"alternate\" type=\"application/vc\" href=\"/v/AB-12/credential.json\"></head></html>";
    let found = |bytes: &[u8], media_type: &str| touchstone_service::ports::Fetched {
        bytes: bytes.to_vec(),
        media_type: media_type.into(),
    };
    test.fetch.answer(page, Ok(found(html, "text/html")));
    test.fetch.answer(
        "https://other.example/v/AB-12/credential.json",
        Ok(found(&vector("named.json"), "application/vc")),
    );
    let (status, html) = ask(&routes, hand_in("text", page.as_bytes())).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("<bdi>Ada Lovelace</bdi>"));
}

#[tokio::test]
async fn the_address_of_a_page_of_this_site_leads_there_and_is_not_fetched() {
    let (test, routes) = site().await;
    for text in [
        "https://verify.example.edu/v/AB-12",
        "https://verify.example.edu/v/AB-12?from=mail#whom",
        "https://verify.example.edu/v/AB-12/credential.json",
    ] {
        let answer = routes
            .clone()
            .oneshot(hand_in("text", text.as_bytes()))
            .await
            .unwrap();
        assert_eq!(answer.headers()["location"], "/v/AB-12", "{text}");
    }
    assert!(test.fetch.asked().is_empty());
}
