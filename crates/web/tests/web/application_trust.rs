//! What an application does not prove: a credential that its sender made, whose credentials they are, and who may read it.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::World;
use touchstone_service::conformance::INSTANCES;
use touchstone_service::hiring::application;
use touchstone_service::operations::Scope;
use touchstone_service::verifying::{Recognition, RegisterFile};
use touchstone_vc::{Verdict, registry::Registry};

use crate::api_program::Program;
use crate::applications::{NAME, applied, credential, opened, post};
use crate::conformance::Suite;
use crate::site::{Browser, Site};

const TASK: &str = "https://tasks.example/safety";

/// A credential that somebody signed for themselves, with their name wherever words are free.
async fn self_made() -> (String, Vec<u8>) {
    let suite = Suite::new().await;
    let instance = &INSTANCES[0];
    let issuer = suite.room.issuer(instance.curve);
    let level = |number: &str| json!({ "id": format!("urn:level:{number}"), "type": ["RubricCriterionLevel"], "name": NAME, "level": number });
    let issued = suite
        .issued(
            instance,
            &json!({
                "@context": [
                    "https://www.w3.org/ns/credentials/v2",
                    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
                ],
                "id": "urn:uuid:8a3f0b3c-0d0a-4b4e-9a2b-0f2f1f6f2d11",
                "type": ["VerifiableCredential", "OpenBadgeCredential"],
                "issuer": { "id": issuer, "type": ["Profile"], "name": NAME },
                "validFrom": "2026-01-01T00:00:00Z",
                "credentialSubject": {
                    "id": "did:example:zoe",
                    "type": ["AchievementSubject"],
                    "identifier": [{ "type": "IdentityObject", "hashed": false, "identityHash": NAME, "identityType": "name" }],
                    "achievement": {
                        "id": "urn:uuid:8a3f0b3c-0d0a-4b4e-9a2b-0f2f1f6f2d12",
                        "type": ["Achievement"],
                        "name": NAME,
                        "description": "Works safely.",
                        "criteria": { "narrative": "Works safely." },
                        "tag": ["pilot"],
                        "alignment": [{ "type": ["Alignment"], "targetName": "Safety", "targetUrl": TASK }],
                        "resultDescription": [{
                            "id": "urn:uuid:8a3f0b3c-0d0a-4b4e-9a2b-0f2f1f6f2d13",
                            "type": ["ResultDescription"],
                            "name": NAME,
                            "resultType": "RubricCriterionLevel",
                            "rubricCriterionLevel": [level("1"), level("2")],
                        }],
                    },
                    "result": [{
                        "type": ["Result"],
                        "resultDescription": "urn:uuid:8a3f0b3c-0d0a-4b4e-9a2b-0f2f1f6f2d13",
                        "achievedLevel": "urn:level:2",
                    }],
                },
                "evidence": [{ "type": ["Evidence"], "name": NAME, "id": "https://zoe.example/" }],
            }),
        )
        .await;
    (issuer, issued.to_string().into_bytes())
}

/// Opens a role with that task through the API. Gives the page of the posting, and the one for everybody.
async fn open(program: &Program, blind: bool) -> (String, String) {
    let role = json!({ "title": "Hand", "tasks": [{ "id": TASK, "label": "Keeps safe", "need": "must", "level": 2 }] });
    let role = program.post("/api/v1/roles", &role).await.with(201);
    let path = format!("/api/v1/roles/{}/postings", role["id"].as_str().unwrap());
    let posting = program.post(&path, &json!({ "blind": blind })).await;
    let posting = format!("/postings/{}", posting.with(201)["id"].as_str().unwrap());
    let shown = program.get(&format!("/api/v1{posting}")).await.with(200);
    let open = shown["page"].as_str().unwrap();
    (posting, open.replace("https://verify.example.edu", ""))
}

/// Sends credentials without a name.
async fn sent(stranger: &Browser, open: &str, files: &[&[u8]]) {
    let handed: Vec<(&str, &[u8])> = files.iter().map(|file| ("file", *file)).collect();
    let seen = post(stranger, open, &handed).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let token = seen.hidden("token");
    let carried: Vec<String> = seen
        .text()
        .split("name=\"credential\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let places: Vec<String> = (0..carried.len()).map(|place| place.to_string()).collect();
    let role = seen.hidden("role");
    let mut fields: Vec<(&str, &[u8])> =
        vec![("token", token.as_bytes()), ("role", role.as_bytes())];
    for (place, credential) in places.iter().zip(&carried) {
        fields.push(("credential", credential.as_bytes()));
        fields.push(("share", place.as_bytes()));
    }
    let done = post(stranger, &format!("{open}/send"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
}

#[tokio::test]
async fn a_covered_name_stands_in_no_word_of_an_issuer_elsewhere_that_a_register_lists() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (posting, open) = open(&program, true).await;
    let (issuer, file) = self_made().await;
    sent(&site.stranger(), &open, &[&file]).await;
    let one = owner.get(&posting).await.link("/applications/");
    let id = one.rsplit('/').next().unwrap();
    let listed = json!({ "issuers": [{ "id": issuer, "name": "Elsewhere" }] }).to_string();
    let register = RegisterFile {
        name: "Partners".into(),
        registry: Registry::parse(listed.as_bytes()).unwrap(),
        as_of: None,
    };
    let world = World {
        recognition: Arc::new(Recognition::new(vec![register], Vec::new(), 1, 1)),
        ..site.test.world.clone()
    };
    let read = application(&world, &owner.tenant, id).await;
    let reading = read.unwrap().unwrap().reading;
    assert_eq!(reading.shown[0].verdict, Verdict::Pass, "it is listed");
    let told = format!("{reading:?}");
    for word in [NAME, "zoe", issuer.as_str()] {
        assert!(!told.contains(word), "{word}: {told}");
    }
}

#[tokio::test]
async fn a_covered_name_stands_in_no_word_of_a_credential_that_its_sender_made() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (posting, open) = open(&program, true).await;
    let (issuer, file) = self_made().await;
    sent(&site.stranger(), &open, &[&file]).await;
    let list = owner.get(&posting).await;
    let one = list.link("/applications/");
    let api = format!("/api/v1{one}");
    let paper = owner.get(&format!("{one}/answer.pdf")).await;
    assert!(paper.bytes.starts_with(b"%PDF"), "{}", paper.status);
    let told = [
        ("the list", list.text()),
        ("the page", owner.get(&one).await.text()),
        (
            "the file",
            owner.get(&format!("{one}/answer.json")).await.text(),
        ),
        ("the paper", paper.text()),
        ("the API", program.get(&api).await.with(200).to_string()),
    ];
    for (which, text) in &told {
        for word in [NAME, "zoe", issuer.as_str()] {
            assert!(!text.contains(word), "{which} has {word}: {text}");
        }
    }
    for (which, text) in &told[..2] {
        assert!(
            text.contains("Met") && text.contains("nobody here knows") && text.contains("A pilot:"),
            "{which}: {text}"
        );
    }
    assert!(
        told[1].1.contains("By the issuer’s own word"),
        "{}",
        told[1].1
    );
    let answer = program.get(&api).await.with(200)["answer"].clone();
    assert_eq!(
        answer["credentials"][0]["verdict"], "not_listed",
        "{answer}"
    );
    assert_eq!(answer["credentials"][0]["pilot"], true, "{answer}");
    assert_eq!(answer["tasks"][0]["verdict"], "met", "{answer}");
    assert_eq!(
        answer["tasks"][0]["shownBy"][0]["ownWord"], true,
        "{answer}"
    );
    let table = owner.get(&format!("{posting}/applications.csv")).await;
    let table = table.text();
    let head = "\"task 1: Keeps safe\",\"unknown_issuers\",\"tasks_by_unknown_issuer\",\"tasks_not_reviewed\",\"tasks_by_pilot\"\r\n";
    assert!(table.contains(head), "{table}");
    assert!(
        table.ends_with("\"met\",\"1\",\"1\",\"1\",\"1\"\r\n"),
        "{table}"
    );
    let uncovered = program.post(&format!("{api}/uncover"), &json!({})).await;
    uncovered.with(200);
    for path in [&posting, &one] {
        let text = owner.get(path).await.text();
        assert!(text.contains(&issuer), "{path} names the issuer: {text}");
    }
}

#[tokio::test]
async fn nothing_says_whose_credentials_they_are_and_different_people_are_told() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let (posting, open) = open(&program, true).await;
    let (_, own) = self_made().await;
    sent(&site.stranger(), &open, &[&own]).await;
    let alone = owner.get(&posting).await.link("/applications/");
    let page = owner.get(&alone).await.text();
    let (whose, differ) = (
        "Nothing here proves that these are the sender’s.",
        "do not all name",
    );
    assert!(page.contains(whose) && !page.contains(differ), "{page}");
    let json = owner.get(&format!("{alone}/answer.json")).await;
    let json: Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(
        (&json["note"], &json["subjectsDiffer"]),
        (&json!(whose), &json!(false))
    );
    let paper = owner.get(&format!("{alone}/answer.pdf")).await.text();
    assert!(paper.contains("subjectsDiffer"), "it is attached");
    let form = owner.get(&alone).await;
    owner.submit(&form, &format!("{alone}/remove"), &[]).await;

    let other = credential(&site).await;
    sent(&site.stranger(), &open, &[&own, &other]).await;
    let list = owner.get(&posting).await;
    assert!(
        list.text().contains(differ) && list.text().contains(whose),
        "{}",
        list.text()
    );
    let both = list.link("/applications/");
    assert!(owner.get(&both).await.text().contains(differ));
    let told = program.get(&format!("/api/v1{both}")).await.with(200);
    assert_eq!(told["answer"]["subjectsDiffer"], true, "{told}");
}

#[tokio::test]
async fn a_form_with_more_credentials_than_anybody_sends_is_refused() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, _, open) = opened(&owner, false).await;
    let stranger = site.stranger();
    let files: Vec<String> = (0..200).map(|n| format!("{{\"n\": {n}}}")).collect();
    let many = |name: &'static str, most: usize| -> Vec<(&str, &[u8])> {
        files[..most]
            .iter()
            .map(|file| (name, file.as_bytes()))
            .collect()
    };
    let refused = post(&stranger, &open, &many("file", 21)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("at most 20 credentials"),
        "{}",
        refused.text()
    );
    for (path, name) in [(open.clone(), "file"), (format!("{open}/send"), "share")] {
        let refused = post(&stranger, &path, &many(name, 101)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(
            refused.text().contains("Choose fewer files"),
            "{}",
            refused.text()
        );
    }
}

#[tokio::test]
async fn t51_a_key_that_issues_reads_no_applicant() {
    let (site, owner) = Site::with_owner("riverside").await;
    let applied = applied(&site, &owner, true).await;
    let others: Vec<Scope> = Scope::ALL
        .into_iter()
        .filter(|scope| *scope != Scope::Hire)
        .collect();
    let issues = Program::with(&site, &owner.tenant, &others).await;
    let hires = Program::with(&site, &owner.tenant, &[Scope::Hire]).await;
    let one = format!("/api/v1{}", applied.application);
    for path in [
        format!("/api/v1{}/applications", applied.posting),
        one.clone(),
    ] {
        issues.get(&path).await.problem(403, "scope_missing");
        hires.get(&path).await.with(200);
    }
    let uncover = format!("{one}/uncover");
    issues
        .post(&uncover, &json!({}))
        .await
        .problem(403, "scope_missing");
    hires.post(&uncover, &json!({})).await.with(200);
}
