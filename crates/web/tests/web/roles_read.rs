//! What a credential says for a role: task by task, through released mappings, by link and on paper, as of a day.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::endorsing::{
    AskEndorsement, MemberAnswer, answer_as_member, ask_endorsement,
};
use touchstone_service::operations::{Scope, members, work_until_idle};
use touchstone_service::rows::EndorsedKind;

use crate::api_program::{Program, safety};
use crate::applications::post;
use crate::crosswalk::why;
use crate::roles::described;
use crate::site::{Browser, Site};

/// A credential for an achievement that the set maps to the role's task.
async fn mapped(site: &Site, program: &Program) -> (Value, Value, String) {
    let (_, credentials) = program.issue(site).await;
    let path = format!("/api/v1/credentials/{}/export", credentials[0]);
    let credential = program.get(&path).await.json();
    let task = "https://tasks.example/safety";
    let set = json!({"slug": "safety", "title": "Safety", "license": "https://a.example/licence", "why": "Asked for."});
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

/// Another institution of this site stands behind the latest release of a set, or the latest version of an achievement.
async fn endorsed(
    site: &Site,
    owner: &Browser,
    other: &Browser,
    (kind, thing): (EndorsedKind, &str),
) {
    let world = &site.test.world;
    let order = AskEndorsement {
        tenant: owner.tenant.clone(),
        actor: "registrar".into(),
        kind,
        thing: thing.rsplit('/').next().unwrap().into(),
        version: None,
        email: "ines@neighbour.example".into(),
        language: String::new(),
        message: String::new(),
        ends_at: world.clock.now().unix_millis() + 86_400_000,
        drawn: None,
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
    let said = [("round", "1"), ("vote", "100"), ("comment", "Seen.")];
    let voted = owner.submit(&form, &format!("{page}/vote"), &said).await;
    assert_eq!(voted.status, StatusCode::SEE_OTHER, "{}", voted.text());
    let set = mapping.split("/mappings/").next().unwrap().to_owned();
    let released = program
        .post(&format!("{set}/releases"), &why())
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
    assert_eq!(task["shownBy"][0]["ownWord"], false, "it is the issuer's");
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
    assert_eq!(answer["credentials"][0]["endorsedBy"], json!([]));
    let other = site.owner("neighbour").await;
    endorsed(&site, &owner, &other, (EndorsedKind::MappingSet, &set)).await;
    let reader = site.test.world.store.read();
    let awarded = reader.achievement_by_slug(&owner.tenant, "workshop-safety");
    let awarded = awarded.await.unwrap().unwrap();
    let version = (EndorsedKind::Achievement, awarded.id.as_str());
    endorsed(&site, &owner, &other, version).await;
    let answer = program
        .post(&format!("{role}/answers"), &ask)
        .await
        .with(200);
    let by = &answer["tasks"][0]["shownBy"][0]["endorsedBy"];
    assert_eq!(*by, json!(["neighbour Polytechnic"]), "{answer}");
    assert_eq!(answer["credentials"][0]["endorsedBy"], *by, "{answer}");
    // Behind a file that somebody altered stands nobody.
    let mut altered = credential.clone();
    altered["credentialSubject"]["achievement"]["name"] = json!("Flying");
    let altered = json!({"credentials": [altered]});
    let forged = program.post(&format!("{role}/answers"), &altered).await;
    let forged = forged.with(200);
    assert_eq!(forged["credentials"][0]["endorsedBy"], json!([]));
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

    // Everybody reads who stands behind the release, and until when.
    let public = "/i/riverside/mappings/safety";
    let stranger = site.stranger();
    let text = stranger.get(public).await.text();
    let words = "<bdi>neighbour Polytechnic</bdi>, until 22 November 2026";
    assert!(text.contains(words), "{text}");
    assert!(text.contains("1.endorsements.json"), "{text}");
    let json = stranger.get(&format!("{public}/releases.json")).await;
    let json: Value = serde_json::from_slice(&json.bytes).unwrap();
    let told = &json["latest"]["endorsements"];
    assert_eq!(told[0]["by"], by[0], "{json}");
    assert!(told[0]["validUntil"].as_str().unwrap().ends_with('Z'));
    let all = json["latest"]["allEndorsements"].as_str().unwrap();
    assert!(
        all.ends_with("/mappings/safety/1.endorsements.json"),
        "{all}"
    );

    let question = program.get(&format!("{role}/dcql")).await.with(200);
    assert_eq!(
        question["mapping_sets"][0]["sha256"], released["sha256"],
        "{question}"
    );
    assert_eq!(question["uncovered_tasks"][0]["label"], "Leads others");
    let tasks = question["tasks"].as_array().unwrap();
    let asked_for: Vec<_> = tasks.iter().map(|task| &task["credentials"]).collect();
    assert_eq!(*asked_for[0], json!(["task1-ldp_vc", "task1-jwt_vc_json"]));
    assert_eq!(tasks.last().unwrap()["credentials"], json!([]));
    assert_eq!(tasks[0]["required"], true);
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

#[tokio::test]
async fn a_link_that_somebody_stated_is_not_told_as_one_that_organizations_reviewed() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (_, credentials) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}/export", credentials[0]);
    let credential = program.get(&path).await.json();
    let file = "#curie_map:\n#  a: \"https://verify.example.edu/i/riverside/a/\"\n#  b: \"https://tasks.example/\"\n\
        subject_id\tpredicate_id\tobject_id\tmapping_justification\n\
        a:workshop-safety\tskos:exactMatch\tb:safety\tsemapv:ManualMappingCuration\n";
    let set = json!({"slug": "safety", "title": "Safety", "license": "https://a.example/licence", "file": file, "why": "Asked for."});
    let set = program.post("/api/v1/mapping-sets", &set).await.with(201);
    let set = format!("/api/v1/mapping-sets/{}", set["id"].as_str().unwrap());
    let released = format!("{set}/releases");
    program.post(&released, &why()).await.with(201);
    let task = json!({"id": "https://tasks.example/safety", "label": "Keeps everybody safe", "need": "must"});
    let role = json!({"title": "Hand", "public": true, "tasks": [task]});
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let role = format!("/api/v1/roles/{}", role["id"].as_str().unwrap());
    let ask = json!({"credentials": [credential]});
    let answer = program.post(&format!("{role}/answers"), &ask).await;
    let answer = answer.with(200);
    let task = &answer["tasks"][0];
    assert_eq!(
        (&task["verdict"], &task["shownBy"][0]["standing"]),
        (&json!("met"), &json!("stated"))
    );
    let shown = program.get(&role).await.with(200);
    let open = shown["page"]
        .as_str()
        .unwrap()
        .replace("https://verify.example.edu", "");
    let text = credential.to_string();
    let said = [("role", open.as_str()), ("credential", text.as_str())];
    let read = site.stranger().post("/verify/role", &said).await;
    let row = "By a link that somebody stated and no organization reviewed";
    assert!(read.text().contains(row), "{}", read.text());
    assert_eq!(task.get("deniedBy"), None);

    // Another set says that it is not so: the answer names it, to programs and to people.
    let file = file
        .replace("\tobject_id", "\tpredicate_modifier\tobject_id")
        .replace("\tb:safety", "\tNot\tb:safety");
    let set = json!({"slug": "not", "title": "Not", "license": "https://a.example/licence", "file": file, "why": "Asked for."});
    let set = program.post("/api/v1/mapping-sets", &set).await.with(201);
    let released = format!(
        "/api/v1/mapping-sets/{}/releases",
        set["id"].as_str().unwrap()
    );
    let released = program.post(&released, &why()).await.with(201);
    let answer = program.post(&format!("{role}/answers"), &ask).await;
    let answer = answer.with(200);
    let task = &answer["tasks"][0];
    assert_eq!(task["verdict"], "not_shown", "{answer}");
    let denial = &task["deniedBy"][0];
    assert_eq!(denial["objectId"], "https://tasks.example/safety");
    assert_eq!(denial["set"]["sha256"], released["sha256"]);
    let said = [("role", open.as_str()), ("credential", text.as_str())];
    let read = site.stranger().post("/verify/role", &said).await.text();
    let row = "A crosswalk says of a link to this task that it does not hold";
    for words in [
        row,
        "does not say the same as",
        released["sha256"].as_str().unwrap(),
    ] {
        assert!(read.contains(words), "{words}: {read}");
    }
    let carried = [("text", text.as_bytes())];
    let paper = post(&site.stranger(), &format!("{open}/answer.pdf"), &carried).await;
    let paper = paper.text();
    let line = format!(
        "https://verify.example.edu/i/riverside/a/workshop-safety does not say the same as https://tasks.example/safety, in {}, version 1",
        denial["set"]["id"].as_str().unwrap()
    );
    for words in [row, line.as_str()] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
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
