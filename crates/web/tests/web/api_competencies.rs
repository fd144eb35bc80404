//! Competencies through the API, from tasks to a release; and conflicts of interest, of mappings too.

use serde_json::{Value, json};
use touchstone_service::operations::{Role, Scope};

use crate::api_program::Program;
use crate::competencies::voted;
use crate::site::{Browser, Site};

/// A site with an institution, a program of it, the member who owns it, and a competency with its address.
async fn begun() -> (Site, Program, Browser, String) {
    begun_for(730).await
}

/// The same, where an agreement is good for so many days.
async fn begun_for(review_days: i64) -> (Site, Program, Browser, String) {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let set = json!({
        "slug": "bloc", "title": "The bloc", "license": "https://a.example/licence", "reviewDays": review_days, "why": "A trial.",
    });
    let set = program.post("/api/v1/mapping-sets", &set).await.with(201);
    let competency = json!({
        "set": set["id"], "role": role(&program, "Turns").await, "issuer": "riverside", "slug": "turning", "title": "Turning", "why": "New lathes came.",
    });
    let made = program
        .post("/api/v1/competencies", &competency)
        .await
        .with(201);
    let taken = program.post("/api/v1/competencies", &competency).await;
    taken.problem(409, "slug_taken");
    let path = format!("/api/v1/competencies/{}", made["id"].as_str().unwrap());
    (site, program, owner, path)
}

async fn role(program: &Program, task: &str) -> Value {
    let role = json!({ "title": "Hand", "tasks": [{ "label": task, "need": "must", "level": 2 }] });
    program.post("/api/v1/roles", &role).await.with(201)["id"].clone()
}

fn rubric(seen: i64) -> Value {
    json!({
        "seen": seen, "requiredLevel": 2, "why": "Two levels are told apart.",
        "levels": [{ "name": "With help", "description": "Needs a word." }, { "name": "Alone", "description": "Needs none." }],
    })
}

#[tokio::test]
async fn a_competency_goes_through_the_api_from_tasks_to_a_release() {
    let (site, program, owner, path) = begun().await;
    let shown = program.get(&path).await.with(200);
    assert_eq!(
        (&shown["latestVersion"], &shown["state"]),
        (&json!(1), &json!("proposed"))
    );
    assert_eq!(shown["versions"][0]["tasks"][0]["label"], "Turns");
    assert_eq!(shown["versions"][0]["rubric"], Value::Null);
    let vote = json!({ "vote": 1, "round": 1, "comment": "Seen." });
    let early = program
        .post(&format!("{path}/versions/1/votes"), &vote)
        .await;
    early.problem(409, "no_rubric");

    let written = program.post(&format!("{path}/rubric"), &rubric(1)).await;
    assert_eq!(written.with(201)["version"], 2);
    let late = program.post(&format!("{path}/rubric"), &rubric(1)).await;
    late.problem(409, "written_in_between");
    let same = program.post(&format!("{path}/rubric"), &rubric(2)).await;
    same.problem(409, "unchanged");
    let mut faulty = rubric(2);
    faulty["levels"][1]["name"] = json!("");
    let said = program.post(&format!("{path}/rubric"), &faulty).await;
    let said = said.problem(422, "faulty_competency");
    assert_eq!(said["errors"][0]["field"], "levels[1].name");
    let tasks = json!({ "seen": 2, "role": role(&program, "Turns to a drawing").await, "why": "More precise." });
    let written = program.post(&format!("{path}/tasks"), &tasks).await;
    assert_eq!(written.with(201)["version"], 3);
    let compared = program.get(&format!("{path}/compare")).await.with(200);
    let changes: Vec<&Value> = compared["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["change"])
        .collect();
    assert_eq!(changes, ["added", "gone"]);
    assert_eq!(
        compared["levels"][1],
        json!({
            "change": "same",
            "before": { "name": "Alone", "description": "Needs none.", "required": true },
            "after": { "name": "Alone", "description": "Needs none.", "required": true },
        })
    );
    program
        .get(&format!("{path}/compare?after=9"))
        .await
        .problem(404, "version_not_found");

    let third = format!("{path}/versions/3");
    let comment = json!({ "comment": "Good as it is." });
    program
        .post(&format!("{third}/comments"), &comment)
        .await
        .with(201);
    let bad = program
        .post(
            &format!("{third}/votes"),
            &json!({ "vote": 0.005, "round": 1, "comment": "Seen." }),
        )
        .await;
    bad.problem(422, "bad_vote");
    let silent = json!({ "vote": 1, "round": 1, "comment": " " });
    let silent = program.post(&format!("{third}/votes"), &silent).await;
    let silent = silent.problem(422, "faulty_competency");
    assert_eq!(silent["errors"][0]["field"], "comment", "{silent}");
    let stands = program
        .post(&format!("{third}/votes"), &vote)
        .await
        .with(200);
    assert_eq!(
        (&stands["state"], &stands["tally"]["votes"]),
        (&json!("proposed"), &json!(1))
    );
    let why = json!({ "why": "It went well." });
    let release = format!("{third}/releases");
    program
        .post(&release, &why)
        .await
        .problem(409, "not_agreed");
    // A key is no person: a member has to agree as well.
    let second = site
        .member(
            &owner.tenant,
            "second@riverside.example",
            vec![Role::Approver],
        )
        .await;
    voted(&second, &path.replace("/api/v1", ""), 3, "100").await;

    let pilot = json!({
        "slug": "turning-pilot", "description": "Turn parts to a drawing.", "assessmentMethod": "A test", "language": "en",
        "until": "2099-12-31", "why": "To see whether it works.",
    });
    let begun = program
        .post(&format!("{third}/pilot"), &pilot)
        .await
        .with(201);
    let achievement = format!(
        "/api/v1/achievements/{}",
        begun["achievement"].as_str().unwrap()
    );
    assert_eq!(
        program.get(&achievement).await.with(200)["slug"],
        "turning-pilot"
    );
    let mut other = pilot.clone();
    other["slug"] = json!("turning-pilot-2");
    let twice = program.post(&format!("{third}/pilot"), &other).await;
    twice.problem(409, "pilot_begun");
    let mut over = other;
    over["until"] = json!("2001-01-01");
    let over = program.post(&format!("{third}/pilot"), &over).await;
    assert_eq!(
        over.problem(422, "faulty_pilot")["errors"][0]["field"],
        "until"
    );

    let silent = program.post(&release, &json!({ "why": " " })).await;
    assert_eq!(
        silent.problem(422, "faulty_competency")["errors"][0]["field"],
        "why"
    );
    let released = program.post(&release, &why).await.with(201);
    program
        .post(&release, &why)
        .await
        .problem(409, "released_before");
    let shown = program.get(&path).await.with(200);
    assert_eq!(shown["releases"][0]["sha256"], released["sha256"]);
    for address in ["url", "statement"] {
        let file = shown["releases"][0][address].as_str().unwrap();
        let file = file.strip_prefix("https://verify.example.edu").unwrap();
        assert_eq!(
            Program::stranger(&site).get(file).await.status,
            200,
            "{file}"
        );
    }
    let version = &shown["versions"][0];
    assert_eq!(version["state"], "agreed");
    assert_eq!(version["comments"][0]["comment"], "Good as it is.");
    assert_eq!(
        version["votes"][0]["byMember"], true,
        "it replaced the program's"
    );
    assert_eq!(version["pilot"]["achievement"], begun["achievement"]);

    let again = program
        .post(&format!("{third}/reviews"), &why)
        .await
        .with(201);
    assert_eq!(again["round"], 2);
    let under = program.post(&format!("{third}/reviews"), &why).await;
    under.problem(409, "under_review");
    program
        .post(&format!("{third}/votes"), &vote)
        .await
        .problem(409, "other_round");
    let listed = program.get("/api/v1/competencies").await.with(200);
    assert_eq!(listed["competencies"][0]["title"], "Turning");
    assert_eq!(listed["competencies"][0]["latestRelease"], 1);
    let none = program
        .get("/api/v1/competencies?set=other")
        .await
        .with(200);
    assert_eq!(none["competencies"], json!([]));
    for nowhere in ["x", "9"] {
        let said = program
            .post(&format!("{path}/versions/{nowhere}/votes"), &vote)
            .await;
        said.problem(404, "version_not_found");
    }
}

#[tokio::test]
async fn a_key_that_declared_a_conflict_of_interest_has_no_vote_in_that_round() {
    let (_site, program, _owner, path) = begun().await;
    program
        .post(&format!("{path}/rubric"), &rubric(1))
        .await
        .with(201);
    let set = program.get("/api/v1/mapping-sets").await.with(200);
    let mappings = format!(
        "/api/v1/mapping-sets/{}/mappings",
        set["mappingSets"][0]["id"].as_str().unwrap()
    );
    let mapping = json!({ "subjectId": "https://a.example/1", "relation": "exact", "objectId": "https://a.example/2" });
    let mapping = program.post(&mappings, &mapping).await.with(201);
    let mapping = format!("{mappings}/{}", mapping["id"].as_str().unwrap());
    for voted_on in [format!("{path}/versions/2"), mapping.clone()] {
        let (votes, conflicts) = (format!("{voted_on}/votes"), format!("{voted_on}/conflicts"));
        let vote = json!({ "vote": 1, "round": 1, "comment": "Seen." });
        let stands = program.post(&votes, &vote).await.with(200);
        assert_eq!(stands["tally"]["votes"], 1);
        let silent = program.post(&conflicts, &json!({ "round": 1 })).await;
        assert_eq!(silent.status.as_u16(), 422);
        assert_eq!(silent.json()["errors"][0]["field"], "comment");
        let other = json!({ "round": 2, "comment": "Mine." });
        let other = program.post(&conflicts, &other).await;
        other.problem(409, "other_round");
        let said = json!({ "round": 1, "comment": "It is my own course." });
        let stands = program.post(&conflicts, &said).await.with(201);
        assert_eq!(
            stands["tally"]["votes"], 0,
            "what it voted before counts no more"
        );
        program
            .post(&conflicts, &said)
            .await
            .problem(409, "declared_before");
        program
            .post(&votes, &vote)
            .await
            .problem(409, "conflict_of_interest");
    }
    let shown = program.get(&mapping).await.with(200);
    assert_eq!(shown["conflicts"][0]["comment"], "It is my own course.");
    let shown = program.get(&path).await.with(200);
    assert_eq!(
        shown["versions"][0]["conflicts"][0]["comment"],
        "It is my own course."
    );
}

#[tokio::test]
async fn what_has_ended_takes_no_vote_before_another_review() {
    let (site, program, owner, path) = begun_for(1).await;
    program
        .post(&format!("{path}/rubric"), &rubric(1))
        .await
        .with(201);
    let sets = program.get("/api/v1/mapping-sets").await.with(200);
    let set = sets["mappingSets"][0]["id"].as_str().unwrap();
    let mappings = format!("/api/v1/mapping-sets/{set}/mappings");
    let mapping = json!({ "subjectId": "https://a.example/1", "relation": "exact", "objectId": "https://a.example/2" });
    let mapping = program.post(&mappings, &mapping).await.with(201);
    let mapping = mapping["id"].as_str().unwrap();
    let email = "second@riverside.example";
    let second = site
        .member(&owner.tenant, email, vec![Role::Approver])
        .await;
    let page = path.replace("/api/v1", "");
    voted(&second, &page, 2, "100").await;
    crate::crosswalk::voted(&second, &format!("/mappings/{set}/{mapping}"), "100").await;
    assert!(second.get(&page).await.text().contains("Your vote"));

    site.test.clock.advance_millis(24 * 60 * 60 * 1_000);
    for voted_on in [
        format!("{path}/versions/2"),
        format!("{mappings}/{mapping}"),
    ] {
        let (votes, conflicts) = (format!("{voted_on}/votes"), format!("{voted_on}/conflicts"));
        let vote = json!({ "vote": 1, "round": 1, "comment": "Seen." });
        let late = program.post(&votes, &vote).await;
        late.problem(409, "agreement_ended");
        let late = json!({ "round": 1, "comment": "Mine." });
        let late = program.post(&conflicts, &late).await;
        late.problem(409, "agreement_ended");
    }
    let email = "third@riverside.example";
    let third = site
        .member(&owner.tenant, email, vec![Role::Registrar])
        .await;
    for page in [page, format!("/mappings/{set}/{mapping}")] {
        let seen = third.get(&page).await.text();
        assert!(
            seen.contains("Review it again") && !seen.contains("Your vote"),
            "{page}: {seen}"
        );
    }
}
