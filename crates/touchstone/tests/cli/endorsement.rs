//! Endorsements on the command line: who is asked, and what a passkey signed, checked from the published files.

use serde_json::{Value, json};
use touchstone_service::ports::Signer;
use touchstone_testkit::{Authenticator, MemorySigner};
use touchstone_vc::{
    Contexts, Curve, Draft, Securing, Suite, Timestamp, badge,
    crypto::rust::CRYPTO,
    did::PublicKey,
    json::Value as Document,
    model::StatusPurpose,
    multibase,
    status::bitstring::{Bits, StatusList},
};

use super::{keeping::issued, run::Folder};

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
    signed(&folder, SITE, &statement());
    // By itself it is what anybody can make at home.
    let ran = folder.run(&CHECK).exits(2);
    for part in [
        "COULD NOT BE CHECKED: some key signed these words. The file says that they are by Ayşe Demir, Çelik Makina, of “Precision measurement”",
        "anybody can make such a file",
        "> We let them measure alone.",
        "until 2027-11-27T23:59:59Z",
        "a passkey at https://verify.example.edu",
        "an address at celik.example",
        "as they were typed",
    ] {
        assert!(ran.text().contains(part), "{part}: {}", ran.text());
    }
    assert!(!ran.text().contains('\u{1b}'), "words steer no terminal");
    assert!(
        !ran.text().contains("SIGNED"),
        "unknown is not shown as valid"
    );
    let json = folder.run(&[&CHECK[..], &["--json"]].concat()).exits(2);
    assert_eq!(json.json()["verdict"], "unknown");
    assert_eq!(json.json()["askedUnder"], "celik.example");

    // Nor does the document alone make it true.
    folder.write("document.json", "what is endorsed");
    folder
        .run(&[&CHECK[..], &["--document", "document.json"]].concat())
        .exits(2)
        .says("the document has this hash");
    folder.write("document.json", "something else");
    folder
        .run(&[&CHECK[..], &["--document", "document.json"]].concat())
        .exits(1)
        .warns("is not what is endorsed");
}

/// A record of a file, signed by the key of this name.
fn record(key: &str, statement: &Value, file: &str) -> String {
    secured(key, &unsigned_record(key, statement, file).to_string())
}

fn unsigned_record(key: &str, statement: &Value, file: &str) -> Value {
    let digest = multibase::encode_base64url(&(CRYPTO.sha256)(file.as_bytes()));
    let digest = digest[1..].replace('-', "+").replace('_', "/");
    let contexts: Value = serde_json::from_str(&badge::contexts().to_string()).unwrap();
    json!({
        "@context": contexts,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": issuer(key).0, "type": ["Profile"], "name": "Riverside"},
        "validFrom": "2026-11-26T00:00:00Z",
        "credentialSubject": {
            "id": statement["subject"], "type": ["EndorsementSubject"], "endorsementComment": "As recorded.",
        },
        "relatedResource": [{
            "id": "https://verify.example.edu/x.json", "digestSRI": format!("sha256-{digest}="), "mediaType": "application/json",
        }],
    })
}

/// What the key of this name signed.
fn secured(key: &str, unsigned: &str) -> String {
    let (_, method) = issuer(key);
    let unsigned = Document::parse(unsigned.as_bytes()).unwrap();
    let at = Timestamp::parse("2026-11-26T00:00:00Z").unwrap();
    let securing = Securing::assertion(Suite::EddsaRdfc2022, Curve::Ed25519, &method, at);
    let draft = Draft::secured(&unsigned, &securing, &Contexts::bundled(), &CRYPTO).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let signer = MemorySigner::default();
    runtime.block_on(signer.create(key)).unwrap();
    let signature = runtime.block_on(signer.sign(key, draft.signing_input()));
    String::from_utf8(draft.seal(&signature.unwrap())).unwrap()
}

/// Its DID and its verification method.
fn issuer(key: &str) -> (String, String) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let key = runtime
        .block_on(MemorySigner::default().create(key))
        .unwrap();
    let multikey = PublicKey::to_multikey(&key.named());
    let did = format!("did:key:{multikey}");
    let method = format!("{did}#{multikey}");
    (did, method)
}

#[test]
fn a_record_that_the_one_that_asked_signed_makes_it_so_and_nothing_else_does() {
    let folder = Folder::new();
    let mut said = statement();
    said["askedBy"]["id"] = json!(issuer("riverside").0);
    let file = signed(&folder, SITE, &said);
    let args = [&CHECK[..], &["--offline", "--record", "record.json"]].concat();
    let good = record("riverside", &said, &file);
    folder.write("record.json", &good);
    folder
        .run(&args)
        .exits(0)
        .says("SIGNED: Ayşe Demir")
        .says("names exactly this file and is signed by did:key:");
    let json = folder.run(&[&args[..], &["--json"]].concat()).exits(0);
    assert_eq!(json.json()["verdict"], "signed");

    // Another institution's record, one that nobody signed, one that was changed, one of something else.
    folder.write("record.json", record("somebody else", &said, &file));
    folder
        .run(&args)
        .exits(1)
        .warns("not signed by the institution that asked");
    let mut bare: Value = serde_json::from_str(&good).unwrap();
    bare.as_object_mut().unwrap().remove("proof");
    folder.write("record.json", bare.to_string());
    let ran = folder.run(&args);
    assert!(matches!(ran.code, Some(1 | 2)), "{ran:?}");
    folder.write("record.json", good.replace("As recorded.", "As I like."));
    folder
        .run(&args)
        .exits(1)
        .warns("record.json does not hold");
    folder.write("record.json", record("riverside", &said, "another file"));
    folder
        .run(&args)
        .exits(1)
        .warns("is no record of said.json");
}

#[test]
fn a_record_with_a_place_is_good_for_as_long_as_its_list_is_and_not_once_it_was_taken_back() {
    const LIST: &str = "https://verify.example.edu/i/riverside/status/1";
    let folder = Folder::new();
    let mut said = statement();
    said["askedBy"]["id"] = json!(issuer("riverside").0);
    let file = signed(&folder, SITE, &said);
    let mut placed = unsigned_record("riverside", &said, &file);
    placed["credentialStatus"] = json!({
        "id": format!("{LIST}#7"),
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": LIST,
    });
    folder.write("record.json", secured("riverside", &placed.to_string()));
    std::fs::create_dir_all(folder.path("archive/i/riverside/status")).unwrap();
    let publish = |taken_back: bool| {
        let mut bits = Bits::new(131_072);
        bits.set(7, taken_back).unwrap();
        let list = StatusList {
            id: LIST.into(),
            issuer: issuer("riverside").0,
            purpose: StatusPurpose::Revocation,
            valid_from: Timestamp::parse("2026-11-26T00:00:00Z").unwrap(),
            valid_until: Timestamp::parse("2026-12-03T00:00:00Z").unwrap(),
            ttl_millis: 30_000,
            bits,
        };
        let list = secured("riverside", &list.unsigned().to_string());
        folder.write("archive/i/riverside/status/1", list);
    };
    let check = |at: &str| {
        let more = [
            "--at",
            at,
            "--offline",
            "--record",
            "record.json",
            "--documents",
            "archive",
        ];
        folder.run(&[&CHECK[..3], &more].concat())
    };
    let (now, later) = ("2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z");
    check(now).exits(2).warns("could not be checked");
    publish(false);
    check(now).exits(0).says("SIGNED: Ayşe Demir");
    check(later).exits(2).warns("could not be checked");
    publish(true);
    check(now).exits(1).warns("record.json does not hold");
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

#[test]
fn somebody_outside_is_asked_by_mail_and_listed() {
    let folder = issued();
    let ask = |more: &[&str]| folder.run(&[&["--json", "endorsement", "ask"], more].concat());
    let listed = || {
        folder
            .run(&["--json", "endorsement", "list"])
            .exits(0)
            .json()
    };
    assert_eq!(listed(), json!({ "endorsements": [], "next": null }));
    let whom = ["precision-measurement", "--email", "R.Demir@celik.example"];
    let words = [
        "--language",
        "de",
        "--days",
        "40",
        "--message",
        "You helped to write it.",
    ];
    let asked = ask(&[&whom[..], &words].concat()).exits(0).json();
    let one = &listed()["endorsements"][0];
    assert_eq!(one["id"], asked["id"]);
    assert_eq!(one["kind"], "achievement");
    assert_eq!(one["version"], 1);
    assert_eq!(one["email"], "r.demir@celik.example");
    assert_eq!(one["state"], "asked");
    assert_eq!(one["said"], Value::Null);
    folder
        .run(&["endorsement", "list"])
        .exits(0)
        .says("Precision measurement")
        .says("r.demir@celik.example");
    folder.run(&["work", "--once"]).exits(0);
    let mails = std::fs::read_dir(folder.path("touchstone-data/mail")).unwrap();
    let mails = mails.map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap());
    let sent: Vec<_> = mails
        .filter(|mail| mail.contains("r.demir@celik.example"))
        .collect();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("/endorse/"), "{}", sent[0]);

    // Whose answer has not come is not asked about it anew; somebody else is.
    ask(&whom).exits(1).warns("no answer has come yet");
    let other = ["precision-measurement", "--email", "ceo@celik.example"];
    ask(&other).exits(0);
    let first = folder.run(&["--json", "endorsement", "list", "--limit", "1"]);
    let first = first.exits(0).json();
    let next = first["next"].as_str().unwrap();
    let rest = folder.run(&["--json", "endorsement", "list", "--after", next]);
    assert_eq!(rest.exits(0).json()["endorsements"][0]["id"], asked["id"]);

    for (faulty, says) in [
        (
            &["nothing", "--email", "a@celik.example"][..],
            "no such achievement",
        ),
        (
            &["--mapping-set", "nothing", "--email", "a@celik.example"],
            "no such released mapping set",
        ),
        (
            &["precision-measurement", "--email", "nobody"],
            "not a mail address",
        ),
        (
            &[
                "precision-measurement",
                "--email",
                "a@celik.example",
                "--days",
                "0",
            ],
            "choose the day",
        ),
    ] {
        ask(faulty).exits(1).warns(says);
    }
    ask(&["--email", "a@celik.example"]).exits(64);
    folder
        .run(&["endorsement", "list", "--after", "yesterday"])
        .exits(1)
        .warns("take it from");
    assert_eq!(listed()["endorsements"].as_array().unwrap().len(), 2);
}
