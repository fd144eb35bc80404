//! Roles: described task by task, published, and what is said of them. `roles_read.rs` has credentials read for one.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::operations::Scope;

use crate::api_program::Program;
use crate::applications;
use crate::site::{Answer, Browser, Site};

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
    let page = owner.get(&role).await.text();
    assert!(!page.contains(&open), "nor is it told: {page}");
    let again = [("title", "T"), ("task_label", "Turns"), ("public", "yes")];
    owner.submit(&owner.get(&role).await, &role, &again).await;
    let page = owner.get(&role).await;
    assert_eq!(page.link("/r/"), open, "what was printed leads there again");
    assert_eq!(owner.get(&open).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_that_got_out_is_replaced_on_the_page_and_by_a_program() {
    let (site, owner) = Site::with_owner("riverside").await;
    let new = owner.get("/roles/new").await.text();
    assert!(!new.contains("name=\"new_link\""), "{new}");
    let role = described(&owner).await;
    let page = owner.get(&role).await;
    let first = page.link("/r/");
    assert!(page.text().contains("name=\"new_link\""), "{}", page.text());
    let said = [
        ("title", "T"),
        ("task_label", "Turns"),
        ("public", "yes"),
        ("new_link", "yes"),
    ];
    let saved = owner.submit(&page, &role, &said).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let second = owner.get(&role).await.link("/r/");
    assert_eq!(owner.get(&second).await.status, StatusCode::OK);
    assert_eq!(owner.get(&first).await.status, StatusCode::NOT_FOUND);

    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let said = json!({
        "title": "T", "public": true, "newLink": true, "tasks": [{"label": "Turns", "need": "must"}],
    });
    let path = format!("/api/v1{role}");
    program.put(&path, &said).await.with(200);
    let third = owner.get(&role).await.link("/r/");
    assert_eq!(owner.get(&third).await.status, StatusCode::OK);
    assert_eq!(owner.get(&second).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_colleague_saved_of_a_role_is_not_written_over_unseen() {
    let (site, owner) = Site::with_owner("riverside").await;
    let role = described(&owner).await;
    let page = owner.get(&role).await;
    let seen = page.hidden("seen");
    let save = async |page: &Answer, title: &str, seen: &str| {
        site.test.clock.advance_millis(1);
        let said = [("title", title), ("task_label", "Turns"), ("seen", seen)];
        owner.submit(page, &role, &said).await
    };
    let saved = save(&page, "Setter", &seen).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let refused = save(&page, "Turner", &seen).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    for part in ["saved in between", "value=\"Turner\"", "href=\"#f-seen\""] {
        assert!(refused.text().contains(part), "{part}: {}", refused.text());
    }
    let kept = owner.get(&role).await.text();
    assert!(kept.contains("value=\"Setter\""), "{kept}");
    // Who was told saves once more, and knows what is replaced.
    let saved = save(&refused, "Turner", &refused.hidden("seen")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let path = format!("/api/v1{role}");
    let shown = program.get(&path).await.with(200);
    let tasks = json!([{"label": "Mills", "need": "must"}]);
    let said = json!({"title": "Miller", "tasks": tasks, "seen": shown["changedAt"]});
    site.test.clock.advance_millis(1);
    program.put(&path, &said).await.with(200);
    let late = json!({"title": "Borer", "tasks": tasks, "seen": shown["changedAt"]});
    let late = program.put(&path, &late).await;
    late.problem(409, "written_in_between");
}

#[tokio::test]
async fn a_level_is_of_the_rubric_that_a_role_names() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let form = owner.get("/roles/new").await;
    let rubric = "https://verify.example.edu/i/riverside/competencies/turning";
    let said = |level: &'static str, rubric: &'static str| {
        [
            ("title", "Turner"),
            ("task_label", "Turns"),
            ("task_level", level),
            ("task_rubric", rubric),
            ("public", "yes"),
        ]
    };
    let whole = "https://verify.example.edu/i/riverside";
    for (level, wrong) in [
        ("", rubric),
        ("2", "turning"),
        ("2", "javascript:alert(1)"),
        ("2", whole),
    ] {
        let refused = owner.submit(&form, "/roles", &said(level, wrong)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text().contains("href=\"#f-task_rubric-1\""),
            "{}",
            refused.text()
        );
    }
    let done = owner.submit(&form, "/roles", &said("2", rubric)).await;
    let role = done.location().to_owned();
    let page = owner.get(&role).await;
    assert!(page.text().contains(rubric), "{}", page.text());
    let open = site.stranger().get(&page.link("/r/")).await;
    let link = format!("href=\"{rubric}\"");
    assert!(open.text().contains(&link), "{}", open.text());
    let api = format!("/api/v1{role}");
    let told = program.get(&api).await.with(200);
    assert_eq!(told["tasks"][0]["rubric"], rubric);
    let asked = program.get(&format!("{api}/dcql")).await.with(200);
    assert_eq!(asked["tasks"][0]["rubric"], rubric, "{asked}");
    let anew =
        json!({"title": "Turner", "tasks": [{"label": "Turns", "need": "must", "level": 1}]});
    program.put(&api, &anew).await.with(200);
    let told = program.get(&api).await.with(200);
    assert_eq!(told["tasks"][0].get("rubric"), None, "{told}");
    let alone =
        json!({"title": "Turner", "tasks": [{"label": "Turns", "need": "must", "rubric": rubric}]});
    program.put(&api, &alone).await.problem(422, "faulty_role");
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
    let preferred = r#"{"@type": "JobPosting", "title": "Machinist", "jdx:preferredCredential": {"name": "A crane licence"},
        "jdx:equivalentExperience": {"description": "Five years at a mill"}}"#;
    let said = [("posting", preferred), ("draft", "yes")];
    let read = owner.submit(&form, "/roles", &said).await.text();
    assert!(
        read.contains("Education, preferred")
            && read.contains("Experience, in place of something required")
            && read.contains("name=\"say_nice\" value=\"A crane licence\""),
        "{read}"
    );
    let taken = [("posting", preferred), ("say_nice", "A crane licence")];
    let added = owner.submit(&form, "/roles", &taken).await.text();
    let (_, task) = added.split_once(">A crane licence</textarea>").unwrap();
    let (_, need) = task.split_once("name=\"task_need\"").unwrap();
    let (need, _) = need.split_once("</select>").unwrap();
    assert!(need.contains("value=\"nice\" selected"), "{need}");
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
    let to_come = stranger.get(&format!("{open}?on=2999-01-01")).await;
    assert_eq!(to_come.status, StatusCode::UNPROCESSABLE_ENTITY);
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
    let opened = page.hidden("seen");
    let late = [("steward", "The night shift"), ("seen", opened.as_str())];
    let refused = owner.submit(&page, &here, &late).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    for part in ["value=\"The night shift\"", "The works council", "#f-seen"] {
        assert!(refused.text().contains(part), "{}", refused.text());
    }
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let late = json!({"steward": "The night shift", "seen": ""});
    let late = program.put(&format!("/api/v1{here}"), &late).await;
    late.problem(409, "written_in_between");
    let known = refused.hidden("seen");
    let looked = [("steward", "The night shift"), ("seen", known.as_str())];
    let done = owner.submit(&refused, &here, &looked).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
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
    // In a field of one line the key Enter would press the first button, which saves.
    assert!(
        looked.text().contains("turn</textarea>"),
        "{}",
        looked.text()
    );
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
