//! Handing in what others issue: Open Badges 2.0 and learner records (CLR 2.0), from the vectors of 1EdTech.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use touchstone_service::ports::Fetched;
use tower::ServiceExt;

use crate::site::Site;

fn vector(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../../shared/vectors/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("the vector {path} is needed: {error}"))
}

async fn handed_in(site: &Site, file: &[u8]) -> String {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    let request = Request::post("/verify")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(body))
        .unwrap();
    let answer = site.routes.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What stands at the addresses of the vectors.
fn publish(site: &Site) {
    for (url, file) in [
        ("beths-robotics-badge.json", "basic-assertion.json"),
        ("robotics-badge.json", "assets/robotics-badge.json"),
        ("organization.json", "assets/organization.json"),
    ] {
        let fetched = Fetched {
            bytes: vector(&format!("1edtech-validator-ob20/{file}")),
            media_type: "application/json".into(),
        };
        let url = format!("https://example.org/{url}");
        site.test.fetch.answer(&url, Ok(fetched));
    }
}

#[tokio::test]
async fn a_hosted_badge_of_2_0_is_told_as_what_its_site_says() {
    let site = Site::empty().await;
    let badge = vector("1edtech-validator-ob20/basic-assertion.json");
    let unasked = handed_in(&site, &badge).await;
    assert!(unasked.contains("Could not be fully checked"), "{unasked}");
    assert!(unasked.contains("its issuer’s site could not be asked"));
    publish(&site);
    let html = handed_in(&site, &badge).await;
    assert!(
        html.contains("It is not signed. Its issuer’s site says the same."),
        "{html}"
    );
    assert!(html.contains("Genuine, from an issuer we do not know"));
    assert!(html.contains("An Example Badge Issuer") && html.contains("Awesome Robotics Badge"));
    assert!(html.contains("e-mail address"), "it is tied to an address");
    let changed = String::from_utf8(badge)
        .unwrap()
        .replace("2016-12-31", "2017-12-31");
    let html = handed_in(&site, changed.as_bytes()).await;
    assert!(
        html.contains("Changed or forged. Do not rely on it"),
        "{html}"
    );
    assert!(html.contains("its issuer’s site says something else"));
    assert!(
        !html.contains("It was changed after it was signed."),
        "nobody signed it"
    );
}

#[tokio::test]
async fn the_parts_of_a_learner_record_stand_below_it_each_with_its_own_outcome() {
    let site = Site::empty().await;
    let html = handed_in(&site, &vector("1edtech-validator-clr20/simple.jwt")).await;
    assert!(html.contains("Sample Transcript"), "{html}");
    let inside = html.split_once("What stands inside").unwrap().1;
    let inside = inside.split_once("What was checked").unwrap().0;
    assert!(
        inside.contains("“Achievement 1”, issued by Example University."),
        "{inside}"
    );
    assert!(inside.contains("“Achievement 1” stands above “Achievement 2”."));
    assert!(
        html.contains("No register was asked about this issuer."),
        "{html}"
    );
}
