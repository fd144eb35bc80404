//! Who may depend on whom. ARCHITECTURE.md has the rows of our own crates; this table is enforced.

use super::tree::{File, Finding, Tree};

/// Per crate, the watched dependencies that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("canon", &[]),
    // The pure-Rust provider of primitives, behind a feature: for tests and for a browser.
    ("vc", &["ed25519-dalek", "touchstone-canon"]),
    // What one framework's words mean in another's: files in, values and files out.
    ("crosswalk", &[]),
    // Sentences as vectors: what runs models, so that nothing else stands on it.
    ("sentences", &["candle-core"]),
    // Transparency logs. The pure-Rust provider of primitives as in `vc`.
    ("tlog", &["ed25519-dalek", "ml-dsa"]),
    // What strangers to the log state about when they saw it.
    ("anchor", &["touchstone-canon"]),
    // A credential with its proofs: what joins the two, so that neither needs the other.
    (
        "bundle",
        &["touchstone-anchor", "touchstone-tlog", "touchstone-vc"],
    ),
    // What a person reads about a credential: the same bytes from a server and in a browser.
    ("page", &["maud", "touchstone-bundle", "touchstone-vc"]),
    ("store", &["async-trait", "sea-orm", "sqlx", "tokio"]),
    (
        "service",
        &[
            "async-trait",
            "tokio",
            "touchstone-anchor",
            "touchstone-bundle",
            "touchstone-crosswalk",
            "touchstone-store",
            "touchstone-tlog",
            "touchstone-vc",
        ],
    ),
    (
        "adapters",
        &[
            "argon2",
            "async-trait",
            "aws-lc-rs",
            "krilla",
            "lettre",
            "reqwest",
            "resvg",
            "tokio",
            "touchstone-anchor",
            "touchstone-service",
            "touchstone-tlog",
            "touchstone-vc",
            "webauthn-rs",
        ],
    ),
    // What loads code that is not ours: the only crate that may.
    (
        "pkcs11",
        &[
            "async-trait",
            "cryptoki",
            "tokio",
            "touchstone-service",
            "touchstone-vc",
        ],
    ),
    (
        "web",
        &[
            "axum",
            "maud",
            "tokio",
            "tower-http",
            "touchstone-page",
            "touchstone-service",
            // Reports and what credentials say, to put them into words.
            "touchstone-vc",
            "utoipa",
        ],
    ),
    (
        "touchstone",
        &[
            "clap",
            "indicatif",
            "rpassword",
            "tokio",
            "touchstone-adapters",
            // Trust files name anchors.
            "touchstone-anchor",
            // Files of mappings and frameworks, without an installation.
            "touchstone-crosswalk",
            "touchstone-bundle",
            // The words of verdicts, which the pages say too.
            "touchstone-page",
            "touchstone-pkcs11",
            // In programs that are built with it.
            "touchstone-sentences",
            "touchstone-service",
            "touchstone-store",
            "touchstone-tlog",
            "touchstone-vc",
            "touchstone-web",
        ],
    ),
    // The verifier in a browser: what is pure, and no more.
    (
        "wasm",
        &[
            "touchstone-bundle",
            "touchstone-page",
            "touchstone-tlog",
            "touchstone-vc",
        ],
    ),
    (
        "testkit",
        &[
            "async-trait",
            "aws-lc-rs",
            "touchstone-adapters",
            "touchstone-anchor",
            "touchstone-service",
            "touchstone-store",
            "touchstone-tlog",
            "touchstone-vc",
        ],
    ),
];

/// Dependencies that would break the layering in the wrong crate: our own, and those that reach for the system.
const WATCHED: &[&str] = &[
    "argon2",
    "async-trait",
    "aws-lc-rs",
    "axum",
    "candle-core",
    "clap",
    "cryptoki",
    "ed25519-dalek",
    "getrandom",
    "hyper",
    "indicatif",
    "krilla",
    "lettre",
    "maud",
    "ml-dsa",
    "rand",
    "reqwest",
    "resvg",
    "rpassword",
    "rusqlite",
    "sea-orm",
    "sqlx",
    "tokio",
    "touchstone-",
    "tower",
    "utoipa",
    "webauthn-rs",
];

/// Watched dependencies in a crate whose row of the table does not have them.
pub(super) fn strays(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in manifests(tree).filter(|file| file.path.starts_with("crates/")) {
        let name = manifest.package();
        let Some((_, allowed)) = MAY_USE.iter().find(|(row, _)| *row == name) else {
            found.push(manifest.finding(0, format!("`{name}` has no row in the layering table")));
            continue;
        };
        for (line, key) in dependencies(manifest, &["dependencies"]) {
            let watched = WATCHED
                .iter()
                .any(|watched| key == *watched || is_family(watched, &key));
            if watched && !allowed.contains(&key.as_str()) {
                found.push(manifest.finding(line, format!("`{name}` may not use `{key}`")));
            }
        }
    }
    found
}

/// What the table lets a crate use, and the crate does not: a permission that nobody needs is one that nobody would miss being used.
pub(super) fn granted(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in manifests(tree).filter(|file| file.path.starts_with("crates/")) {
        let name = manifest.package();
        let used = dependencies(manifest, &["dependencies"]);
        let row = MAY_USE.iter().find(|(row, _)| *row == name);
        for allowed in row.map_or(&[][..], |(_, allowed)| allowed) {
            if !used.iter().any(|(_, key)| key == allowed) {
                let text =
                    format!("`{name}` does not use `{allowed}`, which the layering table lets it");
                found.push(manifest.finding(0, text));
            }
        }
    }
    found
}

/// `touchstone-` and `tower` stand for all that begins so.
fn is_family(watched: &str, key: &str) -> bool {
    (watched.ends_with('-') || watched == "tower") && key.starts_with(watched)
}

/// Dependencies that no line of the package names.
pub(super) fn unused(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in manifests(tree) {
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let mut sources: Vec<&File> = tree
            .rust()
            .filter(|file| file.path.starts_with(folder))
            .collect();
        let shared: Vec<&File> = sources
            .iter()
            .flat_map(|file| included(tree, file))
            .collect();
        sources.extend(shared);
        for (line, key) in dependencies(manifest, &["dependencies", "dev-dependencies"]) {
            let word = key.replace('-', "_");
            // A package names itself to switch on a feature for its tests.
            let itself = manifest.text().contains(&format!("name = \"{key}\"\n"));
            if !itself && !sources.iter().any(|file| file.text().contains(&word)) {
                found.push(manifest.finding(line, format!("`{key}` is not used: remove it")));
            }
        }
    }
    found
}

/// Files of other packages that this one takes in by `#[path = "…"]`.
fn included<'t>(tree: &'t Tree, file: &'t File) -> impl Iterator<Item = &'t File> {
    let paths = file.text().lines().filter_map(|line| {
        let (_, path) = line.trim().split_once("#[path = \"")?;
        Some(path.split('"').next()?.trim_start_matches("../"))
    });
    paths.flat_map(|path| tree.rust().filter(move |file| file.path.ends_with(path)))
}

/// Packages that do not take the workspace's lints. One has its own table: see [`EXPORTS`].
pub(super) fn unlinted(tree: &Tree) -> Vec<Finding> {
    manifests(tree)
        .filter(|manifest| !EXPORTS.starts_with(manifest.path.trim_end_matches("Cargo.toml")))
        .filter(|manifest| !manifest.text().contains("[lints]\nworkspace = true"))
        .map(|manifest| manifest.finding(0, "add `[lints]` with `workspace = true`"))
        .collect()
}

/// The only file that may say `unsafe`: a name that JavaScript calls is exported by `#[unsafe(no_mangle)]`, and the compiler's
/// `forbid`, which holds everywhere else, can not be lifted for one file.
const EXPORTS: &str = "crates/wasm/src/exports.rs";

/// `unsafe` where the compiler does not forbid it: in the package with a lint table of its own, outside its exports.
pub(super) fn unsafe_code(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| file.package() == "wasm") {
        for (number, line) in file.shipped() {
            let only_the_name =
                line.trim() == "#[unsafe(no_mangle)]" || line.contains("unsafe_code,");
            let allowed = file.path == EXPORTS && (only_the_name || line.contains("reason = "));
            if line.contains("unsafe") && !allowed {
                found.push(file.finding(
                    number,
                    format!("`unsafe` is for exported names in {EXPORTS}"),
                ));
            }
        }
    }
    found
}

/// Crates that are the same on a server, in the CLI and in a browser.
const PURE: [&str; 5] = ["anchor", "bundle", "canon", "tlog", "vc"];

/// Pure crates that could reach for the system.
pub(super) fn impure(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in PURE {
        let path = format!("crates/{name}/src/lib.rs");
        match tree.file(&path) {
            Some(root) if root.text().contains("no_std") => {}
            Some(root) => found.push(root.finding(0, "a pure crate is `#![no_std]`")),
            None => found.push(Finding {
                path,
                line: 0,
                text: "is missing".to_owned(),
            }),
        }
    }
    for file in tree.rust() {
        let words: &[&str] = match file.package() {
            name if PURE.contains(&name) => &["std::", "async fn", "static mut"],
            name if PURE_WITH_STD.contains(&name) => SYSTEM,
            _ => continue,
        };
        for (number, line) in file.shipped() {
            for word in words {
                let here = line.split(word).next().unwrap_or("");
                let inside_a_word =
                    here.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
                if line.contains(word) && !inside_a_word {
                    found.push(file.finding(number, format!("`{word}` in a pure crate")));
                }
            }
        }
    }
    found
}

/// Crates that are pure as well, and use `std` for what `core` lacks: logarithms, and what `maud` writes into.
const PURE_WITH_STD: [&str; 2] = ["crosswalk", "page"];

/// What reaches for the system, or differs from one run to the next.
const SYSTEM: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::sync",
    "std::thread",
    "std::time",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "async fn",
    "static mut",
];

fn manifests(tree: &Tree) -> impl Iterator<Item = &File> {
    let manifest = |file: &&File| file.path.ends_with("/Cargo.toml");
    tree.files.iter().filter(manifest)
}

/// The dependencies named in the tables called `tables`, in either way of writing them.
fn dependencies(manifest: &File, tables: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (number, line) in manifest.text().lines().enumerate() {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            let (table, key) = match header.rsplit_once('.') {
                Some((table, key)) if !tables.contains(&key) => (table, Some(key)),
                _ => (header, None),
            };
            let last = table.rsplit('.').next().unwrap_or(table);
            inside = tables.contains(&last) && key.is_none();
            if tables.contains(&last) {
                found.extend(key.map(|key| (number + 1, key.to_owned())));
            }
        } else if inside && line.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            let key = line.split(['=', '.', ' ']).next().unwrap_or("");
            found.push((number + 1, key.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tree::planted;
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)], expect: &[&str]) {
        let found: Vec<String> = rule(&planted(files))
            .iter()
            .map(Finding::to_string)
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_web_crate_that_reaches_past_the_service_is_named() {
        let manifest = "[dependencies]\naxum.workspace = true\ntouchstone-store.workspace = true\n";
        check(
            strays,
            &[("crates/web/Cargo.toml", manifest)],
            &["crates/web/Cargo.toml:3: `web` may not use `touchstone-store`"],
        );
    }

    #[test]
    fn a_permission_that_nobody_uses_is_named() {
        let manifest = "[dependencies]\nasync-trait = \"0.1\"\nsea-orm = \"2\"\nsqlx = \"1\"\n";
        check(
            granted,
            &[("crates/store/Cargo.toml", manifest)],
            &[
                "crates/store/Cargo.toml: `store` does not use `tokio`, which the layering table lets it",
            ],
        );
    }

    #[test]
    fn a_dependency_table_of_its_own_is_seen() {
        let manifest =
            "[dependencies.sea-orm]\nversion = \"2\"\n\n[dev-dependencies]\nsea-orm = \"2\"\n";
        check(
            strays,
            &[("crates/vc/Cargo.toml", manifest)],
            &["crates/vc/Cargo.toml:1: `vc` may not use `sea-orm`"],
        );
    }

    #[test]
    fn a_crate_without_a_row_is_named() {
        check(
            strays,
            &[("crates/more/Cargo.toml", "")],
            &["crates/more/Cargo.toml: `more` has no row in the layering table"],
        );
    }

    #[test]
    fn a_dependency_that_nothing_names_is_unused() {
        let manifest = "[dependencies]\nserde_json = \"1\"\nasync-trait = \"0.1\"\n";
        check(
            unused,
            &[
                ("xtask/Cargo.toml", manifest),
                ("xtask/src/main.rs", "use async_trait::async_trait;"),
            ],
            &["xtask/Cargo.toml:2: `serde_json` is not used: remove it"],
        );
    }

    #[test]
    fn a_dependency_of_a_file_taken_in_is_used() {
        let manifest = "[dev-dependencies]\ntempfile = \"3\"\n";
        let takes_in = "#[path = \"../../testkit/src/database.rs\"]\nmod database;";
        check(
            unused,
            &[
                ("crates/store/Cargo.toml", manifest),
                ("crates/store/tests/main.rs", takes_in),
                ("crates/testkit/src/database.rs", "tempfile::tempdir()"),
            ],
            &[],
        );
    }

    #[test]
    fn unsafe_is_for_exported_names_only() {
        let text = "#[unsafe(no_mangle)]\nunsafe { read(place) }\n";
        check(
            unsafe_code,
            &[
                (EXPORTS, text),
                ("crates/wasm/src/lib.rs", "#[unsafe(no_mangle)]\n"),
            ],
            &[
                "crates/wasm/src/exports.rs:2: `unsafe` is for exported names in crates/wasm/src/exports.rs",
                "crates/wasm/src/lib.rs:1: `unsafe` is for exported names in crates/wasm/src/exports.rs",
            ],
        );
    }

    #[test]
    fn the_system_in_a_pure_crate_with_std_is_named() {
        let text = "use std::fs;\nuse std::fmt;\n";
        check(
            impure,
            &[
                ("crates/canon/src/lib.rs", "#![no_std]"),
                ("crates/anchor/src/lib.rs", "#![no_std]"),
                ("crates/bundle/src/lib.rs", "#![no_std]"),
                ("crates/tlog/src/lib.rs", "#![no_std]"),
                ("crates/vc/src/lib.rs", "#![no_std]"),
                ("crates/crosswalk/src/lib.rs", text),
            ],
            &["crates/crosswalk/src/lib.rs:1: `std::fs` in a pure crate"],
        );
    }

    #[test]
    fn std_in_a_pure_crate_is_named_but_not_in_its_tests() {
        let text = "#![no_std]\nuse std::fs;\nfn no_std_here() {}\n#[cfg(test)]\nmod tests {\nuse std::fs;\n}\n";
        check(
            impure,
            &[
                ("crates/canon/src/lib.rs", text),
                ("crates/anchor/src/lib.rs", "#![no_std]"),
                ("crates/bundle/src/lib.rs", "#![no_std]"),
                ("crates/tlog/src/lib.rs", "#![no_std]"),
                ("crates/vc/src/lib.rs", "#![no_std]"),
            ],
            &["crates/canon/src/lib.rs:2: `std::` in a pure crate"],
        );
    }
}
