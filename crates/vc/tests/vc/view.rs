//! What a page shows.

use touchstone_vc::Credential;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::model::HashedIdentity;
use touchstone_vc::view::{AchievementView, HashedView, MAX_LISTED, Party, ResultView, Subject};

use crate::support::{at, parsed, sample, set, vector, vectors};

#[test]
fn a_sample_is_read_in_full() {
    let bytes = vector("sample-shapes/named.json");
    let credential = Credential::parse(&bytes).unwrap();
    let view = credential.view();
    assert_eq!(view.title(), Some("Wound dressing"));
    assert_eq!(
        (view.issuer.name, view.issuer.url),
        (Some("Riverside College"), Some("https://riverside.example"))
    );
    assert_eq!(view.subject.names, ["Ada Lovelace"]);
    assert_eq!(view.subject.hashed[0].identity_type, "emailAddress");
    assert_eq!(
        view.assessor.as_ref().and_then(|assessor| assessor.name),
        Some("J. Assessor")
    );
    let achievement = view.achievement.as_ref().unwrap();
    assert_eq!(achievement.criteria_narrative, Some("Does it."));
    assert_eq!(achievement.alignment[0].target_code, Some("20683"));
    let levels: Vec<_> = view.results[0]
        .levels
        .iter()
        .map(|l| (l.name, l.reached, l.required))
        .collect();
    assert_eq!(
        levels,
        [
            (Some("With help"), false, true),
            (Some("Alone"), true, false)
        ]
    );
    assert_eq!(
        (view.evidence[0].name, view.evidence[0].bound),
        (Some("Video"), true)
    );
    assert_eq!(view.valid_until, Some(at("2029-11-01T00:00:00Z")));
    assert_eq!(view.awarded_date, Some(at("2026-10-30T00:00:00Z")));
    assert!(view.revocable);
}

#[test]
fn levels_are_ranked_by_their_number_not_by_their_place() {
    let mut credential = sample("aim");
    let path = "/credentialSubject/achievement/resultDescription/0/rubricCriterionLevel";
    let mut levels = credential
        .pointer(path)
        .unwrap()
        .as_array()
        .unwrap()
        .to_vec();
    levels.reverse();
    set(&mut credential, path, levels);
    set(
        &mut credential,
        "/credentialSubject/result/0/achievedLevel",
        "urn:uuid:elsewhere",
    );
    let text = credential.to_string();
    let credential = Credential::parse(text.as_bytes()).unwrap();
    let view = credential.view();
    let names: Vec<_> = view.results[0]
        .levels
        .iter()
        .map(|level| level.name)
        .collect();
    assert_eq!(names, [Some("With help"), Some("Alone")]);
    assert_eq!(view.results[0].unknown_level, Some("urn:uuid:elsewhere"));
}

/// Its holder can write a rubric at two places, and a level twice, under the same statements: it is the same rubric.
#[test]
fn t70_a_rubric_that_is_written_at_two_places_is_read_as_one() {
    let levels = |credential: &touchstone_canon::json::Value<'_>| {
        let text = credential.to_string();
        let credential = Credential::parse(text.as_bytes()).unwrap();
        let view = credential.view();
        let all = view.results[0].levels.iter();
        all.map(|level| (level.name.map(str::to_owned), level.reached, level.required))
            .collect::<Vec<_>>()
    };
    let genuine = sample("aim");
    let path = "/credentialSubject/achievement/resultDescription";
    let rubric = genuine.pointer(&format!("{path}/0")).unwrap().clone();
    let own = rubric.get("rubricCriterionLevel").unwrap().items().to_vec();
    let (mut first, mut second) = (rubric.clone(), rubric);
    set(
        &mut first,
        "/rubricCriterionLevel",
        vec![own[1].clone(), own[1].clone()],
    );
    set(&mut second, "/rubricCriterionLevel", own[..1].to_vec());
    first.as_object_mut().unwrap().remove("requiredLevel");
    let mut split = genuine.clone();
    set(&mut split, path, vec![first, second]);
    assert_eq!(levels(&split), levels(&genuine));
}

/// A result has its levels with it: 1,000 times 100,000 would take gigabytes, and 20,000 that look through 30,000 descriptions minutes.
#[test]
fn t07_what_is_shown_is_no_product_of_results_and_levels() {
    let shown = |levels: &str, descriptions: usize, results: usize| {
        let result = r#"{"resultDescription":"a:a","achievedLevel":"a:x","value":"1"}"#;
        let described =
            format!(r#"{{"id":"a:a","name":"Grade","rubricCriterionLevel":[{levels}]}}"#);
        let text = format!(
            r#"{{"type":"VerifiableCredential","credentialSubject":{{"result":[{}],
            "achievement":{{"resultDescription":[{}]}}}}}}"#,
            vec![result; results].join(","),
            vec![described; descriptions].join(",")
        );
        let credential = Credential::parse(text.as_bytes()).unwrap();
        let view = credential.view();
        let first = &view.results[0];
        assert_eq!((first.name, first.value), (Some("Grade"), Some("1")));
        let told = first.unknown_level == Some("a:x");
        (
            view.results.len(),
            first.levels.len(),
            view.results_left_out,
            told,
        )
    };
    let more = |count: usize| count - MAX_LISTED;
    let nameless = vec!["{}"; 100_000].join(",");
    let left_out = more(1000) + more(100_000);
    // The level that was reached may be among those that are left out.
    assert_eq!(
        shown(&nameless, 1, 1000),
        (MAX_LISTED, MAX_LISTED, left_out, false)
    );
    let named: Vec<_> = (0..5000).map(|n| format!(r#"{{"id":"a:{n}"}}"#)).collect();
    let left_out = more(1000) + more(5000);
    assert_eq!(
        shown(&named.join(","), 1, 1000),
        (MAX_LISTED, MAX_LISTED, left_out, false)
    );
    // A level that is written often is one, at however many places its rubric stands.
    let often = vec![r#"{"id":"a:1"}"#; MAX_LISTED].join(",");
    assert_eq!(shown(&often, 1, 2), (2, 1, 0, true));
    assert_eq!(
        shown(r#"{"id":"a:1"}"#, 30_000, 20_000),
        (MAX_LISTED, 1, more(20_000) + more(30_000), false)
    );
}

#[test]
fn t07_associations_of_a_record_are_named_among_so_many() {
    let association = r#"{"associationType":"precedes","sourceId":"a:255","targetId":"a:256"}"#;
    let achievement = |n| format!(r#"{{"id":"a:{n}","name":"Part {n}"}}"#);
    let achievements: Vec<_> = (0..30_000).map(achievement).collect();
    let text = format!(
        r#"{{"type":["VerifiableCredential","ClrCredential"],"credentialSubject":{{"achievement":[{}],"association":[{}]}}}}"#,
        achievements.join(","),
        vec![association; 30_000].join(",")
    );
    let credential = Credential::parse(text.as_bytes()).unwrap();
    let record = credential.view().record.unwrap();
    let told = (record.associations.len(), record.left_out);
    assert_eq!(told, (MAX_LISTED, 30_000 - MAX_LISTED));
    let one = &record.associations[0];
    // What is called otherwise than by its identifier is looked for among as many.
    assert_eq!((one.source, one.target), ("Part 255", "a:256"));
}

#[test]
fn a_hashed_identifier_is_matched_by_who_knows_it() {
    let known = HashedIdentity::new("emailAddress", "ada@example.org", "Kosher", CRYPTO.sha256);
    let hash = format!(
        "sha256${}",
        touchstone_canon::multibase::encode_hex(&known.sha256).to_uppercase()
    );
    let identity = HashedView {
        identity_type: "emailAddress",
        hash: &hash,
        salt: "Kosher",
    };
    assert!(identity.matches("ada@example.org", CRYPTO.sha256));
    assert!(!identity.matches("bob@example.org", CRYPTO.sha256));
}

#[test]
fn credentials_of_others_are_shown() {
    let mut shown = 0;
    for folder in [
        "openbadges-spec-examples",
        "1edtech-validator-ob30",
        "real-world/dcc-vc-test-fixtures/verifiableCredentials",
    ] {
        for path in vectors(folder, ".json") {
            let bytes = std::fs::read(&path).unwrap();
            let Ok(credential) = Credential::parse(&bytes) else {
                continue;
            };
            let view = credential.view();
            shown += usize::from(view.issuer.id.is_some() && view.title().is_some());
        }
    }
    assert!(shown > 80, "{shown}");
}

#[test]
fn whatever_has_an_unexpected_type_is_left_out() {
    let inside = r#"{"achievement":[1,{}],"result":{"achievedLevel":[]},"identifier":[null,{"identityHash":1}]}"#;
    for subject in ["null", "1", "[]", "[[]]", "\"x\"", inside] {
        let text = format!(
            r#"{{"type":"VerifiableCredential","issuer":[{subject}],"image":{subject},"credentialSubject":{subject}}}"#
        );
        let value = parsed(text.as_bytes());
        let credential = Credential::from_value(value).unwrap();
        let view = credential.view();
        assert_eq!(view.subject, Subject::default(), "{subject}");
        // An achievement and a result are there, and say nothing that can be shown.
        let is_inside = subject == inside;
        let achievement = is_inside.then(AchievementView::default);
        assert_eq!(view.achievement, achievement, "{subject}");
        let results: Vec<_> = is_inside.then(ResultView::default).into_iter().collect();
        assert_eq!(view.results, results, "{subject}");
        // A text alone is the identifier of an issuer or of a picture.
        let id = (subject == "\"x\"").then_some("x");
        let issuer = Party {
            id,
            ..Party::default()
        };
        assert_eq!(view.issuer, issuer, "{subject}");
        assert_eq!(view.image.map(|image| image.id), id, "{subject}");
    }
}
