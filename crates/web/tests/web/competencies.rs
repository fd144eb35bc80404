//! Competencies on the pages: tasks, rubric, votes, a pilot, a release; and nobody else's.

use axum::http::StatusCode;
use touchstone_service::operations::{Role, Scope, work_until_idle};

use crate::api_program::Program;
use crate::crosswalk::begun;
use crate::roles::described;
use crate::site::{Answer, Browser, Site};

/// A competency of an institution that is employer and issuer, of whose second version the votes agree; answers with its path.
pub(crate) async fn agreed(site: &Site, owner: &Browser, slug: &str) -> String {
    let path = drafted(owner, slug).await;
    let address = format!("{slug}@riverside.example");
    let second = site
        .member(&owner.tenant, &address, vec![Role::Approver])
        .await;
    voted(&second, &path, 2, "100").await;
    path
}

/// The same, released.
pub(crate) async fn released(site: &Site, owner: &Browser, slug: &str) {
    let path = agreed(site, owner, slug).await;
    let page = owner.get(&path).await;
    let why = [("why", "It went well.")];
    led(&owner
        .submit(&page, &format!("{path}/2/release"), &why)
        .await);
}

/// A competency with tasks and a rubric.
async fn drafted(owner: &Browser, slug: &str) -> String {
    let set = begun(owner, &format!("{slug}-set")).await;
    let role = described(owner).await;
    let role = role.rsplit('/').next().unwrap();
    let id = set.rsplit('/').next().unwrap();
    let page = owner.get(&format!("/competencies/new?set={id}")).await;
    let said = [
        ("set", id),
        ("title", "Setting <machines>"),
        ("role", role),
        ("issuer", "riverside"),
        ("slug", slug),
        ("why", "New machines came."),
    ];
    let path = led(&owner.submit(&page, "/competencies", &said).await);
    let page = owner.get(&format!("{path}/rubric")).await;
    let said = [
        ("seen", "1"),
        ("level_name", "With help"),
        ("level_description", "Needs a word,\r\nnow and then."),
        ("level_name", "Alone"),
        ("level_description", "Needs none."),
        ("required_level", "2"),
        ("why", "Two levels are told apart."),
    ];
    led(&owner.submit(&page, &format!("{path}/rubric"), &said).await);
    path
}

pub(crate) async fn voted(browser: &Browser, path: &str, version: i64, vote: &str) {
    let page = browser.get(path).await;
    let said = [("round", "1"), ("vote", vote), ("comment", "Seen.")];
    led(&browser
        .submit(&page, &format!("{path}/{version}/vote"), &said)
        .await);
}

#[track_caller]
fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location().to_owned()
}

#[tokio::test]
async fn a_competency_goes_through_the_pages_from_tasks_to_a_release() {
    let (site, owner) = Site::with_owner("riverside").await;
    let path = agreed(&site, &owner, "setting").await;
    let page = owner.get(&path).await;
    let text = page.text();
    assert!(
        text.contains("Setting &lt;machines&gt;") && text.contains("Agreed"),
        "{text}"
    );
    let said = [("said", "Good as <it> is.")];
    let comment = format!("{path}/2/comments");
    assert_eq!(
        led(&owner.submit(&page, &comment, &said).await),
        format!("{path}?version=2")
    );
    let both = owner
        .get(&format!("{path}/compare?before=1&after=2"))
        .await
        .text();
    for part in [
        "Between them, 0 of",
        "2 of 2 levels differ",
        "New machines came.",
        "Good as &lt;it&gt; is.",
    ] {
        assert!(both.contains(part), "{part}: {both}");
    }
    let silent = owner
        .submit(&page, &format!("{path}/2/release"), &[("why", "")])
        .await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("Say why"), "{}", silent.text());
    let why = [("why", "It went well.")];
    led(&owner
        .submit(&page, &format!("{path}/2/release"), &why)
        .await);
    let text = owner.get(&path).await.text();
    let file = "/i/riverside/competencies/setting/1.json";
    assert!(text.contains(file), "{text}");
    let stranger = site.stranger();
    for file in [file, "/i/riverside/competencies/setting/1.statement.json"] {
        assert_eq!(stranger.get(file).await.status, StatusCode::OK, "{file}");
    }
    let none = stranger
        .get("/i/riverside/competencies/setting/2.json")
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_vote_without_a_reason_comes_back_with_what_was_chosen() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let path = drafted(&owner, "silent").await;
    let page = owner.get(&path).await;
    let said = [("round", "1"), ("vote", "-50"), ("comment", " ")];
    let refused = owner.submit(&page, &format!("{path}/2/vote"), &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    for part in [
        "Give the reason for your vote",
        "href=\"#f-comment\"",
        "value=\"-50\" checked",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_pilot_is_begun_on_the_page_and_leads_to_its_achievement() {
    let (site, owner) = Site::with_owner("riverside").await;
    let path = agreed(&site, &owner, "trying").await;
    let page = owner.get(&path).await;
    let pilot = |until: &'static str| {
        [
            ("slug", "trying-pilot"),
            ("description", "Sets a machine and measures what it makes."),
            ("assessment_method", "Observed."),
            ("language", "en"),
            ("until", until),
            ("step", "pilot"),
            ("why", "To see whether it works."),
        ]
    };
    let over = owner
        .submit(&page, &format!("{path}/2/pilot"), &pilot("2001-01-01"))
        .await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(over.text().contains("f-until-e"), "{}", over.text());
    assert_eq!(over.typed("f-why-pilot"), "To see whether it works.");
    for other in ["f-why-release", "f-why-again"] {
        assert_eq!(over.typed(other), "", "{other}: not for this step");
    }
    let made = led(&owner
        .submit(&page, &format!("{path}/2/pilot"), &pilot("2099-12-31"))
        .await);
    assert!(made.starts_with("/achievements/"), "{made}");
    assert_eq!(owner.get(&made).await.status, StatusCode::OK);
    let text = owner.get(&path).await.text();
    assert!(text.contains("issued until 2099-12-31"), "{text}");
}

#[tokio::test]
async fn what_was_released_is_issued_for_good_and_its_page_names_the_release() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = agreed(&site, &owner, "trying").await;
    let page = owner.get(&path).await;
    let pilot = [
        ("slug", "trying-pilot"),
        ("description", "Sets a machine and measures what it makes."),
        ("assessment_method", "Observed."),
        ("language", "en"),
        ("until", "2099-12-31"),
        ("why", "To see whether it works."),
    ];
    let begin = format!("{path}/2/pilot");
    let begun = owner.submit(&page, &begin, &pilot).await;
    let made = format!("/api/v1{}", led(&begun));
    let mut definition = program.get(&made).await.with(200)["definition"].clone();
    definition.as_object_mut().unwrap().remove("pilotUntil");
    program.put(&made, &definition).await.with(200);
    let csv = "name,email,level,awarded_on\nAmara,amara@example.org,Alone,2026-11-12\n";
    let refused = program.upload("trying-pilot", csv).await;
    let refused = refused.problem(409, "not_released");
    assert!(refused.to_string().contains("Tried out until"), "{refused}");
    let why = [("why", "It went well.")];
    led(&owner
        .submit(&page, &format!("{path}/2/release"), &why)
        .await);
    let unnamed = program.upload("trying-pilot", csv).await;
    let unnamed = unnamed.problem(409, "not_released");
    assert!(unnamed.to_string().contains("once more"), "{unnamed}");
    program.put(&made, &definition).await.with(200);
    let uploaded = program.upload("trying-pilot", csv).await.with(201);
    program
        .confirm(uploaded["batch"]["id"].as_str().unwrap())
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let (stranger, here) = (site.stranger(), "/i/riverside/a/trying-pilot");
    let told = stranger.get(&format!("{here}/meaning.json")).await;
    let told: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    let release = &told["competencyRelease"];
    let file = "/i/riverside/competencies/trying/1.json";
    assert_eq!(
        release["document"],
        format!("https://verify.example.edu{file}")
    );
    let page = stranger.get(here).await.text();
    let sha256 = release["sha256"].as_str().unwrap();
    assert!(page.contains(file) && page.contains(sha256), "{page}");
    let called = "<bdi>Setting &lt;machines&gt;</bdi>, release 1</a>";
    assert!(page.contains(called), "{page}");
    let file = stranger.get(file).await;
    let found = (site.test.world.crypto.sha256)(&file.bytes);
    let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found, sha256);
}

#[tokio::test]
async fn a_rubric_that_was_refused_comes_back_as_it_was_typed() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let path = drafted(&owner, "typed").await;
    let page = owner.get(&format!("{path}/rubric")).await;
    let said = [
        ("seen", "2"),
        ("level_name", "Only one"),
        ("level_description", "Alone."),
        ("required_level", "1"),
        ("why", "A try."),
    ];
    let refused = owner.submit(&page, &format!("{path}/rubric"), &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("value=\"Only one\"") && text.contains("at least two levels"),
        "{text}"
    );
}
