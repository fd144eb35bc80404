//! What is no longer to be used: told wherever somebody is about to use it or looks at what came of it, and nothing is refused for it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::operations::{Scope, work_until_idle};
use touchstone_web::pages::verify::cache::FRESH_MILLIS;

use crate::api_program::{CSV, Program};
use crate::applications::multipart;
use crate::competencies::agreed;
use crate::crosswalk::released;
use crate::journey::define;
use crate::site::Site;
use crate::verify_here::shown;
use crate::verify_presentation::{ASKED, presented};

/// Says that an achievement is no longer to be used.
async fn end(program: &Program, achievement: &str, replaced_by: &str) {
    end_of(program, "achievement", achievement, replaced_by).await;
}

/// Says that a thing is no longer to be used.
async fn end_of(program: &Program, kind: &str, id: &str, replaced_by: &str) {
    let said = json!({
        "steward": "The head of training", "deprecated": true, "replacedBy": replaced_by,
    });
    let path = format!("/api/v1/responsibilities/{kind}/{id}");
    program.put(&path, &said).await.with(200);
}

/// The id of an achievement.
async fn id(program: &Program, slug: &str) -> String {
    let path = format!("/api/v1/achievements/{slug}");
    let found = program.get(&path).await.with(200);
    found["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_uploads_or_confirms_a_list_is_warned_and_not_kept_from_it() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let batch = program.take_in(CSV).await;
    define(&owner).await;
    let path = format!("/api/v1/batches/{batch}");
    let before = program.get(&path).await.with(200);
    assert_eq!(before["deprecated"], Value::Null);
    let over = "no longer to be used";
    let (cohort, form) = (format!("/cohorts/{batch}"), "/cohorts/new");
    for page in [&cohort, form] {
        assert!(!owner.get(page).await.text().contains(over), "{page}");
    }

    let achievement = before["achievement"].as_str().unwrap();
    end(&program, achievement, "Precision measurement").await;
    let successor = id(&program, "precision-measurement").await;
    let shown = program.get(&path).await.with(200);
    let told = &shown["deprecated"];
    assert_eq!(told["replacedBy"], "Precision measurement", "{shown}");
    assert_eq!(told["successor"], *successor);
    assert!(told["since"].as_str().unwrap().ends_with('Z'), "{told}");
    let listed = program.get("/api/v1/batches").await.with(200);
    assert_eq!(listed["batches"][0]["deprecated"], *told, "{listed}");
    let more = format!("{CSV}Yusuf Demir,y.demir@example.net\n");
    let taken = program.upload("workshop-safety", &more).await.with(201);
    assert_eq!(taken["batch"]["deprecated"], *told, "{taken}");

    let form = owner.get(form).await.text();
    assert!(
        form.contains("Workshop safety (no longer to be used)"),
        "{form}"
    );
    assert!(!form.contains("Precision measurement (no longer"), "{form}");
    let page = owner.get(&cohort).await.text();
    let link = format!("In its place: <a href=\"/achievements/{successor}\">");
    assert!(page.contains(over) && page.contains(&link), "{page}");
    end(&program, achievement, "<b>A course elsewhere").await;
    let page = owner.get(&cohort).await.text();
    let named = "In its place: <bdi>&lt;b&gt;A course elsewhere</bdi>";
    assert!(page.contains(named), "{page}");

    let seen = json!({ "fingerprint": shown["fingerprint"] });
    let confirmed = program.post(&format!("{path}/confirm"), &seen).await;
    let confirmed = confirmed.with(202);
    assert_eq!(
        confirmed["deprecated"]["replacedBy"],
        "<b>A course elsewhere"
    );
    work_until_idle(&site.test.world).await.unwrap();
    let issued = program.get(&path).await.with(200);
    assert_eq!(issued["state"], "sealed", "a last cohort goes");
}

#[tokio::test]
async fn the_page_of_a_credential_says_what_takes_the_place_of_what_it_certifies() {
    let shown = shown().await;
    let (site, page) = (&shown.site, &shown.page);
    let program = Program::with(site, &shown.registrar.tenant, &Scope::ALL).await;
    let stranger = site.stranger();
    let credential = stranger.get(&format!("{page}/credential.json")).await.bytes;
    let told = async || {
        site.test.clock.advance_millis(FRESH_MILLIS + 1_000);
        let handed_in = multipart(&[("file", &credential)]);
        let kind = "multipart/form-data; boundary=x";
        let read = stranger.stream("/verify", kind, handed_in).await;
        let open = stranger.get(page).await;
        [open, read].map(|page| {
            assert_eq!(page.status, StatusCode::OK);
            page.text()
        })
    };
    for text in told().await {
        assert!(!text.contains("no longer to be used"), "{text}");
    }
    let achievement = id(&program, "precision-measurement").await;
    // Nobody has the successor: of a draft nothing is told but what was said.
    let batch = program.take_in(CSV).await;
    end(&program, &achievement, "workshop-safety").await;
    for text in told().await {
        for part in [
            "What it certifies is no longer to be used",
            "In its place: <bdi>workshop-safety</bdi>",
            "That changes nothing about this credential.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    program.confirm(&batch).await;
    work_until_idle(&site.test.world).await.unwrap();
    let link = "In its place: <a href=\"/i/riverside/a/workshop-safety\">";
    for text in told().await {
        assert!(text.contains(link), "{text}");
    }
    let successor = stranger.get("/i/riverside/a/workshop-safety").await;
    assert_eq!(successor.status, StatusCode::OK);
}

#[tokio::test]
async fn programs_and_readers_are_told_beside_the_verdict_and_no_verdict_changes() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (_, ids) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}/export", ids[0]);
    let credential = program.get(&path).await.with(200);
    let (presentation, _) = presented(&site, std::slice::from_ref(&credential)).await;
    let task = "https://verify.example.edu/i/riverside/a/workshop-safety";
    let role = json!({"title": "Hand", "public": true, "tasks": [{"id": task, "label": "Keeps everybody safe", "need": "must"}]});
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let role = format!("/api/v1/roles/{}", role["id"].as_str().unwrap());
    let shown = program.get(&role).await.with(200);
    let open = shown["page"].as_str().unwrap();
    let open = open.replace("https://verify.example.edu", "");
    let answers = format!("{role}/answers");
    let day = site.test.world.clock.now().to_string()[..10].to_owned();
    site.test.clock.advance_millis(2 * 86_400_000);
    work_until_idle(&site.test.world).await.unwrap();
    let stranger = Program::stranger(&site);
    // What was found, what was told beside it, and what the pages say.
    let told = async || {
        let body = json!({ "verifiableCredential": credential });
        let alone = stranger.post("/credentials/verify", &body).await.with(200);
        let options = json!({ "challenge": ASKED.0, "domain": ASKED.1 });
        let body = json!({ "verifiablePresentation": presentation, "options": options });
        let shown = stranger.post("/presentations/verify", &body).await;
        let shown = shown.with(200);
        let body = json!({ "credentials": [credential] });
        let read = program.post(&answers, &body).await.with(200);
        let found = json!([
            alone["verified"],
            alone["report"]["verdict"],
            alone["errors"],
            alone["warnings"],
            shown["verified"],
            shown["errors"],
            read["tasks"]
        ]);
        let beside = [
            &alone["deprecated"],
            &shown["credentialResults"][0]["deprecated"],
            &read["credentials"][0]["deprecated"],
        ];
        let beside = beside.map(Clone::clone);
        let kind = "multipart/form-data; boundary=x";
        let reader = site.stranger();
        let text = credential.to_string();
        let body = multipart(&[("text", text.as_bytes())]);
        let role = reader.stream(&open, kind, body).await.text();
        let body = multipart(&[("text", text.as_bytes())]);
        let paper = format!("{open}/answer.pdf");
        let paper = reader.stream(&paper, kind, body).await.text();
        let text = presentation.to_string();
        let body = multipart(&[("text", text.as_bytes())]);
        let page = reader.stream("/verify", kind, body).await.text();
        (found, beside, [role, paper, page])
    };
    let (found, beside, pages) = told().await;
    assert_eq!(found[0], true);
    assert_eq!(found[6][0]["verdict"], "met", "{found}");
    assert_eq!(beside, [Value::Null, Value::Null, Value::Null]);
    for page in pages {
        assert!(!page.contains("Metrology"), "{page}");
    }

    let achievement = self::id(&program, "workshop-safety").await;
    end(&program, &achievement, "Metrology <b>").await;
    let (after, beside, [role, paper, page]) = told().await;
    assert_eq!(after, found, "nothing that decides is another");
    for one in beside {
        assert_eq!(one["replacedBy"], "Metrology <b>", "{one}");
        assert_eq!(one["page"], Value::Null, "it is no achievement here");
        assert!(one["since"].as_str().unwrap().ends_with('Z'), "{one}");
    }
    let line = "in its place: Metrology &lt;b&gt;.";
    assert_eq!(role.matches(line).count(), 2, "{role}");
    let of = "What credential 1 certifies is no longer to be used";
    assert!(page.contains(of), "{page}");
    assert!(paper.contains("Metrology <b>"), "it is attached");
    // As of the day before it was said, it was used.
    let text = credential.to_string();
    let body = multipart(&[("text", text.as_bytes()), ("on", day.as_bytes())]);
    let kind = "multipart/form-data; boundary=x";
    let before = site.stranger().stream(&open, kind, body).await.text();
    assert!(before.contains(&format!("As it was on {day}")), "{before}");
    assert!(!before.contains("Metrology"), "{before}");
}

#[tokio::test]
async fn who_uses_a_crosswalk_or_a_competency_of_others_is_warned_where_they_use_it() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let set = released(&site, &owner).await;
    let (_, set_id) = set.rsplit_once('/').unwrap();
    let mut roles = Vec::new();
    for (title, task) in [("Machinist", 1), ("Clerk", 2)] {
        let task = json!({"id": format!("https://tasks.example/{task}"), "label": "Measures", "need": "must"});
        let role = json!({ "title": title, "tasks": [task] });
        let role = program.post("/api/v1/roles", &role).await.with(201);
        roles.push(format!("/roles/{}", role["id"].as_str().unwrap()));
    }
    let competency = agreed(&site, &owner, "setting").await;
    let over = "no longer to be used";
    for page in [&set, &roles[0], &competency] {
        assert!(!owner.get(page).await.text().contains(over), "{page}");
    }

    let (_, id) = competency.rsplit_once('/').unwrap();
    end_of(&program, "mapping-set", set_id, "Machining <2>").await;
    end_of(&program, "competency", id, "").await;
    let page = owner.get(&set).await.text();
    assert!(
        page.contains("This crosswalk is no longer to be used"),
        "{page}"
    );
    assert!(page.contains("In its place: <bdi>Machining &lt;2&gt;</bdi>"));
    let page = owner.get(&competency).await.text();
    assert!(page.contains("This competency is no longer to be used"));
    assert!(page.contains("Nothing takes its place."), "{page}");
    let page = owner.get(&roles[0]).await.text();
    assert!(
        page.contains("A crosswalk that it is read through is"),
        "{page}"
    );
    assert!(page.contains(&format!("<a href=\"{set}\">")), "{page}");
    // The warning stays where the form is refused, or what opens the role.
    let form = owner.get(&roles[0]).await;
    let fields = [
        ("title", ""),
        ("task_label", "Measures"),
        ("task_id", "https://tasks.example/1"),
        ("task_need", "must"),
    ];
    let refused = owner.submit(&form, &roles[0], &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let linked = format!("<a href=\"{set}\">");
    assert!(refused.text().contains(&linked), "{}", refused.text());
    let fields = [("keep_days", "none")];
    let opening = format!("{}/postings", roles[0]);
    let refused = owner.submit(&form, &opening, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains(&linked), "{}", refused.text());
    let page = owner.get(&roles[1]).await.text();
    assert!(!page.contains(over), "the set says nothing of its task");
}

#[tokio::test]
async fn as_of_a_day_it_is_told_what_was_said_by_then_whatever_was_said_since() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (_, ids) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}/export", ids[0]);
    let credential = program.get(&path).await.with(200).to_string();
    let task = "https://verify.example.edu/i/riverside/a/workshop-safety";
    let role = json!({"title": "Hand", "public": true, "tasks": [{"id": task, "label": "Keeps everybody safe", "need": "must"}]});
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let role = format!("/api/v1/roles/{}", role["id"].as_str().unwrap());
    let shown = program.get(&role).await.with(200);
    let open = shown["page"].as_str().unwrap();
    let open = open.replace("https://verify.example.edu", "");
    let achievement = self::id(&program, "workshop-safety").await;
    end(&program, &achievement, "Metrology").await;
    let day = site.test.world.clock.now().to_string()[..10].to_owned();
    site.test.clock.advance_millis(2 * 86_400_000);
    work_until_idle(&site.test.world).await.unwrap();
    // It was an error, and is used again.
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let said = json!({ "steward": "The head of training", "deprecated": false });
    let path = format!("/api/v1/responsibilities/achievement/{achievement}");
    program.put(&path, &said).await.with(200);
    let stranger = site.stranger();
    let read = async |on: &str| {
        let fields = [("text", credential.as_bytes()), ("on", on.as_bytes())];
        let kind = "multipart/form-data; boundary=x";
        let read = stranger.stream(&open, kind, multipart(&fields)).await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.text());
        read.text()
    };
    let line = "Its issuer no longer uses what it certifies";
    let today = read("").await;
    assert!(!today.contains(line), "{today}");
    let then = read(&day).await;
    assert!(then.contains(line), "{then}");
}
