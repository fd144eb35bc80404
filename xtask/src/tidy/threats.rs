//! `docs/threats.md` says which test covers which threat; a claim without its test is found here.

use super::tree::{File, Finding, Tree};

/// Where the table stands.
const TABLE: &str = "docs/threats.md";

/// Rows that name a test that does not exist or belongs to another row, or a file that is not there, and tests that no row names.
pub(super) fn untrue(tree: &Tree) -> Vec<Finding> {
    let Some(table) = tree.file(TABLE) else {
        return Vec::new(); // `files::missing` says so.
    };
    let tests = tests(tree);
    let mut found = Vec::new();
    let mut named = Vec::new();
    for (number, row) in table.text().lines().enumerate() {
        let Some(threat) = threat(row) else {
            continue;
        };
        for test in row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| is_test_name(word))
        {
            named.push(test);
            let prefix = format!("t{threat:02}_");
            if !test.starts_with(&prefix) {
                found.push(
                    table.finding(number + 1, format!("`{test}` is no test of row {threat}")),
                );
            } else if !tests.contains(&test) {
                found.push(table.finding(number + 1, format!("no test is called `{test}`")));
            }
        }
    }
    for (number, row) in table.text().lines().enumerate() {
        for path in threat(row).into_iter().flat_map(|_| places(row)) {
            let path = format!("crates/{path}");
            let folder = format!("{}/", path.trim_end_matches('/'));
            let is = |file: &File| file.path == path || file.path.starts_with(&folder);
            if !tree.files.iter().any(is) {
                found.push(table.finding(number + 1, format!("`{path}` is not there")));
            }
        }
    }
    for test in tests.iter().filter(|test| !named.contains(test)) {
        found.push(table.finding(0, format!("no row names the test `{test}`")));
    }
    found
}

/// The row's number: `| 7 | …`.
fn threat(row: &str) -> Option<u32> {
    row.strip_prefix("| ")?.split(" |").next()?.parse().ok()
}

/// The files and folders in the last column of a row.
fn places(row: &str) -> impl Iterator<Item = &str> {
    let last = row.trim_end_matches([' ', '|']).rsplit(" | ").next();
    let words = last.unwrap_or("").split('`').skip(1).step_by(2);
    words.filter(|word| word.contains('/'))
}

/// Every test in the tree that is named for a threat, sorted, each once.
fn tests(tree: &Tree) -> Vec<&str> {
    let mut tests: Vec<&str> = tree
        .files
        .iter()
        .filter(|file| file.path.ends_with(".rs") || file.path.ends_with(".mjs"))
        .filter(|file| !file.path.starts_with("xtask/"))
        .flat_map(tests_of)
        .collect();
    tests.sort_unstable();
    tests.dedup();
    tests
}

/// In Rust what is defined: that somebody speaks of a test makes none.
fn tests_of(file: &File) -> impl Iterator<Item = &str> {
    let mut before = "";
    let pieces = file.text().split(['(', ' ', ')', '\n', '\'', '"', ',']);
    pieces.filter(move |word| {
        let defined = std::mem::replace(&mut before, word) == "fn" || file.path.ends_with(".mjs");
        defined && is_test_name(word)
    })
}

/// `t07_poison_graph_ends_within_budget`.
fn is_test_name(word: &str) -> bool {
    let bytes = word.as_bytes();
    let shaped = bytes.len() > 4 && bytes[0] == b't' && bytes[3] == b'_';
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    shaped && bytes[1].is_ascii_digit() && bytes[2].is_ascii_digit() && bytes.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::super::tree::planted;
    use super::*;

    #[track_caller]
    fn check(table: &str, source: &str, expect: &[&str]) {
        let tree = planted(&[(TABLE, table), ("crates/vc/src/a.rs", source)]);
        let found: Vec<String> = untrue(&tree)
            .into_iter()
            .map(|finding| finding.text)
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_row_names_a_test_that_exists() {
        check(
            "| 7 | poison | `t07_ends` | canon |",
            "fn t07_ends() {",
            &[],
        );
        check(
            "| 7 | poison | `t07_ends` | canon |",
            "",
            &["no test is called `t07_ends`"],
        );
        check(
            "| 7 | poison | `t08_ends` | canon |",
            "fn t08_ends() {",
            &["`t08_ends` is no test of row 7"],
        );
    }

    #[test]
    fn a_row_names_files_that_are_there() {
        check(
            "| 7 | poison | `t07_ends` | `vc/src/a.rs`, `vc/src/`, `vc/src/gone.rs` |",
            "fn t07_ends() {",
            &["`crates/vc/src/gone.rs` is not there"],
        );
    }

    #[test]
    fn a_test_that_is_only_spoken_of_is_none() {
        check(
            "| 7 | poison | `t07_ends` | canon |",
            "// See t07_ends (elsewhere).",
            &["no test is called `t07_ends`"],
        );
    }

    #[test]
    fn a_test_named_for_a_threat_stands_in_the_table() {
        check("", "fn t07_ends() {", &["no row names the test `t07_ends`"]);
    }
}
