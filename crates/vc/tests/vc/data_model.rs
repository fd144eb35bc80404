//! The W3C data model, held to the inputs of W3C's test suite: one case for every file in the folder.

use touchstone_canon::json::Value;
use touchstone_canon::{CanonError, Hash, Limits, canonicalize};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::data_model;
use touchstone_vc::schema::Misfit;
use touchstone_vc::{CheckKind, Detail, Fault, Outcome, schema::Rules};

use crate::support::{
    CONTEXTS, judge_value, lists, parsed, sample, set, signed, unsigned_sample, vectors,
};

/// What the names of these files do not say, decided from VC Data Model 2.0 §4.13.2: a credential without a proof of its
/// own is its holder's statement, so the holder must be named, and be its issuer.
const DECIDED: [(&str, bool); 3] = [
    ("presentation-self-asserted-vc-holder-mismatch", false),
    ("presentation-self-asserted-vc-issuer-mismatch", false),
    ("presentation-self-asserted-vc-no-holder", false),
];

/// Whether the file is meant to be accepted. A file whose name does not say it must be decided above.
#[track_caller]
fn meant(stem: &str) -> bool {
    if let Some((_, accepted)) = DECIDED.iter().find(|(name, _)| *name == stem) {
        return *accepted;
    }
    match stem {
        _ if stem.ends_with("-ok") => true,
        // Where a context is missing, an issuer may add it or refuse; a verifier can only refuse.
        _ if stem.ends_with("-fail") || stem.ends_with("-fail-or-inject") => false,
        _ => panic!("{stem}: decide from the specification, and say so in DECIDED"),
    }
}

/// The inputs are templates. Put in is what the suite puts in before it sends them: the issuer of whoever is asked to
/// issue, dates for their names, and proofs of the credentials that are about to be presented.
fn completed(stem: &str, mut value: Value<'static>) -> Value<'static> {
    for member in ["validFrom", "validUntil"] {
        match value.get(member).and_then(Value::as_str) {
            Some("PAST DATE") => set(&mut value, &format!("/{member}"), "2020-01-01T00:00:00Z"),
            Some("FUTURE DATE") => set(&mut value, &format!("/{member}"), "2120-01-01T00:00:00Z"),
            _ => {}
        }
    }
    let presentation = stem.starts_with("presentation");
    if !presentation && stem != "credential-no-issuer-fail" {
        match value.get("issuer") {
            None => set(&mut value, "/issuer", "did:example:issuer"),
            Some(Value::Object(issuer)) if !issuer.contains_key("id") => {
                set(&mut value, "/issuer/id", "did:example:issuer");
            }
            Some(_) => {}
        }
    }
    if presentation && !stem.contains("self-asserted") {
        let inside = value.get_mut("verifiableCredential");
        for credential in inside.and_then(Value::as_array_mut).into_iter().flatten() {
            set(
                credential,
                "/proof",
                parsed(br#"{"type":"DataIntegrityProof"}"#),
            );
        }
    }
    value
}

fn statements(value: &Value<'_>) -> Result<(), CanonError> {
    let mut unsecured = value.clone();
    unsecured.as_object_mut().unwrap().remove("proof");
    let hash = Hash::Sha256(CRYPTO.sha256);
    canonicalize(&unsecured, &CONTEXTS, hash, &Limits::default()).map(drop)
}

#[test]
fn w3c_inputs_are_accepted_or_refused_as_their_names_say() {
    let mut cases = 0;
    for path in vectors("vcdm2-input", ".json") {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let value = completed(&stem, parsed(&std::fs::read(&path).unwrap()));
        let built = if stem.starts_with("presentation") {
            data_model::presentation(&value)
        } else {
            data_model::credential(&value)
        };
        // What a context makes of the names is seen where the document is turned into statements.
        let means = built.is_err() || statements(&value).is_ok();
        assert_eq!(
            built.is_ok() && means,
            meant(&stem),
            "{stem}: {built:?}, {:?}",
            statements(&value)
        );
        cases += 1;
    }
    assert!(cases >= 84, "{cases}");
}

#[track_caller]
fn refused(change: &str, fault: Fault, path: &str) {
    let mut document = unsigned_sample("aim");
    let (place, new) = change.split_once(' ').unwrap();
    set(&mut document, place, parsed(new.as_bytes()));
    let misfit = Misfit {
        fault,
        path: path.into(),
    };
    assert_eq!(data_model::credential(&document), Err(misfit), "{change}");
}

#[track_caller]
fn accepted(change: &str) {
    let mut document = unsigned_sample("aim");
    let (place, new) = change.split_once(' ').unwrap();
    set(&mut document, place, parsed(new.as_bytes()));
    assert_eq!(data_model::credential(&document), Ok(()), "{change}");
}

#[test]
fn each_member_is_named_where_it_is_not_as_the_model_asks() {
    use Fault::{MemberMalformed, MemberMissing};
    for (change, fault, path) in [
        (
            r#"/@context ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://www.w3.org/ns/credentials/v2"]"#,
            MemberMalformed,
            "/@context/0",
        ),
        (
            r#"/@context ["https://www.w3.org/ns/credentials/v2",1]"#,
            MemberMalformed,
            "/@context/1",
        ),
        (
            r#"/@context ["https://www.w3.org/ns/credentials/v2","relative"]"#,
            MemberMalformed,
            "/@context/1",
        ),
        ("/@context []", MemberMalformed, "/@context"),
        (r#"/id ["urn:x:1","urn:x:2"]"#, MemberMalformed, "/id"),
        (
            r#"/type ["VerifiableCredential",2]"#,
            MemberMalformed,
            "/type/1",
        ),
        (r#"/issuer ["did:example:1"]"#, MemberMalformed, "/issuer"),
        (r#"/issuer {"name":"x"}"#, MemberMissing, "/issuer/id"),
        (r#"/validFrom "2026-01-01""#, MemberMalformed, "/validFrom"),
        (
            r#"/validFrom "2026-01-01T00:00:00""#,
            MemberMalformed,
            "/validFrom",
        ),
        (
            r#"/validFrom ["2026-01-01T00:00:00Z"]"#,
            MemberMalformed,
            "/validFrom",
        ),
        (
            r#"/validUntil "2020-01-01T00:00:00Z""#,
            MemberMalformed,
            "/validUntil",
        ),
        (
            "/credentialSubject []",
            MemberMalformed,
            "/credentialSubject",
        ),
        (
            "/credentialSubject {}",
            MemberMalformed,
            "/credentialSubject",
        ),
        (
            r#"/credentialSubject "did:example:1""#,
            MemberMalformed,
            "/credentialSubject",
        ),
        (
            r#"/credentialSubject [{"id":"urn:x:1"},{}]"#,
            MemberMalformed,
            "/credentialSubject/1",
        ),
        (
            r#"/credentialSubject {"id":"no url"}"#,
            MemberMalformed,
            "/credentialSubject/id",
        ),
        (
            r#"/relatedResource {"id":"https://x.example/"}"#,
            MemberMissing,
            "/relatedResource/digestSRI",
        ),
        (
            r#"/relatedResource [{"digestSRI":"sha256-x"}]"#,
            MemberMissing,
            "/relatedResource/0/id",
        ),
        (
            r#"/relatedResource [{"id":"urn:x:1","digestSRI":"sha256-x"},{"id":"urn:x:1","digestSRI":"sha256-x"}]"#,
            MemberMalformed,
            "/relatedResource/1/id",
        ),
        (
            r#"/relatedResource {"id":"urn:x:1","digestMultibase":3}"#,
            MemberMalformed,
            "/relatedResource/digestMultibase",
        ),
        (
            r#"/credentialSchema {"type":"JsonSchema"}"#,
            MemberMissing,
            "/credentialSchema/id",
        ),
        (
            r#"/credentialSchema [{"id":"https://x.example/"}]"#,
            MemberMissing,
            "/credentialSchema/0/type",
        ),
        (
            r#"/evidence [{"id":"https://x.example/"}]"#,
            MemberMissing,
            "/evidence/0/type",
        ),
        (
            r#"/evidence "https://x.example/""#,
            MemberMalformed,
            "/evidence",
        ),
        (r#"/termsOfUse {}"#, MemberMissing, "/termsOfUse/type"),
        (
            r#"/refreshService {"type":[]}"#,
            MemberMalformed,
            "/refreshService/type",
        ),
        (
            r#"/renderMethod [{"id":"https://x.example/"}]"#,
            MemberMissing,
            "/renderMethod/0/type",
        ),
        (
            r#"/name {"@value":"x","@direction":"up"}"#,
            MemberMalformed,
            "/name",
        ),
        (r#"/name {"@language":"en"}"#, MemberMalformed, "/name"),
        (
            r#"/name [{"@value":"x","@language":"en"},3]"#,
            MemberMalformed,
            "/name/1",
        ),
        (
            r#"/issuer/description {"@value":"x","@language":1}"#,
            MemberMalformed,
            "/issuer/description",
        ),
    ] {
        refused(change, fault, path);
    }
    for change in [
        r#"/name {"@value":"שלום","@language":"he","@direction":"rtl"}"#,
        r#"/validFrom "2026-01-01T00:00:00.123+14:00""#,
        r#"/refreshService {"type":"X"}"#,
        r#"/renderMethod {"type":"TemplateRenderMethod","template":"x"}"#,
        r#"/relatedResource {"id":"https://x.example/","digestMultibase":"uEiA"}"#,
        r#"/credentialSubject [{"id":"urn:x:1"},{"role":"x"}]"#,
    ] {
        accepted(change);
    }
}

/// 100,000 related documents, each held against all before, would be 5,000,000,000 comparisons.
#[test]
fn t07_related_documents_are_told_apart_in_one_pass() {
    let mut related: Vec<_> = (0..100_000)
        .map(|n| format!(r#"{{"id":"urn:x:{n:06}","digestSRI":"x"}}"#))
        .collect();
    let judged = |related: &[String]| {
        let mut document = unsigned_sample("aim");
        let related = parsed(format!("[{}]", related.join(",")).as_bytes());
        set(&mut document, "/relatedResource", related);
        data_model::credential(&document)
    };
    assert_eq!(judged(&related), Ok(()));
    // One that is there again is named, where it stands last.
    let again = [&related[700], &related[3], &related[700]].map(String::clone);
    related.extend(again);
    let misfit = judged(&related).unwrap_err();
    assert_eq!(
        (misfit.fault, &*misfit.path),
        (Fault::MemberMalformed, "/relatedResource/100001/id")
    );
}

#[test]
fn version_1_1_stays_readable_by_its_own_rules() {
    let bytes = crate::support::vector("1edtech-validator-ob30/simple_v1.json");
    let report = judge_value(&parsed(&bytes), &lists());
    let model = report.of(CheckKind::Schema).next().unwrap();
    assert_eq!(model.outcome, Outcome::Pass);
    assert!(
        matches!(&model.detail, Detail::Schema(detail) if detail.rules == Some(Rules::DataModel1))
    );
    let mut undated = parsed(&bytes);
    undated.as_object_mut().unwrap().remove("issuanceDate");
    let misfit = data_model::credential(&undated).unwrap_err();
    assert_eq!(
        (misfit.fault, &*misfit.path),
        (Fault::MemberMissing, "/issuanceDate")
    );
}

#[test]
fn a_signed_document_that_is_not_built_so_is_told_apart_and_still_read() {
    let mut unsigned = unsigned_sample("aim");
    set(
        &mut unsigned,
        "/evidence",
        parsed(br#"{"id":"https://x.example/","type":[]}"#),
    );
    let report = judge_value(&parsed(&signed(&unsigned, 1)), &lists());
    assert_eq!(report.outcome(CheckKind::Proof), Some(Outcome::Pass));
    let model = report.of(CheckKind::Schema).next().unwrap();
    assert_eq!(model.outcome, Outcome::Fail(Fault::MemberMalformed));
    assert_eq!(model.path, "/evidence/type");
    assert_eq!(data_model::credential(&sample("aim")), Ok(()));
}
