//! What a passkey signed, checked on the command line from the published files: nobody is asked.

use serde_json::{Value, json};
use touchstone_testkit::Authenticator;
use touchstone_vc::{crypto::rust::CRYPTO, multibase};

use super::run::Folder;

const SITE: &str = "verify.example.edu";

fn statement() -> Value {
    json!({
        "type": "EndorsementStatement",
        "subject": "urn:uuid:2d2a2f3e-7c3f-4f0e-8d3b-0d7e4ad3a111",
        "name": "Precision measurement",
        "document": "https://verify.example.edu/i/riverside/a/precision-measurement/1",
        "sha256": multibase::encode_hex(&(CRYPTO.sha256)(b"what is endorsed")),
        "endorsementComment": "We let them measure alone.\nIt saves us\u{1b}[2J weeks.",
        "organization": "Çelik Makina",
        "person": "Ayşe Demir",
        "askedUnder": "celik.example",
        "askedBy": {"id": "did:web:verify.example.edu:i:riverside", "name": "Riverside"},
        "validUntil": "2027-11-27T23:59:59Z",
        "nonce": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    })
}

/// Writes what a device signed and gives it.
fn signed(folder: &Folder, site: &str, statement: &Value) -> String {
    let mut device = Authenticator::new(&format!("https://{SITE}"), b"a device");
    let signed = device.signs(site, &statement.to_string()).to_string();
    folder.write("said.json", &signed);
    signed
}

const CHECK: [&str; 5] = [
    "endorsement",
    "check",
    "said.json",
    "--at",
    "2026-11-27T00:00:00Z",
];

#[test]
fn what_a_passkey_signed_says_who_and_what_and_is_checked_offline() {
    let folder = Folder::new();
    let file = signed(&folder, SITE, &statement());
    let ran = folder.run(&CHECK).exits(0);
    for part in [
        "SIGNED: Ayşe Demir, Çelik Makina, of “Precision measurement”",
        "> We let them measure alone.",
        "until 2027-11-27T23:59:59Z",
        "a passkey at https://verify.example.edu",
        "an address at celik.example",
        "as they were typed",
    ] {
        assert!(ran.text().contains(part), "{part}: {}", ran.text());
    }
    assert!(!ran.text().contains('\u{1b}'), "words steer no terminal");
    let json = folder.run(&[&CHECK[..], &["--json"]].concat()).exits(0);
    assert_eq!(json.json()["verdict"], "signed");
    assert_eq!(json.json()["askedUnder"], "celik.example");

    // The record names the file by its hash, and the document is the one that was meant.
    let digest = multibase::encode_base64url(&(CRYPTO.sha256)(file.as_bytes()));
    let digest = digest[1..].replace('-', "+").replace('_', "/");
    let record = json!({
        "credentialSubject": {"id": statement()["subject"]},
        "relatedResource": [{"id": "x", "digestSRI": format!("sha256-{digest}=")}],
    });
    folder.write("record.json", record.to_string());
    folder.write("document.json", "what is endorsed");
    let beside = ["--record", "record.json", "--document", "document.json"];
    folder
        .run(&[&CHECK[..], &beside].concat())
        .exits(0)
        .says("names exactly this file")
        .says("the document has this hash");
    let other = record.to_string().replace("2d2a2f3e", "2d2a2f3f");
    folder.write("record.json", other);
    folder
        .run(&[&CHECK[..], &["--record", "record.json"]].concat())
        .exits(1)
        .warns("is no record of said.json");
    folder.write("document.json", "something else");
    folder
        .run(&[&CHECK[..], &["--document", "document.json"]].concat())
        .exits(1)
        .warns("is not what is endorsed");
}

#[test]
fn words_that_were_changed_fail_and_what_cannot_be_read_is_unknown() {
    let folder = Folder::new();
    let file = signed(&folder, SITE, &statement());
    folder.write("said.json", file.replace("measure alone", "sleep alone"));
    folder
        .run(&CHECK)
        .exits(1)
        .warns("the passkey signed another statement");
    signed(&folder, "elsewhere.example", &statement());
    folder
        .run(&CHECK)
        .exits(1)
        .warns("the passkey belongs to another site");
    folder.write("said.json", file.replace("P-256", "P-521"));
    folder
        .run(&CHECK)
        .exits(2)
        .warns("could not be checked")
        .warns("of a kind that this program does not read");
    folder.write("said.json", "{}");
    folder
        .run(&CHECK)
        .exits(2)
        .warns("not what a passkey signed");
    folder
        .run(&["endorsement", "check", "nowhere.json"])
        .exits(2);
    let mut endless = statement();
    endless["validUntil"] = json!("for ever");
    signed(&folder, SITE, &endless);
    folder.run(&CHECK).exits(2).warns("until when it holds");
}

#[test]
fn one_that_has_ended_says_so() {
    let folder = Folder::new();
    signed(&folder, SITE, &statement());
    let late = ["--at", "2028-01-01T00:00:00Z"];
    let args = [&CHECK[..3], &late].concat();
    let ran = folder.run(&args).exits(1).says("ENDED: Ayşe Demir");
    assert!(!ran.text().contains("SIGNED"));
    let json = folder.run(&[&args[..], &["--json"]].concat()).exits(1);
    assert_eq!(json.json()["verdict"], "ended");
}
