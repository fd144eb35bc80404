//! The picture of an achievement: chosen in the form, carried through the preview, saved, looked at, removed.

use axum::http::StatusCode;
use serde_json::Value;

use crate::journey::define;
use crate::site::{Answer, Browser, Site};

const SVG: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>";
const OTHER: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M9 9H0V0z\"/></svg>";

const FIELDS: &[(&str, &str)] = &[
    ("name", "Precision measurement"),
    ("task", "Measure finished parts with micrometers"),
    (
        "criteria",
        "In a test of 90 minutes, the candidate measures 12 parts.",
    ),
    ("level_name", "Assisted"),
    ("level_description", "With help."),
    ("level_name", "Independent"),
    ("level_description", "Alone."),
    ("required_level", "1"),
    ("achievement_type", "MicroCredential"),
    ("language", "en"),
    ("names_learner", "yes"),
];

/// Gives an achievement a picture, by its address.
pub(crate) async fn with_picture(browser: &Browser, achievement: &str) {
    let saved = sent(browser, achievement, &[], SVG).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
}

async fn sent(browser: &Browser, to: &str, more: &[(&str, &str)], file: &[u8]) -> Answer {
    let form = browser.get("/achievements/new").await;
    let fields = [FIELDS, more].concat();
    browser
        .upload(&form, to, &fields, ("picture.svg", file))
        .await
}

/// The one achievement there is.
async fn address(browser: &Browser) -> String {
    let page = browser.get("/achievements").await.text();
    let links = page.split("href=\"").skip(1);
    let mut links = links.map(|rest| rest.split('"').next().unwrap());
    let found = links.find(|href| href.starts_with("/achievements/") && !href.ends_with("/new"));
    found.unwrap().to_owned()
}

async fn stored(browser: &Browser, achievement: &str) -> Value {
    let definition = browser.get(&format!("{achievement}/definition.json")).await;
    serde_json::from_slice(&definition.bytes).unwrap()
}

#[tokio::test]
async fn a_picture_is_carried_through_the_preview_saved_shown_and_removed() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let preview = sent(&owner, "/achievements", &[("preview", "yes")], SVG).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.text().contains("A picture was chosen (SVG, 1 KB)."));
    let carried = preview.hidden("picture");
    let saved = sent(&owner, "/achievements", &[("picture", &carried)], b"").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());

    let achievement = address(&owner).await;
    let picture = format!("{achievement}/picture");
    let page = owner.get(&achievement).await.text();
    assert!(
        page.contains(&format!(
            "<img src=\"{picture}\" alt=\"The picture of Precision measurement\""
        )),
        "{page}"
    );
    assert!(page.contains("name=\"remove_picture\""));
    let shown = owner.get(&picture).await;
    assert_eq!(shown.bytes, SVG);
    assert_eq!(shown.headers["content-type"], "image/svg+xml");
    assert_eq!(
        shown.headers["content-security-policy"],
        "sandbox; default-src 'none'"
    );

    // Saving without another choice keeps it; another choice takes its place, whatever else is ticked.
    sent(&owner, &achievement, &[("supervision", "An assessor")], b"").await;
    assert_eq!(owner.get(&picture).await.bytes, SVG);
    sent(&owner, &achievement, &[("remove_picture", "yes")], OTHER).await;
    assert_eq!(owner.get(&picture).await.bytes, OTHER);

    let preview = sent(
        &owner,
        &achievement,
        &[("remove_picture", "yes"), ("preview", "yes")],
        b"",
    )
    .await;
    assert!(
        preview.text().contains("None of its own"),
        "{}",
        preview.text()
    );
    assert!(
        stored(&owner, &achievement).await["image"].is_object(),
        "a preview changes nothing"
    );
    sent(&owner, &achievement, &[("remove_picture", "yes")], b"").await;
    assert_eq!(stored(&owner, &achievement).await.get("image"), None);
    assert_eq!(owner.get(&picture).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_at_its_field() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let refused = sent(&owner, "/achievements", &[], b"GIF89a").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("href=\"#f-file\"") && text.contains("id=\"f-file-e\""),
        "{text}"
    );
    assert!(
        text.contains("picture in base64") || text.contains("picture"),
        "{text}"
    );
    define(&owner).await;
    let achievement = address(&owner).await;
    assert_eq!(stored(&owner, &achievement).await.get("image"), None);
}

#[tokio::test]
async fn the_institutions_mark_can_be_removed_and_a_new_one_wins_over_removing() {
    let (site, owner) = Site::with_owner("riverside").await;
    let said = [("name", "Riverside Polytechnic")];
    let gone = [("name", "Riverside Polytechnic"), ("remove_mark", "yes")];
    let page = owner.get("/institution").await;
    assert!(
        !page.text().contains("remove_mark"),
        "there is none to remove"
    );
    owner
        .upload(&page, "/institution", &said, ("m.svg", SVG))
        .await;
    let page = owner.get("/institution").await;
    assert!(page.text().contains("name=\"remove_mark\""));
    owner
        .upload(&page, "/institution", &gone, ("m.svg", OTHER))
        .await;
    assert_eq!(site.stranger().get("/i/riverside/mark").await.bytes, OTHER);
    owner.upload(&page, "/institution", &gone, ("", b"")).await;
    let mark = site.stranger().get("/i/riverside/mark").await;
    assert_eq!(mark.status, StatusCode::NOT_FOUND);
    assert!(owner.get("/institution").await.text().contains("None yet"));
}
