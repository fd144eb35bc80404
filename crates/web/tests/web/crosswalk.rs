//! Mapping sets on the pages and in the API: proposed, voted on, released, and nobody else's.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::operations::Role;

use crate::api_program::Program;
use crate::crosswalk_merge::two_released;
use crate::site::{Browser, Site};

pub(crate) const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";
/// Two tasks, in two languages.
pub(crate) const FRAMEWORK: &[u8] =
    "uri,label,kind\nhttps://tasks.example/1,Measure finished parts with a micrometer,task\n\
    https://tasks.example/2,Éxaminer les pièces finies,task\n"
        .as_bytes();

/// Why a step is taken, in a form and by a program.
pub(crate) const WHY: &[(&str, &str)] = &[("why", "It was asked for.")];

pub(crate) fn why() -> Value {
    json!({"why": "It was asked for."})
}

/// Begins a set through the pages, and answers with its path.
pub(crate) async fn begun(owner: &Browser, slug: &str) -> String {
    let page = owner.get("/mappings").await;
    let said = [
        ("form", "begin"),
        ("title", "Machining and O*NET"),
        ("slug", slug),
        ("license", LICENCE),
        ("review_days", "365"),
        WHY[0],
    ];
    let done = owner.submit(&page, "/mappings", &said).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    done.location().to_owned()
}

/// Proposes a mapping through the pages, and answers with its path.
pub(crate) async fn proposed(owner: &Browser, set: &str, object: &str) -> String {
    let form = owner.get(&format!("{set}/propose")).await;
    let said = [
        (
            "subject",
            "https://verify.example.edu/i/riverside/a/measuring",
        ),
        ("subject_label", "Precision measurement"),
        ("relation", "narrow"),
        ("object", object),
        ("object_label", "Measure finished parts"),
        ("comment", "The test is this task."),
    ];
    let done = owner.submit(&form, &format!("{set}/propose"), &said).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    done.location().to_owned()
}

pub(crate) async fn voted(browser: &Browser, mapping: &str, vote: &str) {
    let page = browser.get(mapping).await;
    let round = page.hidden("round");
    let said = [
        ("round", round.as_str()),
        ("vote", vote),
        ("comment", "Seen."),
    ];
    let done = browser
        .submit(&page, &format!("{mapping}/vote"), &said)
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
}

/// A vote of a program.
fn ballot(vote: f64, round: i64) -> Value {
    json!({"vote": vote, "round": round, "comment": "Seen."})
}

/// A set of which a version was released.
pub(crate) async fn released(site: &Site, owner: &Browser) -> String {
    let set = begun(owner, "released").await;
    let mapping = proposed(owner, &set, "https://tasks.example/1").await;
    let second = site
        .member(
            &owner.tenant,
            "releaser@riverside.example",
            vec![Role::Approver],
        )
        .await;
    voted(&second, &mapping, "100").await;
    let page = owner.get(&set).await;
    let done = owner.submit(&page, &format!("{set}/release"), WHY).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    set
}

/// Sets with everything that their pages offer, for whoever looks at all pages: one of the institution, one to which it was asked.
pub(crate) async fn filled(site: &Site, owner: &Browser) -> Vec<String> {
    let page = owner.get("/mappings").await;
    let said = [
        ("form", "framework"),
        ("uri", "https://tasks.example"),
        ("title", "Tasks"),
    ];
    owner
        .upload(
            &page,
            "/mappings/frameworks",
            &said,
            ("tasks.csv", FRAMEWORK),
        )
        .await;
    let own = begun(owner, "machining").await;
    let mapping = proposed(owner, &own, "https://tasks.example/1").await;
    let second = site
        .member(
            &owner.tenant,
            "second@riverside.example",
            vec![Role::Registrar],
        )
        .await;
    voted(&second, &mapping, "100").await;
    two_released(owner).await;
    let other = site.owner("lakeside").await;
    let theirs = begun(&other, "theirs").await;
    let page = other.get(&theirs).await;
    let asked = other
        .submit(
            &page,
            &format!("{theirs}/invite"),
            &[("institution", "riverside"), WHY[0]],
        )
        .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
    let propose = format!("{own}/propose?q=measure");
    vec![own, mapping, propose, theirs]
}

#[tokio::test]
async fn a_mapping_is_proposed_voted_on_and_released_through_the_pages() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/mappings").await;
    let said = [
        ("form", "framework"),
        ("uri", "https://tasks.example"),
        ("title", "Tasks"),
        ("version", "7"),
    ];
    let taken = owner
        .upload(
            &page,
            "/mappings/frameworks",
            &said,
            ("tasks.csv", FRAMEWORK),
        )
        .await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    assert!(
        taken.text().contains("Taken in: 2 statements."),
        "{}",
        taken.text()
    );
    let set = begun(&owner, "machining").await;
    let found = owner
        .get(&format!("{set}/propose?q=micrometer"))
        .await
        .text();
    assert!(
        found.contains("Measure finished parts with a micrometer"),
        "{found}"
    );
    assert!(
        found.contains("Tasks 7"),
        "the framework has its version: {found}"
    );
    let mapping = proposed(&owner, &set, "https://tasks.example/1").await;
    voted(&owner, &mapping, "100").await;
    let alone = owner.get(&mapping).await.text();
    assert!(alone.contains("Waits for votes"), "{alone}");
    assert!(
        alone.contains("somebody other than the one who proposed it"),
        "{alone}"
    );
    let early = owner
        .submit(&owner.get(&set).await, &format!("{set}/release"), WHY)
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        early.text().contains("nothing to release"),
        "{}",
        early.text()
    );

    let approver = site
        .member(
            &owner.tenant,
            "approver@riverside.example",
            vec![Role::Approver],
        )
        .await;
    voted(&approver, &mapping, "100").await;
    let page = owner.get("/mappings").await;
    let first = page.link("/mappings/frameworks/");
    let shown = owner.get(&first).await.text();
    assert!(shown.contains("It is the first version"), "{shown}");
    site.test.clock.advance_millis(1_000);
    let reworded = String::from_utf8_lossy(FRAMEWORK).replace("a micrometer", "callipers");
    let said = said.map(|(name, value)| (name, if value == "7" { "8" } else { value }));
    let file = ("tasks.csv", reworded.as_bytes());
    let taken = owner.upload(&page, "/mappings/frameworks", &said, file);
    assert_eq!(taken.await.status, StatusCode::OK);
    let page = owner.get("/mappings").await.text();
    let links = page.split("\"/mappings/frameworks/").skip(1);
    let mut links =
        links.map(|rest| format!("/mappings/frameworks/{}", rest.split('"').next().unwrap()));
    let second = links.find(|link| *link != first && link.len() == first.len());
    let shown = owner.get(&second.unwrap()).await.text();
    assert!(shown.contains("0 new, 1 gone or said otherwise"), "{shown}");
    assert!(
        shown.contains("callipers") && shown.contains(&format!("href=\"{mapping}\"")),
        "{shown}"
    );
    let other = site.owner("elsewhere").await;
    assert_eq!(other.get(&first).await.status, StatusCode::NOT_FOUND);
    let agreed = owner.get(&mapping).await.text();
    assert!(
        agreed.contains("Agreed") && agreed.contains("covers more than"),
        "{agreed}"
    );
    let released = owner
        .submit(&owner.get(&set).await, &format!("{set}/release"), WHY)
        .await;
    assert_eq!(
        released.status,
        StatusCode::SEE_OTHER,
        "{}",
        released.text()
    );
    let page = owner.get(&set).await;
    let file = page.link("/i/riverside/mappings/");
    let stranger = site.stranger();
    let served = stranger.get(&file).await;
    assert_eq!(served.status, StatusCode::OK);
    assert_eq!(
        served.headers["content-type"],
        "text/tab-separated-values; charset=utf-8"
    );
    assert!(
        served.text().contains("skos:narrowMatch"),
        "{}",
        served.text()
    );
    let statement = stranger
        .get(&file.replace(".sssom.tsv", ".statement.json"))
        .await;
    assert_eq!(statement.status, StatusCode::OK);
    for missing in [
        "/i/riverside/mappings/machining/2.sssom.tsv",
        "/i/riverside/mappings/machining/1.txt",
        "/i/riverside/mappings/machining/x",
        "/i/lakeside/mappings/machining/1.sssom.tsv",
    ] {
        assert_eq!(
            stranger.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
}

#[tokio::test]
async fn what_was_refused_comes_back_with_what_was_typed() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/mappings").await;
    let said = [
        ("form", "begin"),
        ("title", "Räume & Türen"),
        ("slug", "No"),
        ("license", "by"),
        ("review_days", "365"),
    ];
    let refused = owner.submit(&page, "/mappings", &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("Räume &amp; Türen") && text.contains("href=\"#f-slug-begin\""),
        "{text}"
    );
    let file = ("a.tsv", &b"subject_id\tobject_id\nx\ty\n"[..]);
    let said = [
        ("form", "take"),
        ("slug", "taken"),
        ("license", LICENCE),
        ("title", "T"),
        ("review_days", "365"),
    ];
    let refused = owner.upload(&page, "/mappings/take", &said, file).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text()
    );
    let set = begun(&owner, "machining").await;
    let form = owner.get(&format!("{set}/propose")).await;
    let said = [
        ("subject", "no address"),
        ("relation", "exact"),
        ("object", "https://tasks.example/1"),
    ];
    let refused = owner.submit(&form, &format!("{set}/propose"), &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("value=\"no address\""),
        "{}",
        refused.text()
    );
    let mapping = proposed(&owner, &set, "https://tasks.example/1").await;
    let page = owner.get(&mapping).await;
    let none = owner
        .submit(&page, &format!("{mapping}/vote"), &[("round", "1")])
        .await;
    assert_eq!(
        none.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a vote that was not chosen is none"
    );
    let silent = [("round", "1"), ("vote", "-50"), ("comment", "  ")];
    let ballot = format!("{mapping}/vote");
    let refused = owner.submit(&page, &ballot, &silent).await;
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
async fn programs_take_propose_vote_and_are_shown_no_suggestion_as_agreed() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let file = "#curie_map:\n#  a: \"https://a.example/\"\n#license: \"https://a.example/licence\"\n#mapping_set_title: \"T\"\n\
        subject_id\tpredicate_id\tobject_id\tmapping_justification\na:1\tskos:exactMatch\ta:2\tsemapv:LexicalMatching\n";
    let begun = program
        .post(
            "/api/v1/mapping-sets",
            &json!({"slug": "taken", "file": file, "why": "It was asked for."}),
        )
        .await
        .with(201);
    assert_eq!(
        (&begun["suggested"], &begun["stated"]),
        (&json!(1), &json!(0))
    );
    let set = format!("/api/v1/mapping-sets/{}", begun["id"].as_str().unwrap());
    let listed = program.get(&format!("{set}/mappings")).await.with(200);
    assert_eq!(listed["mappings"][0]["state"], "suggested");
    let mapping = format!(
        "{set}/mappings/{}",
        listed["mappings"][0]["id"].as_str().unwrap()
    );
    let voted = program
        .post(&format!("{mapping}/votes"), &ballot(1.0, 1))
        .await
        .with(200);
    assert_eq!(voted["state"], "suggested", "{voted}");
    assert_eq!(voted["tally"]["wanting"], json!(["another_person"]));
    program
        .post(&format!("{set}/releases"), &why())
        .await
        .problem(409, "nothing_agreed");
    let wanted = json!({"subjectId": "https://a.example/3", "relation": "broad", "objectId": "https://a.example/4", "confidence": 0.5});
    let made = program
        .post(&format!("{set}/mappings"), &wanted)
        .await
        .with(201);
    program
        .post(&format!("{set}/mappings"), &wanted)
        .await
        .problem(409, "mapping_known");
    let shown = program
        .get(&format!("{set}/mappings/{}", made["id"].as_str().unwrap()))
        .await
        .with(200);
    assert_eq!(
        (&shown["state"], &shown["confidence"]),
        (&json!("proposed"), &json!("0.5"))
    );
    program
        .post(&format!("{mapping}/votes"), &ballot(0.005, 1))
        .await
        .problem(422, "bad_vote");
    let silent = json!({"vote": 1, "round": 1});
    let silent = program.post(&format!("{mapping}/votes"), &silent).await;
    let silent = silent.problem(422, "faulty_mapping");
    assert_eq!(silent["errors"][0]["field"], "comment", "{silent}");
    program
        .post(&format!("{mapping}/votes"), &ballot(1.0, 2))
        .await
        .problem(409, "other_round");
    program
        .post(&format!("{mapping}/reviews"), &why())
        .await
        .problem(409, "under_review");
    program
        .post(&format!("{mapping}/withdraw"), &why())
        .await
        .with(200);
    program
        .post(
            "/api/v1/mapping-sets",
            &json!({"slug": "other", "title": "T", "license": "x"}),
        )
        .await
        .problem(422, "faulty_set");
    let faulty =
        json!({"slug": "other", "title": "T", "license": LICENCE, "file": "subject_id\nx\n"});
    program
        .post("/api/v1/mapping-sets", &faulty)
        .await
        .problem(422, "faulty_file");
    let shown = program.get(&set).await.with(200);
    assert_eq!(shown["parties"][0]["institution"], "riverside");

    let framework = json!({"files": [String::from_utf8_lossy(FRAMEWORK)], "uri": "https://tasks.example", "title": "Tasks"});
    let taken = program
        .post("/api/v1/frameworks", &framework)
        .await
        .with(201);
    assert_eq!(taken["statements"], 2);
    program
        .post("/api/v1/frameworks", &framework)
        .await
        .problem(409, "framework_known");
    program
        .post("/api/v1/frameworks", &json!({"files": [], "form": "iso"}))
        .await
        .problem(422, "unknown_form");
    program
        .post("/api/v1/frameworks", &json!({"files": []}))
        .await
        .problem(422, "faulty_framework");
    let found = program
        .get("/api/v1/frameworks/statements?q=pieces")
        .await
        .with(200);
    assert_eq!(
        found["statements"].as_array().map(Vec::len),
        Some(1),
        "{found}"
    );
    assert_eq!(
        program.get("/api/v1/frameworks").await.with(200)["frameworks"][0]["title"],
        "Tasks"
    );
}

#[tokio::test]
async fn t52_another_institution_finds_no_set_no_mapping_and_no_framework() {
    let site = Site::empty().await;
    let mine = Program::of(&site, "riverside").await;
    let theirs = Program::of(&site, "lakeside").await;
    let wanted = json!({"slug": "mine", "title": "T", "license": LICENCE, "why": "Asked for."});
    let id = mine.post("/api/v1/mapping-sets", &wanted).await.with(201)["id"].clone();
    let set = format!("/api/v1/mapping-sets/{}", id.as_str().unwrap());
    let wanted = json!({"subjectId": "https://a.example/3", "relation": "broad", "objectId": "https://a.example/4"});
    let made = mine
        .post(&format!("{set}/mappings"), &wanted)
        .await
        .with(201);
    let mapping = format!("{set}/mappings/{}", made["id"].as_str().unwrap());
    let framework = json!({"files": [String::from_utf8_lossy(FRAMEWORK)], "uri": "https://tasks.example", "title": "Tasks"});
    mine.post("/api/v1/frameworks", &framework).await.with(201);
    theirs.get(&set).await.problem(404, "mapping_set_not_found");
    theirs
        .get(&format!("{set}/mappings"))
        .await
        .problem(404, "mapping_set_not_found");
    theirs.get(&mapping).await.problem(404, "mapping_not_found");
    let asked = json!({"institution": "lakeside", "why": "Its people know the work."});
    for (path, body) in [
        (format!("{set}/mappings"), wanted.clone()),
        (format!("{mapping}/votes"), ballot(1.0, 1)),
        (format!("{mapping}/reviews"), why()),
        (format!("{mapping}/withdraw"), why()),
        (format!("{set}/releases"), why()),
        (format!("{set}/parties"), asked.clone()),
        (format!("{set}/join"), why()),
    ] {
        theirs
            .post(&path, &body)
            .await
            .problem(404, "mapping_set_not_found");
    }
    assert_eq!(
        theirs.get("/api/v1/mapping-sets").await.with(200)["mappingSets"],
        json!([])
    );
    assert_eq!(
        theirs.get("/api/v1/frameworks").await.with(200)["frameworks"],
        json!([])
    );
    let found = theirs
        .get("/api/v1/frameworks/statements?q=measure")
        .await
        .with(200);
    assert_eq!(found["statements"], json!([]));
    let sent = mine.post(&format!("{set}/parties"), &asked).await;
    sent.with(200);
    theirs
        .post(&format!("{mapping}/votes"), &ballot(1.0, 1))
        .await
        .problem(409, "not_joined");
    let joined = theirs.post(&format!("{set}/join"), &why()).await;
    joined.with(200);
    theirs
        .post(&format!("{mapping}/votes"), &ballot(1.0, 1))
        .await
        .with(200);
    theirs
        .post(&format!("{set}/releases"), &why())
        .await
        .problem(409, "not_yours");
}

#[tokio::test]
async fn a_reason_that_is_refused_stays_in_its_field_and_says_why() {
    let (site, owner) = Site::with_owner("riverside").await;
    let long = "x".repeat(2_001);
    let set = released(&site, &owner).await;
    let open = begun(&owner, "reasons").await;
    let mapping = proposed(&owner, &open, "https://tasks.example/1").await;
    for (page, step) in [(&set, "release"), (&mapping, "withdraw")] {
        let form = owner.get(page).await;
        let said = [("step", step), ("why", long.as_str())];
        let refused = owner.submit(&form, &format!("{page}/{step}"), &said).await;
        let text = refused.text();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert_eq!(refused.typed(&format!("f-why-{step}")), long);
        assert!(text.contains(&format!("id=\"f-why-{step}-e\"")), "{text}");
    }
    let other = site.owner("lakeside").await;
    let asked = [("institution", "lakeside"), WHY[0]];
    let (form, path) = (owner.get(&open).await, format!("{open}/invite"));
    let sent = owner.submit(&form, &path, &asked).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    for (who, page, step) in [
        (&owner, &set, "release"),
        (&owner, &set, "invite"),
        (&owner, &mapping, "withdraw"),
        (&other, &open, "join"),
    ] {
        let form = who.get(page).await;
        let silent = [("institution", "lakeside"), ("why", " \n ")];
        let refused = who.submit(&form, &format!("{page}/{step}"), &silent).await;
        let text = refused.text();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert!(text.contains(&format!("id=\"f-why-{step}-e\"")), "{text}");
    }
    let silent = [
        ("form", "begin"),
        ("title", "Silent"),
        ("slug", "silent"),
        ("license", LICENCE),
        ("review_days", "365"),
    ];
    let form = owner.get("/mappings").await;
    let refused = owner.submit(&form, "/mappings", &silent).await.text();
    assert!(refused.contains("href=\"#f-why-begin\""), "{refused}");
    // Whatever is refused: what was typed is not typed twice.
    let said = [("step", "release"), ("why", "The machines changed.")];
    let form = owner.get(&open).await;
    let refused = owner.submit(&form, &format!("{open}/release"), &said).await;
    let text = refused.text();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
    assert_eq!(refused.typed("f-why-release"), "The machines changed.");
}
