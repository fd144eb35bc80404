//! Verdicts as exit codes, on what the demo exported.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::PathBuf,
    sync::LazyLock,
};

use serde_json::{Value, json};

use super::run::Folder;

/// One demo for all tests of this file; its walk leaves what it exported in `walk/`.
static DEMO: LazyLock<Folder> = LazyLock::new(|| {
    let folder = Folder::new();
    folder
        .run(&["demo", "--exit", "--listen", "127.0.0.1:0"])
        .exits(0);
    folder
});

fn walk(name: &str) -> PathBuf {
    DEMO.path("touchstone-demo/walk").join(name)
}

#[track_caller]
fn verify(file: &str, more: &[&str], code: i32) -> Value {
    let path = walk(file);
    let documents = walk("documents");
    let mut args = vec!["--json", "verify", path.to_str().unwrap(), "--offline"];
    for arg in more {
        args.push(if *arg == "DOCUMENTS" {
            documents.to_str().unwrap()
        } else {
            arg
        });
    }
    DEMO.run(&args).exits(code).json()
}

#[test]
fn what_was_exported_is_valid_offline_in_every_form() {
    for form in [
        "credential.json",
        "credential.png",
        "credential.svg",
        "credential.pdf",
    ] {
        verify(form, &["--documents", "DOCUMENTS"], 0);
    }
}

#[test]
fn without_its_status_list_it_could_not_be_checked() {
    let report = verify("credential.json", &[], 2);
    assert_eq!(report["verdict"], "unknown");
}

#[test]
fn a_changed_word_is_not_valid() {
    let changed = fs::read_to_string(walk("credential.json"))
        .unwrap()
        .replacen("Riverside", "Lakeside", 1);
    fs::write(walk("changed.json"), changed).unwrap();
    verify("changed.json", &["--documents", "DOCUMENTS"], 1);
}

#[test]
fn a_revoked_credential_is_not_valid() {
    verify("revoked.json", &["--documents", "DOCUMENTS"], 1);
}

#[test]
fn a_moment_before_it_began_is_not_valid() {
    verify(
        "credential.json",
        &["--documents", "DOCUMENTS", "--at", "2001-01-01T00:00:00Z"],
        1,
    );
}

#[test]
fn the_holders_address_is_compared_and_decides_the_exit_code() {
    for (told, code, found) in [
        ("Amara.Okafor@example.org ", 0, "same"),
        ("R26-1041", 0, "same"),
        ("bob@example.org", 1, "other"),
    ] {
        let report = verify(
            "credential.json",
            &["--documents", "DOCUMENTS", "--holder", told],
            code,
        );
        assert_eq!(report["holder"], found, "{told}");
        assert_eq!(report["verdict"], "not_listed");
    }
}

#[test]
fn a_holder_never_makes_a_credential_better_than_it_is() {
    let told = [
        "--documents",
        "DOCUMENTS",
        "--holder",
        "amara.okafor@example.org",
    ];
    let report = verify("revoked.json", &told, 1);
    assert_eq!(report["verdict"], "failed");
    verify("credential.json", &["--holder", "bob@example.org"], 2);
}

#[test]
fn standard_input_is_read() {
    let credential = fs::read(walk("credential.json")).unwrap();
    DEMO.run_with(&["verify", "-", "--offline"], &[], &credential)
        .exits(2);
}

#[test]
fn what_is_no_credential_could_not_be_checked() {
    let folder = Folder::new();
    folder.write("letter.txt", "Dear Sir or Madam");
    folder
        .run(&["verify", "letter.txt"])
        .exits(2)
        .warns("letter.txt");
    folder
        .run(&["verify", "absent.json"])
        .exits(2)
        .warns("absent.json");
    folder.write("empty.json", "{}");
    folder
        .run(&["verify", "empty.json", "--offline"])
        .exits(2)
        .warns("empty.json");
}

#[test]
fn offline_nothing_is_contacted() {
    Folder::new()
        .run(&["verify", "https://127.0.0.1:9/x", "--offline"])
        .exits(2)
        .warns("--offline");
}

/// Answers two requests on loopback: with a page that names a credential, and with that credential.
fn page_that_shows(credential: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = String::new();
            BufReader::new(&stream).read_line(&mut request).unwrap();
            let page = br#"<!doctype html><link rel="alternate" type="application/vc" href="/v/x/credential.json">"#;
            let (kind, body) = match request.split(' ').nth(1) {
                Some("/v/x") => ("text/html", &page[..]),
                _ => ("application/vc", &credential[..]),
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    address
}

/// People pass on the address of the page, not of the file.
#[test]
fn the_address_of_a_page_leads_to_the_credential_that_it_shows() {
    let file = fs::read(walk("credential.json")).unwrap();
    let address = page_that_shows(file);
    let documents = walk("documents");
    let folder = Folder::new();
    let report = |path: &str| {
        let url = format!("{address}{path}");
        let documents = documents.to_str().unwrap();
        let run = [
            "--local",
            "--json",
            "verify",
            &url,
            "--documents",
            documents,
        ];
        folder.run(&run).exits(0).json()
    };
    let (page, file) = (report("/v/x"), report("/v/x/credential.json"));
    assert_eq!(page["verdict"], file["verdict"]);
    assert_eq!(page["checks"], file["checks"]);
}

#[test]
fn a_context_of_the_operators_is_read_from_the_list_and_never_fetched() {
    let folder = Folder::new();
    let credential = fs::read_to_string(walk("credential.json")).unwrap();
    let mut credential: Value = serde_json::from_str(&credential).unwrap();
    let contexts = credential["@context"].as_array_mut().unwrap();
    contexts.push("https://guild.example/context/v1".into());
    folder.write("credential.json", credential.to_string());
    folder.write(
        "guild.jsonld",
        r#"{"@context": {"guild": "https://guild.example/terms#guild"}}"#,
    );
    let entry = |sha256: &str| {
        serde_json::json!({"contexts": [{
            "url": "https://guild.example/context/v1", "file": "guild.jsonld", "sha256": sha256
        }]})
    };
    let sha256 = "1afeb2fc1e1e780a3b50456c9e3b9b0efddbf6f5068c42a2d5b09305e2c5157a";
    let list = folder.write("list.json", entry(sha256).to_string());
    let proof = |list: Option<&str>| {
        let list = list.map(|list| ("TOUCHSTONE_CONTEXTS_LIST", list));
        let ran = folder.run_with(
            &["--json", "verify", "credential.json", "--offline"],
            list.as_slice(),
            b"",
        );
        let report = ran.json();
        let checks = report["checks"].as_array().unwrap();
        let proof = checks.iter().find(|check| check["check"] == "proof");
        proof.unwrap().clone()
    };
    let unknown = proof(None);
    assert_eq!(unknown["fault"], "context_unknown", "{unknown}");
    let known = proof(list.to_str());
    assert_ne!(known["fault"], unknown["fault"], "{known}");

    let wrong = folder.write("wrong.json", entry(&"0".repeat(64)).to_string());
    folder
        .run_with(
            &["verify", "credential.json", "--offline"],
            &[("TOUCHSTONE_CONTEXTS_LIST", wrong.to_str().unwrap())],
            b"",
        )
        .exits(2)
        .warns("its SHA-256 is");
}

#[test]
fn a_register_that_is_brought_along_says_whether_it_lists_the_issuer() {
    let credential = fs::read_to_string(walk("credential.json")).unwrap();
    let credential: Value = serde_json::from_str(&credential).unwrap();
    let issuer = credential["issuer"]["id"].as_str().unwrap();
    let lists = format!(r#"{{"name": "Partners", "issuers": [{{"id": "{issuer}"}}]}}"#);
    let registry = r#"{"registry": {"did:web:other.example": {"name": "B"}}}"#;
    let lists = DEMO.write("lists.json", lists);
    let other = DEMO.write("other.json", registry);
    let (lists, other) = (lists.to_str().unwrap(), other.to_str().unwrap());
    let documents = ["--documents", "DOCUMENTS"];
    let with = |more: &[&'static str], files: &[&str], code| {
        let mut args: Vec<&str> = more.to_vec();
        args.extend(files.iter().flat_map(|file| ["--registry", file]));
        verify("credential.json", &args, code)
    };
    let report = with(&documents, &[other, lists], 0);
    assert_eq!(report["verdict"], "pass");
    assert_eq!(report["checks"][2]["register"], "Partners");
    assert!(report["checks"][2]["asOf"].is_string(), "{report}");
    let report = with(&documents, &[other], 0);
    assert_eq!(report["verdict"], "not_listed");
    assert_eq!(report["checks"][2]["consulted"][0]["name"], "other.json");

    // A register that was found in a federation says by which chain.
    let chained = format!(
        r#"{{"name": "Federation", "issuers": [{{"id": "{issuer}", "validUntil": "2999-01-01T00:00:00Z", "chain": [{{"entity": "https://leaf.example",
           "statedAt": "2026-11-20T00:00:00Z", "validUntil": "2999-01-01T00:00:00Z"}}, {{"entity": "https://anchor.example"}}], "trustMark":
           {{"type": "https://anchor.example/m", "issuer": "https://anchor.example", "validUntil": "2999-01-02T00:00:00Z"}}}}]}}"#
    );
    let chained = DEMO.write("chained.json", chained);
    let chained = chained.to_str().unwrap();
    let report = with(&documents, &[chained], 0);
    let mut chain = report["trustChain"].clone();
    // As old as the file.
    assert!(chain["readAt"].take().is_string(), "{report}");
    let told = json!({
        "register": "Federation", "anchor": "https://anchor.example", "readAt": null, "validUntil": "2999-01-01T00:00:00Z",
        "statements": [
            {"entity": "https://leaf.example", "statedAt": "2026-11-20T00:00:00Z", "validUntil": "2999-01-01T00:00:00Z"},
            {"entity": "https://anchor.example"},
        ],
        "trustMark": {"type": "https://anchor.example/m", "issuer": "https://anchor.example", "validUntil": "2999-01-02T00:00:00Z"},
    });
    assert_eq!(chain, told, "as POST /credentials/verify has it");
    // Another register decides, and then no chain is told.
    assert_eq!(
        with(&documents, &[lists, chained], 0)["trustChain"],
        Value::Null
    );

    let broken = DEMO.write("broken.json", r#"{"issuers": [{"name": "nobody"}]}"#);
    let path = walk("credential.json");
    let (path, broken) = (path.to_str().unwrap(), broken.to_str().unwrap());
    DEMO.run(&["verify", path, "--offline", "--registry", broken])
        .exits(2)
        .warns("entry 1 of `issuers`");
}

#[test]
fn a_federation_is_not_gone_through_for_a_file_that_is_there_already() {
    let folder = Folder::new();
    let key = format!("{}Bwc", "BwcH".repeat(10));
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": key}]});
    folder.write("anchor.jwks", keys.to_string());
    folder.write("saved.json", r#"{"documents": []}"#);
    folder.write("there.json", "mine");
    let args = |out| {
        let mut args = vec!["registry", "federation", "https://anchor.example"];
        args.extend(["--keys", "anchor.jwks", "--documents", "saved.json"]);
        args.extend(["--out", out]);
        args
    };
    folder
        .run(&args("there.json"))
        .exits(1)
        .warns("is there already");
    let kept = fs::read_to_string(folder.path("there.json")).unwrap();
    assert_eq!(kept, "mine");
    // An anchor that cannot be read leaves nothing behind.
    folder
        .run(&args("new.json"))
        .exits(2)
        .says("could not be read");
    for name in ["new.json", "new.json.part"] {
        assert!(!folder.path(name).exists(), "{name}");
    }
}
