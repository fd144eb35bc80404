//! One mapping set made of several that were released, on the page and by a program.

use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::operations::Scope;

use crate::api_program::Program;
use crate::crosswalk::{LICENCE, WHY};
use crate::site::{Browser, Site};

/// Sets in two files that say different things of one pair, taken in and released through the pages; answers with their ids.
pub(crate) async fn two_released(owner: &Browser) -> Vec<String> {
    let page = owner.get("/mappings").await;
    let mut ids = Vec::new();
    for (slug, relation) in [("one", "exactMatch"), ("two", "broadMatch")] {
        let file = format!(
            "#curie_map:\n#  a: \"https://a.example/\"\n#  b: \"https://b.example/\"\n\
            subject_id\tpredicate_id\tobject_id\tmapping_justification\n\
            a:1\tskos:{relation}\tb:1\tsemapv:ManualMappingCuration\n"
        );
        let said = [
            ("form", "take"),
            ("title", slug),
            ("slug", slug),
            ("license", LICENCE),
            ("review_days", "365"),
            WHY[0],
        ];
        let file = ("a.tsv", file.as_bytes());
        let done = owner.upload(&page, "/mappings/take", &said, file).await;
        let set = done.location().to_owned();
        let shown = owner.get(&set).await;
        let done = owner.submit(&shown, &format!("{set}/release"), WHY).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        ids.push(set.trim_start_matches("/mappings/").to_owned());
    }
    ids
}

#[tokio::test]
async fn released_sets_are_made_one_on_the_page_and_by_a_program() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/mappings").await;
    assert!(!page.text().contains("Make one set of several"));
    let ids = two_released(&owner).await;
    let page = owner.get("/mappings").await;
    assert!(page.text().contains("Make one set of several"));
    let mut said = vec![
        ("form", "merge"),
        ("title", "Both"),
        ("slug", "both"),
        ("license", LICENCE),
        ("review_days", "365"),
        ("set", ids[0].as_str()),
        WHY[0],
    ];
    let few = owner.submit(&page, "/mappings/merge", &said).await;
    assert_eq!(few.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = few.text();
    assert!(text.contains("Choose from 2 to 20 sets"), "{text}");
    assert!(text.contains("href=\"#f-file-merge\""), "{text}");
    said.push(("set", ids[1].as_str()));
    let done = owner.submit(&page, "/mappings/merge", &said).await;
    let text = done.text();
    assert_eq!(done.status, StatusCode::OK, "{text}");
    assert!(
        text.contains("https://a.example/1 and https://b.example/1 (exact, broad)"),
        "{text}"
    );

    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let wanted = json!({"slug": "again", "title": "Again", "license": LICENCE, "merge": ids});
    let silent = program.post("/api/v1/mapping-sets", &wanted).await;
    let silent = silent.problem(422, "faulty_set");
    assert_eq!(silent["errors"][0]["field"], "why", "{silent}");
    let mut wanted = wanted;
    wanted["why"] = "Both speak of the same work.".into();
    let begun = program.post("/api/v1/mapping-sets", &wanted).await;
    let begun = begun.with(201);
    assert_eq!(begun["stated"], 2);
    assert_eq!(begun["conflicts"][0]["said"], json!(["exact", "broad"]));
    let both = json!({"slug": "c", "title": "C", "license": LICENCE, "merge": ids, "file": "x"});
    let refused = program.post("/api/v1/mapping-sets", &both).await;
    refused.problem(422, "wrong_body");
}
