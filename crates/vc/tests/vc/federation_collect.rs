//! Going through a federation from its anchor down, as a web of documents.

use std::collections::BTreeMap;

use serde_json::json;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::federation::{ChainFault, Collected, Collector, Limits, Want};

use crate::federation::{ANCHOR, LEAF, MARK, MIDDLE, anchor, mark, now, text};

/// A federation as a web of documents: an anchor over an intermediate and a DID, the intermediate over the leaf.
fn web() -> BTreeMap<String, String> {
    let superior = |at: &str| {
        json!({"federation_entity": {
            "federation_fetch_endpoint": format!("{at}/fetch"), "federation_list_endpoint": format!("{at}/list")
        }})
    };
    let configuration = |of: &str| format!("{of}/.well-known/openid-federation");
    let fetch = |by: &str, about: &str| {
        format!(
            "{by}/fetch?sub={}",
            about.replace(':', "%3A").replace('/', "%2F")
        )
    };
    let did = "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
    BTreeMap::from([
        (
            configuration(ANCHOR),
            text(
                ANCHOR,
                ANCHOR,
                json!({"metadata": superior(ANCHOR), "trust_mark_issuers": {MARK: [MIDDLE]}}),
            ),
        ),
        (
            format!("{ANCHOR}/list"),
            json!([MIDDLE, did, ANCHOR, "not an entity"]).to_string(),
        ),
        (fetch(ANCHOR, MIDDLE), text(ANCHOR, MIDDLE, json!({}))),
        (
            fetch(ANCHOR, did),
            text(
                ANCHOR,
                did,
                json!({"jwks": null, "metadata": {"federation_entity": {"organization_name": "A"}}}),
            ),
        ),
        (
            configuration(MIDDLE),
            text(
                MIDDLE,
                MIDDLE,
                json!({"authority_hints": [ANCHOR], "metadata": superior(MIDDLE)}),
            ),
        ),
        // A circle: the intermediate lists its own superior's other subordinate and itself.
        (
            format!("{MIDDLE}/list"),
            json!([LEAF, MIDDLE, ANCHOR]).to_string(),
        ),
        (fetch(MIDDLE, LEAF), text(MIDDLE, LEAF, json!({}))),
        (
            fetch(MIDDLE, MIDDLE),
            text(MIDDLE, MIDDLE, json!({"authority_hints": [ANCHOR]})),
        ),
        (
            configuration(LEAF),
            text(
                LEAF,
                LEAF,
                json!({
                    "authority_hints": [MIDDLE],
                    "trust_marks": [{"trust_mark_type": MARK, "trust_mark": mark(MIDDLE, json!({}))}]
                }),
            ),
        ),
    ])
}

fn collected(
    web: &BTreeMap<String, String>,
    limits: Limits,
    marks: &[String],
) -> (Option<Collected>, usize) {
    let mut collector = Collector::new(anchor(), limits);
    let mut asked = 0;
    while let Some(want) = collector.next_wanted() {
        asked += 1;
        assert!(asked <= limits.documents, "it ends");
        let document = web.get(&want.url()).map(String::as_bytes);
        collector.answer(&want, document, now(), &CRYPTO);
    }
    (collector.found(marks, now(), &CRYPTO), asked)
}

fn known(collected: &Collected) -> Vec<&str> {
    let known = collected.known.iter();
    known.map(|known| known.resolved.subject.as_str()).collect()
}

#[test]
fn a_federation_is_gone_through_from_its_anchor_and_each_document_asked_for_once() {
    let (found, asked) = collected(&web(), Limits::default(), &[]);
    let found = found.unwrap();
    assert_eq!(
        known(&found),
        [
            "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
            LEAF,
            MIDDLE
        ]
    );
    assert_eq!(asked, web().len());
    let leaf = &found.known[1];
    assert_eq!(
        (leaf.resolved.via.as_slice(), leaf.trust_marks.as_slice()),
        (&[MIDDLE.to_owned()][..], &[MARK.to_owned()][..])
    );
    assert!(!found.left_out);
}

#[test]
fn where_a_trust_mark_is_asked_for_only_who_has_it_is_known() {
    let (found, _) = collected(&web(), Limits::default(), &[MARK.to_owned()]);
    assert_eq!(known(&found.unwrap()), [LEAF]);
    let (found, _) = collected(
        &web(),
        Limits::default(),
        &["https://other.example/mark".into()],
    );
    assert!(found.unwrap().known.is_empty());
}

/// A chain may stand for years; an accreditation that ended is over.
#[test]
fn who_needs_a_trust_mark_is_known_until_it_ends_and_no_longer() {
    let in_minutes = |minutes: i64| now().plus_millis(minutes * 60_000);
    let seconds = |minutes: i64| in_minutes(minutes).unix_millis() / 1_000;
    let with = |marks: &[i64], issuer: i64, asked: &[String]| {
        let mut web = web();
        let marks = marks.iter().map(|&minutes| {
            let mark = mark(MIDDLE, json!({"exp": seconds(minutes)}));
            json!({"trust_mark_type": MARK, "trust_mark": mark})
        });
        let marks: serde_json::Value = marks.collect();
        let own = json!({"authority_hints": [MIDDLE], "trust_marks": marks});
        web.insert(
            format!("{LEAF}/.well-known/openid-federation"),
            text(LEAF, LEAF, own),
        );
        let above = "https%3A%2F%2Fmiddle.example";
        web.insert(
            format!("{ANCHOR}/fetch?sub={above}"),
            text(ANCHOR, MIDDLE, json!({"exp": seconds(issuer)})),
        );
        let found = collected(&web, Limits::default(), asked).0.unwrap();
        let leaf = found
            .known
            .into_iter()
            .find(|known| known.resolved.subject == LEAF);
        leaf.unwrap().valid_until
    };
    let asked = [MARK.to_owned()];
    assert_eq!(with(&[20], 60, &asked), in_minutes(20));
    assert_eq!(with(&[20, 40, 30], 60, &asked), in_minutes(40));
    assert_eq!(with(&[20], 10, &asked), in_minutes(10));
    // Where none is asked for, the chain alone counts.
    assert_eq!(with(&[20], 60, &[]), in_minutes(60));
}

#[test]
fn what_could_not_be_had_is_told_and_an_anchor_that_could_not_be_had_is_no_answer() {
    let without = |address: String| {
        let mut web = web();
        assert!(web.remove(&address).is_some(), "{address}");
        collected(&web, Limits::default(), &[]).0
    };
    assert!(without(format!("{ANCHOR}/.well-known/openid-federation")).is_none());
    let found = without(format!("{MIDDLE}/list")).unwrap();
    assert!(found.unreached.contains(MIDDLE) && !known(&found).contains(&LEAF));
    let found = without(format!("{LEAF}/.well-known/openid-federation")).unwrap();
    assert!(found.unreached.contains(LEAF));
    assert_eq!(
        found.refused,
        [(LEAF.to_owned(), ChainFault::NoConfiguration)]
    );
}

#[test]
fn limits_are_kept_and_told() {
    let shallow = Limits {
        depth: 0,
        ..Limits::default()
    };
    let (found, _) = collected(&web(), shallow, &[]);
    let found = found.unwrap();
    assert!(found.left_out && !known(&found).contains(&LEAF));
    let few = Limits {
        documents: 4,
        ..Limits::default()
    };
    assert!(collected(&web(), few, &[]).0.unwrap().left_out);
    let one = Limits {
        entities: 1,
        ..Limits::default()
    };
    assert!(collected(&web(), one, &[]).0.unwrap().left_out);
}

#[test]
fn an_intermediate_that_does_not_name_its_superior_carries_nobody() {
    let mut web = web();
    let stray = text(
        MIDDLE,
        MIDDLE,
        json!({
            "authority_hints": ["https://other.example"],
            "metadata": {"federation_entity": {"federation_fetch_endpoint": format!("{MIDDLE}/fetch"), "federation_list_endpoint": format!("{MIDDLE}/list")}}
        }),
    );
    web.insert(format!("{MIDDLE}/.well-known/openid-federation"), stray);
    let (found, _) = collected(&web, Limits::default(), &[]);
    assert!(!known(&found.unwrap()).contains(&LEAF));
}

#[test]
fn what_is_asked_for_is_addressed_as_the_specification_says() {
    let want = Want::Statement {
        by: ANCHOR.into(),
        about: LEAF.into(),
        at: "https://anchor.example/fetch?x=1".into(),
    };
    assert_eq!(
        want.url(),
        "https://anchor.example/fetch?x=1&sub=https%3A%2F%2Fleaf.example%2Fi%2Friverside"
    );
}
