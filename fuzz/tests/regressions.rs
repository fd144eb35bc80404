//! What was found once stays mended. A file per input, in the folder of its target; binary ones in hexadecimal.

use std::fs;
use std::path::Path;

use touchstone_canon::multibase;
use touchstone_fuzz::{TARGETS, genuine, mutate, random::Random, target};
use touchstone_vc::{CheckKind, Credential, Outcome};

#[test]
fn what_was_found_once_stays_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    let mut tried = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let target = target(&name).unwrap_or_else(|| panic!("no target {name}"));
        for entry in fs::read_dir(&folder).unwrap() {
            let file = entry.unwrap().path();
            let mut input = fs::read(&file).unwrap();
            if file.extension().is_some_and(|kind| kind == "hex") {
                input = multibase::decode_hex(String::from_utf8(input).unwrap().trim()).unwrap();
            }
            (target.run)(&input);
            tried += 1;
        }
    }
    assert!(tried > 0);
}

#[test]
fn names_of_targets_are_names_of_folders_and_each_stands_once() {
    let mut names = TARGETS.map(|target| target.name);
    assert!(names.iter().all(|name| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"-23".contains(&byte))
    }));
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn the_same_number_breaks_a_seed_in_the_same_way() {
    let seeds = [br#"{"a":[1,2,{"b":null}]}"#.to_vec(), b"text".to_vec()];
    let all = |seed| {
        let mut random = Random::new(seed);
        (0..50)
            .map(|at| mutate::broken(&mut random, &seeds[at % 2], &seeds))
            .collect::<Vec<_>>()
    };
    assert_eq!(all(1), all(1));
    assert_ne!(all(1), all(2));
}

/// Without the documents that a credential asks for, nothing behind an address would ever be reached.
#[test]
fn what_is_published_at_an_address_is_judged_to_the_end() {
    for bytes in genuine::own_published() {
        let credential = Credential::parse(&bytes).unwrap();
        let report = genuine::judge(&credential);
        for kind in [CheckKind::Proof, CheckKind::Issuer, CheckKind::Evidence] {
            assert_eq!(report.outcome(kind), Some(Outcome::Pass), "{report:?}");
        }
        assert_eq!(report.of(CheckKind::Evidence).count(), 2);
    }
}
