//! What others issue, on the command line: Open Badges 2.0 and learner records (CLR 2.0), from the vectors of 1EdTech.

use std::{fs, path::PathBuf};

use super::run::Folder;

fn vector(name: &str) -> PathBuf {
    let path = format!(
        "{}/../../../shared/vectors/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    assert!(fs::exists(&path).unwrap(), "the vector {path} is needed");
    path.into()
}

#[test]
fn a_hosted_badge_is_checked_against_the_documents_at_hand() {
    let folder = Folder::new();
    let badge = vector("1edtech-validator-ob20/basic-assertion.json");
    let badge = badge.to_str().unwrap();
    folder
        .run(&["verify", badge, "--offline"])
        .exits(2)
        .says("its issuer’s site could not be asked");
    fs::create_dir(folder.path("site")).unwrap();
    for (name, file) in [
        ("beths-robotics-badge.json", "basic-assertion.json"),
        ("robotics-badge.json", "assets/robotics-badge.json"),
        ("organization.json", "assets/organization.json"),
    ] {
        let from = vector(&format!("1edtech-validator-ob20/{file}"));
        fs::copy(from, folder.path("site").join(name)).unwrap();
    }
    let checked = ["verify", badge, "--offline", "--documents", "site"];
    folder
        .run(&checked)
        .exits(0)
        .says("Genuine, from an issuer we do not know")
        .says("It is not signed. Its issuer’s site says the same.");
    let report = folder
        .run(&[&["--json"], &checked[..]].concat())
        .exits(0)
        .json();
    assert_eq!(report["checks"][0]["suite"], "HostedBadge");
}

#[test]
fn a_learner_record_tells_its_parts_and_how_they_belong_together() {
    let folder = Folder::new();
    let record = vector("1edtech-validator-clr20/simple.jwt");
    let record = record.to_str().unwrap();
    let ran = folder.run(&["verify", record, "--offline"]);
    let ran = ran.says("Inside: “Achievement 1”, issued by Example University.");
    ran.says("Inside: “Achievement 1” stands above “Achievement 2”.")
        .says("No register was asked about this issuer.");
    let ran = folder.run(&["--json", "verify", record, "--offline"]);
    let report = ran.json();
    assert_eq!(report["inside"][0]["role"], "part");
    assert!(report["inside"][0]["report"]["checks"].is_array());
}

#[test]
fn a_label_that_is_missing_around_a_badge_is_told_as_that() {
    let folder = Folder::new();
    // RFC 7515 §3: header, claims, signature. Open Badges 3.0 §8.2.4.1 asks for the claim `jti` and others beside `vc`.
    let part = |json: &str| base64(json.as_bytes());
    let key = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","jwk":{key}}}"#);
    let badge = r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],"id":"urn:uuid:0b0c0d0e-0000-4000-8000-000000000001","type":["VerifiableCredential","OpenBadgeCredential"],"name":"Safety","issuer":{"id":"https://school.example","type":["Profile"],"name":"School"},"validFrom":"2026-01-01T00:00:00Z","credentialSubject":{"type":["AchievementSubject"],"achievement":{"id":"https://school.example/a/1","type":["Achievement"],"name":"Safety","description":"Works safely.","criteria":{"narrative":"A test."}}}}"#;
    let claims = format!(r#"{{"iss":"https://school.example","vc":{badge}}}"#);
    let token = format!("{}.{}.{}", part(&header), part(&claims), base64(&[0; 64]));
    folder.write("badge.jwt", token);
    let ran = folder.run(&["verify", "badge.jwt", "--offline"]);
    ran.says("It is packed without a label that Open Badges of this kind carry.");
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(SIGNS[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}
