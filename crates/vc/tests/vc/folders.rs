//! Credentials of others, folder by folder: what each file is meant to be, and that it is.

use std::collections::BTreeMap;

use touchstone_vc::bake::unbake_any;
use touchstone_vc::open_badges_2::Assertion;
use touchstone_vc::{CheckKind, Credential, Evidence, Outcome, Report, Resource};

use crate::support::{fetched, folder, judge, vectors};

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

fn found(bytes: &[u8], evidence: &Evidence) -> String {
    let json = match unbake_any(bytes) {
        Ok((_, json)) => json.into_owned(),
        Err(error) => return format!("{error:?}"),
    };
    // Tokens have tests of their own.
    if json.starts_with(b"eyJ") {
        return "a token".into();
    }
    match Credential::parse(&json) {
        Ok(_) => findings(&judge(&json, evidence)),
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
    let mut seen = 0;
    for name in FOLDERS {
        for path in vectors(name, "") {
            let file = path.strip_prefix(folder("")).unwrap().to_str().unwrap();
            if LEFT_OUT.iter().any(|ending| file.ends_with(ending)) {
                continue;
            }
            let found = found(&std::fs::read(&path).unwrap(), &evidence);
            let Some((findings, reason)) = decided.get(file) else {
                panic!("{file}: {found}: decide, and write it into folders.tsv with the reason");
            };
            assert_eq!(found, *findings, "{file} ({reason})");
            named(file, &found);
            seen += 1;
        }
    }
    assert_eq!(seen, decided.len(), "folders.tsv names a file that is gone");
}

/// Keys, sources, canonical forms; pictures have tests of their own beside baking.
const LEFT_OUT: [&str; 4] = [".png", ".pem", ".txt", ".tsv"];
