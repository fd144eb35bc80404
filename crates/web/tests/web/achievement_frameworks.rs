//! Achievements and the frameworks of others: what is suggested beside the form, and the forms in which one is exchanged.

use axum::http::StatusCode;
use serde_json::{Value, json};
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
    // As one types: the list alone comes with what stands beside the form, and nothing before anything is typed.
    let beside = [&typed[..], &[("preview", "beside")]].concat();
    let beside = owner.submit(&form, "/achievements", &beside).await.text();
    let (_, list) = beside.split_once("data-part=\"suggested\"").unwrap();
    assert!(
        list.contains("Measure finished parts with a micrometer"),
        "{list}"
    );
    assert!(
        list.contains("formaction=\"/achievements#found\""),
        "{list}"
    );
    let kept = [("preview", "yes"), ("find_words", "zzz & nothing")];
    let kept = owner.submit(&form, "/achievements", &kept).await.text();
    assert!(
        kept.contains("zzz &amp; nothing</textarea>"),
        "what was looked for stays where nothing fits: {kept}"
    );
    let empty = [("preview", "beside"), ("find_words", "")];
    let empty = owner.submit(&form, "/achievements", &empty).await.text();
    assert!(empty.contains("data-part=\"suggested\"></div>"), "{empty}");
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
async fn an_achievement_is_exchanged_in_four_forms_and_no_other() {
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
    let json_ld = program.get(&format!("{path}/json-ld")).await.with(200);
    assert_eq!(
        json_ld["@context"][0],
        "https://www.w3.org/ns/credentials/v2"
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

const OCCUPATIONS: &str = "O*NET-SOC Code\tTitle\tDescription\n51-4041.00\tMachinists\tSet up and operate machine tools.\n";

#[tokio::test]
async fn a_framework_of_tables_is_written_as_one_zip_file_and_taken_in_from_it() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/mappings").await;
    let said = [
        ("form", "framework"),
        ("uri", "https://onet.example"),
        ("title", "O*NET"),
        ("version", "29.3"),
    ];
    let file = ("occupations.txt", OCCUPATIONS.as_bytes());
    owner
        .upload(&page, "/mappings/frameworks", &said, file)
        .await;
    let path = owner.get("/mappings").await.link("/mappings/frameworks/");
    let page = owner.get(&path).await.text();
    assert!(page.contains(&format!("href=\"{path}/onet\"")), "{page}");
    assert!(!page.contains(&format!("href=\"{path}/esco\"")), "{page}");
    let written = owner.get(&format!("{path}/onet")).await;
    assert_eq!(written.headers["content-type"], "application/zip");

    let other = site.owner("lakeside").await;
    let page = other.get("/mappings").await;
    let file = ("onet.zip", &written.bytes[..]);
    let taken = other
        .upload(&page, "/mappings/frameworks", &said, file)
        .await;
    assert!(
        taken.text().contains("Taken in: 1 statements."),
        "{}",
        taken.text()
    );
    let again = other.get("/mappings").await.link("/mappings/frameworks/");
    let again = other.get(&format!("{again}/onet")).await;
    assert_eq!(again.bytes, written.bytes);

    let cut = ("onet.zip", &written.bytes[..written.bytes.len() / 2]);
    let refused = other
        .upload(&page, "/mappings/frameworks", &said, cut)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("The ZIP file cannot be read"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn a_file_of_the_european_learning_model_is_taken_in_and_what_has_no_place_is_named() {
    let (site, owner) = Site::with_owner("riverside").await;
    let file = r#"{"@type": "elm:LearningAchievementSpecification",
        "dc:title": {"@value": "Welding of pipes", "@language": "en"},
        "dc:description": {"@value": "Weld pipes of steel.", "@language": "en"},
        "elm:provenBy": {"dc:title": {"@value": "Practical test", "@language": "en"}},
        "elm:maximumDuration": "P1M"}"#;
    let page = owner.get("/achievements").await;
    let upload = || {
        let sent = ("welding.jsonld", file.as_bytes());
        owner.upload(&page, "/achievements/import", &[], sent)
    };
    let taken = upload().await;
    assert_eq!(taken.status, StatusCode::OK);
    let text = taken.text();
    assert!(
        text.contains("left out: <bdi>maximumDuration</bdi>"),
        "{text}"
    );
    assert!(text.contains("Welding of pipes"), "{text}");
    let again = upload().await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = again.text();
    assert!(text.contains("welding-of-pipes"), "{text}");

    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let other: Value = serde_json::from_str(&file.replace("pipes", "plates")).unwrap();
    let made = program.post("/api/v1/definitions", &other).await;
    let made = made.with(200);
    assert_eq!(made["versions"][0]["slug"], "welding-of-plates");
    assert_eq!(made["versions"][0]["leftOut"][0], "maximumDuration");
    let nothing = json!({ "type": ["EuropeanDigitalCredential"] });
    program
        .post("/api/v1/definitions", &nothing)
        .await
        .problem(422, "nothing_learnt");
}
