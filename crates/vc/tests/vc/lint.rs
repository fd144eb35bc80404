//! Each rule fires on its own fault and on nothing else, at each stage and in each profile that has it.

use serde_json::{Value, json};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::lint::{
    Facts, Known, LintReport, Profile, RULES, Readiness, Severity, Stage, lint,
};
use touchstone_vc::{Credential, Timestamp};

pub(crate) const AT: &str = "2026-11-21T12:00:00Z";

/// The published document of a version in which nothing is amiss, for somebody who did something.
fn version() -> Value {
    json!({
        "id": "https://river.example/i/river/a/measuring/1",
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "Precision measurement",
        "description": "Measure finished parts against a drawing and record the values.",
        "inLanguage": "en",
        "criteria": {"narrative": "A practical test of 90 minutes without help."},
        "alignment": [
            {"type": ["Alignment"], "targetName": "Measure parts", "targetUrl": "https://tasks.example/1", "targetFramework": "Tasks 3.1", "targetType": "ext:Task"},
            {"type": ["Alignment"], "targetName": "EQF level 4", "targetUrl": "http://data.europa.eu/snb/eqf/4", "targetFramework": "EQF"},
            {"type": ["Alignment"], "targetName": "Machinist", "targetUrl": "https://river.example/i/river/a/machinist/1", "targetFramework": "Riverside 2026", "targetType": "ceterms:Credential"},
        ],
        "resultDescription": [{
            "id": "urn:uuid:1", "type": ["ResultDescription"], "name": "Measuring", "resultType": "RubricCriterionLevel", "requiredLevel": "urn:uuid:12",
            "rubricCriterionLevel": [
                {"id": "urn:uuid:11", "type": ["RubricCriterionLevel"], "name": "Assisted", "level": "1", "description": "With help."},
                {"id": "urn:uuid:12", "type": ["RubricCriterionLevel"], "name": "Alone", "level": "2", "description": "Without help."},
            ],
        }],
        "image": {"id": "https://river.example/p.png", "type": "Image", "caption": "Precision measurement"},
        "endorsement": [{"type": ["VerifiableCredential", "EndorsementCredential"], "issuer": {"id": "did:web:works.example"}, "validUntil": "2030-01-01T00:00:00Z"}],
        "evidenceRequired": [{"name": "Measurement record"}],
        "assessmentMethod": "Practical test.",
        "supervision": "One assessor.",
        "identityCheck": "A photo identity document.",
        "participation": "On site.",
        "workloadHours": 40,
        "validForMonths": 24,
        "qualityAssurance": "A panel of employers every two years.",
        "requires": [],
        "creator": {"type": ["Profile"], "id": "did:web:river.example", "name": "River College"},
    })
}

fn profile() -> Value {
    json!({
        "id": "did:web:river.example", "type": ["Profile"], "name": "River College",
        "address": {"type": ["Address"], "addressCountry": "IE"},
        "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "4711", "identifierType": "ext:legal"}],
    })
}

fn award() -> Value {
    json!({
        "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2028-11-01T00:00:00Z", "awardedDate": "2026-10-30T00:00:00Z",
        "subject": {
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": false, "identityHash": "Ada Lovelace", "identityType": "name"}],
            "source": {"id": "urn:uuid:2", "type": ["Profile"], "name": "J. Assessor"},
            "result": [{"type": ["Result"], "resultDescription": "urn:uuid:1", "achievedLevel": "urn:uuid:12"}],
        },
        "evidence": [{"id": "https://river.example/e/1", "type": ["Evidence"], "name": "Record", "digestMultibase": "uEiBZ"}],
    })
}

/// What is judged: everything apart, so that a mutation can reach it.
pub(crate) struct Sample {
    pub(crate) version: Value,
    profile: Value,
    award: Value,
    /// Whether the credential binds the version by its hash.
    bound: bool,
    /// Addresses that did not answer.
    silent: Vec<String>,
    /// Whether the proofs of its endorsements were checked, and are good.
    pub(crate) checked: bool,
}

impl Sample {
    /// The clean sample for a profile: a task, or an act of knowing where that is what is certified.
    pub(crate) fn clean(of: Profile) -> Self {
        let mut sample = Self {
            version: version(),
            profile: profile(),
            award: award(),
            bound: true,
            silent: Vec::new(),
            checked: true,
        };
        if of == Profile::TmcKnowledge {
            sample.version["description"] =
                json!("Explain how a micrometer works and name its parts.");
            sample.version["alignment"][0]["targetType"] = json!("ext:Skill");
        }
        sample
    }

    pub(crate) fn facts(&self, stage: Stage) -> Facts {
        let version = self.version.to_string();
        let at = Timestamp::parse(AT).unwrap();
        let mut facts = match stage {
            Stage::Achievement => Facts::of_achievement(
                version.as_bytes(),
                Some(self.profile.to_string().as_bytes()),
                at,
            )
            .unwrap(),
            Stage::Credential => {
                let credential = self.credential(&version).to_string();
                let credential = Credential::parse(credential.as_bytes()).unwrap();
                Facts::of_credential(&credential, Some(version.as_bytes()), at, &CRYPTO).unwrap()
            }
        };
        facts.looked_up(|url| Some(!self.silent.iter().any(|silent| silent == url)));
        if self.checked {
            check(&mut facts);
        }
        facts
    }

    pub(crate) fn credential(&self, version: &str) -> Value {
        let open_badges = [
            "id",
            "type",
            "achievementType",
            "name",
            "description",
            "inLanguage",
            "criteria",
            "alignment",
            "resultDescription",
            "image",
            "endorsement",
        ];
        let achievement: serde_json::Map<String, Value> = open_badges
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.version.get(name)?.clone())))
            .collect();
        let mut credential = json!({"type": ["VerifiableCredential", "OpenBadgeCredential"], "issuer": self.profile});
        for name in ["validFrom", "validUntil", "awardedDate", "evidence"] {
            if let Some(value) = self.award.get(name) {
                credential[name] = value.clone();
            }
        }
        credential["credentialSubject"] = self.award["subject"].clone();
        credential["credentialSubject"]["achievement"] = Value::Object(achievement);
        if self.bound {
            use base64::Engine as _;
            let digest = base64::engine::general_purpose::STANDARD
                .encode((CRYPTO.sha256)(version.as_bytes()));
            credential["relatedResource"] =
                json!([{"id": self.version["id"], "digestSRI": format!("sha256-{digest}")}]);
        }
        credential
    }
}

/// Says of endorsements whose proof nobody checked that they are genuine, as whoever checked them would.
fn check(facts: &mut Facts) {
    if let Known::Stated(endorsements) = &mut facts.endorsements {
        for one in endorsements {
            one.genuine = one.genuine.clone().or(Known::Stated(true));
        }
    }
}

pub(crate) fn without(value: &mut Value, member: &str) {
    value.as_object_mut().unwrap().remove(member).unwrap();
}

/// Breaks one thing.
type Fault = fn(&mut Sample);

/// A fault for each rule; several, where it looks at several things.
fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("TS-001", |s| s.version["name"] = json!("MT-210")),
        ("TS-001", |s| s.version["name"] = json!("Module 3B")),
        ("TS-001", |s| without(&mut s.version, "name")),
        ("TS-002", |s| {
            s.version["description"] = json!("Knowledge of measuring instruments.")
        }),
        ("TS-002", |s| without(&mut s.version, "description")),
        ("TS-002", |s| {
            s.version["description"] = json!(format!(
                "Explain {}.",
                ["the parts of a gauge and"; 40].join(" ")
            ))
        }),
        ("TS-002", |s| {
            s.version["description"] =
                json!("Explain interorganizational interoperability responsibilities.")
        }),
        ("TS-003", |s| {
            s.version["criteria"] = json!({"id": "https://river.example/criteria"})
        }),
        ("TS-003", |s| {
            s.version["criteria"] = json!({"narrative": "https://river.example/criteria"})
        }),
        ("TS-004", |s| {
            s.version["alignment"][0]["targetType"] = json!("ceterms:Credential")
        }),
        ("TS-005", |s| without(&mut s.version, "assessmentMethod")),
        ("TS-006", |s| without(&mut s.version, "workloadHours")),
        ("TS-007", |s| without(&mut s.profile, "address")),
        ("TS-007", |s| without(&mut s.profile, "name")),
        ("TS-007", |s| without(&mut s.profile, "otherIdentifier")),
        ("TS-007", |s| {
            s.profile["id"] = json!("https://river.example/")
        }),
        ("TS-008", |s| without(&mut s.award["subject"], "identifier")),
        ("TS-009", |s| without(&mut s.version, "qualityAssurance")),
        ("TS-010", |s| without(&mut s.version, "participation")),
        ("TS-011", |s| {
            drop(s.version["alignment"].as_array_mut().unwrap().remove(1))
        }),
        ("TS-012", |s| {
            s.version["alignment"][0]["targetFramework"] = json!("Tasks")
        }),
        ("TS-012", |s| {
            without(&mut s.version["alignment"][0], "targetFramework")
        }),
        ("TS-012", |s| {
            s.version["alignment"][0]["targetUrl"] = json!("urn:isbn:0451450523")
        }),
        ("TS-012", |s| {
            s.silent.push("https://tasks.example/1".into())
        }),
        ("TS-013", |s| {
            without(&mut s.version, "evidenceRequired");
            without(&mut s.award, "evidence");
        }),
        // A grade without levels is no rubric.
        ("TS-013", |s| {
            s.version["resultDescription"] = json!([{"id": "urn:uuid:1", "name": "Grade", "resultType": "LetterGrade", "allowedValue": ["A", "B"]}]);
            s.award["subject"]["result"] =
                json!([{"resultDescription": "urn:uuid:1", "value": "A"}]);
        }),
        ("TS-014", |s| {
            s.version["resultDescription"][0]["requiredLevel"] = json!("urn:uuid:19")
        }),
        ("TS-014", |s| {
            without(&mut s.version["resultDescription"][0], "requiredLevel")
        }),
        ("TS-015", |s| {
            s.version["resultDescription"][0]["rubricCriterionLevel"][0]["description"] = json!(" ")
        }),
        ("TS-016", |s| without(&mut s.version, "identityCheck")),
        ("TS-016", |s| without(&mut s.version, "supervision")),
        ("TS-017", |s| {
            without(&mut s.version, "validForMonths");
            without(&mut s.award, "validUntil");
        }),
        ("TS-018", |s| {
            s.version["endorsement"][0]["validUntil"] = json!("2026-01-01T00:00:00Z")
        }),
        ("TS-018", |s| {
            s.version["endorsement"][0]["issuer"] = json!("did:web:river.example")
        }),
        ("TS-019", |s| without(&mut s.version["image"], "caption")),
        ("TS-020", |s| without(&mut s.version, "requires")),
        ("TS-020", |s| {
            drop(s.version["alignment"].as_array_mut().unwrap().remove(2))
        }),
        ("TS-021", |s| {
            s.version["alignment"][0]["targetType"] = json!("ext:Task")
        }),
        ("TS-021", |s| {
            s.version["description"] = json!("Measure finished parts with a micrometer.")
        }),
        ("TS-022", |s| {
            s.version["alignment"][0]["mapping_justification"] = json!("semapv:LexicalMatching")
        }),
    ]
}

/// Faults of an award alone.
fn faults_of_awards() -> Vec<(&'static str, Fault)> {
    vec![
        ("TS-008", |s| {
            without(&mut s.award, "awardedDate");
            without(&mut s.award, "validFrom");
        }),
        ("TS-013", |s| s.bound = false),
        ("TS-014", |s| {
            s.award["subject"]["result"][0]["achievedLevel"] = json!("urn:uuid:19")
        }),
        ("TS-016", |s| without(&mut s.award["subject"], "source")),
        ("TS-020", |s| without(&mut s.award["subject"], "result")),
        // That somebody took part is no grade.
        (
            "TS-020",
            |s| {
                s.award["subject"]["result"] =
                    json!([{"resultDescription": "urn:uuid:1", "status": "Completed"}])
            },
        ),
    ]
}

#[test]
fn a_grade_of_any_kind_is_one() {
    for result in [
        json!({"resultDescription": "urn:uuid:1", "value": "A-"}),
        json!({"resultDescription": "urn:uuid:1", "value": "82"}),
        json!({"resultDescription": "urn:uuid:1", "achievedLevel": "urn:uuid:11"}),
    ] {
        let mut sample = Sample::clean(Profile::EuMc);
        sample.award["subject"]["result"] = json!([result]);
        let report = lint(&sample.facts(Stage::Credential), Profile::EuMc);
        assert_eq!(fired(&report), Vec::<&str>::new(), "{result}");
    }
    // A scale without levels is one, too; what has neither says so once.
    let mut sample = Sample::clean(Profile::EuMc);
    sample.version["resultDescription"] = json!([{"id": "urn:uuid:1", "name": "Grade", "resultType": "LetterGrade", "allowedValue": ["A", "B"]}]);
    let report = lint(&sample.facts(Stage::Achievement), Profile::EuMc);
    assert_eq!(fired(&report), Vec::<&str>::new());
    without(&mut sample.version, "resultDescription");
    without(&mut sample.award["subject"], "result");
    for stage in [Stage::Achievement, Stage::Credential] {
        let report = lint(&sample.facts(stage), Profile::EuMc);
        let broken = report.broken();
        assert_eq!(fired(&report), ["TS-020"]);
        assert!(broken[0].1[0].what.contains("no scale"), "{broken:?}");
    }
}

pub(crate) fn fired(report: &LintReport) -> Vec<&'static str> {
    report.broken().iter().map(|(rule, _)| rule.id).collect()
}

#[test]
fn any_document_is_read_as_what_it_says_it_is() {
    let sample = Sample::clean(Profile::TmcApplication);
    let version = sample.version.to_string();
    let credential = sample.credential(&version).to_string();
    let profile = sample.profile.to_string();
    let read = |document: &str, version: Option<&str>, profile: Option<&str>| {
        let (version, profile) = (version.map(str::as_bytes), profile.map(str::as_bytes));
        let at = Timestamp::parse(AT).unwrap();
        let facts = Facts::of_document(document.as_bytes(), version, profile, at, &CRYPTO);
        let mut facts = facts.unwrap();
        facts.looked_up(|_| Some(true));
        check(&mut facts);
        facts
    };
    let achievement = read(&version, None, Some(&profile));
    assert_eq!(achievement, sample.facts(Stage::Achievement));
    let awarded = read(&credential, Some(&version), None);
    assert_eq!(awarded, sample.facts(Stage::Credential));
}

#[test]
fn the_clean_sample_fires_nothing_and_leaves_nothing_open_in_any_profile() {
    for profile in Profile::ALL {
        for stage in [Stage::Achievement, Stage::Credential] {
            let report = lint(&Sample::clean(profile).facts(stage), profile);
            assert_eq!(fired(&report), Vec::<&str>::new(), "{profile} {stage:?}");
            assert!(
                report.unknown().is_empty(),
                "{profile} {stage:?}: {:?}",
                report.unknown()
            );
            assert_eq!(report.readiness(), Readiness::Ready);
            assert!(
                report.to_string().starts_with("Ready for")
                    && !report.to_string().contains("ertif")
            );
        }
    }
}

#[test]
fn each_fault_fires_its_rule_and_no_other() {
    let mut tried = std::collections::BTreeMap::<&str, usize>::new();
    let stages = [
        (Stage::Achievement, faults()),
        (Stage::Credential, [faults(), faults_of_awards()].concat()),
    ];
    for (stage, faults) in stages {
        for (id, fault) in faults {
            let rule = RULES.iter().find(|rule| rule.id == id).unwrap();
            for profile in rule.profiles {
                let mut sample = Sample::clean(*profile);
                fault(&mut sample);
                let report = lint(&sample.facts(stage), *profile);
                if id == "TS-008" && stage == Stage::Achievement {
                    assert!(fired(&report).is_empty(), "nobody has it yet");
                    continue;
                }
                assert_eq!(
                    fired(&report),
                    [id],
                    "{profile} {stage:?} {:?}",
                    report.broken()
                );
                let ready = report.readiness() == Readiness::Ready;
                assert_eq!(ready, rule.severity != Severity::Error, "{id} {profile}");
                *tried.entry(id).or_default() += 1;
            }
        }
    }
    let untried: Vec<_> = RULES
        .iter()
        .map(|rule| rule.id)
        .filter(|id| !tried.contains_key(id))
        .collect();
    assert!(
        untried.is_empty(),
        "rules without a fault that fires them: {untried:?}"
    );
}

#[test]
fn a_level_is_known_by_its_address_or_by_its_framework() {
    for (url, framework, known) in [
        ("http://data.europa.eu/snb/eqf/4", "", true),
        ("https://levels.example/4", "DQR 2013", true),
        (
            "https://levels.example/4",
            "Qualifications Framework of the Isles",
            true,
        ),
        ("https://levels.example/4", "Levels", false),
    ] {
        let mut sample = Sample::clean(Profile::EuMc);
        let level = &mut sample.version["alignment"][1];
        (level["targetUrl"], level["targetFramework"]) = (json!(url), json!(framework));
        let report = lint(&sample.facts(Stage::Achievement), Profile::EuMc);
        assert_eq!(
            !fired(&report).contains(&"TS-011"),
            known,
            "{url} {framework}: {:?}",
            report.broken()
        );
    }
}

#[test]
fn every_finding_says_where_what_and_the_way_out() {
    for (id, fault) in faults() {
        let rule = RULES.iter().find(|rule| rule.id == id).unwrap();
        let mut sample = Sample::clean(rule.profiles[0]);
        fault(&mut sample);
        for (rule, findings) in lint(&sample.facts(Stage::Credential), rule.profiles[0]).broken() {
            for finding in findings {
                assert!(
                    !finding.place.is_empty() && !finding.what.is_empty(),
                    "{id}"
                );
                assert!(
                    finding.what.ends_with(['.', '”']) && finding.way_out(rule).ends_with('.'),
                    "{id}: {}",
                    finding.told(rule)
                );
            }
        }
    }
}

#[test]
fn rules_are_numbered_without_a_gap_and_have_a_source() {
    for (at, rule) in RULES.iter().enumerate() {
        assert_eq!(rule.id, format!("TS-{:03}", at + 1));
        assert!(
            !rule.source.is_empty()
                && !rule.profiles.is_empty()
                && rule.claim.ends_with('.')
                && rule.mend.ends_with('.'),
            "{}",
            rule.id
        );
    }
}

#[test]
fn the_report_of_a_program_names_rule_place_and_way_out() {
    let mut sample = Sample::clean(Profile::EuMc);
    without(&mut sample.version, "participation");
    let json = lint(&sample.facts(Stage::Achievement), Profile::EuMc)
        .to_json()
        .to_string();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["readiness"], "not_ready");
    assert_eq!(json["subject"], "achievement");
    let rules = json["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "TS-010").unwrap();
    assert_eq!(rule["judgement"], "broken");
    assert_eq!(rule["findings"][0]["place"], "participation");
    assert!(rule["findings"][0]["mend"].as_str().unwrap().ends_with('.'));
}
