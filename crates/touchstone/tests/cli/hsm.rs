//! Keys in a security module, from `init` to a verdict: a real SoftHSM 2, and the binary.

use std::{fs, path::Path, process::Command};

use super::custody::{ADA, BO, Kept, Server, metric, until};
use super::run::Folder;

/// An installation whose keys are in a token of its own.
fn hsm(kind: &str) -> Kept {
    let folder = Folder::new();
    let tokens = folder.path("tokens");
    fs::create_dir(&tokens).unwrap();
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\n",
        tokens.display()
    );
    let settings = folder.write("softhsm2.conf", text).display().to_string();
    let pin = folder.write("pin", "1234\n");
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "issuer"])
        .args(["--pin", "1234", "--so-pin", "5678"])
        .env("SOFTHSM2_CONF", &settings)
        .output()
        .expect("softhsm2-util is there: `cargo xtask setup` installs it");
    assert!(made.status.success(), "{made:?}");
    let known = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    ];
    let module = known.iter().find(|path| Path::new(path).exists());
    let module = module.expect("SoftHSM is there: `cargo xtask setup` installs it");
    let keys = format!(
        "pkcs11_module = \"{module}\"\npkcs11_token = \"issuer\"\npkcs11_pin_file = \"{}\"\npkcs11_kind = \"{kind}\"\n",
        pin.display()
    );
    Kept::found(folder, &keys, vec![("SOFTHSM2_CONF", settings)])
}

/// From `init` over a rotation to a key that is given up.
fn keys_live_in_the_token(kind: &str, algorithm: &str, suite: &str) {
    let hsm = hsm(kind);
    hsm.run(&ADA).exits(0);
    hsm.all_stand(1);
    let keys = hsm.keys();
    assert_eq!(keys[0]["custody"], "pkcs11");
    assert_eq!(keys[0]["algorithm"], algorithm);
    let listed = hsm.json(&["credential", "list"]);
    assert_eq!(
        hsm.suite(listed["credentials"][0]["id"].as_str().unwrap()),
        suite
    );
    hsm.run(&["doctor"])
        .says("token \"issuer\" answers; new keys of institutions are made in it");

    // In files are the keys of the log, and none of the institution.
    let mut files: Vec<String> = fs::read_dir(hsm.folder.path("touchstone-data/keys"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".key.json"))
        .collect();
    files.sort();
    assert_eq!(files, ["log-ml-dsa-44.key.json", "log.key.json"]);

    hsm.run(&["key", "rotate", "--now"]).exits(0);
    hsm.run(&BO).exits(0);
    hsm.all_stand(2);
    let keys = hsm.keys();
    let first = keys[1]["id"].as_str().unwrap();
    assert_eq!(keys[0]["custody"], "pkcs11");
    assert_eq!(keys[1]["state"], "retired");
    let id = hsm.json(&["credential", "list"])["credentials"][0]["id"].clone();
    let bundle = [
        "credential",
        "export",
        id.as_str().unwrap(),
        "--bundle",
        "--out",
        "one.bundle",
    ];
    hsm.run(&bundle).exits(0);
    hsm.run(&["log", "trust", "--out", "trust.policy"]).exits(0);
    hsm.folder
        .run(&[
            "verify",
            "one.bundle",
            "--offline",
            "--trust",
            "trust.policy",
        ])
        .exits(0)
        .says("Stood when it was issued, not withdrawn as of");

    let give_up = [
        "key",
        "compromise",
        first,
        "--at",
        "2020-01-01T00:00:00Z",
        "--reason",
        "Lost",
    ];
    hsm.run(&[&give_up[..], &["--yes"]].concat()).exits(0);
    hsm.run(&["key", "destroy", first, "--yes"])
        .exits(0)
        .says("Its secret is gone");
    assert_eq!(secrets(&hsm), 1, "of two keys one is left in the token");
}

/// How many private keys the token has: SoftHSM keeps an object for each half of a key, and a public half stays for each name.
fn secrets(hsm: &Kept) -> usize {
    let tokens = hsm.folder.path("tokens");
    let token = fs::read_dir(tokens)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let objects = fs::read_dir(token).unwrap().filter(|file| {
        let name = file.as_ref().unwrap().file_name().into_string().unwrap();
        name.ends_with(".object") && name != "token.object"
    });
    objects.count() - hsm.keys().len()
}

#[test]
fn ed25519_keys_live_in_the_token_and_what_they_sign_verifies() {
    keys_live_in_the_token("ed25519", "Ed25519", "eddsa-rdfc-2022");
}

#[test]
fn p256_keys_live_in_the_token_and_what_they_sign_verifies() {
    keys_live_in_the_token("p-256", "P-256", "ecdsa-rdfc-2019");
}

#[test]
fn t62_while_the_token_is_out_issuing_waits_and_a_running_server_goes_on_by_itself() {
    let hsm = hsm("ed25519");
    hsm.run(&ADA).exits(0);
    let mut server = Server(hsm.start(&["serve", "--listen", "127.0.0.1:0"]));
    let address = server.address();
    until("the server has signed", || {
        metric(&address, "touchstone_signer_up") == Some(1)
    });

    let (tokens, away) = (hsm.folder.path("tokens"), hsm.folder.path("away"));
    fs::rename(&tokens, &away).unwrap();
    fs::create_dir(&tokens).unwrap();
    // Confirmed while nobody can sign: it is kept, and why it waits is said.
    let mut issuing = Server(hsm.start(&BO));
    issuing.says("signer unavailable");
    drop(issuing);
    hsm.run(&["doctor"])
        .exits(1)
        .says("token \"issuer\": no token with the label \"issuer\" is in any slot")
        .says("Nothing is signed in its place");
    until("the metrics tell it", || {
        metric(&address, "touchstone_signer_up") == Some(0)
    });
    assert_eq!(metric(&address, "touchstone_jobs{state=\"dead\"}"), Some(0));
    assert_eq!(hsm.issued(), 1, "nothing was signed in its place");
    let files = fs::read_dir(hsm.folder.path("touchstone-data/keys")).unwrap();
    let made = files.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("example")
    });
    assert_eq!(made.count(), 0, "no key was made in its place");

    fs::remove_dir(&tokens).unwrap();
    fs::rename(&away, &tokens).unwrap();
    until("the batch went on", || hsm.issued() == 2);
    until("the metrics tell it", || {
        metric(&address, "touchstone_signer_up") == Some(1)
    });
    drop(server);
    hsm.all_stand(2);
}

#[test]
fn a_wrong_pin_is_told_and_a_module_that_is_taken_out_of_the_settings_is_missed() {
    let hsm = hsm("ed25519");
    let pin = [("TOUCHSTONE_KEYS_PKCS11_PIN", "9999")];
    hsm.run_with(&["doctor"], &pin)
        .exits(1)
        .says("token \"issuer\": the token refused the PIN");
    // The environment comes before the file, and the right one opens it.
    let pin = [("TOUCHSTONE_KEYS_PKCS11_PIN", "1234")];
    hsm.folder.write("pin", "0000");
    hsm.run_with(&ADA, &pin).exits(0);
    let settings = hsm.folder.path("touchstone.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let (before, _) = text.split_once("[keys]").unwrap();
    fs::write(&settings, before).unwrap();
    hsm.run(&["doctor"])
        .exits(1)
        .says("is in a security module, and keys.pkcs11_module names none");
    assert_eq!(hsm.issued(), 1);
}

/// A history takes Ed25519 alone: its keys are in the token where that makes them, and else in files.
#[test]
fn the_keys_of_a_history_are_in_the_token_where_it_makes_ed25519() {
    for (kind, place, files) in [
        ("ed25519", "in the security module", 0),
        ("p-256", "in the key folder", 3),
    ] {
        let hsm = hsm(kind);
        let [name, slug, mail] = ["With a history", "kept", "a@example.edu"];
        let found = ["init", "--name", name, "--slug", slug, "--email", mail];
        hsm.run(&[&found[..], &["--did-method", "webvh"]].concat())
            .exits(0)
            .says("did:webvh:");
        hsm.run(&["work", "--once"]).exits(0);
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        hsm.run(&["--institution", slug, "key", "rotate", "--now"])
            .exits(0);
        hsm.run(&["doctor"]).says(&format!(
            "2 versions in /i/kept/did.jsonl; the key of the next is {place}"
        ));
        let folder = fs::read_dir(hsm.folder.path("touchstone-data/keys")).unwrap();
        let made = folder.filter(|file| {
            let name = file.as_ref().unwrap().file_name();
            let name = name.to_string_lossy().into_owned();
            name.contains(".update-") && name.ends_with(".key.json")
        });
        assert_eq!(made.count(), files, "{kind}");
    }
}

#[test]
fn keys_in_files_go_on_signing_and_the_next_key_is_made_in_the_token() {
    let hsm = hsm("p-256");
    let settings = hsm.folder.path("touchstone.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let (before, _) = text.split_once("[keys]").unwrap();
    fs::remove_dir_all(hsm.folder.path("touchstone-data")).unwrap();
    fs::write(&settings, before).unwrap();
    hsm.begin();
    hsm.run(&ADA).exits(0);
    fs::write(&settings, text).unwrap();
    hsm.all_stand(1);
    assert_eq!(hsm.keys()[0]["custody"], "file");
    hsm.run(&["key", "rotate", "--now"]).exits(0);
    hsm.run(&BO).exits(0);
    let keys = hsm.keys();
    assert_eq!(
        [
            &keys[0]["custody"],
            &keys[0]["algorithm"],
            &keys[1]["custody"]
        ],
        ["pkcs11", "P-256", "file"]
    );
    hsm.all_stand(2);
}
