//! What the check of a line finds.

use serde_json::json;

use super::*;

fn definition() -> Definition {
    Definition::from_value(json!({
        "slug": "m", "name": "M", "description": "Measure.", "inLanguage": "en", "achievementType": "Badge",
        "namesLearner": true, "assessmentMethod": "Test.", "criteria": {"narrative": "Test."},
        "evidenceRequired": [{"name": "Record"}, {"name": "Photo of the bench"}],
        "resultDescription": [{"name": "L", "resultType": "RubricCriterionLevel", "requiredLevel": 2,
            "rubricCriterionLevel": [
                {"level": "1", "name": "Assisted", "description": "a"},
                {"level": "2", "name": "Supervised", "description": "b"},
                {"level": "3", "name": "Independent", "description": "c"},
            ]}],
    }))
    .unwrap()
}

fn whole() -> RawRow {
    RawRow {
        name: "Amara  Okafor ".into(),
        email: "Amara@Example.NET".into(),
        level: "3".into(),
        evidence: format!("https://e.example/1 | sha256:{}", "A".repeat(64)),
        awarded_on: "14.11.2026".into(),
        language: "pt_br".into(),
        ..RawRow::default()
    }
}

fn judged(change: impl Fn(&mut RawRow)) -> Result<RowInput, Vec<RowFault>> {
    let definition = definition();
    // 2026-11-21T12:00:00Z
    let rules = Rules::of(&definition, Timestamp::from_unix_seconds(1_795_262_400));
    let mut raw = whole();
    change(&mut raw);
    rules.check(&raw)
}

#[track_caller]
fn check(change: impl Fn(&mut RawRow), expect: &[(Column, Code)]) {
    let faults = judged(change).err().unwrap_or_default();
    let codes: Vec<_> = faults
        .iter()
        .map(|fault| (fault.column.unwrap(), fault.code))
        .collect();
    assert_eq!(codes, expect, "{faults:?}");
}

#[test]
fn a_good_row_comes_out_tidy() {
    let row = judged(|_| ()).unwrap();
    assert_eq!(row.name.as_deref(), Some("Amara Okafor"));
    assert_eq!(row.email.as_deref(), Some("Amara@example.net"));
    assert_eq!(row.level, Some(3));
    assert_eq!(row.evidence[0].url.as_deref(), Some("https://e.example/1"));
    assert_eq!(row.evidence[1].sha256, Some("a".repeat(64)));
    assert_eq!(
        (row.awarded_on.to_string().as_str(), row.dated),
        ("2026-11-14", true)
    );
    assert_eq!(row.language.as_deref(), Some("pt-BR"));
}

#[test]
fn a_checked_row_written_back_is_the_same_row() {
    let row = judged(|raw| raw.evidence = format!("https://e.example/1#sha256={}", "b".repeat(64)))
        .unwrap();
    assert_eq!(
        judged(|raw| *raw = RawRow::from_input(&row)),
        Ok(row.clone())
    );
}

#[test]
fn evidence_says_which_of_the_kinds_that_are_asked_for_it_is() {
    let written = "photo-of-the-bench=https://e.example/1?a=b | Record=https://e.example/2 https://e.example/3?a=b";
    let row = judged(|raw| raw.evidence = written.into()).unwrap();
    let kinds: Vec<_> = row.evidence.iter().map(|one| one.kind.as_deref()).collect();
    assert_eq!(kinds, [Some("Photo of the bench"), Some("Record"), None]);
    assert_eq!(
        row.evidence[0].url.as_deref(),
        Some("https://e.example/1?a=b")
    );
    assert_eq!(
        judged(|raw| *raw = RawRow::from_input(&row)),
        Ok(row.clone())
    );
    for (written, says) in [
        ("sha256=12ab", "is not a SHA-256"),
        (
            "example.org?id=5",
            "is neither an https address nor a SHA-256",
        ),
    ] {
        let faults = judged(|raw| raw.evidence = written.into()).unwrap_err();
        assert!(faults[0].message.contains(says), "{faults:?}");
    }
    let faults = judged(|raw| raw.evidence = "video=https://e.example/1".into()).unwrap_err();
    assert_eq!(faults[0].code, Code::BadEvidence);
    let words =
        "“video” is no kind of evidence here; use record, photo-of-the-bench or leave it out";
    assert_eq!(faults[0].message, words);
}

#[test]
fn levels_are_known_by_number_and_by_name() {
    for text in [
        "3",
        "independent",
        "3 Independent",
        "Level 3",
        " 3: Independent",
        "3.0",
    ] {
        assert_eq!(
            judged(|raw| raw.level = text.into()).map(|row| row.level),
            Ok(Some(3)),
            "{text}"
        );
    }
    check(
        |raw| raw.level = "Expert".into(),
        &[(Column::Level, Code::UnknownLevel)],
    );
    check(
        |raw| raw.level = "4".into(),
        &[(Column::Level, Code::UnknownLevel)],
    );
    check(
        |raw| raw.level = String::new(),
        &[(Column::Level, Code::LevelMissing)],
    );
    check(
        |raw| raw.level = "Assisted".into(),
        &[(Column::Level, Code::BelowRequiredLevel)],
    );
}

#[test]
fn a_fault_says_where_what_and_the_way_out() {
    let faults = judged(|raw| raw.level = "Expert".into()).unwrap_err();
    assert_eq!(
        faults[0].at(58).to_string(),
        "Row 58, level: “Expert” is not a level of this rubric; use one of 1 Assisted, 2 Supervised, 3 Independent"
    );
}

#[test]
fn addresses_that_cannot_receive_mail_are_refused() {
    for text in [
        "a.example.net",
        "a@",
        "@b.example",
        "a@b",
        "a b@c.example",
        "a@b..example",
        "a@-b.example",
        "a@1.2.3.4",
        "a..b@c.example",
        "a@b.example,c@d.example",
        "Ada <a@b.example>",
    ] {
        check(
            |raw| raw.email = text.into(),
            &[(Column::Email, Code::BadEmail)],
        );
    }
    let row = judged(|raw| raw.email = "ö@Bücher.example".into()).unwrap();
    assert_eq!(row.email.as_deref(), Some("ö@xn--bcher-kva.example"));
}

#[test]
fn a_did_is_taken_as_it_is_and_anything_else_refused() {
    let key = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    for text in [
        key,
        "did:web:example.org%3A8443:people:Ada",
        "did:example:a_b.c-d",
        "did:example::a",
    ] {
        let row = judged(|raw| raw.did = format!(" {text} ")).unwrap();
        assert_eq!(row.did.as_deref(), Some(text));
    }
    let cut = &key[..key.len() - 4];
    for text in [
        "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "DID:web:example.org",
        "did:Web:example.org",
        "did:web:",
        "did::x",
        "did:web:example.org:",
        "did:web:example.org#key-1",
        "did:web:example.org/x",
        "did:web:a%3",
        "did:web:a b",
        "did:web:ä.example",
        cut,
    ] {
        check(|raw| raw.did = text.into(), &[(Column::Did, Code::BadDid)]);
    }
    let long = format!("did:example:{}", "x".repeat(1_000));
    check(
        |raw| raw.did.clone_from(&long),
        &[(Column::Did, Code::TooLong)],
    );
}

#[test]
fn a_did_alone_says_who_where_the_name_stays_out() {
    let definition = Definition {
        names_learner: false,
        ..definition()
    };
    let rules = Rules::of(&definition, Timestamp::from_unix_seconds(1_795_262_400));
    let with = |did: &str| RawRow {
        email: String::new(),
        did: did.into(),
        ..whole()
    };
    assert!(rules.check(&with("did:web:ada.example")).is_ok());
    let faults = rules.check(&with("")).unwrap_err();
    assert_eq!(faults[0].code, Code::NoPerson);
}

#[test]
fn days_that_cannot_be_are_refused_but_tomorrow_in_the_east_is_today() {
    check(
        |raw| raw.awarded_on = "2026-11-31".into(),
        &[(Column::AwardedOn, Code::BadDate)],
    );
    check(
        |raw| raw.awarded_on = "14.11.26".into(),
        &[(Column::AwardedOn, Code::BadDate)],
    );
    check(
        |raw| raw.awarded_on = "3/4/2026".into(),
        &[(Column::AwardedOn, Code::AmbiguousDate)],
    );
    check(
        |raw| raw.awarded_on = "2026-11-23".into(),
        &[(Column::AwardedOn, Code::FutureDate)],
    );
    assert!(judged(|raw| raw.awarded_on = "2026-11-22".into()).is_ok());
    let undated = judged(|raw| raw.awarded_on = String::new()).unwrap();
    assert_eq!(
        (undated.awarded_on.to_string().as_str(), undated.dated),
        ("2026-11-21", false)
    );
}

#[test]
fn evidence_is_an_https_address_or_a_hash() {
    check(
        |raw| raw.evidence = String::new(),
        &[(Column::Evidence, Code::EvidenceMissing)],
    );
    check(
        |raw| raw.evidence = "http://e.example/1".into(),
        &[(Column::Evidence, Code::NotHttps)],
    );
    check(
        |raw| raw.evidence = "javascript:alert(1)".into(),
        &[(Column::Evidence, Code::BadEvidence)],
    );
    check(
        |raw| raw.evidence = "sha256:12ab".into(),
        &[(Column::Evidence, Code::BadEvidence)],
    );
    check(
        |raw| raw.evidence = "https://u:p@e.example/".into(),
        &[(Column::Evidence, Code::BadEvidence)],
    );
    check(
        |raw| raw.evidence = "x ftp://e.example".into(),
        &[
            (Column::Evidence, Code::BadEvidence),
            (Column::Evidence, Code::NotHttps),
        ],
    );
}

#[test]
fn text_that_is_not_what_it_seems_is_refused() {
    check(
        |raw| raw.name = "=HYPERLINK(\"x\")".into(),
        &[(Column::Name, Code::Formula)],
    );
    check(
        |raw| raw.name = "Ada\u{0}".into(),
        &[(Column::Name, Code::ControlCharacters)],
    );
    check(
        |raw| raw.assessor = "\u{202E}adA".into(),
        &[(Column::Assessor, Code::ControlCharacters)],
    );
    check(
        |raw| raw.result = "x".repeat(201),
        &[(Column::Result, Code::TooLong)],
    );
    check(
        |raw| raw.name = " ".into(),
        &[(Column::Name, Code::NameMissing)],
    );
    assert!(judged(|raw| raw.result = "+2".into()).is_ok());
}

#[test]
fn all_faults_of_a_row_are_named() {
    check(
        |raw| {
            raw.email = "x".into();
            raw.level = "9".into();
            raw.language = "dutch".into();
        },
        &[
            (Column::Email, Code::BadEmail),
            (Column::Level, Code::UnknownLevel),
            (Column::Language, Code::BadLanguage),
        ],
    );
}
