//! Roles: described task by task, and read without a score.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::endorsing::{
    AskEndorsement, MemberAnswer, answer_as_member, ask_endorsement,
};
use touchstone_service::operations::{Scope, members, work_until_idle};
use touchstone_service::rows::EndorsedKind;

use crate::api_program::{Program, safety};
use crate::applications;
use crate::site::{Browser, Site};

/// Describes a role through the pages, and answers with its path.
pub(crate) async fn described(owner: &Browser) -> String {
    let form = owner.get("/roles/new").await;
    let said = [
        ("title", "Workshop hand & more"),
        ("task_label", "Keeps everybody safe"),
        ("task_id", ""),
        ("task_need", "must"),
        ("task_level", ""),
        ("task_age", "3650"),
        ("task_evidence", ""),
        ("public", "yes"),
    ];
    let done = owner.submit(&form, "/roles", &said).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    done.location().to_owned()
}

#[tokio::test]
async fn a_role_is_described_looked_up_and_written_anew() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let role = described(&owner).await;
    let page = owner.get(&role).await;
    let text = page.text();
    assert!(
        text.contains("Workshop hand &amp; more") && text.contains("urn:uuid:"),
        "{text}"
    );
    let faulty = [("title", ""), ("task_label", "Turns"), ("task_level", "x")];
    let refused = owner.submit(&page, &role, &faulty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("“x” is no level")
            && refused.text().contains("href=\"#f-task_level-1\""),
        "{}",
        refused.text()
    );
    let address = [
        ("title", "T"),
        ("task_label", "Turns"),
        ("task_id", "no address"),
    ];
    let refused = owner.submit(&page, &role, &address).await;
    assert!(
        refused.text().contains("href=\"#f-task_id-1\""),
        "the field is named: {}",
        refused.text()
    );
    let none = owner.submit(&page, &role, &[("title", "T")]).await;
    assert!(none.text().contains("at least one task"), "{}", none.text());
    let open = page.link("/r/");
    assert_eq!(owner.get(&open).await.status, StatusCode::OK);
    let closed = [("title", "T"), ("task_label", "Turns")];
    let closed = owner.submit(&page, &role, &closed).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());
    assert_eq!(
        owner.get(&open).await.status,
        StatusCode::NOT_FOUND,
        "its link is closed"
    );
}

/// A credential for an achievement that the set maps to the role's task.
async fn mapped(site: &Site, program: &Program) -> (Value, Value, String) {
    let (_, credentials) = program.issue(site).await;
    let path = format!("/api/v1/credentials/{}/export", credentials[0]);
    let credential = program.get(&path).await.json();
    let task = "https://tasks.example/safety";
    let set = json!({"slug": "safety", "title": "Safety", "license": "https://a.example/licence"});
    let set = program.post("/api/v1/mapping-sets", &set).await.with(201)["id"].clone();
    let set = format!("/api/v1/mapping-sets/{}", set.as_str().unwrap());
    let own = "https://verify.example.edu/i/riverside/a/workshop-safety";
    let mapping = json!({"subjectId": own, "relation": "exact", "objectId": task});
    let made = program
        .post(&format!("{set}/mappings"), &mapping)
        .await
        .with(201);
    let role = json!({"title": "Hand", "public": true, "tasks": [
        {"id": task, "label": "Keeps everybody safe", "need": "must"},
        {"id": task.replace("safety", "level"), "label": "Leads others", "need": "nice", "level": 2},
    ]});
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let mapping = format!("{set}/mappings/{}", made["id"].as_str().unwrap());
    (credential, role["id"].clone(), mapping)
}

/// Another institution of this site stands behind the latest release of a set.
async fn release_endorsed(site: &Site, owner: &Browser, set: &str) {
    let other = site.owner("neighbour").await;
    let world = &site.test.world;
    let order = AskEndorsement {
        tenant: owner.tenant.clone(),
        actor: "registrar".into(),
        kind: EndorsedKind::MappingSet,
        thing: set.rsplit('/').next().unwrap().into(),
        version: None,
        email: "ines@neighbour.example".into(),
        language: String::new(),
        message: String::new(),
        ends_at: world.clock.now().unix_millis() + 86_400_000,
    };
    ask_endorsement(world, &order).await.unwrap();
    work_until_idle(world).await.unwrap();
    let mails = site.test.mail.sent();
    let link = mails
        .last()
        .unwrap()
        .text
        .split_once("/endorse/")
        .unwrap()
        .1;
    let member = members(world, &other.tenant).await.unwrap().remove(0);
    let answer = MemberAnswer {
        tenant: other.tenant.clone(),
        actor: member.id,
        comment: "We use it as well.".into(),
        until: world.clock.now().unix_millis() + 86_400_000,
    };
    let token = link.split_whitespace().next().unwrap();
    answer_as_member(world, token, &answer).await.unwrap();
}

#[tokio::test]
async fn a_task_is_met_through_a_released_mapping_only_and_the_answer_pins_it() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (credential, role, mapping) = mapped(&site, &program).await;
    let role = format!("/api/v1/roles/{}", role.as_str().unwrap());
    let ask = json!({"credentials": [credential]});
    let answer = program
        .post(&format!("{role}/answers"), &ask)
        .await
        .with(200);
    assert_eq!(
        answer["tasks"][0]["verdict"], "not_shown",
        "nothing is released: {answer}"
    );
    // Somebody else agrees, and it is released.
    let page = mapping
        .replace("/api/v1/mapping-sets/", "/mappings/")
        .replace("/mappings/", "/");
    let page = format!("/mappings{page}");
    let form = owner.get(&page).await;
    let said = [("round", "1"), ("vote", "100")];
    let voted = owner.submit(&form, &format!("{page}/vote"), &said).await;
    assert_eq!(voted.status, StatusCode::SEE_OTHER, "{}", voted.text());
    let set = mapping.split("/mappings/").next().unwrap().to_owned();
    let released = program
        .post(&format!("{set}/releases"), &json!({}))
        .await
        .with(201);
    let answer = program
        .post(&format!("{role}/answers"), &ask)
        .await
        .with(200);
    let task = &answer["tasks"][0];
    assert_eq!(task["verdict"], "met", "{answer}");
    let step = &task["shownBy"][0]["mappings"][0];
    assert_eq!(step["set"]["sha256"], released["sha256"]);
    assert_eq!(step["set"]["version"], "1");
    assert_eq!(task["shownBy"][0]["standing"], "reviewed");
    assert_eq!(answer["tasks"][1]["verdict"], "not_shown");
    assert_eq!(answer["mappingSets"][0]["sha256"], released["sha256"]);
    assert_eq!(
        task["shownBy"][0]["releasedBy"],
        json!(["riverside Polytechnic"])
    );
    assert_eq!(
        task["shownBy"][0]["endorsedBy"],
        json!([]),
        "nobody was asked"
    );
    release_endorsed(&site, &owner, &set).await;
    let answer = program
        .post(&format!("{role}/answers"), &ask)
        .await
        .with(200);
    let by = &answer["tasks"][0]["shownBy"][0]["endorsedBy"];
    assert_eq!(*by, json!(["neighbour Polytechnic"]), "{answer}");
    let shown = program.get(&set).await.with(200);
    assert_eq!(shown["releases"][0]["endorsers"], *by, "{shown}");
    let page = owner
        .get(&set.replace("/api/v1/mapping-sets", "/mappings"))
        .await;
    assert!(
        page.text().contains("Endorsed by neighbour Polytechnic"),
        "{}",
        page.text()
    );

    let question = program.get(&format!("{role}/dcql")).await.with(200);
    assert_eq!(
        question["mapping_sets"][0]["sha256"], released["sha256"],
        "{question}"
    );
    assert_eq!(question["uncovered_tasks"][0]["label"], "Leads others");
    let asked = &question["dcql_query"]["credentials"][0]["claims"][0]["values"];
    assert_eq!(asked.as_array().map(Vec::len), Some(1), "{question}");
    assert_eq!(
        asked[0],
        credential["credentialSubject"]["achievement"]["id"]
    );

    // The same without an account, from the text of the credential.
    let shown = program.get(&role).await.with(200);
    let open = shown["page"]
        .as_str()
        .unwrap()
        .replace("https://verify.example.edu", "");
    let stranger = site.stranger();
    let text = credential.to_string();
    let said = [("role", open.as_str()), ("credential", text.as_str())];
    let read = stranger.post("/verify/role", &said).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text());
    let said = read.text();
    assert!(
        said.contains("Met") && said.contains("Nothing shared"),
        "{said}"
    );
    assert!(
        said.contains(released["sha256"].as_str().unwrap()),
        "the hash is told: {said}"
    );
    assert!(!said.contains('%'), "there is no score");

    let changed = text.replace("Works in a workshop", "Leads a workshop");
    assert_ne!(changed, text);
    let forged: Value = serde_json::from_str(&changed).unwrap();
    let ask = json!({"credentials": [forged]});
    let answer = program
        .post(&format!("{role}/answers"), &ask)
        .await
        .with(200);
    assert_eq!(
        answer["tasks"][0]["verdict"], "not_shown",
        "what does not stand shows nothing"
    );
    assert_eq!(answer["credentials"][0]["verdict"], "failed");

    // A year and more later the agreement has ended, and the mapping carries nothing.
    site.test.clock.advance_millis(800 * 86_400_000);
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let answer = program
        .post(
            &format!("{role}/answers"),
            &json!({"credentials": [credential]}),
        )
        .await
        .with(200);
    assert_eq!(answer["tasks"][0]["verdict"], "not_shown", "{answer}");
    assert_eq!(answer["mappingSets"], json!([]));
}

/// Which kind of evidence there is comes from the list of learners, through the credential, to whom a task asks for one.
#[tokio::test]
async fn evidence_of_a_kind_that_a_list_names_meets_a_task_that_asks_for_it() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let mut defined = safety();
    defined["evidenceRequired"] =
        json!([{"name": "Risk assessment"}, {"name": "Photo of the guards"}]);
    program
        .post("/api/v1/achievements", &defined)
        .await
        .with(201);
    let csv = "name,email,evidence\n\
        Amara,amara@example.org,photo-of-the-guards=https://a.example/1.jpg\n\
        Tomás,tomas@example.org,https://a.example/2.jpg\n";
    let uploaded = program.upload("workshop-safety", csv).await.with(201);
    program
        .confirm(uploaded["batch"]["id"].as_str().unwrap())
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let own = "https://verify.example.edu/i/riverside/a/workshop-safety";
    let task = json!({"id": own, "label": "Keeps everybody safe", "need": "must", "evidence": ["photo of the guards"]});
    let role = json!({"title": "Hand", "tasks": [task]});
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let answers = format!("/api/v1/roles/{}/answers", role["id"].as_str().unwrap());
    for (who, genre, verdict) in [
        ("amara", json!("Photo of the guards"), "met"),
        ("tomas", Value::Null, "related_only"),
    ] {
        let found = program
            .get(&format!("/api/v1/credentials?q={who}"))
            .await
            .with(200);
        let id = found["credentials"][0]["id"].as_str().unwrap();
        let credential = program
            .get(&format!("/api/v1/credentials/{id}/export"))
            .await
            .json();
        assert_eq!(credential["evidence"][0]["genre"], genre, "{credential}");
        let answer = program
            .post(&answers, &json!({"credentials": [credential]}))
            .await
            .with(200);
        assert_eq!(answer["tasks"][0]["verdict"], verdict, "{answer}");
    }
}

#[tokio::test]
async fn a_page_of_a_holder_is_read_for_a_role_by_its_link() {
    let (site, owner) = Site::with_owner("riverside").await;
    let role = described(&owner).await;
    let open = owner.get(&role).await.link("/r/");
    let stranger = site.stranger();
    let missing = stranger.get(&format!("/v/nobody/role?role={open}")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let asked = stranger.get(&open).await;
    assert!(
        asked.text().contains("Keeps everybody safe"),
        "{}",
        asked.text()
    );
    let nothing = stranger
        .upload(&owner.get(&role).await, &open, &[], ("x.json", b"{}"))
        .await;
    assert_eq!(
        nothing.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        nothing.text()
    );
    assert_eq!(stranger.get("/r/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_that_is_read_for_a_role_is_had_on_paper_at_an_address() {
    let shown = crate::verify_here::shown().await;
    let role = described(&shown.registrar).await;
    let open = shown.registrar.get(&role).await.link("/r/");
    let reader = shown.site.stranger();
    let asked = format!("{}/role?role={open}", shown.page);
    let read = reader.get(&asked).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text());
    let href = read.link("/v/");
    assert!(href.contains("/role.pdf?role="), "{href}");
    let paper = reader.get(&href).await;
    assert_eq!(paper.headers["content-type"], "application/pdf");
    assert!(
        paper.text().contains("Keeps everybody safe"),
        "the answer is attached"
    );
    let closed = reader.get("/v/nobody/role.pdf?role=x").await;
    assert_eq!(closed.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_role_is_told_with_what_the_licences_of_its_frameworks_ask_for() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let onet = "https://www.onetcenter.org/database.html#task-3095";
    let role = json!({"title": "Hand", "tasks": [
        {"id": onet, "label": "Sets machines up", "need": "must"},
        {"label": "Turns", "need": "nice"},
    ]});
    let made = program.post("/api/v1/roles", &role).await.with(201);
    let path = format!("/api/v1/roles/{}", made["id"].as_str().unwrap());
    let one = program.get(&path).await.with(200);
    let lines = one["attributions"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "{one}");
    let line = lines[0].as_str().unwrap();
    assert!(
        line.contains("O*NET Database") && line.contains("CC BY 4.0"),
        "{line}"
    );
    let all = program.get("/api/v1/roles").await.with(200);
    assert_eq!(all["roles"][0], one);
}

#[tokio::test]
async fn t52_another_institution_finds_no_role() {
    let site = Site::empty().await;
    let mine = Program::of(&site, "riverside").await;
    let theirs = Program::of(&site, "lakeside").await;
    let role = json!({"title": "Hand", "tasks": [{"label": "Turns", "need": "must"}]});
    let made = mine.post("/api/v1/roles", &role).await.with(201);
    let path = format!("/api/v1/roles/{}", made["id"].as_str().unwrap());
    theirs.get(&path).await.problem(404, "role_not_found");
    theirs
        .put(&path, &role)
        .await
        .problem(404, "role_not_found");
    theirs
        .get(&format!("{path}/dcql"))
        .await
        .problem(404, "role_not_found");
    let ask = json!({"credentials": [{}]});
    theirs
        .post(&format!("{path}/answers"), &ask)
        .await
        .problem(404, "role_not_found");
    assert_eq!(
        theirs.get("/api/v1/roles").await.with(200)["roles"],
        json!([])
    );
    mine.post(&format!("{path}/answers"), &ask)
        .await
        .problem(422, "cannot_be_read");
    let faulty = json!({"title": "Hand", "tasks": [{"label": "Turns", "need": "perhaps"}]});
    mine.put(&path, &faulty).await.problem(422, "faulty_role");
    mine.put(&path, &role).await.with(200);
}

#[tokio::test]
async fn a_pasted_posting_becomes_suggestions_and_nothing_is_added_unasked() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let form = owner.get("/roles/new").await;
    let posting =
        r#"{"@type": "JobPosting", "title": "Machinist <b>", "skills": ["metrology & gauges"]}"#;
    let said = [("posting", posting), ("draft", "yes")];
    let read = owner.submit(&form, "/roles", &said).await;
    let text = read.text();
    assert_eq!(read.status, StatusCode::OK, "{text}");
    assert!(
        text.contains("metrology &amp; gauges") && text.contains("Machinist &lt;b&gt;"),
        "{text}"
    );
    let labels = text.split("name=\"task_label\"").skip(1);
    let typed = labels.filter(|label| !label.split('<').next().unwrap().ends_with('>'));
    assert_eq!(typed.count(), 0, "no task is filled in: {text}");
    let taken = [("posting", posting), ("say", "metrology & gauges")];
    let added = owner.submit(&form, "/roles", &taken).await.text();
    assert!(
        added.contains(">metrology &amp; gauges</textarea>"),
        "{added}"
    );
    assert!(
        owner
            .get("/roles")
            .await
            .text()
            .contains("There is none yet.")
    );
    let faulty = [("posting", "{"), ("draft", "yes")];
    let refused = owner.submit(&form, "/roles", &faulty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("href=\"#f-posting\""),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn a_role_is_read_as_it_was_on_a_day() {
    let (site, owner) = Site::with_owner("riverside").await;
    let role = described(&owner).await;
    let open = owner.get(&role).await.link("/r/");
    let day = |at: i64| touchstone_vc::Timestamp::from_unix_millis(at).to_string()[..10].to_owned();
    let first = day(site.test.world.clock.now().unix_millis());
    site.test.clock.advance_millis(3 * 86_400_000);
    let owner = site
        .member(
            &owner.tenant,
            "two@riverside.example",
            vec![touchstone_service::operations::Role::Owner],
        )
        .await;
    let page = owner.get(&role).await;
    let said = [
        ("title", "Otherwise"),
        ("task_label", "Flies"),
        ("public", "yes"),
    ];
    let done = owner.submit(&page, &role, &said).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let stranger = site.stranger();
    let now = stranger.get(&open).await.text();
    assert!(
        now.contains("Flies") && now.contains("has not shown that a domain"),
        "{now}"
    );
    let then = stranger.get(&format!("{open}?on={first}")).await.text();
    assert!(
        then.contains("Keeps everybody safe") && !then.contains("Flies"),
        "{then}"
    );
    assert!(then.contains(&format!("As it was on {first}")), "{then}");
    assert!(
        then.contains(&format!("name=\"on\" value=\"{first}\"")),
        "{then}"
    );
    let early = stranger.get(&format!("{open}?on=2001-01-01")).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    let no_day = stranger.get(&format!("{open}?on=tomorrow")).await;
    assert_eq!(no_day.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_answers_is_said_on_a_page_and_the_role_says_what_takes_its_place() {
    let (site, owner) = Site::with_owner("riverside").await;
    let role = described(&owner).await;
    let open = owner.get(&role).await.link("/r/");
    let list = owner.get("/responsibilities").await;
    assert!(list.text().contains("Nobody was named"), "{}", list.text());
    let here = list.link("/responsibilities/role/");
    let page = owner.get(&here).await;
    let faulty = [("steward", "The head of training"), ("until", "soon")];
    let refused = owner.submit(&page, &here, &faulty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("href=\"#f-until\""),
        "{}",
        refused.text()
    );
    assert!(
        refused.text().contains("value=\"The head of training\""),
        "what was typed stays"
    );
    let said = [
        ("steward", "The head of training"),
        ("until", "2031-03-31"),
        ("deprecated", "yes"),
        ("replaced_by", "Workshop lead"),
    ];
    let done = owner.submit(&page, &here, &said).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert!(
        owner
            .get(&here)
            .await
            .text()
            .contains("value=\"2031-03-31\"")
    );
    let shown = site.stranger().get(&open).await.text();
    assert!(
        shown.contains("no longer used") && shown.contains("Workshop lead"),
        "{shown}"
    );
    let later = [("steward", "The works council"), ("until", "2031-03-31")];
    let done = owner.submit(&page, &here, &later).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let text = owner.get(&here).await.text();
    let past = text.split_once(">Before<").unwrap().1;
    assert!(past.contains("The head of training"), "{text}");
    let other = site.owner("harbour").await;
    assert_eq!(other.get(&here).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_draft_is_read_by_nobody_after_the_role_was_published() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let first = site.test.world.clock.now().to_string()[..10].to_owned();
    let draft =
        json!({"title": "Hand", "tasks": [{"label": "Follows the secret plan", "need": "must"}]});
    let made = program.post("/api/v1/roles", &draft).await.with(201);
    site.test.clock.advance_millis(3 * 86_400_000);
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = format!("/api/v1/roles/{}", made["id"].as_str().unwrap());
    let open =
        json!({"title": "Hand", "public": true, "tasks": [{"label": "Turns", "need": "must"}]});
    program.put(&path, &open).await.with(200);
    let page = program.get(&path).await.with(200)["page"].clone();
    let page = page
        .as_str()
        .unwrap()
        .replace("https://verify.example.edu", "");
    let stranger = site.stranger();
    assert!(stranger.get(&page).await.text().contains("Turns"));
    let then = stranger.get(&format!("{page}?on={first}")).await;
    assert_eq!(then.status, StatusCode::NOT_FOUND, "{}", then.text());
    assert!(!then.text().contains("secret plan"), "{}", then.text());
}

#[tokio::test]
async fn what_has_ended_since_is_said_to_have_stood_on_the_day_and_not_to_stand() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (_, credentials) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}/export", credentials[0]);
    let credential = program.get(&path).await.json().to_string();
    let role = described(&owner).await;
    let open = owner.get(&role).await.link("/r/");
    let day = site.test.world.clock.now().to_string()[..10].to_owned();
    site.test.clock.advance_millis(3 * 86_400_000);
    let owner = site
        .member(
            &owner.tenant,
            "two@riverside.example",
            vec![touchstone_service::operations::Role::Owner],
        )
        .await;
    let page = owner.get(&role).await;
    let file = ("x.json", credential.as_bytes());
    let then = owner.upload(&page, &open, &[("on", &day)], file).await;
    let text = then.text();
    assert_eq!(then.status, StatusCode::OK, "{text}");
    assert!(text.contains(&format!("Stood on {day}")), "{text}");
    assert!(!text.contains("Stands today"), "{text}");
    assert!(text.contains(&format!("As it was on {day}")), "{text}");
    assert!(text.contains(&format!("{open}?on={day}")), "{text}");
    let now = owner.upload(&page, &open, &[], file).await.text();
    assert!(
        now.contains("Stands today") && !now.contains("Stood on"),
        "{now}"
    );
}

#[tokio::test]
async fn a_role_that_is_open_for_applications_says_so_also_after_looking_and_after_an_error() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let role = described(&owner).await;
    let page = owner.get(&role).await;
    let closed = "not open for applications";
    assert!(page.text().contains(closed), "{}", page.text());
    let opening = [("keep_days", "30"), ("note", "Part of the year.")];
    let opened = owner
        .submit(&page, &format!("{role}/postings"), &opening)
        .await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
    let page = owner.get(&role).await;
    assert!(!page.text().contains(closed), "{}", page.text());
    let task = [("title", "Hand"), ("task_label", "Turns")];
    let looked = [task[0], task[1], ("find_words", "turn"), ("find", "yes")];
    let looked = owner.submit(&page, &role, &looked).await;
    assert_eq!(looked.status, StatusCode::OK);
    assert!(!looked.text().contains(closed), "{}", looked.text());
    let refused = owner.submit(&page, &role, &[("title", "Hand")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text().contains(closed), "{}", refused.text());
}

#[tokio::test]
async fn where_tasks_of_onet_are_shown_the_page_says_whose_they_are() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let file = applications::credential(&site).await;
    let credit = "This page includes information from the O*NET Database";
    for (id, credited) in [
        ("https://www.onetcenter.org/database.html#task-1", true),
        ("https://tasks.example/1", false),
    ] {
        let role = json!({
            "title": "Hand", "public": true, "tasks": [{ "id": id, "label": "Turns", "need": "must" }],
        });
        let role = program.post("/api/v1/roles", &role).await.with(201);
        let path = format!("/roles/{}", role["id"].as_str().unwrap());
        let opened = format!("/api/v1{path}/postings");
        let opened = program.post(&opened, &json!({})).await.with(201);
        let posting = format!("/postings/{}", opened["id"].as_str().unwrap());
        let opened = program.get(&format!("/api/v1{posting}")).await.with(200);
        let shown = program.get(&format!("/api/v1{path}")).await.with(200);
        let page = |of: &Value| {
            let address = of["page"].as_str().unwrap();
            let path = address.strip_prefix("https://verify.example.edu");
            path.unwrap().to_owned()
        };
        let own = owner.get(&path).await.text();
        let open = site.stranger().get(&page(&shown)).await.text();
        let applying = site.stranger().get(&page(&opened)).await.text();
        applications::sent(&site.stranger(), &page(&opened), &file).await;
        let beside = owner.get(&posting).await.text();
        for text in [own, open, applying, beside] {
            assert!(text.contains("Turns"));
            assert_eq!(text.contains(credit), credited, "{text}");
        }
    }
}
