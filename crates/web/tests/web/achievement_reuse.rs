//! What is written once is used again in the same words: kinds of evidence, and levels with their points.

use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::operations::{Permission, Role, Scope};

use crate::api_program::{Program, safety};
use crate::site::Site;

#[tokio::test]
async fn the_kinds_of_evidence_that_are_in_use_stand_beside_the_forms_that_ask_for_one() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let forms = ["/achievements/new", "/roles/new"];
    for form in forms {
        assert!(!owner.get(form).await.text().contains("In use already"));
    }
    let [achievement, role] = asking(&program).await;
    let words = "In use already: observation, Photo of &lt;guards&gt;, work sample.";
    for form in [forms[0], forms[1], &role, &achievement] {
        let page = owner.get(form).await.text();
        assert!(page.contains(words), "{form}: {page}");
        assert_eq!(page.matches("In use already").count(), 1, "said once");
    }
    let faulty = owner.get(forms[1]).await;
    let refused = owner.submit(&faulty, "/roles", &[("title", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains(words), "{}", refused.text());
    let other = site.owner("lakeside").await;
    for form in forms {
        assert!(!other.get(form).await.text().contains("In use already"));
    }
}

/// An achievement and a role that ask for kinds of evidence, by their pages.
async fn asking(program: &Program) -> [String; 2] {
    let mut defined = safety();
    defined["evidenceRequired"] = json!([{"name": "Photo of <guards>"}, {"name": "observation"}]);
    let defined = program.post("/api/v1/achievements", &defined).await;
    let achievement = defined.with(201)["id"].as_str().unwrap().to_owned();
    let task =
        json!({"label": "Guards", "need": "must", "evidence": ["Observation", "work sample"]});
    let role = json!({ "title": "Guard", "tasks": [task] });
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let role = format!("/roles/{}", role["id"].as_str().unwrap());
    [format!("/achievements/{achievement}"), role]
}

#[tokio::test]
async fn the_kinds_of_evidence_are_told_to_who_may_ask_for_one_and_to_nobody_else() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let pages = asking(&program).await;
    for role in Role::ALL {
        let address = format!("{}@riverside.example", role.as_str());
        let member = site.member(&owner.tenant, &address, vec![role]).await;
        for page in &pages {
            let seen = member.get(page).await;
            let what = format!("{} {page}", role.as_str());
            let may_read = role.may(Permission::Read);
            assert_eq!(seen.status == StatusCode::OK, may_read, "{what}");
            let told = seen.text().contains("In use already");
            assert_eq!(told, role.may(Permission::Define), "{what}");
        }
        for form in ["/achievements/new", "/roles/new"] {
            let told = member.get(form).await.text().contains("In use already");
            let what = format!("{} {form}", role.as_str());
            assert_eq!(told, role.may(Permission::Define), "{what}");
        }
    }
}

#[tokio::test]
async fn levels_that_are_taken_bring_their_points() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let mut defined = safety();
    let level = |number: u32, name: &str| json!({"level": number.to_string(), "name": name, "description": format!("{name}."), "points": (number * 5).to_string()});
    defined["resultDescription"] = json!([{"name": "Level", "resultType": "RubricCriterionLevel", "requiredLevel": 1,
        "rubricCriterionLevel": [level(1, "Helped"), level(2, "Alone")]}]);
    let defined = program.post("/api/v1/achievements", &defined).await;
    let id = defined.with(201)["id"].as_str().unwrap().to_owned();
    let form = owner.get("/achievements/new").await;
    let plain = [
        ("name", "Bandages"),
        ("task", "Bandage a joint"),
        ("criteria", "Bandages two joints."),
        ("achievement_type", "Competency"),
        ("names_learner", "yes"),
        ("required_level", "1"),
    ];
    let fields = [&plain[..], &[("take_levels", id.as_str())]].concat();
    let taken = owner.submit(&form, "/achievements", &fields).await;
    let text = taken.text();
    let carried = "<input type=\"hidden\" name=\"taken_level\" value=\"Alone\"><input type=\"hidden\" name=\"taken_points\" value=\"10\">";
    assert!(text.contains(carried), "{text}");
    // As the form is sent then, one level renamed.
    let levels = [
        ("taken_level", "Helped"),
        ("taken_points", "5"),
        ("taken_level", "Alone"),
        ("taken_points", "10"),
        ("level_name", "With a word"),
        ("level_description", "Helped."),
        ("level_name", "Alone"),
        ("level_description", "Alone."),
    ];
    let fields = [&plain[..], &levels].concat();
    let saved = owner.submit(&taken, "/achievements", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // A form with more of them than any rubric has levels is none of ours: the rest of them is not read.
    let filler = [("taken_level", "x"), ("taken_points", "1")].repeat(1_001);
    let named = [("name", "Splints")];
    let fields = [&named[..], &plain[1..], &filler[..], &levels[..]].concat();
    let saved = owner.submit(&taken, "/achievements", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let kept = program.get("/api/v1/achievements/splints").await.with(200);
    let levels = &kept["definition"]["resultDescription"][0]["rubricCriterionLevel"];
    assert_eq!(levels[1].get("points"), None, "{kept}");
    let kept = program.get("/api/v1/achievements/bandages").await.with(200);
    let levels = &kept["definition"]["resultDescription"][0]["rubricCriterionLevel"];
    assert_eq!(levels[1]["points"], "10", "{kept}");
    assert_eq!(levels[0].get("points"), None, "of another name: {kept}");
}
