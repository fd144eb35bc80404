//! What may and what must lie in the tree.

use super::tree::{File, Finding, Tree};

/// Files whose absence a newcomer would feel first.
const REQUIRED: [&str; 9] = [
    "README.md",
    "ARCHITECTURE.md",
    "STYLE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE",
    "docs/threats.md",
    ".ci/run",
];

/// Required files that are not there, and crates that the map does not show.
pub(super) fn missing(tree: &Tree) -> Vec<Finding> {
    let absent = REQUIRED.iter().filter(|path| tree.file(path).is_none());
    let mut found: Vec<Finding> = absent
        .map(|path| Finding {
            path: (*path).to_owned(),
            line: 0,
            text: "is missing".to_owned(),
        })
        .collect();
    let Some(map) = tree.file("ARCHITECTURE.md") else {
        return found;
    };
    for manifest in &tree.files {
        let inner = manifest.path.strip_prefix("crates/");
        let name = inner.and_then(|path| path.strip_suffix("/Cargo.toml"));
        if let Some(name) =
            name.filter(|name| !map.text().contains(&format!("\n| `crates/{name}` |")))
        {
            found.push(map.finding(0, format!("does not show crates/{name}")));
        }
    }
    found
}

/// Addresses and paths of the machine on which somebody worked, and hosts that a mirror may replace.
pub(super) fn forbidden(tree: &Tree) -> Vec<Finding> {
    // Spelled so that this file has none of them.
    let words = [
        ["registry.npm", "js.org"].concat(),
        ["registry.yarn", "pkg.com"].concat(),
        ["crates", ".io"].concat(),
        ["pypi", ".org"].concat(),
        ["python", "hosted.org"].concat(),
        ["/ro", "ot/"].concat(),
        ["/wo", "rk/"].concat(),
        ["/Us", "ers/"].concat(),
    ];
    let mut found = Vec::new();
    // Cargo writes the name of its default registry into its lock file; that is not ours to choose.
    for file in tree
        .files
        .iter()
        .filter(|file| !file.path.ends_with("Cargo.lock"))
    {
        for (number, line) in file.text().lines().enumerate() {
            if let Some(word) = words.iter().find(|word| stands_alone(line, word)) {
                let text = format!("`{word}`: a path or host that holds on one machine only");
                found.push(file.finding(number + 1, text));
            }
        }
    }
    found
}

/// A path counts where it begins: after a letter it is part of a longer path or an address.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !word.starts_with('/')
            || !before.is_some_and(|letter| letter.is_alphanumeric() || "_-./}".contains(letter))
    })
}

/// Binary files that are not pictures or fonts that a page shows.
pub(super) fn binaries(tree: &Tree) -> Vec<Finding> {
    let binary = |file: &&File| file.bytes.contains(&0);
    tree.files
        .iter()
        .filter(binary)
        .filter_map(|file| match shown(file) {
            true if file.bytes.len() <= LARGEST => None,
            true => Some(file.finding(0, format!("{} bytes: make it smaller", file.bytes.len()))),
            false => Some(file.finding(0, "a binary file: keep what it is made from instead")),
        })
        .collect()
}

/// Bytes of the largest picture.
const LARGEST: usize = 400_000;

fn shown(file: &File) -> bool {
    let place = ["docs/", "/assets/", "/tests/vectors/"]
        .iter()
        .any(|place| file.path.contains(place));
    let kind = [".png", ".woff2", ".webp", ".ico", ".ttf"]
        .iter()
        .any(|end| file.path.ends_with(end));
    place && kind
}

#[cfg(test)]
mod tests {
    use super::super::tree::planted;
    use super::*;

    #[test]
    fn a_crate_that_the_map_does_not_show_is_named() {
        let tree = planted(&[
            (
                "ARCHITECTURE.md",
                "The map\n| `crates/vc` | `crates/page` |",
            ),
            ("crates/vc/Cargo.toml", ""),
            ("crates/page/Cargo.toml", ""),
        ]);
        let found = missing(&tree);
        assert!(
            found
                .iter()
                .any(|finding| finding.text == "does not show crates/page")
        );
        assert!(
            !found
                .iter()
                .any(|finding| finding.text == "does not show crates/vc")
        );
    }

    #[test]
    fn a_machine_path_is_found_but_not_the_end_of_an_address() {
        let path = ["see /wo", "rk/main\n"].concat();
        let address = ["https://example.org/wo", "rk/1\n"].concat();
        let found = forbidden(&planted(&[("a.md", &path), ("b.md", &address)]));
        let places: Vec<String> = found.iter().map(|finding| finding.path.clone()).collect();
        assert_eq!(places, ["a.md"]);
    }

    #[test]
    fn a_database_is_not_tracked_but_a_small_picture_is() {
        let tree = planted(&[("a.db", "\0"), ("docs/page.png", "\0")]);
        let found: Vec<String> = binaries(&tree)
            .into_iter()
            .map(|finding| finding.path)
            .collect();
        assert_eq!(found, ["a.db"]);
    }
}
