//! The tree under judgement: what git tracks, and what it would track.

use std::fmt;
use std::fs;

use anyhow::Result;

use crate::process;

/// Every file that is or would be committed.
pub(crate) struct Tree {
    /// Sorted by path.
    pub(crate) files: Vec<File>,
}

/// One file.
pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    /// As it lies on the disk.
    pub(crate) bytes: Vec<u8>,
}

/// A rule broken at a place.
pub(crate) struct Finding {
    /// Where.
    pub(crate) path: String,
    /// Line from 1; 0 when the whole file is meant.
    pub(crate) line: usize,
    /// What, and the way out.
    pub(crate) text: String,
}

impl Tree {
    /// Reads the tree as it lies on the disk, changes included.
    pub(crate) fn load() -> Result<Self> {
        let list = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let listed = process::output(&mut process::program("git", &list)?)?;
        let root = process::root()?;
        let mut files = Vec::new();
        for path in listed.split_terminator('\0') {
            // Listed but gone: about to be deleted.
            if let Ok(bytes) = fs::read(root.join(path)) {
                files.push(File {
                    path: path.to_owned(),
                    bytes,
                });
            }
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { files })
    }

    /// The file at `path`.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        let at = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        at.ok().map(|at| &self.files[at])
    }

    /// The Rust files of the project's packages.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }
}

impl File {
    /// The text; nothing for what is not text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or("")
    }

    /// The folder of the package it belongs to: `crates/vc` gives `vc`, `xtask` gives `xtask`.
    pub(crate) fn package(&self) -> &str {
        let inner = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        inner.split('/').next().unwrap_or("")
    }

    /// Whether it does not ship: tests, examples, benchmarks.
    pub(crate) fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or("");
        let folders = ["/tests/", "/examples/", "/benches/"];
        folders.iter().any(|folder| self.path.contains(folder)) || name == "tests.rs"
    }

    /// The lines that ship, with their numbers: no comments, and nothing from the test module at the foot on.
    pub(crate) fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let foot = test_module(self.text());
        let end = if self.is_test() { 0 } else { foot };
        let lines = self.text().lines().enumerate().take(end);
        lines
            .map(|(number, line)| (number + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// A finding at a line of this file.
    pub(crate) fn finding(&self, line: usize, text: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            text: text.into(),
        }
    }
}

/// How many lines stand before the test module.
fn test_module(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let for_tests =
        |line: &str| line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test,");
    let opens = |pair: &[&str]| for_tests(pair[0]) && pair[1].contains('{');
    lines.windows(2).position(opens).unwrap_or(lines.len())
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.path, self.text),
            line => write!(out, "{}:{line}: {}", self.path, self.text),
        }
    }
}

/// Builds a tree out of paths and texts.
#[cfg(test)]
pub(crate) fn planted(files: &[(&str, &str)]) -> Tree {
    let mut files: Vec<File> = files
        .iter()
        .map(|(path, text)| File {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Tree { files }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_ends_at_the_test_module() {
        let tree = planted(&[("a.rs", "one\n// two\n#[cfg(test)]\nmod tests {\nfour\n}\n")]);
        let shipped: Vec<_> = tree.files[0].shipped().collect();
        assert_eq!(shipped, [(1, "one")]);
    }
}
