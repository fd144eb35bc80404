//! Achievements and the frameworks of others: what is suggested beside the form, and the forms in which one is exchanged.

use axum::http::StatusCode;
use touchstone_service::operations::Scope;

use crate::api_program::{Program, safety};
use crate::crosswalk::FRAMEWORK;
use crate::site::Site;

#[tokio::test]
async fn tasks_are_suggested_beside_the_form_and_inserted_only_when_asked() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/mappings").await;
    let said = [
        ("form", "framework"),
        ("uri", "https://tasks.example"),
        ("title", "Tasks"),
        ("version", "7"),
    ];
    owner
        .upload(
            &page,
            "/mappings/frameworks",
            &said,
            ("tasks.csv", FRAMEWORK),
        )
        .await;
    let form = owner.get("/achievements/new").await;
    let typed = [
        ("name", "Measuring & testing"),
        ("task", "Measure finished parts"),
        ("achievement_type", "Competency"),
        ("language", "en"),
    ];
    let looked = owner
        .submit(
            &form,
            "/achievements",
            &[&typed[..], &[("find", "yes")]].concat(),
        )
        .await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.text());
    let text = looked.text();
    assert!(
        text.contains("Measure finished parts with a micrometer"),
        "{text}"
    );
    assert!(
        text.contains("value=\"Measuring &amp; testing\""),
        "what was typed stays: {text}"
    );
    assert!(
        !text.contains("Tasks 7 |"),
        "nothing is inserted unasked: {text}"
    );
    let add = [&typed[..], &[("add", "https://tasks.example/1")]].concat();
    let added = owner.submit(&form, "/achievements", &add).await.text();
    let line = "Tasks 7 |  | Measure finished parts with a micrometer | https://tasks.example/1 | ext:Task";
    assert!(added.contains(line), "{added}");
    assert!(
        !owner
            .get("/achievements")
            .await
            .text()
            .contains("Measuring"),
        "nothing was saved"
    );
    let longer = (
        "alignment",
        "Tasks 7 |  | Another | https://tasks.example/10 | ext:Task",
    );
    let beside = [&add[..], &[longer]].concat();
    let beside = owner.submit(&form, "/achievements", &beside).await.text();
    assert!(
        beside.contains(line),
        "an address that begins like one that is linked is another: {beside}"
    );
    let other = [&typed[..], &[("find", "yes"), ("find_words", "pieces")]].concat();
    let other = owner.submit(&form, "/achievements", &other).await.text();
    assert!(other.contains("Éxaminer les pièces finies"), "{other}");
}

#[tokio::test]
async fn an_achievement_is_exchanged_in_three_forms_and_no_other() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    let path = "/api/v1/achievements/workshop-safety/exchange";
    let ctdl = program.get(&format!("{path}/ctdl")).await;
    assert_eq!(ctdl.headers["content-type"], "application/ld+json");
    assert_eq!(
        ctdl.with(200)["@graph"][0]["@type"],
        "ceterms:MicroCredential"
    );
    let case = program.get(&format!("{path}/case")).await.with(200);
    assert_eq!(case["CFDocument"]["caseVersion"], "1.1");
    program
        .get(&format!("{path}/elm"))
        .await
        .problem(409, "country_missing");
    program
        .get(&format!("{path}/pdf"))
        .await
        .problem(404, "format_not_found");
    program
        .get("/api/v1/achievements/none/exchange/case")
        .await
        .problem(404, "achievement_not_found");
}

#[tokio::test]
async fn a_framework_is_written_for_other_systems_and_nobody_elses() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/mappings").await;
    let said = [
        ("form", "framework"),
        ("uri", "https://tasks.example"),
        ("title", "Tasks"),
    ];
    let file = ("tasks.csv", FRAMEWORK);
    owner
        .upload(&page, "/mappings/frameworks", &said, file)
        .await;
    let list = owner.get("/mappings").await;
    let path = list.link("/mappings/frameworks/");
    let page = owner.get(&path).await.text();
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let other = site.owner("lakeside").await;
    for (form, kind) in [
        ("case", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("ctdl", "application/ld+json"),
        ("rsd", "application/json"),
    ] {
        let href = format!("{path}/{form}");
        assert!(page.contains(&format!("href=\"{href}\"")), "{page}");
        let written = owner.get(&href).await;
        assert_eq!(written.headers["content-type"], kind);
        assert!(written.text().contains("Éxaminer les pièces finies"));
        assert_eq!(other.get(&href).await.status, StatusCode::NOT_FOUND);
        let id = path.rsplit('/').next().unwrap();
        let api = format!("/api/v1/frameworks/{id}/exchange/{form}");
        assert_eq!(program.get(&api).await.bytes, written.bytes);
    }
    for form in ["onet", "elm"] {
        let none = owner.get(&format!("{path}/{form}")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{form}");
    }
}
