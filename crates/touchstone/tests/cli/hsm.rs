//! Keys in a security module, from `init` to a verdict: a real SoftHSM 2, and the binary.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::keeping::FOUND;
use super::run::{Folder, Ran};

/// An installation whose keys are in a token of its own.
struct Hsm {
    folder: Folder,
    settings: String,
}

impl Hsm {
    fn new(kind: &str) -> Self {
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
        folder.write(
            "touchstone.toml",
            format!(
                "[site]\npublic_url = \"https://verify.example.edu\"\n[log]\nformat = \"json\"\n[keys]\npkcs11_module = \"{module}\"\n\
                 pkcs11_token = \"issuer\"\npkcs11_pin_file = \"{}\"\npkcs11_kind = \"{kind}\"\n",
                pin.display()
            ),
        );
        let cohort = "name,email,identifier,level,evidence,awarded_on\nAda,ada@example.org,1,3,https://example.org/e/1,2026-11-12\n";
        folder.write("ada.csv", cohort);
        folder.write(
            "bo.csv",
            cohort.replace("Ada,ada@example.org,1,", "Bo,bo@example.org,2,"),
        );
        let hsm = Self { folder, settings };
        let found: Vec<&str> = FOUND
            .iter()
            .copied()
            .filter(|arg| *arg != "--local")
            .collect();
        hsm.run(&found).exits(0).says("did:web:");
        let sample = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/sample/achievements/precision-measurement.json"
        );
        hsm.run(&["achievement", "import", sample]).exits(0);
        hsm
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    fn run_with(&self, args: &[&str], more: &[(&str, &str)]) -> Ran {
        let all = [&["--config", "touchstone.toml"], args].concat();
        let here = [("SOFTHSM2_CONF", self.settings.as_str())];
        self.folder.run_with(&all, &[&here[..], more].concat(), b"")
    }

    fn start(&self, args: &[&str]) -> Child {
        let all = [&["--config", "touchstone.toml"], args].concat();
        let here = [("SOFTHSM2_CONF", self.settings.as_str())];
        self.folder.start_with(&all, &here)
    }

    fn json(&self, args: &[&str]) -> Value {
        self.run(&[&["--json"], args].concat()).exits(0).json()
    }

    fn issued(&self) -> usize {
        let listed = self.json(&["credential", "list"]);
        listed["credentials"].as_array().unwrap().len()
    }

    fn keys(&self) -> Vec<Value> {
        self.json(&["key", "list"])["keys"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// What a reader finds out who has the published documents, for every credential that was issued.
    #[track_caller]
    fn all_stand(&self, many: usize) {
        self.run(&["work", "--once"]).exits(0);
        let _ = fs::remove_dir_all(self.folder.path("public"));
        self.run(&["publish", "--to", "public"]).exits(0);
        let listed = self.json(&["credential", "list"]);
        let listed = listed["credentials"].as_array().unwrap();
        assert_eq!(listed.len(), many);
        for one in listed {
            let id = one["id"].as_str().unwrap();
            let file = format!("{id}.json");
            let _ = fs::remove_file(self.folder.path(&file));
            self.run(&["credential", "export", id, "--out", &file])
                .exits(0);
            let verify = ["--json", "verify", &file, "--documents", "public"];
            let seen = self.folder.run(&verify);
            // Nobody said whom to recognize; everything else must hold.
            let seen = seen.json();
            let checks = seen["checks"].as_array().unwrap().iter();
            let mut asked: Vec<&str> = Vec::new();
            for check in checks.filter(|check| check["check"] != "recognition") {
                assert_eq!(check["outcome"], "pass", "{check}");
                asked.push(check["check"].as_str().unwrap());
            }
            for must in ["proof", "issuer", "status"] {
                assert!(asked.contains(&must), "{must}: {asked:?}");
            }
        }
    }

    fn suite(&self, id: &str) -> String {
        let file = self.folder.path(&format!("{id}.json"));
        let credential: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let proof = &credential["proof"];
        let proof = proof.get(0).unwrap_or(proof);
        proof["cryptosuite"].as_str().unwrap().to_owned()
    }
}

const ADA: [&str; 5] = [
    "issue",
    "--achievement",
    "precision-measurement",
    "--csv",
    "ada.csv",
];
const BO: [&str; 5] = [
    "issue",
    "--achievement",
    "precision-measurement",
    "--csv",
    "bo.csv",
];

/// From `init` over a rotation to a key that is given up.
fn keys_live_in_the_token(kind: &str, algorithm: &str, suite: &str) {
    let hsm = Hsm::new(kind);
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
fn secrets(hsm: &Hsm) -> usize {
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
    let hsm = Hsm::new("ed25519");
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
    let hsm = Hsm::new("ed25519");
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

#[test]
fn keys_in_files_go_on_signing_and_the_next_key_is_made_in_the_token() {
    let hsm = Hsm::new("p-256");
    let settings = hsm.folder.path("touchstone.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let (before, _) = text.split_once("[keys]").unwrap();
    fs::remove_dir_all(hsm.folder.path("touchstone-data")).unwrap();
    fs::write(&settings, before).unwrap();
    let found: Vec<&str> = FOUND
        .iter()
        .copied()
        .filter(|arg| *arg != "--local")
        .collect();
    hsm.run(&found).exits(0);
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/sample/achievements/precision-measurement.json"
    );
    hsm.run(&["achievement", "import", sample]).exits(0);
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

/// A process that is ended with the test.
struct Server(Child);

impl Server {
    /// Where it listens, as it says by itself. What it says afterwards is thrown away.
    fn address(&mut self) -> String {
        let line = self.says("\"address\"");
        let line: Value = serde_json::from_str(&line).unwrap();
        let mut rest = self.0.stderr.take().unwrap();
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut rest, &mut std::io::sink());
        });
        line["fields"]["address"].as_str().unwrap().to_owned()
    }

    /// Waits for a line with these words.
    fn says(&mut self, words: &str) -> String {
        let mut seen = String::new();
        let mut lines = BufReader::new(self.0.stderr.as_mut().unwrap());
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).unwrap() == 0 {
                panic!("{words:?} was never said: {seen}");
            }
            if line.contains(words) {
                return line;
            }
            seen.push_str(&line);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A value of `/metrics`.
fn metric(address: &str, name: &str) -> Option<i64> {
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /metrics HTTP/1.1\r\nHost: verify.example.edu\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().parse().ok()
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(
            begun.elapsed() < Duration::from_secs(150),
            "{what}: it never came"
        );
        sleep(Duration::from_millis(250));
    }
}
