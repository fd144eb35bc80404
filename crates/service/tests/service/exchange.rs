//! Achievements in the forms that other systems exchange, held against what is published of those.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};
use touchstone_canon::{Hash, Limits, canonicalize};
use touchstone_crosswalk::framework::case;
use touchstone_service::governing::{Entrusting, Thing, entrust};
use touchstone_service::issuing::{
    Definition, ExchangeError, ExchangeForm, Import, ImportError, achievement, define, exchange,
    import,
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};

use crate::support::{MACHINING, MEASURING, institution_with, order};

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
    let nodes = schema["@graph"].as_array().unwrap();
    of_its_class(&document, nodes);
    let credential = &document["@graph"][0];
    let asked = &credential["ceterms:requires"][0];
    let before = "https://verify.example.edu/i/riverside/a/precision-measurement";
    assert_eq!(asked["ceterms:targetCredential"], json!([before]));
    let how = &asked["ceterms:targetAssessment"][0]["ceterms:assessmentMethodDescription"];
    assert!(how["en"].is_string(), "{asked}");
    assert!(credential["ceterms:renewalFrequency"].is_string());
}

/// Each property is one that the schema gives to the class of its node.
fn of_its_class(value: &Value, schema: &[Value]) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| of_its_class(item, schema)),
        Value::Object(members) => {
            let class = &value["@type"];
            for (name, value) in members {
                of_its_class(value, schema);
                let said = schema.iter().find(|node| node["@id"] == **name);
                let classes = said.and_then(|said| said["schema:domainIncludes"].as_array());
                if let (Some(classes), true) = (classes, class.is_string()) {
                    assert!(classes.contains(class), "{class} has no {name}");
                }
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn ctdl_says_that_it_is_a_trial_or_no_longer_used_and_what_takes_its_place() {
    let world = world().await;
    let tenant = institution_with(&world, MACHINING).await;
    let status = async |slug: &str| {
        let found = exchange(&world, &tenant, slug, None, ExchangeForm::Ctdl).await;
        let document: Value = serde_json::from_str(&found.unwrap().unwrap().text).unwrap();
        let credential = document["@graph"][0].clone();
        let status = credential["ceterms:credentialStatusType"]["ceterms:targetNode"].clone();
        (status, credential["ceterms:supersededBy"].clone())
    };
    let pilot = MEASURING
        .replacen("precision-measurement", "trial", 1)
        .replacen("{", "{\"pilotUntil\": \"2099-01-01\",", 1);
    let written = define(&world, &order(&tenant, &pilot)).await;
    written.unwrap();
    assert_eq!(status("trial").await.0, "credentialStat:Probationary");
    let slug = "machining-to-drawing";
    assert_eq!(
        status(slug).await,
        (json!("credentialStat:Active"), Value::Null)
    );
    let row = world.store.read().achievement_by_slug(&tenant, slug).await;
    let id = row.unwrap().unwrap().id;
    for (replaced_by, successor) in [
        (
            "trial",
            json!(["https://verify.example.edu/i/riverside/a/trial"]),
        ),
        (
            "https://lakeside.example/a/1",
            json!(["https://lakeside.example/a/1"]),
        ),
        ("the course at Lakeside", Value::Null),
        ("", Value::Null),
    ] {
        let order = Entrusting {
            tenant: tenant.clone(),
            actor: "owner".into(),
            thing: Thing::Achievement,
            id: id.clone(),
            steward: "The registrar".into(),
            until: None,
            successor: String::new(),
            no_longer_used: true,
            replaced_by: replaced_by.into(),
            seen: None,
        };
        entrust(&world, &order).await.unwrap();
        assert_eq!(
            status(slug).await,
            (json!("credentialStat:Deprecated"), successor),
            "{replaced_by}"
        );
    }
}

#[tokio::test]
async fn a_form_says_what_it_has_no_place_for() {
    let world = world().await;
    let tenant = institution_with(&world, MACHINING).await;
    let lost = async |form| {
        let found = exchange(&world, &tenant, "machining-to-drawing", None, form).await;
        found.unwrap().unwrap().lost
    };
    let ctdl = lost(ExchangeForm::Ctdl).await;
    assert!(ctdl.contains(&"resultDescription".to_owned()), "{ctdl:?}");
    assert!(ctdl.contains(&"evidenceRequired".to_owned()), "{ctdl:?}");
    for told in ["name", "requires", "validForMonths", "assessmentMethod"] {
        assert!(!ctdl.contains(&told.to_owned()), "{told}: {ctdl:?}");
    }
    let case = lost(ExchangeForm::Case).await;
    assert!(!case.contains(&"resultDescription".to_owned()), "{case:?}");
    assert!(case.contains(&"assessmentMethod".to_owned()), "{case:?}");
    let elm = lost(ExchangeForm::Elm).await;
    assert!(elm.contains(&"evidenceRequired".to_owned()), "{elm:?}");
    assert!(!elm.contains(&"creditsAvailable".to_owned()), "{elm:?}");
    let open_badges = lost(ExchangeForm::JsonLd).await;
    assert!(
        !open_badges.contains(&"resultDescription".to_owned()),
        "{open_badges:?}"
    );
    assert!(open_badges.len() < 4, "{open_badges:?}");
}

/// Every term means something: else the safe mode would refuse it.
#[tokio::test]
async fn the_achievement_as_json_ld_is_that_of_credentials_and_every_term_means_something() {
    let world = world().await;
    let document = exported(&world, ExchangeForm::JsonLd).await;
    assert_eq!(document["type"], json!(["Achievement"]));
    let id = document["id"].as_str().unwrap();
    let read = touchstone_vc::json::Value::from(&document);
    let statements = canonicalize(
        &read,
        &world.contexts,
        Hash::Sha256(world.crypto.sha256),
        &Limits::default(),
    );
    let statements = statements.unwrap();
    let name = "<https://schema.org/name> \"Machining to a drawing\"";
    assert!(
        statements.contains(&format!("<{id}> {name}")),
        "{statements}"
    );
    let levels = statements.matches("#RubricCriterionLevel>").count();
    assert!(levels > 1, "{statements}");
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

/// The definition that a document becomes.
async fn taken(
    world: &TestWorld,
    tenant: &TenantId,
    json: Vec<u8>,
) -> Result<(Definition, Vec<String>), ImportError> {
    let order = Import {
        tenant: tenant.clone(),
        actor: "test".into(),
        json,
    };
    let mut imported = import(world, &order).await?;
    assert_eq!(imported.len(), 1);
    let one = imported.remove(0);
    let found = achievement(world, tenant, &one.written.slug, None).await;
    Ok((found.unwrap().unwrap().definition, one.left_out))
}

fn elm_sample(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../../shared/data/elm/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[tokio::test]
async fn what_is_written_as_european_learning_model_is_read_again_elsewhere() {
    let here = world().await;
    let original = Definition::from_json(MACHINING.as_bytes()).unwrap();
    let document = exported(&here, ExchangeForm::Elm).await;

    let elsewhere = world().await;
    // What it requires is there, under another definition.
    let tenant = institution_with(&elsewhere, MEASURING).await;
    let bytes = document.to_string().into_bytes();
    let (read, left_out) = taken(&elsewhere, &tenant, bytes.clone()).await.unwrap();
    assert_eq!(left_out, [""; 0]);
    let links = |definition: &Definition| {
        let links = definition.alignment.iter();
        let mut links: Vec<_> = links
            .map(|link| (link.target_url.clone(), link.target_name.clone()))
            .collect();
        links.sort();
        links
    };
    assert!(!links(&original).is_empty());
    assert_eq!(links(&read), links(&original));
    let method = original
        .assessment_method
        .lines()
        .next()
        .unwrap()
        .to_owned();
    // What the model has no place for, and what a definition says by itself.
    let mut expect = original;
    expect.achievement_type = "Achievement".into();
    expect.assessment_method = method;
    expect.alignment.clone_from(&read.alignment);
    expect.names_learner = false;
    expect.allows_suspension = false;
    expect.rubric = None;
    expect.evidence_required.clear();
    expect.valid_for_months = None;
    let said = [
        &expect.supervision,
        &expect.identity_check,
        &expect.field_of_study,
    ];
    assert!(said.iter().all(|text| text.is_some()), "{expect:?}");
    assert!(expect.credits_available.is_some());
    (expect.renewal, expect.image) = (None, None);
    expect.tag.clear();
    (expect.human_code, expect.specialization) = (None, None);
    assert_eq!(read, expect);

    let again = taken(&elsewhere, &tenant, bytes).await;
    assert!(
        matches!(&again, Err(ImportError::Known(slug)) if slug.as_str() == "machining-to-drawing"),
        "it would take rubric and evidence away: {again:?}"
    );
}

#[tokio::test]
async fn the_sample_of_the_european_learning_model_becomes_an_achievement_and_names_nobody() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&world, MEASURING).await;
    let signed = elm_sample("Sample-MC-Annex1-signed.jsonld");
    let (from_signed, _) = taken(&world, &tenant, signed).await.unwrap();
    let sample = elm_sample("Sample-MC-Annex1-unsigned.jsonld");
    let twice = taken(&world, &tenant, sample.clone()).await;
    assert!(matches!(twice, Err(ImportError::Known(_))), "{twice:?}");

    let other = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&other, MEASURING).await;
    let (read, left_out) = taken(&other, &tenant, sample).await.unwrap();
    assert_eq!(read, from_signed);
    assert_eq!(read.slug.as_str(), "digital-micro-credential-creation");
    assert_eq!(read.in_language.as_str(), "en");
    assert_eq!(
        read.description,
        "Communication, collaboration and creativity; Developing digital content"
    );
    assert_eq!(read.assessment_method, "Digital artefact assessment");
    assert_eq!(
        read.identity_check.as_deref(),
        Some("Unsupervised without ID Verification")
    );
    assert_eq!(read.workload_hours, Some(60.into()));
    assert_eq!(read.credits_available, Some(2.into()));
    assert_eq!(read.participation.as_deref(), Some("Blended"));
    let esco = read.alignment.iter();
    let esco = esco.filter(|link| link.target_framework.as_deref() == Some("ESCO"));
    assert_eq!(esco.count(), 4);
    let level = read.alignment.iter();
    let mut level = level.filter(|link| link.target_framework.as_deref() == Some("EQF"));
    assert_eq!(
        level.next().unwrap().target_url,
        "http://data.europa.eu/snb/eqf/6"
    );
    assert!(
        left_out.iter().any(|name| name == "maximumDuration"),
        "{left_out:?}"
    );
    assert!(!read.to_json().contains("Andromeda"));

    // Written here and read elsewhere it says the same, but for what our form of it leaves out.
    let slug = read.slug.as_str();
    let written = exchange(&other, &tenant, slug, None, ExchangeForm::Elm).await;
    let written = written.unwrap().unwrap().text.into_bytes();
    let third = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&third, MEASURING).await;
    let (again, left_out) = taken(&third, &tenant, written).await.unwrap();
    assert_eq!(left_out, [""; 0]);
    let links = |definition: &Definition| -> BTreeSet<(String, String)> {
        let links = definition.alignment.iter();
        links
            .map(|link| (link.target_url.clone(), link.target_name.clone()))
            .collect()
    };
    assert_eq!(links(&again), links(&read));
    let mut expect = read;
    expect.alignment.clone_from(&again.alignment);
    // One concept of free words.
    assert_eq!(again, expect);

    let nothing = br#"{"type": ["VerifiableCredential", "EuropeanDigitalCredential"]}"#;
    let refused = taken(&other, &tenant, nothing.to_vec()).await;
    assert!(
        matches!(refused, Err(ImportError::NothingLearnt { number: 1 })),
        "{refused:?}"
    );
}
