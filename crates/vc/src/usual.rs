//! What credentials usually bring: contexts in the order in which issuers name them, and the objects that are read in contexts of their own.
//!
//! A registry of contexts keeps what they make of one another, up to a fixed number of places and for good. A server prepares what is usual
//! before it reads anything, so that nobody takes those places with combinations that nobody uses.

use alloc::format;

use touchstone_canon::Contexts;
use touchstone_canon::json::Value;

/// Makes what usual credentials take of `contexts`. What is not made here is made by the first document that takes it.
pub fn prepare(contexts: &Contexts) {
    for usual in USUAL {
        for says in [CREDENTIAL, ACHIEVEMENT, ENDORSEMENT, LIST, PROOF] {
            keep(contexts, usual, says);
        }
        let presented = format!(
            r#""type":"VerifiablePresentation","verifiableCredential":[{{"@context":[{usual}],{CREDENTIAL}}}]"#
        );
        keep(contexts, USUAL[0], &presented);
    }
}

fn keep(contexts: &Contexts, named: &str, says: &str) {
    let text = format!(r#"{{"@context":[{named}],{says}}}"#);
    if let Ok(document) = Value::parse(text.as_bytes()) {
        drop(contexts.prepare(&document));
    }
}

/// What credentials name in `@context`. The first is what presentations and status lists name.
const USUAL: [&str; 4] = [
    r#""https://www.w3.org/ns/credentials/v2""#,
    r#""https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json""#,
    r#""https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json""#,
    r#""https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json""#,
];

/// A badge with all that badges have.
const CREDENTIAL: &str = r#"
"id":"urn:x:1","type":["VerifiableCredential","OpenBadgeCredential"],"name":"x",
"issuer":{"id":"urn:x:2","type":["Profile"],"name":"x","url":"urn:x:3",
  "otherIdentifier":[{"type":"IdentifierEntry","identifier":"x","identifierType":"ext:x"}],
  "address":{"type":["Address"],"geo":{"type":"GeoCoordinates","latitude":1,"longitude":1}},
  "image":{"id":"urn:x:4","type":"Image"}},
"credentialSubject":{"id":"urn:x:5","type":["AchievementSubject"],
  "identifier":[{"type":"IdentityObject","hashed":true,"identityHash":"x","identityType":"x","salt":"x"}],
  "source":{"id":"urn:x:6","type":["Profile"],"name":"x"},
  "result":[{"type":["Result"],"resultDescription":"urn:x:7","achievedLevel":"urn:x:8","value":"x"}],
  "achievement":{"id":"urn:x:9","type":["Achievement"],"achievementType":"x","name":"x",
    "creator":{"id":"urn:x:2","type":["Profile"]},
    "criteria":{"id":"urn:x:10","narrative":"x"},
    "image":{"id":"urn:x:4","type":"Image"},
    "alignment":[{"type":["Alignment"],"targetName":"x","targetUrl":"urn:x:11"}],
    "related":[{"id":"urn:x:12","type":["Related"]}],
    "resultDescription":[{"id":"urn:x:7","type":["ResultDescription"],"resultType":"x",
      "rubricCriterionLevel":[{"id":"urn:x:8","type":["RubricCriterionLevel"],"name":"x"}]}]}},
"evidence":[{"id":"urn:x:13","type":["Evidence"],"name":"x"}],
"credentialSchema":[{"id":"urn:x:14","type":"1EdTechJsonSchemaValidator2019"}],
"credentialStatus":[{"id":"urn:x:15","type":"BitstringStatusListEntry","statusPurpose":"x","statusListIndex":"1","statusListCredential":"urn:x:16"},
  {"id":"urn:x:17","type":"1EdTechRevocationList"}],
"refreshService":{"id":"urn:x:18","type":"1EdTechCredentialRefresh"},
"relatedResource":[{"id":"urn:x:19","digestSRI":"x","mediaType":"x"}],
"endorsement":[{"id":"urn:x:20","type":["VerifiableCredential","EndorsementCredential"],"issuer":{"id":"urn:x:2","type":["Profile"]},
  "credentialSubject":{"id":"urn:x:9","type":["EndorsementSubject"],"endorsementComment":"x"},
  "proof":[{"type":"DataIntegrityProof","cryptosuite":"x","proofPurpose":"assertionMethod","verificationMethod":"urn:x:21","proofValue":"z1"}]}]"#;
const ACHIEVEMENT: &str = r#""id":"urn:x:1","type":["VerifiableCredential","AchievementCredential"],"issuer":{"id":"urn:x:2","type":["Profile"]}"#;
const ENDORSEMENT: &str = r#""id":"urn:x:1","type":["VerifiableCredential","EndorsementCredential"],
"issuer":{"id":"urn:x:2","type":["Profile"]},"credentialSubject":{"id":"urn:x:9","type":["EndorsementSubject"],"endorsementComment":"x"}"#;
const LIST: &str = r#""id":"urn:x:1","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"urn:x:2",
"credentialSubject":{"id":"urn:x:3","type":"BitstringStatusList","statusPurpose":"x","encodedList":"u1"}"#;
/// What a proof says of itself, which is read by the contexts of its document.
const PROOF: &str = r#""type":"DataIntegrityProof","cryptosuite":"x","created":"2026-01-01T00:00:00Z",
"proofPurpose":"assertionMethod","verificationMethod":"urn:x:21""#;
