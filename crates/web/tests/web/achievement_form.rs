//! Everything that can be said of an achievement, in the form.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::journey::define;
use crate::site::Site;

#[tokio::test]
async fn the_form_of_an_achievement_says_all_that_its_document_holds() {
    let (_site, registrar) = Site::with_owner("riverside").await;
    define(&registrar).await;
    let form = registrar.get("/achievements/new").await;
    let said = [
        ("name", "Machining to drawing"),
        ("task", "Machine parts to a drawing"),
        ("criteria", "Machines three parts."),
        ("achievement_type", "Competency"),
        ("language", "en"),
        ("supervision", "An assessor"),
        ("identity_check", "Passport"),
        ("workload_hours", "120"),
        ("credits_available", "1.5"),
        ("renewal", "A test of an hour"),
        ("quality_assurance", "Audited each year"),
        ("participation", "On site"),
        ("requires", "precision-measurement"),
        ("translation_of", "precision-measurement"),
        ("evidence", "Photo of the parts"),
    ];
    let saved = registrar.submit(&form, "/achievements", &said).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let list = registrar.get("/achievements").await.text();
    let hrefs = list.split("href=\"/achievements/").skip(1);
    let mut ids = hrefs.map(|part| part.split_once('"').unwrap().0);
    let id = ids.find(|id| *id != "new" && list.split_once(*id).unwrap().1.contains("Machining"));
    let path = format!("/achievements/{}", id.unwrap());
    let document = registrar
        .get(&format!("{path}/definition.json"))
        .await
        .bytes;
    let document: Value = serde_json::from_slice(&document).unwrap();
    for (member, value) in [
        ("identityCheck", json!("Passport")),
        ("creditsAvailable", json!(1.5)),
        ("renewal", json!("A test of an hour")),
        ("qualityAssurance", json!("Audited each year")),
        ("participation", json!("On site")),
        ("requires", json!(["precision-measurement"])),
        ("translationOf", json!("precision-measurement")),
    ] {
        assert_eq!(document[member], value, "{member} in {document}");
    }
    let open = registrar.get(&path).await;
    for value in [
        "value=\"Audited each year\"",
        "value=\"1.5\"",
        ">precision-measurement</textarea>",
    ] {
        assert!(open.text().contains(value), "{value}");
    }
    let wrong = [
        &said[1..12],
        &[("name", "Other"), ("requires", "nothing-there")],
    ]
    .concat();
    let refused = registrar.submit(&form, "/achievements", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("id=\"f-requires-e\""),
        "{}",
        refused.text()
    );
}
