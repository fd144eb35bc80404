//! The mail of a cohort before it goes: looked at in every language, and sent to oneself.

use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::operations::work_until_idle;
use touchstone_service::ports::MailError;

use crate::api_program::{CSV, Program};
use crate::journey::{define, upload};
use crate::site::{Answer, Browser, Site};

pub(crate) const TWO_LANGUAGES: &str = "name,email,level,awarded_on,language\n\
    Amara Okafor,amara@example.org,2,2026-11-12,\n\
    Jörg Weiß,joerg@example.org,2,2026-11-12,de\n\
    Tomás Herrera,,2,2026-11-12,es\n";

pub(crate) async fn cohort(registrar: &Browser, csv: &str) -> (String, Answer) {
    define(registrar).await;
    let preview = upload(registrar, csv).await;
    let text = preview.text();
    let rest = text.split_once("action=\"/cohorts/").unwrap().1;
    let id = rest.split_once('/').unwrap().0;
    (format!("/cohorts/{id}"), preview)
}

#[tokio::test]
async fn the_mail_is_shown_and_tested_as_the_learner_will_get_it() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, TWO_LANGUAGES).await;
    assert!(preview.text().contains(&format!("href=\"{batch}/mail\"")));
    let page = registrar.get(&format!("{batch}/mail")).await;
    let text = page.text();
    assert!(
        text.contains("English: 1 person") && text.contains("German: 1 person"),
        "{text}"
    );
    assert!(text.contains("Guten Tag Jörg Weiß,") && text.contains("1 person has no address"));

    let seen = registrar.get(&format!("{batch}/mail/de")).await;
    let policy = seen.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none'; style-src 'sha256-"));
    assert!(seen.text().contains("Ansehen und annehmen"));
    assert_eq!(
        registrar.get(&format!("{batch}/mail/fr")).await.status,
        StatusCode::NOT_FOUND
    );

    let test = format!("{batch}/mail/test");
    let sent = registrar.submit(&page, &test, &[("language", "de")]).await;
    assert!(sent.text().contains("Sent to ines@riverside.example"));
    let tested = site.test.mail.sent().pop().unwrap();
    assert_eq!(tested.to, "ines@riverside.example");
    let refusal = MailError::Refused("550 no such box".into());
    site.test.mail.fail_with(Some(refusal));
    let failed = registrar.submit(&page, &test, &[("language", "de")]).await;
    assert_eq!(failed.status, StatusCode::BAD_GATEWAY);
    assert!(failed.text().contains("550 no such box"));
    site.test.mail.fail_with(None);

    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let mails = site.test.mail.sent();
    let real = mails.iter().find(|mail| mail.to == "joerg@example.org");
    let real = real.unwrap();
    let without_link = |text: &str| -> String {
        let words = text.split_inclusive(char::is_whitespace);
        words.filter(|word| !word.contains("/claim/")).collect()
    };
    assert_eq!(without_link(&tested.text), without_link(&real.text));
    assert_eq!(
        (&tested.subject, &tested.from_name),
        (&real.subject, &real.from_name)
    );
    let link = tested
        .text
        .split_whitespace()
        .find(|word| word.contains("/claim/"));
    let link = link.unwrap().split_once("verify.example.edu").unwrap().1;
    let followed = site.stranger().get(link).await;
    assert!(followed.text().contains("This was a test"));
    assert!(
        registrar
            .get("/audit")
            .await
            .text()
            .contains("sent a test of a cohort’s mail")
    );
}

#[tokio::test]
async fn the_preview_speaks_the_language_of_somebody_who_is_known() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, TWO_LANGUAGES).await;
    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let next = "name,email,level,awarded_on\nJörg Weiß,joerg@example.org,2,2026-11-13\n";
    let preview = upload(&registrar, next).await;
    let mail = registrar.get(&preview.link("/cohorts/")).await.text();
    assert!(mail.contains("German: 1 person"), "{mail}");
}

#[tokio::test]
async fn a_program_tests_the_mail_with_members_only() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let batch = program.take_in(CSV).await;
    let path = format!("/api/v1/batches/{batch}/mail");
    let shown = program.get(&path).await.with(200);
    assert_eq!(
        (&shown["mails"][0]["language"], &shown["onPaper"]),
        (&json!("en"), &json!(1))
    );
    assert!(
        shown["mails"][0]["text"]
            .as_str()
            .unwrap()
            .starts_with("Dear Amara Okafor,")
    );
    let test = |to: &str| json!({ "language": "en", "to": to });
    let path = format!("{path}/test");
    program
        .post(&path, &test("amara@example.org"))
        .await
        .problem(422, "not_a_member");
    assert!(site.test.mail.sent().is_empty());
    program
        .post(&path, &test("ines@riverside.example"))
        .await
        .with(200);
    assert_eq!(site.test.mail.sent().len(), 1);
}
