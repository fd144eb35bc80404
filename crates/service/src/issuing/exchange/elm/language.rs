//! In which language a document of the European Learning Model is read.

use serde_json::Value;

use super::node::{get, id, languages, many};

/// The language of the texts of these nodes: the one that they state, where a title has it; else a title's first.
pub(super) fn language(nodes: [&Value; 2]) -> Option<String> {
    let titles = nodes.into_iter().filter_map(|node| get(node, "title"));
    let spoken: Vec<&str> = titles.flat_map(languages).collect();
    let stated = nodes.into_iter().flat_map(|node| many(node, "language"));
    let stated: Vec<&str> = stated.filter_map(tag).collect();
    let both = stated.iter().find(|tag| spoken.contains(tag));
    both.or(spoken.first())
        .or(stated.first())
        .map(|tag| (*tag).to_owned())
}

/// A concept of a language as BCP 47: the code itself, or one of the European Union's authority table.
fn tag(concept: &Value) -> Option<&str> {
    let code = id(concept).and_then(|id| id.strip_prefix(AUTHORITY));
    let known = |code: &str| LANGUAGES.iter().find(|(known, _)| *known == code);
    match code.and_then(known) {
        Some((_, tag)) => Some(tag),
        None => get(concept, "notation")?
            .as_str()
            .filter(|code| code.len() == 2),
    }
}

/// Where the European Union publishes languages.
pub(super) const AUTHORITY: &str = "http://publications.europa.eu/resource/authority/language/";

/// Its official languages, as that table and as BCP 47 name them.
const LANGUAGES: [(&str, &str); 24] = [
    ("BUL", "bg"),
    ("CES", "cs"),
    ("DAN", "da"),
    ("DEU", "de"),
    ("ELL", "el"),
    ("ENG", "en"),
    ("EST", "et"),
    ("FIN", "fi"),
    ("FRA", "fr"),
    ("GLE", "ga"),
    ("HRV", "hr"),
    ("HUN", "hu"),
    ("ITA", "it"),
    ("LAV", "lv"),
    ("LIT", "lt"),
    ("MLT", "mt"),
    ("NLD", "nl"),
    ("POL", "pl"),
    ("POR", "pt"),
    ("RON", "ro"),
    ("SLK", "sk"),
    ("SLV", "sl"),
    ("SPA", "es"),
    ("SWE", "sv"),
];
