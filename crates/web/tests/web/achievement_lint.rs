//! Beside the form: whether it will be understood; and what is refused until it is.

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::operations::Scope;
use touchstone_service::ports::{FetchError, Fetched};

use crate::api_program::{CSV, Program, safety};
use crate::journey::define;
use crate::site::Site;

/// Somebody with a level and a piece of evidence, which the example achievement needs.
const LEVELS: &[u8] =
    b"name,email,level,evidence\nAmara Okafor,amara@example.org,2,https://a.example/1\n";

#[tokio::test]
async fn the_preview_names_what_to_correct_and_saves_nothing() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let form = owner.get("/achievements/new").await;
    let said = [
        ("name", "MT-210"),
        ("task", "Understands the basics of measuring"),
        ("criteria", "Measures twelve parts."),
        ("achievement_type", "Competency"),
        ("language", "en"),
        ("look_for", "eu-mc"),
        ("preview", "yes"),
    ];
    let page = owner.submit(&form, "/achievements", &said).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for words in [
        "Not ready for eu-mc.",
        "“MT-210” is only a code or a number.",
        "“understands” cannot be watched",
        "TS-002",
        "How an employer reads it",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("ertified"), "it certifies nothing");
    let other = [&said[..5], &[("look_for", "ctdl-min"), ("preview", "yes")]].concat();
    let page = owner.submit(&form, "/achievements", &other).await.text();
    assert!(
        page.contains("Not ready for ctdl-min.") && !page.contains("TS-010"),
        "{page}"
    );
    assert!(!owner.get("/achievements").await.text().contains("MT-210"));
}

#[tokio::test]
async fn what_is_not_ready_for_the_chosen_profile_is_not_taken_in_and_the_page_says_why() {
    let (_site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let list = owner.get("/achievements").await.text();
    let ids = list.split("href=\"/achievements/").skip(1);
    let mut ids = ids.map(|part| part.split_once('"').unwrap().0);
    let path = format!("/achievements/{}", ids.find(|id| *id != "new").unwrap());
    let page = owner.get(&path).await;
    assert!(
        page.text().contains("Nothing is asked of it"),
        "{}",
        page.text()
    );
    let chosen = owner
        .submit(&page, &format!("{path}/lint"), &[("profile", "eu-mc")])
        .await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.text());
    assert!(
        owner
            .get(&path)
            .await
            .text()
            .contains("It has to be ready for eu-mc")
    );
    let form = owner.get("/cohorts/new").await;
    let fields = [("achievement", path.rsplit('/').next().unwrap())];
    let refused = owner
        .upload(&form, "/cohorts", &fields, ("list.csv", LEVELS))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("it is not ready for eu-mc") && text.contains("choose another profile there"),
        "{text}"
    );
    assert!(text.contains("TS-009, qualityAssurance"), "{text}");
    let page = owner.get(&path).await;
    owner
        .submit(&page, &format!("{path}/lint"), &[("profile", "none")])
        .await;
    let taken = owner
        .upload(&form, "/cohorts", &fields, ("list.csv", LEVELS))
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
}

#[tokio::test]
async fn the_institution_chooses_for_all_that_have_no_choice_of_their_own() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/institution").await;
    assert!(page.text().contains("Nothing is asked of achievements"));
    let chosen = owner
        .submit(&page, "/institution/lint", &[("profile", "ctdl-min")])
        .await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    assert!(
        owner
            .get("/institution")
            .await
            .text()
            .contains("have to be ready for ctdl-min")
    );
    let refused = owner
        .submit(&page, "/institution/lint", &[("profile", "iso")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn programs_lint_choose_and_are_refused_with_every_finding() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    let own = "/api/v1/achievements/workshop-safety/lint";
    let linted = program.get(&format!("{own}?profile=eu-mc")).await.with(200);
    assert_eq!(
        linted["chosen"],
        json!({"profile": null, "chosenBy": "nobody"})
    );
    assert_eq!(linted["report"]["readiness"], "not_ready");
    program
        .get(&format!("{own}?profile=iso"))
        .await
        .problem(422, "unknown_profile");

    let chosen = program
        .put(own, &json!({"profile": "eu-mc"}))
        .await
        .with(200);
    assert_eq!(
        chosen,
        json!({"profile": "eu-mc", "chosenBy": "achievement"})
    );
    let refused = program
        .upload("workshop-safety", CSV)
        .await
        .problem(409, "achievement_not_ready");
    let errors = refused["errors"].as_array().unwrap();
    assert!(
        errors.iter().any(|error| error["field"] == "participation"),
        "{refused}"
    );
    assert!(
        errors
            .iter()
            .all(|error| error["detail"].as_str().unwrap().starts_with("TS-"))
    );
    let chosen = program
        .put("/api/v1/institution/lint", &json!({"profile": "ctdl-min"}))
        .await
        .with(200);
    assert_eq!(chosen["chosenBy"], "institution");
    assert_eq!(
        program.get("/api/v1/institution/lint").await.with(200),
        chosen
    );
    program.put(own, &json!({"profile": null})).await.with(200);
    assert_eq!(
        program.get(own).await.with(200)["report"]["profile"],
        "ctdl-min"
    );
    program
        .put(own, &json!({"profile": "none"}))
        .await
        .with(200);
    program.upload("workshop-safety", CSV).await.with(201);
    program
        .put(own, &json!({"profile": "iso"}))
        .await
        .problem(422, "unknown_profile");
    program
        .put(own, &json!({}))
        .await
        .problem(422, "wrong_body");
}

#[tokio::test]
async fn any_document_can_be_looked_at_and_what_is_none_is_refused() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, credentials) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}/export", credentials[0]);
    let credential = program.get(&path).await.json();
    let lint = async |body: serde_json::Value| program.post("/api/v1/lint", &body).await;
    let judged = lint(json!({"document": credential, "profile": "tmc-application"}))
        .await
        .with(200);
    assert_eq!(
        (&judged["subject"], &judged["profile"]),
        (&json!("credential"), &json!("tmc-application"))
    );
    let judged = lint(json!({"document": safety(), "profile": "eu-mc"}))
        .await
        .with(200);
    assert_eq!(judged["subject"], "achievement");
    lint(json!({"document": {}, "profile": "eu-mc"}))
        .await
        .problem(422, "cannot_be_linted");
    lint(json!({"document": safety(), "profile": "iso"}))
        .await
        .problem(422, "unknown_profile");
    lint(json!({"document": safety()}))
        .await
        .problem(422, "wrong_body");
}

#[tokio::test]
async fn whether_links_open_is_looked_up_where_somebody_asks_and_nowhere_else() {
    let (site, owner) = Site::with_owner("riverside").await;
    let found = Fetched {
        bytes: b"A task.".to_vec(),
        media_type: "text/html".into(),
    };
    site.test.fetch.answer("https://tasks.example/1", Ok(found));
    let gone = Err(FetchError::Status(410));
    site.test.fetch.answer("https://tasks.example/2", gone);
    let form = owner.get("/achievements/new").await;
    let said = [
        ("name", "Measuring"),
        ("task", "Measure finished parts against a drawing."),
        ("criteria", "Measures twelve parts."),
        ("achievement_type", "Competency"),
        ("names_learner", "yes"),
        (
            "alignment",
            "Tasks 3.1 |  | Measure | https://tasks.example/1 | ext:Task\nTasks 3.1 |  | Record | https://tasks.example/2 | ext:Task",
        ),
    ];
    let press = async |button: &'static str| {
        let fields = [&said[..], &[(button, "yes")]].concat();
        let page = owner.submit(&form, "/achievements", &fields).await;
        assert_eq!(page.status, StatusCode::OK);
        page.text()
    };
    let page = press("preview").await;
    assert!(page.contains("Look whether its links open"), "{page}");
    assert!(page.contains("Whether the address opens is not known."));
    assert!(site.test.fetch.asked().is_empty(), "nobody asked for it");
    let page = press("look_up").await;
    assert!(
        page.contains("https://tasks.example/2 did not answer."),
        "{page}"
    );
    assert!(!page.contains("https://tasks.example/1 did not answer."));
    assert_eq!(site.test.fetch.asked().len(), 2);
    assert!(
        !owner
            .get("/achievements")
            .await
            .text()
            .contains("Measuring")
    );

    // The same for programs.
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let mut defined = safety();
    defined["alignment"] = json!([{"targetName": "Measure", "targetUrl": "https://tasks.example/1", "targetFramework": "Tasks 3.1", "targetType": "ext:Task"}]);
    let judged = |report: &serde_json::Value| {
        let rules = report["rules"].as_array().unwrap();
        let rule = rules.iter().find(|rule| rule["id"] == "TS-012").unwrap();
        rule["judgement"].clone()
    };
    let mut body = json!({"profile": "eu-mc", "document": defined});
    let report = program.post("/api/v1/lint", &body).await.with(200);
    assert_eq!(judged(&report), "unknown", "{report}");
    body["lookUp"] = true.into();
    let report = program.post("/api/v1/lint", &body).await.with(200);
    assert_eq!(judged(&report), "holds", "{report}");
    program
        .post("/api/v1/achievements", &defined)
        .await
        .with(201);
    let path = "/api/v1/achievements/workshop-safety/lint?profile=eu-mc";
    let report = program.get(path).await.with(200);
    assert_eq!(judged(&report["report"]), "unknown", "{report}");
    let path = format!("{path}&lookUp=true");
    let report = program.get(&path).await.with(200);
    assert_eq!(judged(&report["report"]), "holds", "{report}");
}

#[tokio::test]
async fn each_link_that_is_looked_up_counts_where_one_network_asks_too_often() {
    let (mut site, _) = Site::with_owner("riverside").await;
    let from = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    site.routes = site.routes.clone().layer(Extension(ConnectInfo(from)));
    let owner = site.owner("school").await;
    // More than a network may ask of `/verify` at once.
    let urls = (0..31).map(|n| format!("https://tasks.example/{n}"));
    let urls: Vec<String> = urls.collect();
    let lines = urls
        .iter()
        .map(|url| format!("Tasks 3.1 |  | Measure | {url} | ext:Task"));
    let lines = lines.collect::<Vec<_>>().join("\n");
    let form = owner.get("/achievements/new").await;
    let said = [
        ("name", "Measuring"),
        ("task", "Measure finished parts against a drawing."),
        ("criteria", "Measures twelve parts."),
        ("achievement_type", "Competency"),
        ("names_learner", "yes"),
        ("alignment", lines.as_str()),
        ("look_up", "yes"),
    ];
    let page = owner.submit(&form, "/achievements", &said).await.text();
    assert!(!page.contains("Too many links were followed"), "{page}");
    assert_eq!(site.test.fetch.asked().len(), 31);
    let page = owner.submit(&form, "/achievements", &said).await.text();
    assert!(page.contains("Too many links were followed"), "{page}");
    assert_eq!(site.test.fetch.asked().len(), 31);

    // The same bucket for programs, whatever else their key may do.
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let mut defined = safety();
    let link = |url: &String| json!({"targetName": "Measure", "targetUrl": url, "targetFramework": "Tasks 3.1", "targetType": "ext:Task"});
    defined["alignment"] = urls.iter().map(link).collect();
    let mut body = json!({"profile": "eu-mc", "document": defined, "lookUp": true});
    let refused = program.post("/api/v1/lint", &body).await;
    refused.problem(429, "too_many_requests");
    body["lookUp"] = false.into();
    program.post("/api/v1/lint", &body).await.with(200);
    program
        .post("/api/v1/achievements", &defined)
        .await
        .with(201);
    let path = "/api/v1/achievements/workshop-safety/lint?profile=eu-mc";
    program.get(path).await.with(200);
    let refused = program.get(&format!("{path}&lookUp=true")).await;
    refused.problem(429, "too_many_requests");
    assert_eq!(site.test.fetch.asked().len(), 31);
}
