//! Trust files: what they say, what is refused, and which checkpoints they let through.

use touchstone_tlog::policy::PolicyFault;
use touchstone_tlog::{Policy, PolicyError, PolicyFileError, SignedCheckpoint, VerifierKey};

use crate::support::{CRYPTO, Secret, TIME, Tree, keys, sign_at, signed};

type Key = (VerifierKey, Secret);

/// A log with two keys and five witnesses, of which the last signs with ML-DSA-44.
fn parties() -> (Vec<Key>, Vec<Key>) {
    let [note, _, lattice] = keys("log.example.org");
    let mut witnesses: Vec<Key> = ["x1", "x2", "x3", "y1"]
        .into_iter()
        .map(|name| {
            let [_, cosigns, _] = keys(&format!("{name}.example.org"));
            cosigns
        })
        .collect();
    let [.., lattice_witness] = keys("y2.example.org");
    witnesses.push(lattice_witness);
    (vec![note, lattice], witnesses)
}

/// The shape of the example in the specification.
fn two_groups(logs: &[Key], witnesses: &[Key]) -> String {
    let mut text = String::from("# Who is believed.\n\n");
    for (key, _) in logs {
        text += &format!("log {key} https://log.example.org/\n");
    }
    for ((key, _), name) in witnesses.iter().zip(["X1", "X2", "X3", "Y1", "Y2"]) {
        text += &format!("\twitness  {name} {key}\n");
    }
    text + "group X 2 X1 X2 X3\ngroup Y any Y1 Y2\n  # both\ngroup both all X Y\nquorum both\n"
}

fn parse(text: &str) -> Result<Policy, PolicyFileError> {
    Policy::parse(text.as_bytes(), &CRYPTO)
}

fn checkpoint(by: &[&Key]) -> SignedCheckpoint {
    signed(&Tree::new(5), 5, by)
}

#[test]
fn t50_a_quorum_is_met_by_exactly_the_sets_that_the_groups_name() {
    let (logs, witnesses) = parties();
    let policy = parse(&two_groups(&logs, &witnesses)).unwrap();
    for set in 0..32u8 {
        let by: Vec<&Key> = (0..5)
            .filter(|at| set >> at & 1 == 1)
            .map(|at| &witnesses[at])
            .collect();
        let mut all = vec![&logs[0]];
        all.extend(&by);
        let evaluation = policy.evaluate(&checkpoint(&all), &CRYPTO);
        let evaluation = evaluation.unwrap();
        let expect = (set & 0b111).count_ones() >= 2 && set & 0b11000 != 0;
        assert_eq!(evaluation.has_quorum, expect, "{set:05b}");
        let names: Vec<&str> = evaluation
            .witnesses
            .iter()
            .map(|(by, _)| by.key.name())
            .collect();
        let expect: Vec<&str> = by.iter().map(|(key, _)| key.name()).collect();
        assert_eq!(names, expect);
    }
}

#[test]
fn a_policy_is_written_as_it_is_read() {
    let (logs, witnesses) = parties();
    let policy = parse(&two_groups(&logs, &witnesses)).unwrap();
    assert_eq!(parse(&policy.to_string()), Ok(policy.clone()));
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (2, 5));
    assert_eq!(
        policy.logs()[0].url.as_deref(),
        Some("https://log.example.org/")
    );
    assert!(policy.asks_for_witnesses());
}

#[test]
fn t50_the_same_witness_twice_is_one_witness() {
    let (logs, witnesses) = parties();
    let policy = parse(&two_groups(&logs, &witnesses)).unwrap();
    let all = [&logs[0], &witnesses[0], &witnesses[0], &witnesses[3]];
    let signed = checkpoint(&all);
    let evaluation = policy.evaluate(&signed, &CRYPTO).unwrap();
    assert!(!evaluation.has_quorum);
}

#[test]
fn the_earliest_time_that_a_believed_witness_states_counts() {
    let (logs, witnesses) = parties();
    let policy = parse(&two_groups(&logs, &witnesses)).unwrap();
    let [_, stranger, _] = keys("stranger.example.org");
    let mut signed = checkpoint(&[&logs[0], &logs[1]]);
    sign_at(&mut signed.note, &witnesses[0], TIME + 50);
    sign_at(&mut signed.note, &witnesses[0], TIME + 40);
    sign_at(&mut signed.note, &witnesses[4], TIME + 60);
    sign_at(&mut signed.note, &stranger, TIME - 1000);
    let evaluation = policy.evaluate(&signed, &CRYPTO).unwrap();
    assert_eq!(evaluation.earliest(), Some(TIME + 40));
    // A log's own time is the issuer's word.
    assert_eq!(evaluation.logs.len(), 2);
    let alone = checkpoint(&[&logs[0], &logs[1]]);
    assert_eq!(policy.evaluate(&alone, &CRYPTO).unwrap().earliest(), None);
}

/// Threat 43: one witness whose clock is wrong, or who helps, does not say alone when enough had seen it.
#[test]
fn t43_enough_had_seen_it_only_when_the_last_that_is_needed_had() {
    let (logs, witnesses) = parties();
    let policy = parse(&two_groups(&logs, &witnesses)).unwrap();
    let mut signed = checkpoint(&[&logs[0]]);
    for (at, time) in [(0, 0), (1, 100), (3, 100), (4, 90)] {
        sign_at(&mut signed.note, &witnesses[at], TIME + time);
    }
    let found = policy.evaluate(&signed, &CRYPTO).unwrap();
    assert!(found.has_quorum);
    assert_eq!(found.earliest(), Some(TIME));
    assert!(found.quorum_at > Some(TIME + 50), "{:?}", found.quorum_at);
    // Nor does one say alone that it was seen later than the others say.
    let mut ahead = checkpoint(&[&logs[0]]);
    for (at, time) in [(0, 1_000), (1, 100), (3, 100), (4, 90)] {
        sign_at(&mut ahead.note, &witnesses[at], TIME + time);
    }
    let found = policy.evaluate(&ahead, &CRYPTO).unwrap();
    assert!(
        found.quorum_until < Some(TIME + 101),
        "{:?}",
        found.quorum_until
    );
    assert!(found.quorum_until >= Some(TIME + 90));
    let mut few = checkpoint(&[&logs[0]]);
    sign_at(&mut few.note, &witnesses[0], TIME);
    let found = policy.evaluate(&few, &CRYPTO).unwrap();
    assert_eq!((found.has_quorum, found.quorum_at), (false, None));
    assert_eq!(found.quorum_until, None);
}

#[test]
fn without_a_believed_log_nothing_is_believed() {
    let (logs, witnesses) = parties();
    let text = two_groups(&logs, &witnesses);
    let policy = parse(&text).unwrap();
    let everyone: Vec<&Key> = witnesses.iter().collect();
    let origin = "log.example.org".to_owned();
    let not_signed = Err(PolicyError::NotSignedByLog {
        origin: origin.clone(),
    });
    assert_eq!(policy.evaluate(&checkpoint(&everyone), &CRYPTO), not_signed);
    let other = Policy::unwitnessed([keys("other.example.org")[0].0.clone()]);
    let unknown = Err(PolicyError::UnknownLog { origin });
    assert_eq!(other.evaluate(&checkpoint(&[&logs[0]]), &CRYPTO), unknown);
}

#[test]
fn a_believed_witness_whose_signature_does_not_hold_spoils_the_checkpoint() {
    let (logs, witnesses) = parties();
    let policy = parse(&two_groups(&logs, &witnesses)).unwrap();
    let mut signed = checkpoint(&[&logs[0], &witnesses[0], &witnesses[1], &witnesses[3]]);
    let fork = super::support::signed(&Tree::new(6), 6, &[&witnesses[2]]);
    signed.note.add(fork.note.signatures()[0].clone());
    let outcome = policy.evaluate(&signed, &CRYPTO);
    assert!(
        matches!(outcome, Err(PolicyError::Signature(_))),
        "{outcome:?}"
    );
}

#[test]
fn a_quorum_of_none_asks_for_nobody() {
    let (logs, witnesses) = parties();
    let policy = parse(&format!("log {}\nquorum none\n", logs[0].0)).unwrap();
    let signed = checkpoint(&[&logs[0], &witnesses[0]]);
    let evaluation = policy.evaluate(&signed, &CRYPTO).unwrap();
    assert!(evaluation.has_quorum && evaluation.witnesses.is_empty());
    assert!(!policy.asks_for_witnesses());
}

#[test]
fn a_file_that_is_no_policy_is_refused_with_the_line() {
    let (logs, witnesses) = parties();
    let (log, one, two) = (&logs[0].0, &witnesses[0].0, &witnesses[1].0);
    let renamed = VerifierKey::new("renamed.example.org", one.key().clone(), &CRYPTO).unwrap();
    let name = |name: &str| name.to_owned();
    for (text, line, fault) in [
        (String::new(), 0, PolicyFault::NoQuorum),
        (format!("log {log}\n"), 0, PolicyFault::NoQuorum),
        (
            name("quorum none\nquorum none\n"),
            2,
            PolicyFault::QuorumTwice,
        ),
        (name("quorum A\n"), 1, PolicyFault::UnknownName(name("A"))),
        (
            format!("quorum A\nwitness A {one}\n"),
            1,
            PolicyFault::UnknownName(name("A")),
        ),
        (
            format!("log {log}\nlog {log}\n"),
            2,
            PolicyFault::DuplicateKey,
        ),
        (
            format!("witness A {one}\nwitness B {renamed}\n"),
            2,
            PolicyFault::DuplicateKey,
        ),
        (
            format!("witness A {one}\nwitness A {two}\n"),
            2,
            PolicyFault::NameTaken(name("A")),
        ),
        (
            format!("witness none {one}\n"),
            1,
            PolicyFault::NameTaken(name("none")),
        ),
        (format!("witness A {log}\n"), 1, PolicyFault::NoWitnessKey),
        (
            format!("witness A {one}\ngroup G 0 A\n"),
            2,
            PolicyFault::Threshold,
        ),
        (
            format!("witness A {one}\ngroup G 2 A\n"),
            2,
            PolicyFault::Threshold,
        ),
        (
            format!("witness A {one}\ngroup G 01 A\n"),
            2,
            PolicyFault::Threshold,
        ),
        (
            format!("witness A {one}\ngroup G any\n"),
            2,
            PolicyFault::Words,
        ),
        (
            format!("witness A {one}\ngroup G any A A\n"),
            2,
            PolicyFault::MemberTwice,
        ),
        (
            format!("witness A {one}\ngroup G any A\ngroup H any A\n"),
            3,
            PolicyFault::MemberTwice,
        ),
        (
            name("group G any none\n"),
            1,
            PolicyFault::UnknownName(name("none")),
        ),
        (
            name("group G any G\n"),
            1,
            PolicyFault::UnknownName(name("G")),
        ),
        (name("logs x\n"), 1, PolicyFault::UnknownLine(name("logs"))),
        (name("log\n"), 1, PolicyFault::Words),
        (name("quorum none\r\n"), 1, PolicyFault::ControlCharacter),
    ] {
        let error = PolicyFileError { line, fault };
        assert_eq!(parse(&text), Err(error), "{text:?}");
    }
}

#[test]
fn names_are_bytes() {
    let (_, witnesses) = parties();
    let (one, two) = (&witnesses[0].0, &witnesses[1].0);
    let kelvin = format!("witness K {one}\nwitness \u{212a} {two}\nquorum \u{212a}\n");
    assert_eq!(parse(&kelvin).unwrap().witnesses().len(), 2);
    let no_break = format!("witness a\u{a0}b {one}\nquorum a\u{a0}b\n");
    assert!(parse(&no_break).is_ok());
    let mut latin = format!("witness X {one}\nwitness Y {two}\nquorum Y\n").into_bytes();
    let text = String::from_utf8(latin.clone()).unwrap();
    let places = [text.find("X ").unwrap(), text.find("Y ").unwrap()];
    (latin[places[0]], latin[places[1]]) = (0xe9, 0xea);
    let last = latin.len() - 2;
    latin[last] = 0xea;
    assert!(Policy::parse(&latin, &CRYPTO).is_ok());
    latin[last] = 0xeb;
    assert!(Policy::parse(&latin, &CRYPTO).is_err());
}

#[test]
fn a_log_speaks_for_the_domains_that_the_file_says_and_other_readers_read_past_them() {
    let (logs, witnesses) = parties();
    let text = two_groups(&logs, &witnesses);
    let more = format!(
        "{text}#domain log.example.org new.example\n \t#domain other.example/log b.example\n# domain log.example.org c.example\n"
    );
    let policy = parse(&more).unwrap();
    let of = |log: &str| policy.domains(log).collect::<Vec<_>>().join(" ");
    assert_eq!(of("log.example.org"), "new.example");
    assert_eq!(of("other.example/log"), "b.example");
    assert_eq!(of("new.example"), "");
    assert_eq!(parse(&text).unwrap().domains("log.example.org").count(), 0);
    for words in [
        "",
        " log.example.org",
        " log.example.org a.example b.example",
    ] {
        let refused = parse(&format!("{text}#domain{words}\n")).unwrap_err();
        assert_eq!(refused.fault, PolicyFault::Words, "{words}");
    }
}
