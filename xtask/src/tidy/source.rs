//! Words that belong in one layer only, work left undone, and sizes.

use super::tree::{File, Finding, Tree};

/// Words, and the only packages that may use them. The first match of a line is reported.
///
/// Compiler and clippy know types, not layers: this catches a query in a page or a socket in a use case.
const RESERVED: &[Reserved] = &[
    Reserved {
        what: "SQL",
        words: &[
            "SELECT ",
            "INSERT INTO ",
            "DELETE FROM ",
            "CREATE TABLE ",
            "PRAGMA ",
            "sea_orm",
            "sqlx::",
        ],
        packages: &["store", "testkit"],
    },
    Reserved {
        what: "The store",
        words: &["world.store", " .store"],
        packages: &["service", "store", "testkit", "touchstone"],
    },
    Reserved {
        what: "HTTP types",
        words: &["axum::", "tower_http::"],
        packages: &["web", "touchstone"],
    },
    Reserved {
        what: "Markup",
        words: &["maud::"],
        packages: &["page", "web"],
    },
    Reserved {
        what: "The network",
        words: &["reqwest::", "lettre::", "TcpStream", "UdpSocket"],
        // What tests ask stands in testkit: an authority on a port of this machine.
        packages: &["adapters", "testkit", "touchstone"],
    },
    Reserved {
        what: "The file system",
        words: &["std::fs", "tokio::fs", "File::open", "File::create"],
        packages: &["adapters", "store", "touchstone", "testkit"],
    },
    Reserved {
        what: "The clock",
        words: &[
            "SystemTime::now",
            "Instant::now",
            "Timestamp::now(",
            "Zoned::now(",
        ],
        packages: &["adapters", "pkcs11", "touchstone", "testkit"],
    },
    Reserved {
        what: "Randomness",
        words: &[
            "thread_rng",
            "OsRng",
            "SystemRandom",
            "getrandom::",
            "new_v4(",
            "now_v7(",
        ],
        packages: &["adapters", "touchstone", "testkit"],
    },
];

/// Words that only some packages may use.
struct Reserved {
    what: &'static str,
    words: &'static [&'static str],
    packages: &'static [&'static str],
}

/// Packages that stand outside the layers: they run the project, the project does not run them.
const OUTSIDE: [&str; 4] = ["xtask", "bench", "fuzz", "interop"];

/// Words used outside their layer.
pub(super) fn reserved_words(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in layered(tree) {
        for (number, line) in file.shipped() {
            for reserved in RESERVED {
                let elsewhere = !reserved.packages.contains(&file.package());
                let word = reserved.words.iter().find(|word| stands_in(line, word));
                if let (true, Some(word)) = (elsewhere, word) {
                    let home = reserved.packages.join(", ");
                    let text = format!("`{}`: {} belongs in {home}", word.trim(), reserved.what);
                    found.push(file.finding(number, text));
                }
            }
        }
    }
    found
}

/// Whether `word` stands in `line` by itself, not as the end of a longer word.
fn stands_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

/// Marks of work that is not done, in any file of ours. Spelled so that this file has none of them.
pub(super) fn unfinished(tree: &Tree) -> Vec<Finding> {
    let everywhere = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["FIX", "ME"].concat(),
        ["XX", "X"].concat(),
        ["#[ig", "nore"].concat(),
        [".sk", "ip(true"].concat(),
        ["it.on", "ly("].concat(),
    ];
    let in_shell = [["|| tr", "ue"].concat()];
    let mut found = Vec::new();
    for file in &tree.files {
        let is = |ends: &[&str]| ends.iter().any(|end| file.path.ends_with(end));
        let marks: &[String] = match () {
            () if is(&[".sh", "/run"]) => &in_shell,
            () if is(&[".rs", ".mjs", ".js"]) => &everywhere,
            () => continue,
        };
        for (number, line) in file.text().lines().enumerate() {
            if let Some(mark) = marks.iter().find(|mark| line.contains(mark.as_str())) {
                found
                    .push(file.finding(number + 1, format!("`{mark}`: finish it, or take it out")));
            }
        }
    }
    found
}

/// Panics in waiting.
pub(super) fn unwraps(tree: &Tree) -> Vec<Finding> {
    let panic = [".un", "wrap()"].concat(); // Spelled so that this line is none.
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| file.package() != "testkit") {
        for (number, line) in file.shipped() {
            if line.contains(&panic) {
                let text = "`unwrap` outside tests: return the error, or `expect` why it holds";
                found.push(file.finding(number, text));
            }
        }
    }
    found
}

/// Use cases and queries that would be compiled again in each crate that awaits them (`crates/service/src/lib.rs`, `crates/store/src/lib.rs`).
pub(super) fn unboxed(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let package = file.path.strip_prefix("crates/");
        let package = package.and_then(|rest| rest.split_once("/src/"));
        let Some((package, _)) = package.filter(|(package, _)| BOXED.contains(package)) else {
            continue;
        };
        let mut before = "";
        for (number, line) in file.shipped() {
            let line = line.trim_start();
            let name = line.strip_prefix("pub async fn ");
            let name = name.and_then(|rest| rest.split(['(', '<']).next());
            if let Some(name) = name
                && !before.starts_with("#[crate::boxed")
                && !CANNOT_BE_BOXED.contains(&format!("{package}/{name}").as_str())
            {
                found.push(file.finding(number, "a use case or a query without `#[crate::boxed]`"));
            }
            before = line;
        }
    }
    found
}

/// What many crates await.
const BOXED: [&str; 2] = ["service", "store"];

/// They take a type with a lifetime inside, a closure or an iterator, which the attribute cannot follow.
const CANNOT_BE_BOXED: [&str; 21] = [
    "service/add_tallies",
    "service/ask_witnesses",
    "service/audit_roots",
    "service/carry_on",
    "service/caught",
    "service/document",
    "service/fsck",
    "service/fsck_anchors",
    "service/learn",
    "service/once",
    "service/outcomes",
    "service/prove",
    "service/prove_status",
    "store/add_batch_rows",
    "store/add_deliveries",
    "store/add_learners",
    "store/audit",
    "store/bulk_items",
    "store/outbox",
    "store/reserve",
    "store/write",
];

/// Files that ask for a second reason to exist.
pub(super) fn long_files(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .map(|file| (file, file.text().lines().count()))
        .filter(|(_, lines)| *lines > ASK_WHY)
        .map(|(file, lines)| {
            file.finding(
                0,
                format!("{lines} lines: which part has a name of its own?"),
            )
        })
        .collect()
}

/// Lines; aim for half of it.
const ASK_WHY: usize = 600;

fn layered(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.rust()
        .filter(|file| !OUTSIDE.contains(&file.package()))
}

#[cfg(test)]
mod tests {
    use super::super::tree::planted;
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Tree) -> Vec<Finding>, path: &str, text: &str, expect: &[usize]) {
        let found = rule(&planted(&[(path, text)]));
        let lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expect);
    }

    #[test]
    fn a_query_belongs_in_the_store() {
        let text = "let q = \"SELECT 1\";\n// SELECT is a word here.\n";
        check(reserved_words, "crates/web/src/a.rs", text, &[1]);
        check(reserved_words, "crates/store/src/a.rs", text, &[]);
    }

    #[test]
    fn a_clock_belongs_in_an_adapter() {
        let text = "let now = SystemTime::now();\n";
        check(reserved_words, "crates/service/src/a.rs", text, &[1]);
        check(reserved_words, "crates/adapters/src/a.rs", text, &[]);
        check(reserved_words, "bench/src/a.rs", text, &[]);
    }

    #[test]
    fn a_longer_word_is_another_word() {
        check(
            reserved_words,
            "crates/service/src/a.rs",
            "MyTcpStream::new()\n",
            &[],
        );
    }

    #[test]
    fn unfinished_work_is_found_in_tests_too() {
        let text = ["#[cfg(test)]\nmod tests {\n    to", "do!()\n}\n"].concat();
        check(unfinished, "crates/vc/src/a.rs", &text, &[3]);
    }

    #[test]
    fn unwrap_is_for_tests() {
        let text = "a.unwrap();\n#[cfg(test)]\nmod tests {\n    a.unwrap();\n}\n";
        check(unwraps, "crates/vc/src/a.rs", text, &[1]);
        check(unwraps, "crates/vc/tests/a.rs", text, &[]);
    }

    #[test]
    fn a_use_case_is_boxed() {
        let text = "pub async fn a(world: &World) {}\n#[crate::boxed]\npub async fn b() {}\npub async fn fsck(source: Source<'_>) {}\n";
        check(unboxed, "crates/service/src/a.rs", text, &[1]);
        check(unboxed, "crates/store/src/a.rs", text, &[1, 4]);
        check(unboxed, "crates/web/src/a.rs", text, &[]);
    }

    #[test]
    fn a_file_over_600_lines_is_asked_about() {
        check(long_files, "crates/vc/src/a.rs", &"x\n".repeat(601), &[0]);
        check(long_files, "crates/vc/src/a.rs", &"x\n".repeat(600), &[]);
    }
}
