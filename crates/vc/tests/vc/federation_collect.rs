//! Going through a federation from its anchor down, as a web of documents.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::federation::{
    ChainFault, Collected, Collector, Known, Limits, StatementFault, Want,
};
use touchstone_vc::registry::Entry;
use touchstone_vc::{Listing, Timestamp};

use crate::federation::{ANCHOR, LEAF, MARK, MIDDLE, anchor, jwks, mark, now, text};

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
    let (mut collector, asked) = gone_through(web, limits);
    (collector.found(marks, now(), &CRYPTO), asked)
}

fn gone_through(web: &BTreeMap<String, String>, limits: Limits) -> (Collector, usize) {
    let mut collector = Collector::new(anchor(), limits);
    let mut asked = 0;
    while let Some(want) = collector.next_wanted() {
        asked += 1;
        assert!(asked <= limits.documents, "it ends");
        let document = web.get(&want.url()).map(String::as_bytes);
        collector.answer(&want, document, now(), &CRYPTO);
    }
    (collector, asked)
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
    // The way is told with what each said and until when: of itself the leaf, of the one below it each above.
    let way = |known: &Known| -> Vec<(String, bool)> {
        let links = known.resolved.links.iter();
        let told = links.map(|link| {
            (
                link.entity.clone(),
                link.stated_at == Some(now().plus_millis(-60_000)),
            )
        });
        told.collect()
    };
    let stated = |entity: &str| (entity.to_owned(), true);
    assert_eq!(way(leaf), [stated(LEAF), stated(MIDDLE), stated(ANCHOR)]);
    assert_eq!(way(&found.known[2]), [stated(MIDDLE), stated(ANCHOR)]);
    let did = &found.known[0].resolved;
    assert_eq!(did.links[0].entity, did.subject);
    assert_eq!(
        (did.links[0].stated_at, did.links[0].valid_until),
        (None, None)
    );
    let ends = leaf.resolved.links.iter().map(|link| link.valid_until);
    assert_eq!(ends.min().flatten(), Some(leaf.resolved.expires_at));
    assert_eq!(leaf.mark, None, "none is asked for");
}

#[test]
fn where_a_trust_mark_is_asked_for_only_who_has_it_is_known() {
    let (found, _) = collected(&web(), Limits::default(), &[MARK.to_owned()]);
    let found = found.unwrap();
    assert_eq!(known(&found), [LEAF]);
    let mark = found.known[0].mark.as_ref().unwrap();
    assert_eq!((mark.kind.as_str(), mark.issuer.as_str()), (MARK, MIDDLE));
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
    let below = BTreeSet::from([MIDDLE.to_owned()]);
    assert!(!found.left_out && found.cut == below && !known(&found).contains(&LEAF));
    // As many as the anchor's own words have; then with one less.
    let few = |documents: usize| Limits {
        documents,
        ..Limits::default()
    };
    let found = collected(&web(), few(4), &[]).0.unwrap();
    assert!(!found.left_out && found.cut == below && found.unreached == below);
    assert!(collected(&web(), few(3), &[]).0.unwrap().left_out);
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

const OTHER: &str = "https://other.example";

fn configuration(of: &str) -> String {
    format!("{of}/.well-known/openid-federation")
}

fn about(by: &str, whom: &str) -> String {
    let want = Want::Statement {
        by: by.into(),
        about: whom.into(),
        at: format!("{by}/fetch"),
    };
    want.url()
}

fn superior(of: &str) -> serde_json::Value {
    json!({"federation_entity": {
        "federation_fetch_endpoint": format!("{of}/fetch"), "federation_list_endpoint": format!("{of}/list")
    }})
}

/// What an earlier reading wrote down of the leaf.
fn entry(via: &[&str], marked_via: &[&str]) -> Entry {
    let texts = |texts: &[&str]| texts.iter().map(|&one| one.to_owned()).collect();
    Entry {
        listing: Listing::Listed,
        valid_until: Some(now().plus_millis(60_000)),
        via: texts(via),
        marked_via: texts(marked_via),
        chain: Vec::new(),
        mark: None,
    }
}

/// Changes the web, and says whether the leaf is known by it now, whether what was known of it before is open, and which documents were asked for.
fn after(
    change: impl FnOnce(&mut BTreeMap<String, String>),
    before: &Entry,
    marks: &[String],
) -> (bool, bool) {
    let mut web = web();
    change(&mut web);
    let (mut collector, _) = gone_through(&web, Limits::default());
    let found = collector.found(marks, now(), &CRYPTO).unwrap();
    let open = collector.is_open(LEAF, before, marks, now(), &CRYPTO);
    (known(&found).contains(&LEAF), open)
}

/// Silence on the way to the anchor leaves open what was known; what arrives and does not hold, or is not there any more, does not.
#[test]
fn what_was_known_is_open_while_somebody_on_its_way_is_silent_and_not_beyond() {
    let before = entry(&[MIDDLE, ANCHOR], &[]);
    type Change = fn(&mut BTreeMap<String, String>);
    let silent: [Change; 6] = [
        |web| _ = web.remove(&format!("{ANCHOR}/list")),
        |web| _ = web.remove(&about(ANCHOR, MIDDLE)),
        |web| _ = web.remove(&configuration(MIDDLE)),
        |web| _ = web.insert(format!("{MIDDLE}/list"), "<html>busy</html>".into()),
        |web| _ = web.remove(&about(MIDDLE, LEAF)),
        |web| _ = web.remove(&configuration(LEAF)),
    ];
    for (number, change) in silent.into_iter().enumerate() {
        assert_eq!(after(change, &before, &[]), (false, true), "case {number}");
    }
    let spoken: [Change; 7] = [
        |web| _ = web.insert(format!("{ANCHOR}/list"), "[]".into()),
        |web| _ = web.insert(format!("{MIDDLE}/list"), "[]".into()),
        |web| {
            web.insert(format!("{MIDDLE}/list"), "[]".into());
            web.remove(&configuration(LEAF));
        },
        |web| {
            let own = json!({"authority_hints": [MIDDLE], "exp": now().unix_millis() / 1_000 - 1});
            web.insert(configuration(LEAF), text(LEAF, LEAF, own));
        },
        |web| {
            let ended = json!({"exp": now().unix_millis() / 1_000 - 1});
            web.insert(about(MIDDLE, LEAF), text(MIDDLE, LEAF, ended));
        },
        // A theft was told: other keys.
        |web| {
            let keys = json!({"jwks": jwks(OTHER)});
            web.insert(about(MIDDLE, LEAF), text(MIDDLE, LEAF, keys));
        },
        // Another is silent about it, who was not on its way.
        |web| {
            web.insert(format!("{MIDDLE}/list"), "[]".into());
            web.insert(format!("{ANCHOR}/list"), json!([MIDDLE, OTHER]).to_string());
            web.insert(about(ANCHOR, OTHER), text(ANCHOR, OTHER, json!({})));
            let own = json!({"authority_hints": [ANCHOR], "metadata": superior(OTHER)});
            web.insert(configuration(OTHER), text(OTHER, OTHER, own));
            web.insert(format!("{OTHER}/list"), json!([LEAF]).to_string());
        },
    ];
    for (number, change) in spoken.into_iter().enumerate() {
        assert_eq!(after(change, &before, &[]), (false, false), "case {number}");
    }
}

/// What was thrown out is told with its reason, as what could not be had is told without.
#[test]
fn what_arrives_and_does_not_hold_is_refused_and_not_unreached() {
    let mut web = web();
    let ended = json!({"exp": now().unix_millis() / 1_000 - 1});
    web.insert(about(MIDDLE, LEAF), text(MIDDLE, LEAF, ended));
    let found = collected(&web, Limits::default(), &[]).0.unwrap();
    assert!(!found.unreached.contains(LEAF));
    let expired = ChainFault::Statement(StatementFault::Expired);
    assert_eq!(found.refused, [(LEAF.to_owned(), expired)]);
}

/// The leaf needs an accreditation by somebody who stands below the anchor besides it.
#[test]
fn an_accreditation_is_open_while_its_issuer_cannot_be_asked() {
    let marked = |web: &mut BTreeMap<String, String>, by: &str| {
        let marks = json!([{"trust_mark_type": MARK, "trust_mark": mark(by, json!({}))}]);
        let own = json!({"authority_hints": [MIDDLE], "trust_marks": marks});
        web.insert(configuration(LEAF), text(LEAF, LEAF, own));
        let accepting = json!({"metadata": superior(ANCHOR), "trust_mark_issuers": {MARK: []}});
        web.insert(configuration(ANCHOR), text(ANCHOR, ANCHOR, accepting));
        web.insert(format!("{ANCHOR}/list"), json!([MIDDLE, OTHER]).to_string());
        web.insert(about(ANCHOR, OTHER), text(ANCHOR, OTHER, json!({})));
        let own = json!({"authority_hints": [ANCHOR]});
        web.insert(configuration(OTHER), text(OTHER, OTHER, own));
    };
    let (asked, before) = (
        [MARK.to_owned()],
        entry(&[MIDDLE, ANCHOR], &[OTHER, ANCHOR]),
    );
    let now = |change: fn(&mut BTreeMap<String, String>), by: &str| {
        let change = |web: &mut BTreeMap<String, String>| {
            marked(web, by);
            change(web);
        };
        after(change, &before, &asked)
    };
    assert_eq!(now(|_| {}, OTHER), (true, false));
    let silent = |web: &mut BTreeMap<String, String>| _ = web.remove(&configuration(OTHER));
    assert_eq!(now(silent, OTHER), (false, true));
    // It has none of theirs any more.
    assert_eq!(now(silent, "https://third.example"), (false, false));
    let thrown_out = |web: &mut BTreeMap<String, String>| {
        web.insert(format!("{ANCHOR}/list"), json!([MIDDLE]).to_string());
        web.remove(&configuration(OTHER));
    };
    assert_eq!(now(thrown_out, OTHER), (false, false));
}

/// Whoever signs a configuration with keys of their own can name any address in it.
#[test]
fn nobody_without_a_chain_has_us_fetch_a_list() {
    let asked = |own: serde_json::Value, said: serde_json::Value| {
        let mut web = web();
        web.insert(configuration(MIDDLE), text(MIDDLE, MIDDLE, own));
        web.insert(about(ANCHOR, MIDDLE), text(ANCHOR, MIDDLE, said));
        let mut collector = Collector::new(anchor(), Limits::default());
        let mut asked = Vec::new();
        while let Some(want) = collector.next_wanted() {
            asked.push(want.url());
            let document = web.get(&want.url()).map(String::as_bytes);
            collector.answer(&want, document, now(), &CRYPTO);
        }
        asked.contains(&format!("{MIDDLE}/list"))
    };
    let own = |above: &str| json!({"authority_hints": [above], "metadata": superior(MIDDLE)});
    assert!(asked(own(ANCHOR), json!({})));
    assert!(!asked(own(OTHER), json!({})));
    assert!(!asked(own(ANCHOR), json!({"jwks": jwks(OTHER)})));
    let excluded = json!({"constraints": {"naming_constraints": {"excluded": ["middle.example"]}}});
    assert!(!asked(own(ANCHOR), excluded));
    // What is asked of the metadata of those below is not asked of who only leads to them.
    let policy = json!({"metadata_policy": {"federation_entity": {"organization_name": {"essential": true}}}});
    assert!(asked(own(ANCHOR), policy));
}

#[test]
fn a_federation_takes_no_more_room_than_it_is_given() {
    let (found, _) = collected(&web(), Limits::default(), &[]);
    assert!(found.unwrap().cut.is_empty());
    let web = web();
    let of_anchor = web.iter().filter(|(at, _)| at.starts_with(ANCHOR));
    let bytes: usize = of_anchor.map(|(_, text)| text.len()).sum();
    let limits = |bytes: usize| Limits {
        bytes,
        ..Limits::default()
    };
    let found = collected(&web, limits(bytes), &[]).0.unwrap();
    assert!(!found.left_out && found.cut.contains(MIDDLE), "{found:?}");
    assert!(collected(&web, limits(bytes - 1), &[]).0.unwrap().left_out);
}

const THIRD: &str = "https://third.example";

/// The anchor has the intermediate and another, which has a leaf of its own; the DID it has no more.
fn with_another() -> BTreeMap<String, String> {
    let mut web = web();
    web.insert(format!("{ANCHOR}/list"), json!([MIDDLE, OTHER]).to_string());
    web.insert(about(ANCHOR, OTHER), text(ANCHOR, OTHER, json!({})));
    let own = json!({"authority_hints": [ANCHOR], "metadata": superior(OTHER)});
    web.insert(configuration(OTHER), text(OTHER, OTHER, own));
    web.insert(format!("{OTHER}/list"), json!([THIRD]).to_string());
    web.insert(about(OTHER, THIRD), text(OTHER, THIRD, json!({})));
    let own = json!({"authority_hints": [OTHER]});
    web.insert(configuration(THIRD), text(THIRD, THIRD, own));
    web
}

/// The rest of the federation is read, and whom the anchor struck off is known no more; only who stands below the one is open.
#[track_caller]
fn is_cut_below_the_middle_alone(mut collector: Collector) {
    let found = collector.found(&[], now(), &CRYPTO).unwrap();
    assert_eq!(known(&found), [MIDDLE, OTHER, THIRD]);
    assert!(!found.left_out);
    assert_eq!(found.cut, BTreeSet::from([MIDDLE.to_owned()]));
    let open = |entity: &str, via: &[&str]| {
        let before = entry(via, &[]);
        collector.is_open(entity, &before, &[], now(), &CRYPTO)
    };
    assert!(open(LEAF, &[MIDDLE, ANCHOR]));
    assert!(!open(
        "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
        &[ANCHOR]
    ));
}

#[test]
fn who_lists_more_than_is_read_leaves_open_only_who_stands_below_it() {
    let mut web = with_another();
    let crowd = (0..1_000).map(|number| format!("https://{number}.middle.example"));
    let listed: Vec<String> = crowd.chain([THIRD.to_owned(), LEAF.to_owned()]).collect();
    web.insert(format!("{MIDDLE}/list"), json!(listed).to_string());
    let (collector, _) = gone_through(&web, Limits::default());
    is_cut_below_the_middle_alone(collector);
}

/// A host that never answers has us wait eight seconds each time.
#[test]
fn who_has_us_wait_leaves_time_for_the_others() {
    let mut web = with_another();
    let crowd = (0..200).map(|number| format!("https://{number}.middle.example"));
    let listed: Vec<String> = crowd.chain([LEAF.to_owned()]).collect();
    web.insert(format!("{MIDDLE}/list"), json!(listed).to_string());
    let mut collector = Collector::new(anchor(), Limits::default());
    let mut waited = 0;
    while let Some(want) = collector.next_wanted() {
        let document = web.get(&want.url()).map(String::as_bytes);
        if document.is_none() {
            waited += 8_000;
            collector.waited(&want, 8_000);
        }
        collector.answer(&want, document, now(), &CRYPTO);
    }
    assert!(waited <= 10 * 60_000 + 8_000, "{waited}");
    is_cut_below_the_middle_alone(collector);
}

/// What there was no room for below one is asked for where somebody else is above it, too.
#[test]
fn who_stands_below_another_as_well_is_not_left_out() {
    let mut web = with_another();
    web.insert(format!("{OTHER}/list"), json!([THIRD, LEAF]).to_string());
    web.insert(about(OTHER, LEAF), text(OTHER, LEAF, json!({})));
    let own = json!({"authority_hints": [MIDDLE, OTHER]});
    web.insert(configuration(LEAF), text(LEAF, LEAF, own));
    let mut collector = Collector::new(anchor(), Limits::default());
    while let Some(want) = collector.next_wanted() {
        // The leaf's configuration is wanted by then, and not had.
        let is_slow = want.url() == about(MIDDLE, MIDDLE);
        let document = web.get(&want.url()).map(String::as_bytes);
        collector.waited(&want, if is_slow { 11 * 60_000 } else { 0 });
        collector.answer(&want, document, now(), &CRYPTO);
    }
    let found = collector.found(&[], now(), &CRYPTO).unwrap();
    assert_eq!(known(&found), [LEAF, MIDDLE, OTHER, THIRD]);
    assert!(found.cut.contains(MIDDLE) && !found.unreached.contains(LEAF));
}

/// A thousand entities with the longest chains are not to be judged in one go.
#[test]
fn judging_can_be_parted_and_comes_to_the_same() {
    let (mut whole, _) = gone_through(&web(), Limits::default());
    let mut parted = whole.clone();
    let (mut steps, marks) = (0, [MARK.to_owned()]);
    while parted.judge_next(&marks, now(), &CRYPTO) {
        steps += 1;
    }
    // Three chains, and the marks of three entities.
    assert_eq!(steps, 6);
    let later: Timestamp = now().plus_millis(365 * 86_400_000);
    let parted = parted.found(&marks, later, &CRYPTO).unwrap();
    let whole = whole.found(&marks, now(), &CRYPTO).unwrap();
    assert_eq!((parted.known, parted.refused), (whole.known, whole.refused));
}
