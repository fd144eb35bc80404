//! `cargo xtask tidy`: the rules of this project that no other tool knows.
//!
//! Each rule is a function from the tree to findings, in a file of its own. STYLE.md says the rules in words.

mod files;
mod layering;
mod source;
mod tenants;
mod threats;
mod tree;

use anyhow::{Result, bail};

use tree::{Finding, Tree};

/// Applies every rule; findings fail, warnings are shown.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::load()?;
    for warning in source::long_files(&tree) {
        eprintln!("warning: {warning}");
    }
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => bail!("tidy: {count} findings"),
    }
}

/// A rule looks at the tree and says where it is broken.
type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: [Rule; 15] = [
    layering::strays,
    layering::granted,
    layering::unused,
    layering::unlinted,
    layering::unsafe_code,
    layering::impure,
    source::reserved_words,
    source::unfinished,
    source::unwraps,
    source::unboxed,
    files::missing,
    files::forbidden,
    files::binaries,
    tenants::untenanted,
    threats::untrue,
];
