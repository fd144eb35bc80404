//! Credentials of others, folder by folder: what each file is meant to be, and that it is.

use std::collections::BTreeMap;

use touchstone_canon::json::Value;
use touchstone_canon::{Hash, Limits, canonicalize, multibase};
use touchstone_vc::bake::unbake_any;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::{DidDocument, PublicKey, document_url};
use touchstone_vc::open_badges_2::Assertion;
use touchstone_vc::{CheckKind, Credential, Evidence, Outcome, Report, Resource};

use crate::support::{CONTEXTS, fetched, folder, judge, parsed, vector, vectors};

const FOLDERS: [&str; 6] = [
    "1edtech-validator-clr20",
    "1edtech-validator-ob30",
    "1edtech-validator-tcp",
    "openbadges-spec-examples",
    "openbadges-spec-json",
    "real-world",
];

/// The documents that the vectors bring along, at the addresses at which their credentials name them.
fn brought() -> Evidence {
    let mut evidence = Evidence::new();
    let mut add = |resource, file: &str| {
        let bytes = std::fs::read(folder(file)).unwrap();
        evidence.insert(resource, fetched(bytes));
    };
    let dcc = "real-world/dcc-vc-test-fixtures";
    for name in ["legacy", "oidf"] {
        let did = format!("did:web:digitalcredentials.github.io:vc-test-fixtures:dids:{name}");
        add(
            Resource::DidDocument(did),
            &format!("{dcc}/dids/{name}/did.json"),
        );
    }
    for name in [
        "e5WK8CbZ1GjycuPombrj",
        "expired",
        "missingBitStringType",
        "notYetValid",
        "tampered",
    ] {
        let path = format!("statusLists/didkey-ed25519Signature2020/{name}");
        let url = format!("https://digitalcredentials.github.io/vc-test-fixtures/{path}");
        add(Resource::StatusList(url), &format!("{dcc}/{path}"));
    }
    evidence
}

/// `evidence`, and the documents of those who signed with a key that the proof names in full: a Multikey behind the `#` of an
/// address. The folders do not bring these documents, and there is but one key that each of them could have had under that name.
fn with_named_keys(evidence: &Evidence, json: &[u8]) -> Evidence {
    let mut evidence = evidence.clone();
    let value = Value::parse(json).unwrap_or_default();
    for proof in value.get("proof").map_or(&[][..], Value::items) {
        let method = proof.get("verificationMethod").and_then(Value::as_str);
        let Some((controller, multikey)) = method.and_then(|method| method.split_once('#')) else {
            continue;
        };
        let resource = Resource::DidDocument(controller.to_owned());
        if let Ok(key) = PublicKey::from_multikey(multikey)
            && document_url(controller).is_some()
            && !evidence.contains_key(&resource)
        {
            let document = DidDocument::asserting(controller, [(multikey.to_owned(), key)]);
            evidence.insert(resource, fetched(document.to_value().to_string()));
        }
    }
    evidence
}

/// Everything in a report that is no pass, shortly: `check:fault@place`. That nobody lists the issuer is not told.
fn findings(report: &Report) -> String {
    let told = report.checks.iter().filter_map(|check| {
        let fault = match check.outcome {
            Outcome::Fail(fault) => format!("{}!", fault.code()),
            Outcome::Unknown(fault) => format!("{}?", fault.code()),
            Outcome::Pass | Outcome::NotListed => return None,
        };
        if check.kind == CheckKind::Recognition {
            return None;
        }
        let place = match check.kind {
            CheckKind::Schema => check.path.as_str(),
            _ => "",
        };
        Some(format!("{}:{fault}{place}", check.kind.code()))
    });
    let mut told: Vec<_> = told.collect();
    told.dedup();
    told.join(" ")
}

fn found(file: &str, bytes: &[u8], evidence: &Evidence) -> String {
    let json = match unbake_any(bytes) {
        Ok((_, json)) => json.into_owned(),
        Err(error) => return format!("{error:?}"),
    };
    match Credential::parse(&json) {
        // There, a document that is not brought is one that nobody could fetch.
        Ok(_) if file.starts_with(PICTURES) => findings(&judge(&json, evidence)),
        Ok(_) => findings(&judge(&json, &with_named_keys(evidence, &json))),
        Err(_) if Assertion::parse(&json).is_ok() => "Open Badges 2.0".into(),
        Err(touchstone_vc::CredentialError::Json(_)) => "no JSON".into(),
        Err(error) => format!("{error:?}"),
    }
}

/// The lines of the table: file, findings, reason.
fn decided() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let lines = include_str!("folders.tsv").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    let cells = lines.map(|line| {
        let cells: Vec<_> = line.split('\t').collect();
        let [file, findings, reason] = cells[..] else {
            panic!("{line}")
        };
        assert!(!reason.is_empty(), "{file}: say why");
        (file, (findings, reason))
    });
    cells.collect()
}

/// What the name of a file says by itself.
fn named(file: &str, findings: &str) {
    let name = file.rsplit('/').next().unwrap();
    if name.contains("-err-") {
        assert!(
            findings.contains('!') || findings.contains('?'),
            "{file}: {findings}"
        );
    }
    if !file.contains("/dcc-vc-test-fixtures/verifiableCredentials/") || findings == "NotACarrier" {
        return;
    }
    // [registry]-[status]-[expiry].json
    for (part, finding) in [
        ("-expired", "validity:expired!"),
        ("-notYetValid", "validity:not_yet_valid!"),
        ("-expiredStatus", "status:status_list_stale?"),
        ("-missingTypeStatus", "status:status_list_malformed?"),
        ("-notYetValidStatus", "status:status_list_not_yet_valid?"),
        ("-tamperedStatus", "status:status_list_unproven?"),
    ] {
        if name.contains(&format!("{part}.")) || name.contains(&format!("{part}-")) {
            assert!(findings.contains(finding), "{file}: {findings}");
        }
    }
    if name.contains("-noStatus-") {
        assert!(!findings.contains("status:"), "{file}: {findings}");
    }
}

#[test]
fn every_file_of_every_folder_is_judged_as_decided() {
    let (evidence, decided) = (brought(), decided());
    let (mut seen, mut differ) = (0, Vec::new());
    for name in FOLDERS {
        for path in vectors(name, "") {
            let file = path.strip_prefix(folder("")).unwrap().to_str().unwrap();
            if LEFT_OUT.iter().any(|ending| file.ends_with(ending)) {
                continue;
            }
            let found = found(file, &std::fs::read(&path).unwrap(), &evidence);
            if file.starts_with(PICTURES) && file.ends_with(".png") {
                assert_eq!(found, "Nothing", "{file}: pictures beside credentials");
                continue;
            }
            seen += 1;
            match decided.get(file) {
                Some((findings, _)) if found == *findings => named(file, &found),
                Some((findings, reason)) => {
                    differ.push(format!("{file}\t{found}\n  not {findings} ({reason})"));
                }
                None => differ.push(format!("{file}\t{found}\n  not decided")),
            }
        }
    }
    let differ = differ.join("\n");
    assert!(
        differ.is_empty(),
        "decide, and write it into folders.tsv with the reason:\n{differ}"
    );
    assert_eq!(seen, decided.len(), "folders.tsv names a file that is gone");
}

/// Whether findings are what 1EdTech's own tests assert of a file. How many errors there are is not compared, and a warning is anything that is no error.
fn as_expected(assertions: &str, findings: &str) -> bool {
    let mut assertions = assertions.split(';').map(str::trim);
    assertions.all(|assertion| match assertion {
        "Valid()" => findings.is_empty(),
        "Warning()" => !findings.contains('!'),
        "Invalid()" => findings.contains('!'),
        count if count.starts_with("ErrorCount(") || count.starts_with("FatalCount(") => true,
        other => {
            let probe = other.strip_prefix("HasProbeID(");
            let probe = probe.and_then(|rest| rest.strip_suffix("Probe.ID, true)"));
            findings.contains(probe.and_then(about).unwrap_or_else(|| panic!("{other}")))
        }
    })
}

/// What a finding of one of their probes is about, as it is told here.
fn about(probe: &str) -> Option<&'static str> {
    Some(match probe {
        "BitstringStatusList" | "RevocationList" => "status:",
        "ContextProperty" => "/@context",
        "CredentialSubject" => "/credentialSubject",
        "EmbeddedProof" => "proof:",
        "Evidence" => "/evidence",
        "InlineJsonSchema" | "JsonSchema" => "schema:",
        "Issuance" => "validity:",
        "Issuer" => "/issuer",
        _ => return None,
    })
}

#[test]
fn what_1edtech_expects_is_found_or_decided_otherwise() {
    let (decided, mut seen, mut otherwise) = (decided(), 0, Vec::new());
    for folder in ["1edtech-validator-clr20", "1edtech-validator-ob30"] {
        let rows = String::from_utf8(vector(&format!("{folder}/EXPECTED.tsv"))).unwrap();
        for row in rows.lines().skip(1) {
            let cells: Vec<_> = row.split('\t').collect();
            let file = format!("{folder}/{}", cells[0]);
            let (findings, _) = decided[file.as_str()];
            seen += 1;
            if !as_expected(cells[2], findings) && !otherwise.contains(&file) {
                otherwise.push(file);
            }
        }
    }
    assert!(seen > 30, "{seen}");
    let known: Vec<_> = OTHERWISE.iter().map(|(file, _)| *file).collect();
    assert_eq!(otherwise, known, "decide, and say why");
}

/// What `EXPECTED.tsv` says otherwise of, and why it is decided so here.
const OTHERWISE: [(&str, &str); 9] = [
    (
        "1edtech-validator-clr20/simple.jwt",
        "valid there; its second context is another one than CLR 2.0 asks for, and its key stands in its header, which proves no issuer",
    ),
    (
        "1edtech-validator-ob30/bit-string-list/credential-status-revoked.json",
        "revoked there; its index is a number, and Bitstring Status List §2.1 asks for a text: whether it is revoked is unknown",
    ),
    (
        "1edtech-validator-ob30/bit-string-list/testlist",
        "valid there; it holds here as well, and is a status list and no badge",
    ),
    (
        "1edtech-validator-ob30/complete.json",
        "a finding there about a schema of somebody’s own, in an endorsement inside; endorsements inside are judged by themselves, and no schema is fetched",
    ),
    (
        "1edtech-validator-ob30/sd/derivedcredential.json",
        "valid there; ecdsa-sd-2023 is not read yet: unknown",
    ),
    (
        "1edtech-validator-ob30/simple-context-version.json",
        "a finding about its contexts there; they are bundled, published versions of Open Badges 3.0",
    ),
    (
        "1edtech-validator-ob30/simple-err-proof-method.json",
        "invalid there; what it calls its key is no Multikey, but which key has that name only its issuer's document says: unknown",
    ),
    (
        "1edtech-validator-ob30/simple-jwt.png",
        "valid there; it lacks `sub`, which Open Badges 3.0 §8.2 requires, and its key stands in its header",
    ),
    (
        "1edtech-validator-ob30/simple-jwt_v1.svg",
        "a warning there; as the one before",
    ),
];

/// Why LearnCard's chain fails here: each signature fits, over the document alone. VC Data Integrity §4.3 puts the proofs that a link
/// names among what it signs.
#[test]
fn the_links_of_a_chain_of_others_do_not_cover_the_proofs_they_name() {
    let mut document = parsed(&vector("real-world/learncard/proof-chain.json"));
    let proofs = document.as_object_mut().unwrap().remove("proof").unwrap();
    let hash = |value: &Value<'_>| {
        let (sha256, limits) = (Hash::Sha256(CRYPTO.sha256), Limits::default());
        (CRYPTO.sha256)(
            canonicalize(value, &CONTEXTS, sha256, &limits)
                .unwrap()
                .as_bytes(),
        )
    };
    for proof in proofs.items() {
        let mut options = proof.clone();
        let members = options.as_object_mut().unwrap();
        let value = members.remove("proofValue").unwrap();
        members.insert("@context", document.get("@context").unwrap().clone());
        let input = [hash(&options), hash(&document)].concat();
        let signature = multibase::decode(value.as_str().unwrap()).unwrap();
        let method = proof.get("verificationMethod").unwrap().as_str().unwrap();
        let (_, multikey) = method.split_once('#').unwrap();
        let Ok(PublicKey::Ed25519(key)) = PublicKey::from_multikey(multikey) else {
            panic!("{method}")
        };
        assert!((CRYPTO.verify_ed25519)(
            &key,
            &input,
            signature.as_slice().try_into().unwrap()
        ));
    }
}

/// Where documents of issuers are brought, and pictures beside credentials.
const PICTURES: &str = "real-world/dcc-vc-test-fixtures/";
/// Keys, sources, canonical forms.
const LEFT_OUT: [&str; 3] = [".pem", ".txt", ".tsv"];
