//! What every request passes, as seen from outside.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path};
use axum::http::{Method, Request, Response, StatusCode};
use axum::routing::{get, post, put};
use axum::{Extension, Router};
use futures_util::StreamExt;
use touchstone_web::edge::{Activity, Edge, Settings, sandboxed};
use touchstone_web::{ApiError, assets};

use crate::sample;
use tower::ServiceExt;

fn guarded(origin: &str) -> (Edge, Router) {
    let settings = Settings {
        origin: origin.into(),
        trusted_proxies: vec![],
        limits: touchstone_web::edge::Limits::default(),
        timeout: Duration::from_secs(1),
    };
    let edge = Edge::new(sample::site(), settings, || 0);
    let routes = Router::new()
        .route("/assets/{name}", get(assets::handler))
        .route("/signin", post(async || "sent"))
        .route("/panic", get(panics))
        .route(
            "/slow",
            get(async || tokio::time::sleep(Duration::from_secs(60)).await),
        )
        .route(
            "/taken",
            put(async |body: Bytes| format!("{} bytes", body.len()))
                .layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/worked-on",
            get(async |Extension(activity): Extension<Activity>| {
                let work = tokio::time::sleep(Duration::from_secs(35));
                activity.during(work).await.map(|()| "done")
            }),
        )
        .route("/claim", post(async || StatusCode::UNPROCESSABLE_ENTITY))
        .route("/claim/{token}", get(claim).post(claim))
        .route("/api/v1/claims/{token}", get(claim))
        .route(
            "/api/v1/gone",
            get(async || ApiError::gone("claim_expired")),
        )
        .route(
            "/files/x",
            get(async || sandboxed(Response::new(Body::from("<script>alert(1)</script>")))),
        );
    let routes = edge.guard(routes.fallback(async || ApiError::no_such_page()));
    (edge, routes)
}

async fn claim(Path(token): Path<String>) -> Result<&'static str, ApiError> {
    match token.as_str() {
        "theirs" => Ok("here"),
        "ended" => Err(ApiError::gone("claim_expired")),
        _ => Err(ApiError::not_found("claim_not_found")),
    }
}

async fn panics() -> &'static str {
    panic!("secret of the handler")
}

async fn ask(routes: &Router, request: Request<Body>) -> (Response<()>, String) {
    let (parts, body) = routes.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (
        Response::from_parts(parts, ()),
        String::from_utf8_lossy(&bytes).into_owned(),
    )
}

fn browser(path: &str) -> Request<Body> {
    Request::get(path)
        .header("accept", "text/html,*/*;q=0.8")
        .body(Body::empty())
        .unwrap()
}

fn program(path: &str) -> Request<Body> {
    Request::get(path)
        .header("accept", "application/json")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let (_, routes) = guarded("https://verify.example");
    let (response, _) = ask(&routes, browser("/nowhere")).await;
    let mut lines: Vec<String> = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != "x-request-id" && *name != "content-length")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @r"
    cache-control: no-store
    content-security-policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    content-type: text/html; charset=utf-8
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    permissions-policy: camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()
    referrer-policy: no-referrer
    strict-transport-security: max-age=63072000
    x-content-type-options: nosniff
    x-frame-options: DENY
    ");
}

#[tokio::test]
async fn browsers_stay_on_https_only_where_it_is_https() {
    let (_, routes) = guarded("http://localhost:8080");
    let (response, _) = ask(&routes, browser("/nowhere")).await;
    assert!(!response.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn an_error_is_a_page_for_people_and_a_problem_for_programs() {
    let (_, routes) = guarded("https://verify.example");
    let (page, html) = ask(&routes, browser("/nowhere")).await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert!(html.contains("There is nothing here") && html.contains("page_not_found"));
    let (problem, json) = ask(&routes, program("/api/v1/gone")).await;
    assert_eq!(
        problem.headers()["content-type"],
        "application/problem+json"
    );
    insta::assert_snapshot!(json, @r#"{"type":"about:blank","title":"Gone","status":410,"code":"claim_expired","detail":"What stood here has ended. Ask whoever gave you the address for a new one."}"#);
}

#[tokio::test]
async fn the_frameworks_own_refusals_look_like_ours() {
    let (_, routes) = guarded("https://verify.example");
    let (response, json) = ask(&routes, program("/signin")).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(json.contains("\"code\":\"method_not_allowed\""), "{json}");
}

#[tokio::test]
async fn a_panic_is_answered_counted_and_not_told() {
    let (edge, routes) = guarded("https://verify.example");
    let (response, html) = ask(&routes, browser("/panic")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!html.contains("secret of the handler"));
    assert!(edge.metrics.text().contains("touchstone_panics_total 1\n"));
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_given_up() {
    let (_, routes) = guarded("https://verify.example");
    let (response, json) = ask(&routes, program("/slow")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(json.contains("took_too_long"));
}

/// A list on a slow line, in pieces.
fn slowly(pieces: usize, every: Duration) -> Request<Body> {
    let pieces = futures_util::stream::iter(0..pieces).then(move |_| async move {
        tokio::time::sleep(every).await;
        Ok::<_, std::io::Error>(Bytes::from_static(&[b'a'; 64 << 10]))
    });
    Request::put("/taken")
        .body(Body::from_stream(pieces))
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_arrives_slowly_is_taken_as_long_as_it_arrives() {
    let (_, routes) = guarded("https://verify.example");
    let (response, text) = ask(&routes, slowly(30, Duration::from_millis(900))).await;
    assert_eq!(
        (response.status(), text.as_str()),
        (StatusCode::OK, "1966080 bytes")
    );
    let (response, _) = ask(&routes, slowly(2, Duration::from_millis(1_100))).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    // Not for ever: forty times as long as a request may take that does nothing.
    let (response, _) = ask(&routes, slowly(50, Duration::from_millis(900))).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(start_paused = true)]
async fn what_is_worked_on_is_not_given_up() {
    let (_, routes) = guarded("https://verify.example");
    let (response, text) = ask(&routes, program("/worked-on")).await;
    assert_eq!((response.status(), text.as_str()), (StatusCode::OK, "done"));
}

#[tokio::test]
async fn a_flood_is_turned_away_and_told_when_to_come_back() {
    let (_, routes) = guarded("https://verify.example");
    let from = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    let sign_in = || {
        Request::post("/signin")
            .extension(ConnectInfo(from))
            .body(Body::empty())
            .unwrap()
    };
    for _ in 0..10 {
        assert_eq!(ask(&routes, sign_in()).await.0.status(), StatusCode::OK);
    }
    let (response, json) = ask(&routes, sign_in()).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "10");
    assert!(!json.contains("192.0.2.1"));
}

/// Asks from one address.
async fn asks_from_here(routes: &Router, method: Method, path: &str) -> Response<()> {
    let from = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    let request = Request::builder().method(method).uri(path);
    let request = request.extension(ConnectInfo(from)).body(Body::empty());
    ask(routes, request.unwrap()).await.0
}

#[tokio::test]
async fn a_room_of_people_who_take_what_is_theirs_at_once_is_served() {
    let (_, routes) = guarded("https://verify.example");
    for _ in 0..200 {
        for (method, path, expect) in [
            (Method::GET, "/claim/theirs", StatusCode::OK),
            (Method::POST, "/claim/theirs", StatusCode::OK),
            (Method::GET, "/claim/theirs", StatusCode::OK),
            (Method::GET, "/claim/ended", StatusCode::GONE),
        ] {
            let answer = asks_from_here(&routes, method, path).await;
            assert_eq!(answer.status(), expect, "{path}");
        }
    }
}

#[tokio::test]
async fn links_and_codes_are_not_guessed_for_long() {
    let (_, routes) = guarded("https://verify.example");
    for (guess, (method, path, expect)) in [
        (Method::GET, "/claim/guessed", StatusCode::NOT_FOUND),
        (Method::POST, "/claim", StatusCode::UNPROCESSABLE_ENTITY),
        (Method::GET, "/api/v1/claims/guessed", StatusCode::NOT_FOUND),
    ]
    .into_iter()
    .cycle()
    .take(60)
    .enumerate()
    {
        let answer = asks_from_here(&routes, method, path).await;
        assert_eq!(answer.status(), expect, "{guess}");
    }
    for path in ["/claim/guessed", "/claim/theirs", "/api/v1/claims/guessed"] {
        let answer = asks_from_here(&routes, Method::GET, path).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert_eq!(answer.headers()["retry-after"], "1");
    }
}

#[tokio::test]
async fn a_network_sends_a_dozen_applications_in_an_hour() {
    let (_, routes) = guarded("https://verify.example");
    let from = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    let post = |path: &str| {
        Request::post(path)
            .extension(ConnectInfo(from))
            .body(Body::empty())
            .unwrap()
    };
    let refused = StatusCode::TOO_MANY_REQUESTS;
    for _ in 0..12 {
        let (response, _) = ask(&routes, post("/apply/x/send")).await;
        assert_ne!(response.status(), refused);
    }
    let (response, _) = ask(&routes, post("/apply/x/send")).await;
    assert_eq!(response.status(), refused);
    assert_eq!(response.headers()["retry-after"], "300");
    let (response, _) = ask(&routes, post("/apply/x")).await;
    assert_ne!(response.status(), refused, "looking goes on");
}

#[tokio::test]
async fn a_proxy_that_is_not_configured_is_told() {
    let (edge, routes) = guarded("https://verify.example");
    let from = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    let told = |times: u32| {
        let line = format!("touchstone_forwarded_by_strangers_total {times}\n");
        assert!(edge.metrics.text().contains(&line), "{times}");
    };
    asks_from_here(&routes, Method::GET, "/nowhere").await;
    told(0);
    for _ in 0..2 {
        let request = Request::get("/nowhere").header("x-forwarded-for", "203.0.113.9");
        let request = request.extension(ConnectInfo(from)).body(Body::empty());
        ask(&routes, request.unwrap()).await;
    }
    told(2);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let (_, routes) = guarded("https://verify.example");
    let foreign = Request::post("/signin")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    let (response, json) = ask(&routes, foreign).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(json.contains("foreign_origin"));
}

#[tokio::test]
async fn t63_an_uploaded_file_is_saved_and_never_shown() {
    let (_, routes) = guarded("https://verify.example");
    let (response, _) = ask(&routes, browser("/files/x")).await;
    assert_eq!(
        response.headers()["content-security-policy"],
        "sandbox; default-src 'none'"
    );
    assert_eq!(response.headers()["content-disposition"], "attachment");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(
        response.headers()["content-type"],
        "application/octet-stream"
    );
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_the_address_that_names_their_content() {
    let (_, routes) = guarded("https://verify.example");
    let (current, css) = ask(&routes, browser(assets::stylesheet())).await;
    assert_eq!(
        current.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert!(css.starts_with("/*"));
    let (other, _) = ask(&routes, browser("/assets/touchstone.css?v=old")).await;
    assert_eq!(other.headers()["cache-control"], "public, no-cache");
    let packed = Request::get(assets::stylesheet())
        .header("accept-encoding", "br")
        .body(Body::empty())
        .unwrap();
    let (packed, _) = ask(&routes, packed).await;
    assert_eq!(packed.headers()["content-encoding"], "br");
    assert_ne!(packed.headers()["etag"], current.headers()["etag"]);
    let length: usize = packed.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(length < css.len() / 2);
}

#[tokio::test]
async fn head_tells_what_get_would() {
    let (_, routes) = guarded("https://verify.example");
    let head = Request::head(assets::stylesheet())
        .body(Body::empty())
        .unwrap();
    let (head, body) = ask(&routes, head).await;
    let (get, css) = ask(&routes, browser(assets::stylesheet())).await;
    assert_eq!(head.headers()["etag"], get.headers()["etag"]);
    assert_eq!(
        head.headers()["content-length"],
        css.len().to_string().as_str()
    );
    assert!(body.is_empty());
}
