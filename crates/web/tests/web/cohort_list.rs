//! A list as it is read: headers that are not understood, a day to wait for, and finding cohorts and people again.

use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::operations::work_until_idle;
use touchstone_service::rows::CredentialFilter;

use crate::api_program::Program;
use crate::cohort_mail::{TWO_LANGUAGES, cohort};
use crate::journey::issued;
use crate::site::Site;

#[tokio::test]
async fn headers_that_are_not_understood_are_told_and_can_be_explained() {
    let (_site, registrar) = Site::with_owner("riverside").await;
    let csv =
        "name,email,level,awarded_on,Zertifikat\nAmara Okafor,amara@example.org,2,2026-11-12,17\n";
    let (batch, preview) = cohort(&registrar, csv).await;
    let text = preview.text();
    assert!(
        text.contains("Columns that are left out") && text.contains("Zertifikat"),
        "{text}"
    );
    assert!(text.contains("read as UTF-8"));

    let form = registrar.get("/cohorts/new").await;
    let text = form.text();
    let achievement = text.split_once("<option value=\"").unwrap().1;
    let achievement = achievement.split_once('"').unwrap().0;
    let file = ("autumn.csv", csv.as_bytes());
    let said = |mapping: &'static str| [("achievement", achievement), ("mapping", mapping)];
    let wrong = said("Zertifikat = number");
    let refused = registrar.upload(&form, "/cohorts", &wrong, file).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("id=\"f-mapping-e\"") && refused.text().contains("identifier"));
    let right = said("Zertifikat = identifier");
    let taken = registrar.upload(&form, "/cohorts", &right, file).await;
    assert_ne!(
        taken.location(),
        batch,
        "read in another way it is another list"
    );
    let shown = registrar.get(taken.location()).await.text();
    assert!(!shown.contains("Columns that are left out"));
    let left_out = said("Zertifikat = -");
    let taken = registrar.upload(&form, "/cohorts", &left_out, file).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn t57_the_table_of_faults_starts_no_formula() {
    let (_site, registrar) = Site::with_owner("riverside").await;
    let csv = "name,email,level,awarded_on\nAmara Okafor,amara@example.org,2,2026-11-12\n\
        =1+1,eve@example.org,2,2026-11-12\n@SUM(A1),,9,2026-11-12\n";
    let (batch, _) = cohort(&registrar, csv).await;
    let table = registrar.get(&format!("{batch}/faults.csv")).await.text();
    let of_row = |row: &str| table.lines().filter(|line| line.starts_with(row)).count();
    assert_eq!(of_row("3,\"'=1+1\","), 1, "{table}");
    assert_eq!(of_row("4,\"'@SUM(A1)\","), 2, "{table}");
    assert_eq!(table.lines().count(), 4, "{table}");
}

#[tokio::test]
async fn a_day_is_set_on_the_preview_and_nothing_is_issued_before() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, TWO_LANGUAGES).await;
    let hold = format!("{batch}/hold");
    for (day, words) in [("soon", "this is no day"), ("2020-01-01", "Not before:")] {
        let refused = registrar
            .submit(&preview, &hold, &[("hold_until", day)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("id=\"f-hold_until-e\"") && refused.text().contains(words));
    }
    let set = [("hold_until", "2026-12-01")];
    registrar.submit(&preview, &hold, &set).await;
    let preview = registrar.get(&batch).await;
    assert!(
        preview
            .text()
            .contains("They are held until 1 December 2026.")
    );
    assert!(preview.text().contains("value=\"2026-12-01\""));
    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    let world = &site.test.world;
    let issued = async || {
        work_until_idle(world).await.unwrap();
        let (reader, all) = (world.store.read(), CredentialFilter::default());
        reader
            .count_credentials(&registrar.tenant, &all)
            .await
            .unwrap()
    };
    assert_eq!(issued().await, 0);
    site.test.clock.advance_millis(11 * 24 * 60 * 60 * 1_000);
    assert_eq!(issued().await, 3);
}

#[tokio::test]
async fn cohorts_and_people_are_found_by_a_part_of_their_names() {
    let (site, registrar) = Site::with_owner("riverside").await;
    issued(&site, &registrar).await;
    for (q, found) in [
        ("TUMN b", true),
        ("autumn.csv", true),
        ("spring", false),
        ("%", false),
    ] {
        let list = registrar
            .get(&format!("/cohorts?q={}", touchstone_web::text::in_query(q)))
            .await;
        assert_eq!(list.text().contains("Autumn B"), found, "{q}");
    }
    let one = registrar
        .get("/credentials?q=amara")
        .await
        .link("/credentials/");
    let of_person = registrar.get(&one).await.link("/credentials?learner=");
    let list = registrar.get(&of_person).await.text();
    assert!(list.contains("1 matches") && list.contains("Amara Okafor"));

    let scopes = touchstone_service::operations::Scope::ALL;
    let program = Program::with(&site, &registrar.tenant, &scopes).await;
    let found = program.get("/api/v1/learners?q=OKAFOR").await.with(200);
    assert_eq!(found["learners"][0]["email"], "amara@example.org");
    let id = found["learners"][0]["id"].as_str().unwrap();
    assert!(of_person.ends_with(id));
    let none = program.get("/api/v1/batches?q=spring").await.with(200);
    assert_eq!(none["batches"], json!([]));
    let other = Program::of(&site, "lakeside").await;
    assert_eq!(
        other.get("/api/v1/learners?q=okafor").await.with(200)["learners"],
        json!([])
    );
}
