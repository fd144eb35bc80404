//! `serve --conformance`: what it refuses, what it tells, and that nothing of it is left.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::run::Folder;

/// A server that is stopped at the end.
struct Served {
    child: Child,
    told: Value,
    folder: PathBuf,
    /// Its log; who writes to a pipe that nobody holds is ended.
    _log: BufReader<ChildStderr>,
}

impl Served {
    fn start(here: &Folder, args: &[&str]) -> Self {
        let mut all = vec!["serve", "--conformance", "--json"];
        all.extend(args);
        let mut child = here.start_listening(&all);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        while !text.ends_with("\n}\n") {
            assert!(out.read_line(&mut text).unwrap() > 0, "it ended: {text}");
        }
        let mut note = String::new();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        while !note.contains("Ctrl-C stops") {
            note.clear();
            assert!(err.read_line(&mut note).unwrap() > 0, "it ended");
        }
        let (_, rest) = note.split_once(" from ").unwrap();
        let (folder, _) = rest.split_once(", which").unwrap();
        Self {
            child,
            told: serde_json::from_str(&text).unwrap(),
            folder: folder.into(),
            _log: err,
        }
    }

    fn endpoint(&self, kind: &str) -> &str {
        self.told[kind][0]["endpoint"].as_str().unwrap()
    }

    fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        let until = Instant::now() + Duration::from_secs(20);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        assert!(!self.folder.exists(), "{}", self.folder.display());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// One request over plain HTTP, and its answer.
fn post(url: &str, body: &Value) -> (u16, Value) {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let port = host.rsplit(':').next().unwrap();
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let body = body.to_string();
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}

#[test]
fn whatever_is_configured_is_refused_by_name_and_nothing_is_made() {
    let here = Folder::new();
    here.run(&["serve", "--conformance", "--data", "somewhere"])
        .exits(64)
        .warns("--data somewhere")
        .warns("signs whatever it is sent");
    here.run(&["--config", "touchstone.toml", "serve", "--conformance"])
        .exits(64)
        .warns("--config touchstone.toml");
    for variable in [
        "TOUCHSTONE_DATA",
        "TOUCHSTONE_CONFIG",
        "TOUCHSTONE_DATABASE_URL",
        "TOUCHSTONE_KEYS_PASSPHRASE",
        "TOUCHSTONE_KEYS_PATH",
        "TOUCHSTONE_SITE_PUBLIC_URL",
        "TOUCHSTONE_LOG_WITNESSES",
        "TOUCHSTONE_LOG_POLICY",
        "TOUCHSTONE_LOG_ANCHORS",
    ] {
        let ran = here.run_with(
            &["serve", "--conformance"],
            &[(variable, "postgres://x")],
            b"",
        );
        ran.exits(64).warns("unset");
    }
    assert_eq!(std::fs::read_dir(here.path("")).unwrap().count(), 0);
}

#[test]
fn the_flags_of_suites_go_with_suites_only() {
    let here = Folder::new();
    here.run(&["serve", "--tls"])
        .exits(64)
        .warns("--conformance");
    here.run(&["serve", "--conformance", "--no-work"]).exits(64);
}

#[test]
fn it_signs_with_keys_of_its_own_and_takes_everything_with_it() {
    let here = Folder::new();
    let served = Served::start(&here, &[]);
    assert!(is_private(&served.folder));
    let issuer = served.told["issuers"][0]["id"].as_str().unwrap();
    let credential = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": { "id": "did:example:ada" },
    });
    let (status, issued) = post(
        served.endpoint("issuers"),
        &json!({ "credential": credential }),
    );
    assert_eq!(status, 201, "{issued}");
    let body = json!({ "verifiableCredential": issued["verifiableCredential"] });
    let (status, found) = post(served.endpoint("verifiers"), &body);
    assert_eq!((status, &found["verified"]), (200, &json!(true)), "{found}");

    let other = Served::start(&here, &[]);
    assert_ne!(other.told["issuers"][0]["id"], issuer);
    other.stop();
    served.stop();
    assert_eq!(std::fs::read_dir(here.path("")).unwrap().count(), 0);
}

#[test]
fn https_is_spoken_when_it_is_asked_for() {
    let here = Folder::new();
    let served = Served::start(&here, &["--tls"]);
    let url = served.endpoint("verifiers");
    let port = url.strip_prefix("https://localhost:").unwrap();
    let port = port.split('/').next().unwrap();
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut record = [0; 2];
    stream.read_exact(&mut record).unwrap();
    // A TLS alert: this was no handshake.
    assert_eq!(record, [21, 3]);
    served.stop();
}

fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(folder).unwrap().permissions().mode();
    mode & 0o077 == 0
}
