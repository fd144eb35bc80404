//! A learner switches reminders off by the link in the mail: by a button, not by opening it.

use axum::body::Body;
use axum::http::StatusCode;
use touchstone_service::operations::{wind, work_until_idle};

use crate::api_program::{Program, safety};
use crate::site::Site;

const ON: &str = "You are reminded before a credential ends";
const OFF: &str = "You are not reminded before a credential ends";

/// A site, and the path of the link that a learner was sent with a reminder.
pub(crate) async fn reminded() -> (Site, String) {
    reminded_in("").await
}

/// The same for a learner who speaks this language.
async fn reminded_in(language: &str) -> (Site, String) {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let mut ends = safety();
    ends["validForMonths"] = 1.into();
    program.post("/api/v1/achievements", &ends).await.with(201);
    let csv = format!("name,email,language\nAmara Okafor,amara@example.org,{language}\n");
    let batch = program.upload("workshop-safety", &csv).await.with(201);
    let batch = format!("/api/v1/batches/{}", batch["batch"]["id"].as_str().unwrap());
    let seen =
        serde_json::json!({ "fingerprint": program.get(&batch).await.with(200)["fingerprint"] });
    program
        .post(&format!("{batch}/confirm"), &seen)
        .await
        .with(202);
    work_until_idle(&site.test.world).await.unwrap();
    site.test.clock.advance_millis(10 * 24 * 60 * 60 * 1_000);
    wind(&site.test.world).await.unwrap();
    work_until_idle(&site.test.world).await.unwrap();
    let mail = site.test.mail.sent().pop().unwrap();
    let link = mail.unsubscribe.unwrap();
    let path = link.split_once("verify.example.edu").unwrap().1.to_owned();
    (site, path)
}

#[tokio::test]
async fn t30_opening_the_link_changes_nothing_and_the_button_does() {
    let (site, path) = reminded().await;
    let learner = site.stranger();
    for _ in 0..50 {
        let page = learner.get(&path).await;
        assert!(page.text().contains(ON));
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(!page.text().contains("Amara") && !page.text().contains("example.org"));
    }
    let off = learner.post(&path, &[("reminders", "off")]).await;
    assert_eq!(off.status, StatusCode::OK);
    assert!(off.text().contains(OFF));
    assert!(learner.get(&path).await.text().contains(OFF));
    let on = learner.post(&path, &[("reminders", "on")]).await;
    assert!(on.text().contains(ON));
}

#[tokio::test]
async fn the_switch_is_in_the_language_of_the_reminder() {
    for (language, on, off) in [
        ("de", "Sie werden erinnert", "Sie werden nicht erinnert"),
        ("es-MX", "Recibe un recordatorio", "No recibe recordatorios"),
        (
            "fr",
            "Vous recevez un rappel",
            "Vous ne recevez pas de rappel",
        ),
    ] {
        let (site, path) = reminded_in(language).await;
        let learner = site.stranger();
        let page = learner.get(&path).await.text();
        let tag = format!("<html lang=\"{}\"", &language[..2]);
        assert!(page.contains(&tag) && page.contains(on), "{page}");
        assert!(!page.contains("with Touchstone"), "the foot, too: {page}");
        let page = learner.post(&path, &[("reminders", "off")]).await.text();
        assert!(page.contains(off), "{page}");
    }
}

#[tokio::test]
async fn a_mail_program_switches_them_off_by_itself() {
    let (site, path) = reminded().await;
    let program = site.stranger();
    // RFC 8058, section 3.2: SHOULD be the one, MAY be the other.
    let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    for (kind, body) in [
        ("multipart/form-data; boundary=x", parts),
        (
            "application/x-www-form-urlencoded",
            "List-Unsubscribe=One-Click",
        ),
    ] {
        let done = program.stream(&path, kind, Body::from(body)).await;
        assert_eq!(done.status, StatusCode::OK, "{kind}");
        assert!(program.get(&path).await.text().contains(OFF), "{kind}");
        let on = program.post(&path, &[("reminders", "on")]).await;
        assert!(on.text().contains(ON));
    }
}

#[tokio::test]
async fn a_link_that_was_guessed_leads_nowhere() {
    let (site, _) = reminded().await;
    let stranger = site.stranger();
    assert_eq!(stranger.get("/reminders/guessed").await.status, 404);
    let posted = stranger.post("/reminders/guessed", &[]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
}
