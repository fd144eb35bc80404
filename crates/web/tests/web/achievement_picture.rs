//! The picture of an achievement: chosen in the form, carried through the preview, saved, looked at, removed.

use axum::http::StatusCode;
use serde_json::Value;

use crate::journey::define;
use crate::site::{Answer, Browser, Site};

const SVG: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>";
const OTHER: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M9 9H0V0z\"/></svg>";

const REFUSED: &str = "The file that was chosen cannot be used as a picture. Choose a PNG of at most 1 MB, or an SVG of at most 256 KB.";

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

#[tokio::test]
async fn a_file_far_too_large_gives_the_form_back_with_what_was_typed() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let huge = vec![b'x'; 6 << 20];
    let back = sent(&owner, "/achievements", &[], &huge).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = back.text();
    assert!(text.contains(REFUSED), "{text}");
    assert!(text.contains("the candidate measures 12 parts"));
}

/// Sends the form on a page again, with the hidden fields that stand in it.
async fn sent_again(browser: &Browser, to: &str, page: &Answer, more: &[(&str, &str)]) -> Answer {
    let carried = hidden_fields(page);
    let carried = carried
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = carried.chain(more.iter().copied()).collect();
    sent(browser, to, &fields, b"").await
}

fn hidden_fields(page: &Answer) -> Vec<(String, String)> {
    let text = page.text();
    let form = text
        .split_once("enctype=\"multipart/form-data\"")
        .unwrap()
        .1;
    let form = form.split_once("</form>").unwrap().0;
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1);
    let pairs = hidden.map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name.to_owned(), rest.split_once('"').unwrap().0.to_owned())
    });
    pairs.filter(|(name, _)| name != "csrf").collect()
}

/// What is said at the field of the file.
fn said_at_file(page: &Answer) -> String {
    let text = page.text();
    let error = text.split_once("id=\"f-file-e\">");
    let error = error.unwrap_or_else(|| panic!("nothing at the file in {text}"));
    let error = error.1.split_once("</span>").unwrap().0;
    error.rsplit('>').next().unwrap().trim().to_owned()
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
    let saved = sent_again(&owner, "/achievements", &preview, &[]).await;
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
    let text = preview.text();
    assert!(
        text.contains("The picture is removed once you save."),
        "{text}"
    );
    assert!(
        stored(&owner, &achievement).await["image"].is_object(),
        "a preview changes nothing"
    );
    let unknown = [("requires", "nothing-there")];
    let refused = sent_again(&owner, &achievement, &preview, &unknown).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = sent_again(&owner, &achievement, &refused, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(stored(&owner, &achievement).await.get("image"), None);
    assert_eq!(owner.get(&picture).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_at_its_field() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let refused = sent(&owner, "/achievements", &[], b"GIF89a").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(said_at_file(&refused), REFUSED);
    assert!(refused.text().contains("href=\"#f-file\""));
    define(&owner).await;
    let achievement = address(&owner).await;
    assert_eq!(stored(&owner, &achievement).await.get("image"), None);
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused_in_the_preview_and_not_carried_along() {
    let (_site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let achievement = address(&owner).await;
    with_picture(&owner, &achievement).await;
    let picture = format!("{achievement}/picture");
    let previewed = ("preview", "yes");

    let mut large_svg = SVG.to_vec();
    large_svg.resize(256 * 1024 + 1, b' ');
    let mut large_png = b"\x89PNG\r\n\x1a\n".to_vec();
    large_png.resize(3 << 20, 0);
    for file in [b"GIF89a".as_slice(), &large_svg[..], &large_png[..]] {
        let preview = sent(&owner, &achievement, &[previewed], file).await;
        assert_eq!(preview.status, StatusCode::OK);
        assert_eq!(said_at_file(&preview), REFUSED);
        let carried = hidden_fields(&preview);
        assert!(
            !carried.iter().any(|(name, _)| name == "picture"),
            "{} bytes are carried along",
            file.len()
        );
        let saved = sent_again(&owner, &achievement, &preview, &[]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        assert_eq!(owner.get(&picture).await.bytes, SVG, "the old one stays");
    }

    for broken in [
        "image/png,%%%",
        "image/gif,R0lGODlh",
        "image/png",
        "image/svg+xml,",
    ] {
        let carried = ("picture", broken);
        let preview = sent(&owner, &achievement, &[carried, previewed], b"").await;
        assert_eq!(said_at_file(&preview), REFUSED, "{broken}");
        let refused = sent(&owner, &achievement, &[carried], b"").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(said_at_file(&refused), REFUSED, "{broken}");
    }
    assert_eq!(owner.get(&picture).await.bytes, SVG);
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
