//! Applying with links instead of files: what stands behind them is a file like any other, and what does not is named.

use axum::body::to_bytes;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use serde_json::json;
use touchstone_service::operations::Scope;
use touchstone_service::ports::{FetchError, Fetched};
use tower::ServiceExt;

use crate::api_program::Program;
use crate::applications::{credential, multipart, opened, post, sent};
use crate::site::Site;

const FILE: &str = "https://school.example/c.json";
const PAGE: &str = "https://school.example/v/AB-12";

fn there(site: &Site, address: &str, bytes: &[u8]) {
    let found = Fetched {
        bytes: bytes.to_vec(),
        media_type: "application/vc".into(),
    };
    site.test.fetch.answer(address, Ok(found));
}

#[tokio::test]
async fn what_stands_behind_links_is_read_once_and_sent_as_files_are() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, posting, open) = opened(&owner, false).await;
    let file = credential(&site).await;
    there(
        &site,
        PAGE,
        b"<link rel=\"alternate\" type=\"application/vc\" href=\"/c.json\">",
    );
    there(&site, FILE, &file);
    let stranger = site.stranger();
    let asked = stranger.get(&open).await.text();
    assert!(asked.contains("Or links to them"), "{asked}");
    let typed = format!("  {PAGE}\r\n\r\n{PAGE}\n");
    let seen = post(&stranger, &open, &[("links", typed.as_bytes())]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert_eq!(site.test.fetch.asked(), [PAGE, FILE], "each is asked once");
    let carried = seen.hidden("credential");
    let (role, token) = (seen.hidden("role"), seen.hidden("token"));
    let fields: [(&str, &[u8]); 4] = [
        ("role", role.as_bytes()),
        ("token", token.as_bytes()),
        ("credential", carried.as_bytes()),
        ("share", b"0"),
    ];
    let done = post(&stranger, &format!("{open}/send"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(site.test.fetch.asked().len(), 2, "sending asks nobody");
    let one = owner.get(&posting).await.link("/applications/");
    let copy = owner.get(&format!("{one}/credentials/1")).await;
    assert_eq!(copy.bytes, file);
}

#[tokio::test]
async fn t05_a_link_that_leads_nowhere_or_inside_is_named_and_what_else_was_handed_in_stays() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, _, open) = opened(&owner, false).await;
    let file = credential(&site).await;
    there(&site, FILE, &file);
    there(&site, "https://school.example/about", b"<p>About us</p>");
    let inside = "https://10.0.0.1/c.json";
    site.test.fetch.answer(inside, Err(FetchError::NotPublic));
    let stranger = site.stranger();
    let typed = format!(
        "{inside}\n{FILE}\nhttps://gone.example/?<b>\nhttps://school.example/about\n\
         https://verify.example.edu/v/AB-12"
    );
    let refused = post(
        &stranger,
        &open,
        &[("file", &file), ("links", typed.as_bytes())],
    )
    .await;
    let text = refused.text();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
    for words in [
        "https://10.0.0.1/c.json: This address is not reachable from the internet",
        "https://gone.example/?&lt;b&gt;: There is no such site.",
        "https://school.example/about: At this address there is no credential that we can read.",
        "https://verify.example.edu/v/AB-12: There is nothing at this address.",
        "href=\"#f-links\"",
        "download the credential and hand in the file",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains(&format!("{FILE}:")), "{text}");
    let asked = site.test.fetch.asked();
    let own = asked.iter().filter(|url| url.contains("verify.example"));
    assert_eq!(own.count(), 0, "a page of this site is not fetched");
    // Only what led nowhere is typed again; what was had goes on with the form, and the file with it.
    let left = text.split_once("name=\"links\"").unwrap().1;
    let left = left.split_once("</textarea>").unwrap().0;
    assert!(left.contains(inside) && !left.contains(FILE), "{left}");
    let carried = refused.hidden("carried");
    let seen = post(&stranger, &open, &[("carried", carried.as_bytes())]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    // A file that cannot be read loses nothing either.
    let fields: [(&str, &[u8]); 2] = [("carried", carried.as_bytes()), ("file", b"{}")];
    let refused = post(&stranger, &open, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.hidden("carried"), carried);
    sent(&stranger, &open, &file).await;
}

#[tokio::test]
async fn more_than_ten_links_are_refused_and_nobody_is_asked() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, _, open) = opened(&owner, false).await;
    let links: Vec<String> = (0..11).map(|n| format!("{FILE}?{n}")).collect();
    let typed = links.join("\n");
    let refused = post(&site.stranger(), &open, &[("links", typed.as_bytes())]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("Give at most 10 links at once."), "{text}");
    assert!(text.contains(&links[10]), "what was typed stays: {text}");
    let long = format!("{FILE}?{}", "x".repeat(2_000));
    let refused = post(&site.stranger(), &open, &[("links", long.as_bytes())]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("This is longer than an address."), "{text}");
    assert!(site.test.fetch.asked().is_empty());
}

#[tokio::test]
async fn a_page_of_this_site_that_its_holder_switched_on_is_a_link_too() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, _, open) = opened(&owner, false).await;
    let school = site.owner("school").await;
    let program = Program::with(&site, &school.tenant, &Scope::ALL).await;
    let (_, credentials) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}/paper-code", credentials[0]);
    let made = program.post(&path, &json!({})).await.with(201);
    let claim = format!("/api/v1/claims/{}", made["code"].as_str().unwrap());
    let holder = Program::stranger(&site);
    let take = format!("{claim}/take");
    holder.post(&take, &json!({})).await.with(200);
    let page = format!("{claim}/page");
    let shown = holder.put(&page, &json!({ "on": true })).await.with(200);
    let link = shown["page"].as_str().unwrap();
    let seen = post(&site.stranger(), &open, &[("links", link.as_bytes())]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert!(!site.test.fetch.asked().iter().any(|url| url == link));
}

#[tokio::test]
async fn each_link_counts_as_handing_one_in_where_one_network_asks_too_often() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, _, open) = opened(&owner, false).await;
    let links: Vec<String> = (0..10).map(|n| format!("{FILE}?{n}")).collect();
    let typed = links.join("\n");
    let hand_in = || {
        let from = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
        let request = Request::post(&open)
            .header("content-type", "multipart/form-data; boundary=x")
            .extension(ConnectInfo(from));
        let request = request.body(multipart(&[("links", typed.as_bytes())]));
        site.routes.clone().oneshot(request.unwrap())
    };
    for _ in 0..3 {
        let answer = hand_in().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    }
    let asked = site.test.fetch.asked().len();
    let answer = hand_in().await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(site.test.fetch.asked().len(), asked);
}

#[tokio::test]
async fn links_are_taken_wherever_credentials_are_read_for_a_role() {
    let (site, owner) = Site::with_owner("riverside").await;
    let staff = crate::staff_page::opened(&owner).await;
    let role = crate::roles::described(&owner).await;
    let role = owner.get(&role).await.link("/r/");
    let file = credential(&site).await;
    there(&site, FILE, &file);
    let gone = "https://gone.example/?<b>";
    let stranger = site.stranger();
    for (page, answer) in [(&staff, "name=\"carried\""), (&role, "Workshop safety")] {
        let asked = stranger.get(page).await.text();
        assert!(asked.contains("Or links to them"), "{asked}");
        let read = post(&stranger, page, &[("links", FILE.as_bytes())]).await;
        let text = read.text();
        assert_eq!(read.status, StatusCode::OK, "{text}");
        assert!(text.contains(answer), "{text}");
        // One that leads nowhere is named, and what was had stays in the form.
        let typed = format!("{FILE}\n{gone}");
        let refused = post(&stranger, page, &[("links", typed.as_bytes())]).await;
        let text = refused.text();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        let words = "https://gone.example/?&lt;b&gt;: There is no such site.";
        assert!(text.contains(words), "{text}");
        let carried = refused.hidden("carried");
        let read = post(&stranger, page, &[("carried", carried.as_bytes())]).await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.text());
        assert!(read.text().contains(answer), "{}", read.text());
        // A file that cannot be read loses nothing either; of too much nothing stays but the links.
        let fields: [(&str, &[u8]); 2] = [("carried", carried.as_bytes()), ("file", b"{}")];
        let refused = post(&stranger, page, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.hidden("carried"), carried);
        let files: Vec<String> = (0..51).map(|n| format!("{{\"n\": {n}}}")).collect();
        let files = files.iter().map(|file| ("file", file.as_bytes()));
        let fields: Vec<(&str, &[u8])> = files.chain([("links", FILE.as_bytes())]).collect();
        let refused = post(&stranger, page, &fields).await;
        let text = refused.text();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert!(text.contains("credentials at once"), "{text}");
        let left = text.split_once("name=\"links\"").unwrap().1;
        let left = left.split_once("</textarea>").unwrap().0;
        assert!(left.contains(FILE), "{left}");
        assert!(!text.contains("name=\"carried\""), "{text}");
        let many: Vec<String> = (0..11).map(|n| format!("{FILE}?{n}")).collect();
        let many = many.join("\n");
        let refused = post(&stranger, page, &[("links", many.as_bytes())]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Give at most 10 links at once."));
    }
}

#[tokio::test]
async fn a_proof_bundle_is_read_for_a_role_as_a_file_as_a_link_and_once_more() {
    let (site, owner) = Site::with_owner("riverside").await;
    let role = crate::roles::described(&owner).await;
    let role = owner.get(&role).await.link("/r/");
    let school = site.owner("school").await;
    let program = Program::with(&site, &school.tenant, &Scope::ALL).await;
    let (_, credentials) = program.issue(&site).await;
    let path = format!(
        "/api/v1/credentials/{}/export?format=bundle",
        credentials[0]
    );
    let bundle = program.get(&path).await;
    assert_eq!(bundle.status, StatusCode::OK);
    there(&site, FILE, &bundle.bytes);
    let stranger = site.stranger();
    let asked = stranger.get(&role).await.text();
    assert!(asked.contains("JSON, a proof bundle, or"), "{asked}");
    for field in [("file", &bundle.bytes[..]), ("links", FILE.as_bytes())] {
        let read = post(&stranger, &role, &[field]).await;
        let text = read.text();
        assert_eq!(read.status, StatusCode::OK, "{}: {text}", field.0);
        assert!(text.contains("Workshop safety"), "{text}");
    }
    // Beside something that cannot be read it stays in the form, and is read from there.
    let fields: [(&str, &[u8]); 2] = [("file", &bundle.bytes), ("text", b"{}")];
    let refused = post(&stranger, &role, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let carried = refused.hidden("carried");
    let read = post(&stranger, &role, &[("carried", carried.as_bytes())]).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text());
    assert!(read.text().contains("Workshop safety"), "{}", read.text());
    // A bundle in which no credential can be read would come back for ever: it does not stay.
    let mut broken = bundle.json();
    broken["credentials"][0]["document"] = json!("{}");
    let broken = broken.to_string().into_bytes();
    let refused = post(&stranger, &role, &[("file", &broken)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text().contains("name=\"carried\""));
}
