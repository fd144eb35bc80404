//! The reference page of the configuration, made from the declarations themselves.

use std::fmt::Write;

use super::{Config, PREFIX, concern::Key};

/// The page `docs/configuration.md`, as `touchstone config reference` prints it.
pub(crate) fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for concern in Config::default().concerns() {
        let section = concern.section();
        write!(
            page,
            "\n## `[{section}]`\n\n{}\n",
            paragraphs(concern.about())
        )
        .expect(INFALLIBLE);
        for key in concern.keys() {
            write_key(&mut page, section, &key);
        }
    }
    page
}

fn write_key(page: &mut String, section: &str, key: &Key) {
    let variable = format!(
        "{PREFIX}{}_{}",
        section.to_uppercase(),
        key.name.to_uppercase()
    );
    let default = match key.default.as_deref() {
        None => "not set".to_owned(),
        Some(value) => format!("`{value}`"),
    };
    write!(
        page,
        "\n### `{section}.{}`\n\n{}\n\n| | |\n|---|---|\n| Kind | {} |\n| Default | {default} |\n| Example | `{} = {}` |\n| Environment | `{variable}` |\n",
        key.name,
        paragraphs(key.doc),
        key.kind,
        key.name,
        key.example,
    )
    .expect(INFALLIBLE);
}

/// Documentation comments as Markdown: each begins with the space after `///`.
fn paragraphs(lines: &[&str]) -> String {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n")
}

const INFALLIBLE: &str = "writing to a string does not fail";

const INTRODUCTION: &str = "\
# Configuration

This page is made from the program: `touchstone config reference` prints it, and a test keeps the two the same.

Touchstone runs without a configuration. To change something, write one TOML file: `touchstone.toml` in the data folder, or any
file named with `--config FILE` or `TOUCHSTONE_CONFIG`. A setting that does not exist is refused, with the nearest one that does. Every setting can also
come from the environment, which wins over the file; a list is written there with commas. `touchstone doctor` checks what came of
it and says what to do.

A relative path starts at the data folder (`--data DIR`, or `TOUCHSTONE_DATA`; `touchstone-data` in the current folder where
nothing is said).
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_the_one_the_program_prints() {
        let page = include_str!("../../../../docs/configuration.md");
        assert!(
            page == reference(),
            "write it anew: cargo run -- config reference > docs/configuration.md"
        );
    }
}
