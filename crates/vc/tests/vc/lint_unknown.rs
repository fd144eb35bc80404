//! No rule passes for want of a look: what was not given, or nobody checked, is unknown.

use serde_json::{Value, json};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::lint::{
    EndorsementFacts, Facts, Judgement, Known, MappingFacts, Profile, Readiness, Stage, lint,
};
use touchstone_vc::{Credential, Timestamp};

use crate::lint::{AT, Sample, fired, without};

/// What TS-018 makes of it.
fn stands_behind(facts: &Facts) -> Judgement {
    of("TS-018", facts, Profile::TmcApplication)
}

/// What a rule makes of it.
fn of(id: &str, facts: &Facts, profile: Profile) -> Judgement {
    let mut judged = lint(facts, profile).judged.into_iter();
    let found = judged.find(|one| one.rule.id == id);
    found.unwrap().judgement
}

#[test]
fn a_mapping_counts_only_where_another_organization_reviewed_it_and_while_that_stands() {
    let judged = |reviewers: usize, by_others: bool, until: &str| {
        let mut sample = Sample::clean(Profile::TmcApplication);
        without(&mut sample.version, "endorsement");
        let mut facts = sample.facts(Stage::Credential);
        facts.mappings = Known::Stated(vec![MappingFacts {
            reviewers,
            by_others: Known::Stated(by_others),
            reviewed_until: Some(Timestamp::parse(until).unwrap()),
            ..MappingFacts::default()
        }]);
        stands_behind(&facts)
    };
    assert_eq!(judged(1, true, "2040-01-01T00:00:00Z"), Judgement::Holds);
    for (reviewers, by_others, until) in [
        (0, false, "2040-01-01T00:00:00Z"),
        (2, false, "2040-01-01T00:00:00Z"),
        (1, true, "2020-01-01T00:00:00Z"),
    ] {
        let judged = judged(reviewers, by_others, until);
        assert!(
            matches!(judged, Judgement::Broken(_)),
            "{reviewers} {by_others} {until}: {judged:?}"
        );
    }
}

#[test]
fn what_a_document_says_of_endorsers_and_reviewers_is_unknown_until_somebody_checked() {
    let mut sample = Sample::clean(Profile::TmcApplication);
    sample.checked = false;
    for stage in [Stage::Achievement, Stage::Credential] {
        let judged = stands_behind(&sample.facts(stage));
        assert!(matches!(judged, Judgement::Unknown(_)), "{judged:?}");
        let mut facts = sample.facts(stage);
        let Known::Stated(endorsements) = &mut facts.endorsements else {
            panic!("it has one");
        };
        endorsements.push(EndorsementFacts {
            endorser: "did:web:mill.example".into(),
            valid_until: Known::Absent,
            genuine: Known::Stated(true),
        });
        assert_eq!(
            stands_behind(&facts),
            Judgement::Holds,
            "that one was checked"
        );
    }
    let reviewed = |member: &str, value: Value| {
        let mut sample = Sample::clean(Profile::TmcApplication);
        without(&mut sample.version, "endorsement");
        let link = &mut sample.version["alignment"][0];
        link["mapping_justification"] = json!("semapv:ManualMappingCuration");
        link["reviewer_id"] = json!(["https://orcid.org/0000-0002-1825-0097"]);
        link[member] = value;
        stands_behind(&sample.facts(Stage::Credential))
    };
    for (member, value, open) in [
        ("reviewer_agreement", json!(1), true),
        ("comment", json!("Nothing is said of agreement."), true),
        ("reviewer_agreement", json!(-0.5), false),
        ("reviewer_agreement", json!("-1"), false),
    ] {
        let judged = reviewed(member, value.clone());
        let unknown = matches!(judged, Judgement::Unknown(_));
        assert_eq!(unknown, open, "{member} {value}: {judged:?}");
        assert!(judged != Judgement::Holds, "{member} {value}");
    }
}

#[test]
fn an_endorsement_of_something_else_does_not_count() {
    for (id, counts) in [
        ("https://river.example/i/river/a/measuring/1", true),
        ("https://river.example/i/river/a/measuring/2", false),
        ("did:web:river.example", false),
    ] {
        let mut sample = Sample::clean(Profile::TmcApplication);
        sample.version["endorsement"][0]["credentialSubject"] = json!({"id": id});
        for stage in [Stage::Achievement, Stage::Credential] {
            let judged = stands_behind(&sample.facts(stage));
            assert_eq!(judged == Judgement::Holds, counts, "{id}: {judged:?}");
            assert!(!matches!(judged, Judgement::Unknown(_)), "{id}");
        }
    }
}

#[test]
fn an_endorsement_whose_end_cannot_be_read_counts_neither_way() {
    for until in [json!("next year"), json!(2030), json!("")] {
        let mut sample = Sample::clean(Profile::TmcApplication);
        sample.version["endorsement"][0]["validUntil"] = until.clone();
        let report = lint(&sample.facts(Stage::Credential), Profile::TmcApplication);
        assert!(fired(&report).is_empty(), "{until}: {:?}", report.broken());
        let unknown = report.unknown();
        let (_, findings) = unknown
            .iter()
            .find(|(rule, _)| rule.id == "TS-018")
            .unwrap();
        assert_eq!(findings[0].place, "endorsement.validUntil", "{until}");
    }
    let mut sample = Sample::clean(Profile::TmcApplication);
    let readable = sample.version["endorsement"][0].clone();
    let endorsements = sample.version["endorsement"].as_array_mut().unwrap();
    endorsements[0]["validUntil"] = json!("next year");
    endorsements.push(readable);
    let report = lint(&sample.facts(Stage::Credential), Profile::TmcApplication);
    assert!(report.unknown().is_empty(), "another endorsement stands");
}

#[test]
fn a_digest_that_nobody_compared_is_unknown() {
    let sample = Sample::clean(Profile::TmcApplication);
    let version = sample.version.to_string();
    let bound = |related: Value, given: bool| {
        let mut credential = sample.credential(&version);
        credential["relatedResource"] = related;
        let credential = credential.to_string();
        let credential = Credential::parse(credential.as_bytes()).unwrap();
        let given = given.then_some(version.as_bytes());
        let at = Timestamp::parse(AT).unwrap();
        let facts = Facts::of_credential(&credential, given, at, &CRYPTO).unwrap();
        of("TS-013", &facts, Profile::TmcApplication)
    };
    use base64::Engine as _;
    let text = |digest: &[u8]| base64::engine::general_purpose::STANDARD.encode(digest);
    let (short, long) = (
        text(&(CRYPTO.sha256)(version.as_bytes())),
        text(&(CRYPTO.sha512)(version.as_bytes())),
    );
    let sri = |text: String| json!([{"id": sample.version["id"], "digestSRI": text}]);
    for (related, given, known) in [
        (sri(format!("sha256-{short}")), true, Some(true)),
        (sri(format!("sha256-{short}")), false, None),
        (sri(format!("sha512-{long}")), true, Some(true)),
        (sri(format!("sha512-{}", text(&[7; 64]))), true, Some(false)),
        (sri("md5-AAAA".into()), true, None),
        (
            json!([{"id": "https://river.example/other", "digestSRI": format!("sha256-{}", text(&[7; 32]))}, {"id": sample.version["id"], "digestMultibase": "zQmUnread"}]),
            true,
            None,
        ),
    ] {
        let judged = bound(related.clone(), given);
        let found = match judged {
            Judgement::Holds => Some(true),
            Judgement::Broken(_) => Some(false),
            _ => None,
        };
        assert_eq!(found, known, "{related} {given}: {judged:?}");
    }
}

#[test]
fn a_knowledge_credential_in_a_language_that_is_not_read_does_not_pass() {
    let judged = |change: fn(&mut Value)| {
        let mut sample = Sample::clean(Profile::TmcKnowledge);
        change(&mut sample.version);
        let facts = sample.facts(Stage::Achievement);
        of("TS-021", &facts, Profile::TmcKnowledge)
    };
    assert!(matches!(
        judged(|v| v["inLanguage"] = json!("ja")),
        Judgement::NotApplicable(_)
    ));
    assert!(matches!(
        judged(|v| without(v, "inLanguage")),
        Judgement::Unknown(_)
    ));
    // A link to a task is one in any language.
    assert!(matches!(
        judged(|v| {
            v["inLanguage"] = json!("ja");
            v["alignment"][0]["targetType"] = json!("ext:Task");
        }),
        Judgement::Broken(_)
    ));
}

#[test]
fn only_what_a_person_decided_is_taken_for_a_persons_mapping() {
    for (justification, by_person) in [
        ("semapv:ManualMappingCuration", true),
        ("https://w3id.org/semapv/vocab/MappingReview", true),
        ("semapv:LexicalMatching", false),
        (
            "https://w3id.org/semapv/vocab/SemanticSimilarityThresholdMatching",
            false,
        ),
        ("semapv:UnspecifiedMatching", false),
        ("semapv:CarefulLook", false),
        ("other:ManualMappingCuration", false),
    ] {
        let mut sample = Sample::clean(Profile::EuMc);
        sample.version["alignment"][0]["mapping_justification"] = json!(justification);
        let judged = of("TS-022", &sample.facts(Stage::Achievement), Profile::EuMc);
        assert_eq!(judged == Judgement::Holds, by_person, "{justification}");
    }
}

#[test]
fn addresses_that_nobody_looked_at_are_unknown() {
    let sample = Sample::clean(Profile::EuMc);
    let at = Timestamp::parse(AT).unwrap();
    let facts = Facts::of_achievement(sample.version.to_string().as_bytes(), None, at).unwrap();
    let report = lint(&facts, Profile::EuMc);
    let of = |id: &str| {
        report
            .judged
            .iter()
            .find(|one| one.rule.id == id)
            .map(|one| one.judgement.clone())
    };
    assert!(matches!(of("TS-012"), Some(Judgement::Unknown(_))));
    assert!(
        matches!(of("TS-007"), Some(Judgement::Unknown(_))),
        "the creator’s country was not given"
    );
}

#[test]
fn another_language_is_not_judged_and_a_language_left_out_is_unknown() {
    let judged = |change: fn(&mut Value)| {
        let mut sample = Sample::clean(Profile::EuMc);
        change(&mut sample.version);
        let report = lint(&sample.facts(Stage::Achievement), Profile::EuMc);
        report
            .judged
            .into_iter()
            .find(|one| one.rule.id == "TS-002")
            .map(|one| one.judgement)
    };
    assert!(matches!(
        judged(|v| v["inLanguage"] = json!("ja")),
        Some(Judgement::NotApplicable(_))
    ));
    assert!(matches!(
        judged(|v| without(v, "inLanguage")),
        Some(Judgement::Unknown(_))
    ));
}

#[test]
fn another_version_than_the_one_that_is_bound_is_refused() {
    let sample = Sample::clean(Profile::TmcApplication);
    let credential = sample.credential(&sample.version.to_string()).to_string();
    let credential = Credential::parse(credential.as_bytes()).unwrap();
    let mut other = sample.version.clone();
    other["supervision"] = json!("Nobody.");
    let facts = Facts::of_credential(
        &credential,
        Some(other.to_string().as_bytes()),
        Timestamp::parse(AT).unwrap(),
        &CRYPTO,
    )
    .unwrap();
    assert_eq!(fired(&lint(&facts, Profile::TmcApplication)), ["TS-013"]);
}

#[test]
fn a_credential_without_the_document_of_its_version_is_undecided_not_ready() {
    let sample = Sample::clean(Profile::EuMc);
    let version = sample.version.to_string();
    let credential = sample.credential(&version).to_string();
    let credential = Credential::parse(credential.as_bytes()).unwrap();
    let facts =
        Facts::of_credential(&credential, None, Timestamp::parse(AT).unwrap(), &CRYPTO).unwrap();
    let report = lint(&facts, Profile::EuMc);
    assert_eq!(report.readiness(), Readiness::Undecided);
    let open: Vec<_> = report.unknown().iter().map(|(rule, _)| rule.id).collect();
    for id in ["TS-005", "TS-006", "TS-009", "TS-010", "TS-016"] {
        assert!(open.contains(&id), "{id} in {open:?}");
    }
    assert!(fired(&report).is_empty());
}
