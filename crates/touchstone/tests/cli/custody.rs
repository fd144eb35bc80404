//! An installation whose keys are not in files: what is the same wherever they are.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Child,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::keeping::FOUND;
use super::run::{Folder, Ran};

/// An installation, and the environment that leads to its keys.
pub(crate) struct Kept {
    pub(crate) folder: Folder,
    here: Vec<(&'static str, String)>,
}

impl Kept {
    /// Founds an institution in a folder whose settings have these lines under `[keys]`.
    pub(crate) fn found(folder: Folder, keys: &str, here: Vec<(&'static str, String)>) -> Self {
        folder.write(
            "touchstone.toml",
            format!(
                "[site]\npublic_url = \"https://verify.example.edu\"\n[log]\nformat = \"json\"\n[keys]\n{keys}"
            ),
        );
        let cohort = "name,email,identifier,level,evidence,awarded_on\nAda,ada@example.org,1,3,https://example.org/e/1,2026-11-12\n";
        folder.write("ada.csv", cohort);
        folder.write(
            "bo.csv",
            cohort.replace("Ada,ada@example.org,1,", "Bo,bo@example.org,2,"),
        );
        let kept = Self { folder, here };
        kept.begin();
        kept
    }

    /// Founds the institution anew, with the settings as they are.
    pub(crate) fn begin(&self) {
        let found: Vec<&str> = FOUND
            .iter()
            .copied()
            .filter(|arg| *arg != "--local")
            .collect();
        self.run(&found).exits(0).says("did:web:");
        let sample = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/sample/achievements/precision-measurement.json"
        );
        self.run(&["achievement", "import", sample]).exits(0);
    }

    fn environment(&self) -> Vec<(&str, &str)> {
        let here = self.here.iter();
        here.map(|(name, value)| (*name, value.as_str())).collect()
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], more: &[(&str, &str)]) -> Ran {
        let all = [&["--config", "touchstone.toml"], args].concat();
        let environment = [&self.environment()[..], more].concat();
        self.folder.run_with(&all, &environment, b"")
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        let all = [&["--config", "touchstone.toml"], args].concat();
        self.folder.start_with(&all, &self.environment())
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        self.run(&[&["--json"], args].concat()).exits(0).json()
    }

    pub(crate) fn issued(&self) -> usize {
        let listed = self.json(&["credential", "list"]);
        listed["credentials"].as_array().unwrap().len()
    }

    pub(crate) fn keys(&self) -> Vec<Value> {
        self.json(&["key", "list"])["keys"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// What a reader finds out who has the published documents, for every credential that was issued.
    #[track_caller]
    pub(crate) fn all_stand(&self, many: usize) {
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

    pub(crate) fn suite(&self, id: &str) -> String {
        let file = self.folder.path(&format!("{id}.json"));
        let credential: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let proof = &credential["proof"];
        let proof = proof.get(0).unwrap_or(proof);
        proof["cryptosuite"].as_str().unwrap().to_owned()
    }
}

pub(crate) const ADA: [&str; 5] = [
    "issue",
    "--achievement",
    "precision-measurement",
    "--csv",
    "ada.csv",
];
pub(crate) const BO: [&str; 5] = [
    "issue",
    "--achievement",
    "precision-measurement",
    "--csv",
    "bo.csv",
];

/// A process that is ended with the test.
pub(crate) struct Server(pub(crate) Child);

impl Server {
    /// Where it listens, as it says by itself. What it says afterwards is thrown away.
    pub(crate) fn address(&mut self) -> String {
        let line = self.says("\"address\"");
        let line: Value = serde_json::from_str(&line).unwrap();
        let mut rest = self.0.stderr.take().unwrap();
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut rest, &mut std::io::sink());
        });
        line["fields"]["address"].as_str().unwrap().to_owned()
    }

    /// Waits for a line with these words.
    pub(crate) fn says(&mut self, words: &str) -> String {
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
pub(crate) fn metric(address: &str, name: &str) -> Option<i64> {
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
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(
            begun.elapsed() < Duration::from_secs(150),
            "{what}: it never came"
        );
        sleep(Duration::from_millis(250));
    }
}
