//! What associations of CASE say, kept in their words.

use serde_json::{Value, json};
use touchstone_crosswalk::framework::{AssociationType, LinkRelation, case};

/// CASE 1.1, CFAssociation: `associationType` is one of a list, or `ext:` and a word of somebody's own.
#[test]
fn an_association_of_another_kind_keeps_its_word_and_is_not_called_related() {
    let package = |word: Value| {
        let node = |uri: &str| json!({"title": uri, "identifier": uri, "uri": uri});
        let item = |uri: &str| json!({"uri": uri, "identifier": uri, "fullStatement": uri});
        let mut association = json!({
            "originNodeURI": node("https://a.example/1"),
            "destinationNodeURI": node("https://a.example/2"),
        });
        if word.is_string() {
            association["associationType"] = word;
        }
        json!({
            "CFDocument": {"uri": "https://a.example/", "title": "A"},
            "CFItems": [item("https://a.example/1"), item("https://a.example/2")],
            "CFAssociations": [association],
        })
        .to_string()
    };
    let read = |word: Value| case::read(package(word).as_bytes());
    for word in [
        "isPeerOf",
        "precedes",
        "replacedBy",
        "exemplar",
        "hasSkillLevel",
        "isTranslationOf",
        "ext:prepares-for",
        "somethingNew",
    ] {
        let framework = read(word.into()).unwrap();
        let kind = LinkRelation::Case(AssociationType::new(word).unwrap());
        assert_eq!(framework.statements[0].links[0].relation, kind);
        let again = case::write(&framework, "2026-01-31T00:00:00Z");
        let mut words = again["CFAssociations"].as_array().unwrap().iter();
        assert!(words.any(|one| one["associationType"] == word), "{again}");
        let again = case::read(again.to_string().as_bytes()).unwrap();
        assert_eq!(again.statements, framework.statements);
    }
    let related = read("isRelatedTo".into()).unwrap();
    let relation = &related.statements[0].links[0].relation;
    assert_eq!(*relation, LinkRelation::Related);
    for (word, told) in [
        (Value::Null, "it has no value: fill it in"),
        ("is about".into(), "`is about` is not one of isChildOf,"),
    ] {
        let faults = read(word).unwrap_err();
        assert_eq!(faults.len(), 1);
        let fault = faults[0].to_string();
        assert!(fault.starts_with("item 1, CFAssociations, associationType: "));
        assert!(fault.contains(told), "{fault}");
    }
    assert_eq!(LinkRelation::from_word("case:isChildOf"), None);
}
