//! A federation as a register in a file: one that is too large is not written.

use serde_json::{Value, json};
use touchstone_service::ports::{PublicKey, Signer};
use touchstone_testkit::MemorySigner;
use touchstone_vc::multibase::encode_base64url;

use super::run::{Folder, Ran};

const ANCHOR: &str = "https://anchor.example";
const AT: &str = "2026-11-21T14:02:00Z";
const AT_SECONDS: i64 = 1_795_269_720;

fn base64url(bytes: &[u8]) -> String {
    encode_base64url(bytes).split_off(1)
}

/// A trust anchor, and what it says.
struct Anchor {
    runtime: tokio::runtime::Runtime,
    signer: MemorySigner,
    jwks: Value,
}

impl Anchor {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let signer = MemorySigner::default();
        let key = runtime.block_on(signer.create("anchor")).unwrap();
        let PublicKey::Ed25519(x) = key else {
            panic!("{key:?}")
        };
        let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": base64url(&x)});
        Self {
            runtime,
            signer,
            jwks: json!({ "keys": [key] }),
        }
    }

    /// What it states about an entity, with these claims besides.
    fn statement(&self, about: &str, more: Value) -> String {
        let mut claims = json!({
            "iss": ANCHOR, "sub": about, "iat": AT_SECONDS - 60, "exp": AT_SECONDS + 3_600,
        });
        let Value::Object(more) = more else {
            panic!("no object: {more}")
        };
        claims.as_object_mut().unwrap().extend(more);
        let header = json!({"alg": "EdDSA", "typ": "entity-statement+jwt", "kid": "a"});
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let input = format!("{}.{}", part(&header), part(&claims));
        let signed = self.signer.sign("anchor", input.as_bytes());
        let signature = self.runtime.block_on(signed).unwrap();
        format!("{input}.{}", base64url(&signature.0))
    }

    /// Goes through a federation in which it lists these, and makes a statement about as many of them, into `federation.json`.
    fn gone_through(&self, folder: &Folder, listed: &[String], stated: usize) -> Ran {
        let endpoints = json!({
            "federation_fetch_endpoint": format!("{ANCHOR}/fetch"),
            "federation_list_endpoint": format!("{ANCHOR}/list"),
        });
        let own = json!({"jwks": self.jwks, "metadata": {"federation_entity": endpoints}});
        let mut texts = vec![
            (
                "/.well-known/openid-federation".to_owned(),
                self.statement(ANCHOR, own),
            ),
            ("/list".to_owned(), json!(listed).to_string()),
        ];
        texts.extend(listed.iter().take(stated).map(|about| {
            let path = format!("/fetch?sub={}", about.replace(':', "%3A"));
            (path, self.statement(about, json!({})))
        }));
        let documents = texts.into_iter().map(|(path, text)| {
            json!({"address": format!("{ANCHOR}{path}"), "fetchedAt": AT, "text": text})
        });
        let documents = json!({"documents": documents.collect::<Vec<_>>()});
        folder.write("anchor.jwks", self.jwks.to_string());
        folder.write("saved.json", documents.to_string());
        let mut args = vec!["registry", "federation", ANCHOR, "--keys", "anchor.jwks"];
        args.extend(["--documents", "saved.json", "--at", AT]);
        args.extend(["--out", "federation.json"]);
        folder.run(&args)
    }
}

/// Subordinates with names of so many bytes.
fn named(count: usize, bytes: usize) -> Vec<String> {
    let name = "a".repeat(bytes);
    let names = (0..count).map(|number| format!("did:example:{number}:{name}"));
    names.collect()
}

#[track_caller]
fn nothing_is_left(folder: &Folder) {
    for name in ["federation.json", "federation.json.part"] {
        assert!(!folder.path(name).exists(), "{name}");
    }
}

#[test]
fn a_register_that_would_be_larger_than_any_that_is_read_is_not_written() {
    let (folder, anchor) = (Folder::new(), Anchor::new());
    let names = named(104, 42_000);
    anchor
        .gone_through(&folder, &names, names.len())
        .exits(1)
        .warns("federation.json was not written: it would be larger than any register that is read")
        .warns("--trust-mark");
    nothing_is_left(&folder);
    // With its chains it is larger too, and those are left out.
    let fewer = &names[..60];
    anchor.gone_through(&folder, fewer, fewer.len()).exits(0);
    let written = std::fs::read(folder.path("federation.json")).unwrap();
    let written: Value = serde_json::from_slice(&written).unwrap();
    let issuers = written["issuers"].as_array().unwrap();
    assert_eq!(issuers.len(), fewer.len());
    assert!(issuers.iter().all(|one| one.get("chain").is_none()));
}

#[test]
fn a_federation_with_more_than_is_read_of_one_leaves_no_register() {
    let (folder, anchor) = (Folder::new(), Anchor::new());
    let names = named(2_001, 1);
    anchor
        .gone_through(&folder, &names, 2)
        .exits(1)
        .warns("federation.json was not written: the federation has more than is read of one");
    nothing_is_left(&folder);
    let most = &names[..2_000];
    anchor.gone_through(&folder, most, 2).exits(0);
    let written = std::fs::read_to_string(folder.path("federation.json")).unwrap();
    assert!(written.contains(&names[1]) && !written.contains(&names[2]));
}
