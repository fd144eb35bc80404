//! The log of a running server: JSON lines with the number of the request, and nobody in them.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Child,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::run::Folder;

const SITE: &str = "http://localhost:8000";
const ENVIRONMENT: &[(&str, &str)] = &[
    ("TOUCHSTONE_SITE_PUBLIC_URL", SITE),
    ("TOUCHSTONE_LOG_FORMAT", "json"),
    ("TOUCHSTONE_LOG_LEVEL", "debug,sqlx=info,hyper=info"),
];

/// What must not stand in a log: whom it is about, who works here, and what they typed.
const PEOPLE: &[&str] = &[
    "Ada",
    "Lovelace",
    "Amara",
    "Okafor",
    "Ines",
    "Albrecht",
    "example.org",
    "example.edu",
    "MATR-4711",
];

#[test]
fn the_log_is_json_names_each_request_and_nobody_in_it() {
    let folder = issued();
    let mut server = Server::start(&folder);
    let claim = claim_path(&folder);
    let token = claim.rsplit('/').next().unwrap().to_owned();

    // Somebody takes what is theirs, and shows it.
    server.get(&claim);
    server.post(&claim, &[]);
    let kept = server.get(&format!("{claim}/credential.json"));
    let credential = kept.body;
    assert!(credential.starts_with('{'), "{credential}");
    let shown = server.post(&format!("{claim}/page"), &[("switch", "on")]);
    assert!(shown.status < 400, "{}", shown.body);
    let taken = server.get(&claim);
    let link = between(&taken.body, "/v/", |c| {
        c.is_alphanumeric() || c == '-' || c == '_'
    });
    server.get(&format!("/v/{link}"));
    server.get(&format!("/v/{link}/credential.pdf"));

    // A member signs in, and looks for somebody.
    server.post("/signin", &[("email", "ines@example.edu")]);
    let made = ["--json", "member", "link", "ines@example.edu"];
    let made = folder.run_with(&made, ENVIRONMENT, b"").exits(0).json();
    let address = made["signIn"].as_str().unwrap();
    let opened = address.strip_prefix(SITE).unwrap();
    let secret = opened.rsplit('/').next().unwrap().to_owned();
    server.get(opened);
    let signed_in = server.post("/signin/confirm", &[("token", &secret)]);
    let cookie = signed_in.header("set-cookie").unwrap_or_default();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert!(cookie.len() > 40, "{signed_in:?}");
    server.cookie = Some(cookie.clone());
    let found = server.get("/credentials?q=Ada%20Lovelace");
    assert!(found.body.contains("Ada"), "{}", found.body);
    server.cookie = None;

    // A reader checks, and compares an address.
    let checked = server.hand_in(&credential, "ada@example.org");
    assert!(
        checked.body.contains("What was checked"),
        "{}",
        checked.body
    );

    // Errors of every kind.
    for wrong in [
        format!("/claim/{token}x"),
        "/nowhere/ada@example.org?name=Ada".to_owned(),
        format!("/signin/{secret}?email=ines@example.edu"),
        "/api/v1/credentials?q=Lovelace".to_owned(),
    ] {
        server.get(&wrong);
    }
    server.post("/signin", &[("email", "Ada Lovelace <ada@example.org>")]);
    server.hand_in("{\"name\": \"Ada Lovelace\"", "");

    let (answers, log) = server.stop();
    let mut lines = BTreeMap::new();
    for line in &log {
        let read: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        for member in ["timestamp", "level", "target"] {
            assert!(read[member].is_string(), "{member}: {line}");
        }
        if let Some(id) = read["span"]["id"].as_str() {
            lines.insert(id.to_owned(), read.clone());
        }
        let private = [
            token.as_str(),
            link.as_str(),
            &secret,
            cookie.split('=').nth(1).unwrap(),
        ];
        for text in PEOPLE.iter().copied().chain(private) {
            assert!(!line.contains(text), "{text} stands in {line}");
        }
    }
    assert!(answers.len() >= 18, "{}", answers.len());
    for (status, id) in answers {
        assert_eq!(id.len(), 16, "{id}");
        let line = lines.get(&id).unwrap_or_else(|| panic!("no line for {id}"));
        assert_eq!(line["fields"]["status"], status, "{line}");
        assert!(line["fields"]["message"].is_string() && line["fields"]["duration_ms"].is_u64());
    }
}

fn issued() -> Folder {
    let folder = Folder::new();
    let run = |args: &[&str]| folder.run_with(args, ENVIRONMENT, b"").exits(0);
    run(&[
        "init",
        "--local",
        "--name",
        "Example University",
        "--slug",
        "example",
        "--email",
        "ines@example.edu",
        "--member",
        "Ines Albrecht",
    ]);
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/sample/achievements/precision-measurement.json"
    );
    run(&["achievement", "import", sample]);
    folder.write(
        "cohort.csv",
        "name,email,identifier,level,evidence,awarded_on\nAda Lovelace,ada@example.org,MATR-4711,3,https://example.org/e/1,2026-11-12\n",
    );
    run(&[
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "cohort.csv",
    ]);
    folder
}

/// Where the link in the mail leads.
fn claim_path(folder: &Folder) -> String {
    let mails = fs::read_dir(folder.path("touchstone-data/mail")).unwrap();
    let mail = mails.map(|mail| fs::read_to_string(mail.unwrap().path()).unwrap());
    let mail: String = mail.collect();
    // Quoted-printable breaks long lines with `=`.
    let mail = mail.replace("=\r\n", "").replace("=\n", "");
    format!(
        "/claim/{}",
        between(&mail, "/claim/", |c| c.is_ascii_alphanumeric()
            || c == '-'
            || c == '_')
    )
}

fn between(text: &str, start: &str, part: impl Fn(char) -> bool) -> String {
    let rest = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"))
        .1;
    rest.chars().take_while(|c| part(*c)).collect()
}

struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<Vec<String>>>,
    reader: thread::JoinHandle<()>,
    answers: Vec<(u16, String)>,
    cookie: Option<String>,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Server {
    fn start(folder: &Folder) -> Self {
        let mut child = folder.start_with(
            &["--local", "serve", "--listen", "127.0.0.1:0"],
            ENVIRONMENT,
        );
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let (kept, lines) = (
            Arc::clone(&log),
            BufReader::new(child.stderr.take().unwrap()).lines(),
        );
        let reader = thread::spawn(move || {
            for line in lines {
                kept.lock().unwrap().push(line.unwrap());
            }
        });
        let since = Instant::now();
        let address = loop {
            let known = log.lock().unwrap().iter().find_map(|line| {
                let line: Value = serde_json::from_str(line).ok()?;
                Some(line["fields"]["address"].as_str()?.to_owned())
            });
            if let Some(address) = known {
                break address;
            }
            assert!(
                since.elapsed() < Duration::from_secs(60),
                "{:?}",
                log.lock().unwrap()
            );
            thread::sleep(Duration::from_millis(20));
        };
        Self {
            child,
            address,
            log,
            reader,
            answers: Vec::new(),
            cookie: None,
        }
    }

    fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", &[])
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let coded = |text: &str| {
            let bytes = text.bytes();
            bytes.map(|byte| format!("%{byte:02X}")).collect::<String>()
        };
        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", coded(value)))
            .collect();
        self.send(
            "POST",
            path,
            "application/x-www-form-urlencoded",
            pairs.join("&").as_bytes(),
        )
    }

    /// What a reader hands in at `/verify`.
    fn hand_in(&mut self, text: &str, holder: &str) -> Answer {
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = part("text", text) + &part("holder", holder) + "--x--\r\n";
        self.send(
            "POST",
            "/verify",
            "multipart/form-data; boundary=x",
            body.as_bytes(),
        )
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let cookie = self.cookie.as_deref().unwrap_or("a=b");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:8000\r\nOrigin: {SITE}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        let answer = Answer {
            status,
            headers: headers.collect(),
            body: body.to_owned(),
        };
        let id = answer.header("x-request-id").unwrap_or_default().to_owned();
        self.answers.push((status, id));
        answer
    }

    /// Stops it, and answers what it answered and logged.
    fn stop(mut self) -> (Vec<(u16, String)>, Vec<String>) {
        // What was asked for by a job is done before.
        thread::sleep(Duration::from_secs(1));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reader.join().unwrap();
        let log = self.log.lock().unwrap().clone();
        (self.answers, log)
    }
}
