//! Achievements in the forms that other systems exchange, held against what is published of those.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use touchstone_crosswalk::framework::case;
use touchstone_service::issuing::{ExchangeError, ExchangeForm, exchange};
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};

use crate::support::{MACHINING, institution_with};

async fn exported(world: &TestWorld, form: ExchangeForm) -> Value {
    let tenant = institution_with(world, MACHINING).await;
    let found = exchange(world, &tenant, "machining-to-drawing", None, form).await;
    let found = found.unwrap().unwrap();
    assert!(found.file_name.contains(form.as_str()));
    serde_json::from_str(&found.text).unwrap()
}

fn terms(value: &Value, prefix: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name.starts_with(prefix) {
                    found.insert(name.clone());
                }
                if name == "@type" {
                    found.extend(
                        value
                            .as_str()
                            .filter(|name| name.starts_with(prefix))
                            .map(str::to_owned),
                    );
                }
                terms(value, prefix, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| terms(item, prefix, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_term_of_ctdl_is_one_of_its_schema() {
    let world = world().await;
    let document = exported(&world, ExchangeForm::Ctdl).await;
    let path = format!(
        "{}/../../../shared/data/ctdl/ctdl/schema.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let schema = fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let known: BTreeSet<&str> = schema["@graph"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|node| node["@id"].as_str())
        .collect();
    let mut used = BTreeSet::new();
    terms(&document, "ceterms:", &mut used);
    assert!(used.len() > 15, "{used:?}");
    let unknown: Vec<_> = used
        .iter()
        .filter(|term| !known.contains(term.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert_eq!(
        document["@graph"][0]["ceterms:ownedBy"][0],
        document["@graph"][1]["@id"]
    );
}

#[tokio::test]
async fn a_case_package_is_read_again_with_task_and_levels() {
    let world = world().await;
    let document = exported(&world, ExchangeForm::Case).await;
    let read = case::read(document.to_string().as_bytes()).unwrap();
    assert!(read.statements.len() >= 2, "{read:?}");
    assert!(!read.statements[0].links.is_empty());
    let task = &read.statements[0].uri;
    assert!(
        read.statements[1..]
            .iter()
            .all(|level| level.parents == [task.clone()])
    );
}

#[tokio::test]
async fn the_european_learning_model_names_outcome_assessment_and_body_and_wants_a_country() {
    let world = world_on(TestDatabase::postgres()).await;
    let document = exported(&world, ExchangeForm::Elm).await;
    assert_eq!(document["@type"], "elm:LearningAchievementSpecification");
    let skills = document["elm:learningOutcome"]["elm:relatedSkill"].as_array();
    let mut pages: Vec<&Value> = skills.unwrap().iter().map(|skill| &skill["@id"]).collect();
    let all = pages.len();
    pages.dedup();
    assert_eq!(pages.len(), all, "a page is one concept: {document}");
    let body = &document["elm:awardingOpportunity"]["elm:awardingBody"];
    let place = &body["elm:location"]["elm:address"]["elm:countryCode"]["skos:notation"];
    assert_eq!(place, "IE", "{document}");
    world.tamper("UPDATE institution SET country = NULL");
    let tenant = world
        .store
        .read()
        .institutions()
        .await
        .unwrap()
        .remove(0)
        .id;
    let refused = exchange(
        &world,
        &tenant,
        "machining-to-drawing",
        None,
        ExchangeForm::Elm,
    )
    .await;
    assert!(
        matches!(refused, Err(ExchangeError::NoCountry)),
        "{refused:?}"
    );
}
