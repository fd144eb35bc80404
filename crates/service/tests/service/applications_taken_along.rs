//! Applications as files for other systems: a table, and the shape of a resume, of which only what is published is written.

use std::collections::BTreeSet;

use serde_json::Value;
use touchstone_service::{
    crosswalk::{Besides, RoleOrder, TaskOrder, role, write_role},
    hiring::{
        ApplicationInFull, ApplicationsCsv, Applying, By, Posting, application_in_full,
        applications, apply, ler_rs, posting, preview,
    },
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestWorld, world};

use crate::applications::{both, credential, opened, sent};

const FOLDER: &str = "../../../shared/vectors/1edtech-validator-tcp/tcp";

/// Every member of the published examples, as a path; what is inside a verification is somebody's credential.
fn published() -> BTreeSet<String> {
    let folder = format!("{}/{FOLDER}", env!("CARGO_MANIFEST_DIR"));
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}")) {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let example: Value = serde_json::from_str(&text).unwrap();
        all.extend(paths(&example["credentialSubject"], ""));
    }
    assert!(all.len() > 50, "the examples are there: {all:?}");
    all
}

fn paths(value: &Value, at: &str) -> BTreeSet<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, inside)| {
                let path = format!("{at}/{name}");
                let deeper = match name.as_str() {
                    "verifications" => BTreeSet::new(),
                    _ => paths(inside, &path),
                };
                deeper.into_iter().chain([path])
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| paths(item, at)).collect(),
        _ => BTreeSet::new(),
    }
}

async fn table(world: &TestWorld, tenant: &TenantId, id: &str) -> String {
    let found = posting(world, tenant, id).await.unwrap().unwrap();
    let mut csv = ApplicationsCsv::new(tenant.clone(), found);
    let mut all = String::new();
    while let Some(part) = csv.next(world).await.unwrap() {
        all.push_str(&part);
    }
    all
}

async fn only(world: &TestWorld, tenant: &TenantId, id: &str) -> ApplicationInFull {
    let list = applications(world, tenant, id, By::Nothing, "", 9, Besides::LeftOut).await;
    let one = list.unwrap().unwrap().applications.remove(0);
    let full = application_in_full(world, tenant, &one.id).await;
    full.unwrap().unwrap()
}

#[tokio::test]
async fn an_application_as_ler_rs_has_only_members_that_the_published_examples_have() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let file = credential(&world, &school).await;
    let text = String::from_utf8(file.clone()).unwrap();
    let forged = text.replace("Amara Okafor", "Otto Okafor").into_bytes();
    sent(&world, &posting, &[file.clone(), forged]).await;
    let one = only(&world, &employer, &posting.row.id).await;
    let document = ler_rs(&world, &one).await.unwrap().unwrap();
    let known = published();
    let strange: Vec<String> = paths(&document, "")
        .into_iter()
        .filter(|path| !known.contains(path))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert_eq!(
        document["type"],
        "http://schema.hropenstandards.org/4.5/recruiting/json/LER-RSType.json"
    );
    assert_eq!(
        document["person"]["name"]["formattedName"],
        "Zoë Ångström-Okafor"
    );
    assert_eq!(
        document["communication"]["email"][0]["address"],
        "zoe@private.example"
    );
    let profile = &document["job"]["positionOpening"]["positionProfiles"][0];
    assert_eq!(profile["positionTitle"], "Machinist");
    let certifications = document["certifications"].as_array().unwrap();
    assert_eq!(certifications.len(), 1, "what does not stand is left out");
    let whole: Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(
        certifications[0]["verifications"][0], whole,
        "as it was sent"
    );
    assert_eq!(certifications[0]["firstIssued"], "2026-11-12");
}

#[tokio::test]
async fn a_covered_application_is_no_resume_and_its_line_names_nobody() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, true).await;
    sent(&world, &posting, &[credential(&world, &school).await]).await;
    let one = only(&world, &employer, &posting.row.id).await;
    assert_eq!(ler_rs(&world, &one).await.unwrap(), None);
    let table = table(&world, &employer, &posting.row.id).await;
    for word in ["Zoë", "zoe@", "Amara"] {
        assert!(!table.contains(word), "{word} stands in {table}");
    }
    assert!(table.contains(&one.application.id));
}

#[tokio::test]
async fn t57_the_table_of_applications_starts_no_formula_and_has_a_line_for_each() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let kept = role(&world, &employer, &posting.row.role)
        .await
        .unwrap()
        .unwrap();
    let order = RoleOrder {
        tenant: employer.clone(),
        actor: "boss".into(),
        id: Some(kept.row.id.clone()),
        title: "=cmd|' /C calc'!A0".into(),
        tasks: vec![
            TaskOrder {
                id: crate::applications::SKILL.into(),
                label: "Measures \"parts\", daily".into(),
                must: true,
                ..TaskOrder::default()
            },
            TaskOrder {
                label: "Führt andere an".into(),
                must: true,
                ..TaskOrder::default()
            },
        ],
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    write_role(&world, &order).await.unwrap();
    let found = posting_of(&world, &employer, &posting.row.id).await;
    for _ in 0..45 {
        sent(&world, &found, &[credential(&world, &school).await]).await;
    }
    // What a stranger writes as a name is a formula.
    let files = vec![credential(&world, &school).await];
    let seen = preview(&world, &found, &files).await.unwrap();
    let order = Applying {
        posting: found.row.public.clone(),
        token: seen.token,
        role_changed_at: found.role.row.changed_at,
        name: "=HYPERLINK(\"https://evil.example\")".into(),
        contact: "+49 203 2220202".into(),
        files,
    };
    apply(&world, &order).await.unwrap();

    let table = table(&world, &employer, &posting.row.id).await;
    assert!(
        table.starts_with("\u{feff}\"application\",\"sent_at\","),
        "{table}"
    );
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().unwrap().clone();
    assert_eq!(&head[10], "task 1: Measures \"parts\", daily");
    assert_eq!(&head[11], "task 2: Führt andere an");
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 46);
    let ids: BTreeSet<&str> = lines.iter().map(|line| &line[0]).collect();
    assert_eq!(ids.len(), 46, "each once");
    assert!(
        lines
            .iter()
            .all(|line| &line[10] == "met" && &line[11] == "not_shown")
    );
    for field in lines.iter().flatten().chain(head.iter()) {
        assert!(
            !field.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{field}"
        );
    }
}

async fn posting_of(world: &TestWorld, tenant: &TenantId, id: &str) -> Posting {
    posting(world, tenant, id).await.unwrap().unwrap()
}
