//! Keys in AWS KMS, from `init` to a verdict: a real server that speaks its API (moto), and the binary.

use std::{fs, thread::sleep, time::Duration};

use serde_json::Value;
use touchstone_testkit::{Gate, Moto};

use super::custody::{ADA, BO, Kept, Server, metric, until};
use super::run::Folder;

const ACCESS_KEY: &str =
    "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n";

/// All of it in one test: the server is started once.
#[test]
fn t62_keys_live_in_aws_kms_and_while_it_is_away_issuing_waits_and_a_running_server_goes_on_by_itself()
 {
    let moto = Moto::start();
    let gate = Gate::to(moto.address());
    let folder = Folder::new();
    let access_key = folder.write("aws", ACCESS_KEY);
    let keys = format!(
        "aws_kms_region = \"eu-west-1\"\naws_kms_endpoint = \"http://{}\"\naws_kms_credentials_file = \"{}\"\n",
        gate.address(),
        access_key.display()
    );
    // What the machine itself may have is not what is tested.
    let none = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ];
    let here = none.map(|name| (name, String::new())).to_vec();
    let kms = Kept::found(folder, &keys, here);
    what_is_issued_verifies_and_keys_rotate_and_end(&kms, &moto);
    while_it_is_away_issuing_waits(&kms, &gate);
    an_access_key_that_is_refused_or_half_there_is_told(&kms, &moto);
    the_history_of_a_did_is_signed_with_keys_in_files(&kms);
    settings_that_do_not_go_together_are_told(&kms);
}

fn what_is_issued_verifies_and_keys_rotate_and_end(kms: &Kept, moto: &Moto) {
    kms.run(&ADA).exits(0);
    kms.all_stand(1);
    let keys = kms.keys();
    assert_eq!(keys[0]["custody"], "aws-kms");
    assert_eq!(keys[0]["algorithm"], "P-256");
    let listed = kms.json(&["credential", "list"]);
    let id = listed["credentials"][0]["id"].as_str().unwrap();
    assert_eq!(kms.suite(id), "ecdsa-rdfc-2019");
    kms.run(&["doctor"])
        .says("AWS KMS")
        .says("answers; new keys of institutions are made in it");

    // In files are the keys of the log, and none of the institution.
    assert_eq!(files(kms), ["log-ml-dsa-44.key.json", "log.key.json"]);

    kms.run(&["key", "rotate", "--now"]).exits(0);
    let keys = kms.keys();
    assert_eq!(keys[1]["state"], "retired");
    let first = keys[1]["id"].as_str().unwrap();
    let give_up = [
        "key",
        "compromise",
        first,
        "--at",
        "2020-01-01T00:00:00Z",
        "--reason",
        "Lost",
        "--yes",
    ];
    kms.run(&give_up).exits(0);
    assert_eq!(state(moto, first), "Disabled");
    kms.run(&["key", "destroy", first, "--yes"]).exits(0);
    assert_eq!(state(moto, first), "PendingDeletion");
    assert_eq!(state(moto, keys[0]["id"].as_str().unwrap()), "Enabled");
}

/// The key files of the installation.
fn files(kms: &Kept) -> Vec<String> {
    let folder = fs::read_dir(kms.folder.path("touchstone-data/keys")).unwrap();
    let names = folder.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = names.filter(|name| name.ends_with(".key.json")).collect();
    files.sort();
    files
}

/// How KMS says that a key is.
fn state(moto: &Moto, key: &str) -> String {
    let headers = [
        "X-Amz-Target: TrentService.DescribeKey",
        "Content-Type: application/x-amz-json-1.1",
        "Authorization: AWS4-HMAC-SHA256 Credential=A/20261126/eu-west-1/kms/aws4_request, SignedHeaders=host, Signature=0",
    ];
    let question = format!("{{\"KeyId\": \"alias/touchstone/{key}\"}}");
    let answer = moto.post("/", &headers, &question);
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let answer: Value = serde_json::from_str(body).unwrap();
    answer["KeyMetadata"]["KeyState"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn while_it_is_away_issuing_waits(kms: &Kept, gate: &Gate) {
    let issued = kms.issued();
    let mut server = Server(kms.start(&["serve", "--listen", "127.0.0.1:0"]));
    let address = server.address();
    until("the server has asked", || {
        metric(&address, "touchstone_signer_up") == Some(1)
    });
    gate.open(false);
    // Confirmed while nobody can sign: it is kept, and why it waits is said.
    let mut issuing = Server(kms.start(&BO));
    issuing.says("signer unavailable");
    drop(issuing);
    kms.run(&["doctor"])
        .exits(1)
        .says(": it cannot be reached: ")
        .says("Nothing is signed in its place");
    until("the metrics tell it", || {
        metric(&address, "touchstone_signer_up") == Some(0)
    });
    assert_eq!(metric(&address, "touchstone_jobs{state=\"dead\"}"), Some(0));
    assert_eq!(kms.issued(), issued, "nothing was signed in its place");
    assert_eq!(
        files(kms),
        ["log-ml-dsa-44.key.json", "log.key.json"],
        "no key was made in its place"
    );
    gate.open(true);
    until("the batch went on", || kms.issued() == issued + 1);
    until("the metrics tell it", || {
        metric(&address, "touchstone_signer_up") == Some(1)
    });
}

fn an_access_key_that_is_refused_or_half_there_is_told(kms: &Kept, moto: &Moto) {
    let auth = |count: &str| {
        moto.post("/moto-api/reset-auth", &["Content-Type: text/plain"], count);
    };
    auth("0");
    let place = kms.folder.path("aws").display().to_string();
    let told = kms.run(&["doctor"]).exits(1);
    let told = told
        .says("the access key was refused (InvalidClientTokenId)")
        .says(&format!("It comes from {place}"))
        .says("Check keys.aws_kms_region, keys.aws_kms_endpoint and the access key");
    for secret in ["wJalrXUtnFEMI", "AKIDEXAMPLE"] {
        assert!(
            !told.text().contains(secret) && !told.err.contains(secret),
            "{told:?}"
        );
    }
    auth("inf");
    kms.run_with(&["doctor"], &[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")])
        .warns("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
    // The environment comes before the file.
    let whole = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "B")];
    fs::remove_file(kms.folder.path("aws")).unwrap();
    kms.run_with(&["doctor"], &whole)
        .says("answers; new keys of institutions are made in it");
    kms.run(&["credential", "list"])
        .exits(1)
        .warns("keys.aws_kms_credentials_file");
}

/// KMS has no Ed25519, and a history takes nothing else.
fn the_history_of_a_did_is_signed_with_keys_in_files(kms: &Kept) {
    kms.folder.write("aws", ACCESS_KEY);
    let [name, slug, mail] = ["With a history", "kept", "a@example.edu"];
    let found = ["init", "--name", name, "--slug", slug, "--email", mail];
    kms.run(&[&found[..], &["--did-method", "webvh"]].concat())
        .exits(0)
        .says("did:webvh:");
    kms.run(&["work", "--once"]).exits(0);
    // Two versions are never of one second.
    sleep(Duration::from_millis(1_100));
    let of_it = ["--institution", slug, "key"];
    kms.run(&[&of_it[..], &["rotate", "--now"]].concat())
        .exits(0);
    kms.run(&["doctor"])
        .says("2 versions in /i/kept/did.jsonl; the key of the next is in the key folder");
    let keys = kms.json(&[&of_it[..], &["list"]].concat());
    let keys = keys["keys"].as_array().unwrap();
    assert!(keys.len() == 2 && keys.iter().all(|key| key["custody"] == "aws-kms"));
    let ahead = [3, 4, 5].map(|number| format!("kept.update-{number}.key.json"));
    let mut expected = ahead.to_vec();
    expected.extend(["log-ml-dsa-44.key.json", "log.key.json"].map(str::to_owned));
    assert_eq!(files(kms), expected);
}

fn settings_that_do_not_go_together_are_told(kms: &Kept) {
    let module = [("TOUCHSTONE_KEYS_PKCS11_MODULE", "/usr/lib/none.so")];
    kms.run_with(&["doctor"], &module)
        .exits(78)
        .warns("keys.pkcs11_module and keys.aws_kms_region are both set");
    let settings = kms.folder.path("touchstone.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let (before, _) = text.split_once("[keys]").unwrap();
    fs::write(&settings, before).unwrap();
    kms.run(&["doctor"]).exits(1).says(
        "is in AWS KMS, and keys.aws_kms_region names no region; nothing is signed in its place",
    );
}
