//! Plain tables: one statement a row, under names of columns that people use.
//!
//! Comma, semicolon or tab, whichever the first line has more of. Lists stand apart by `|`, or by line breaks as ESCO writes them.
//! A value that a spreadsheet would run has an apostrophe in front, which reading takes off.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    Framework, FrameworkFault, FrameworkReason, Link, LinkRelation, Origin, Statement,
    StatementKind,
};
use crate::table::{self, Row};

/// A table with named columns.
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Row>,
}

impl Table {
    /// Reads a file.
    pub(super) fn read(file: &[u8]) -> Result<Self, Vec<FrameworkFault>> {
        let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
        let Ok(text) = std::str::from_utf8(file) else {
            return Err(FrameworkFault::file(FrameworkReason::NotUtf8));
        };
        let first = text.lines().next().unwrap_or("");
        let separators = ['\t', ';', ','];
        let separator = separators
            .into_iter()
            .max_by_key(|separator| first.matches(*separator).count())
            .unwrap_or(',');
        let rows =
            table::read(text, separator, 1).map_err(|error| FrameworkFault::file(error.into()))?;
        let mut rows = rows.into_iter();
        let Some(header) = rows.next() else {
            return Err(FrameworkFault::file(FrameworkReason::NoHeader));
        };
        let header = header
            .cells
            .iter()
            .map(|name| name.trim().to_owned())
            .collect();
        Ok(Self {
            header,
            rows: rows.collect(),
        })
    }

    /// Where the first column stands that has one of these names; letters, digits and their order count, nothing else.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        let plain = |name: &str| -> String {
            let letters = name.chars().filter(|letter| letter.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        let wanted: Vec<String> = names.iter().map(|name| plain(name)).collect();
        wanted
            .iter()
            .find_map(|wanted| self.header.iter().position(|name| plain(name) == *wanted))
    }
}

/// The text of a cell, without blanks around it.
pub(super) fn cell(row: &Row, column: Option<usize>) -> &str {
    column
        .and_then(|column| row.cells.get(column))
        .map_or("", |cell| cell.trim())
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A list in a cell.
pub(super) fn list(text: &str) -> Vec<String> {
    let values = match text.contains('\n') {
        true => text.lines().map(str::to_owned).collect(),
        false => table::split_list(text),
    };
    let mut known = BTreeSet::new();
    let trimmed = values.into_iter().map(|value| value.trim().to_owned());
    trimmed
        .filter(|value| !value.is_empty() && known.insert(value.clone()))
        .collect()
}

const URI: &[&str] = &["uri", "concept_uri", "id", "identifier", "@id"];
const CODE: &[&str] = &[
    "code",
    "notation",
    "coded_notation",
    "human_coding_scheme",
    "isco_level_4",
    "isco_group",
];
const KIND: &[&str] = &["kind", "type", "skill_type", "concept_type", "cf_item_type"];
const LABEL: &[&str] = &[
    "label",
    "preferred_label",
    "name",
    "title",
    "skill_name",
    "abbreviated_statement",
];
const DESCRIPTION: &[&str] = &[
    "description",
    "full_statement",
    "skill_statement",
    "statement",
    "competency_text",
];
const ALTERNATES: &[&str] = &[
    "alternates",
    "alt_labels",
    "alt_label",
    "alternative_labels",
    "synonyms",
];
const KEYWORDS: &[&str] = &["keywords", "concept_keywords"];
const PARENTS: &[&str] = &["parents", "parent", "broader", "is_child_of"];
const LINKS: &[&str] = &["links"];

/// Reads a table. A row needs an identifier or a code, and a label or a description.
pub fn read(file: &[u8], origin: Origin) -> Result<Framework, Vec<FrameworkFault>> {
    let table = Table::read(file)?;
    let [uri, code, kind, label, description] =
        [URI, CODE, KIND, LABEL, DESCRIPTION].map(|names| table.column(names));
    let [alternates, keywords, parents, links] =
        [ALTERNATES, KEYWORDS, PARENTS, LINKS].map(|names| table.column(names));
    if uri.or(code).is_none() {
        return Err(FrameworkFault::line(
            1,
            "uri",
            FrameworkReason::NoColumn("uri or code"),
        ));
    }
    if label.or(description).is_none() {
        return Err(FrameworkFault::line(
            1,
            "label",
            FrameworkReason::NoColumn("label or description"),
        ));
    }
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    let mut statements = Vec::new();
    for row in &table.rows {
        let code_text = value(row, code);
        let identifier = match value(row, uri) {
            "" if code_text.is_empty() => {
                faults.extend(FrameworkFault::line(
                    row.line,
                    "uri",
                    FrameworkReason::Missing,
                ));
                continue;
            }
            "" => format!("{}#{code_text}", origin.uri),
            uri => uri.to_owned(),
        };
        if !known.insert(identifier.clone()) {
            faults.extend(FrameworkFault::line(
                row.line,
                "uri",
                FrameworkReason::Twice(identifier),
            ));
            continue;
        }
        let (name, text) = match (value(row, label), value(row, description)) {
            ("", "") => {
                faults.extend(FrameworkFault::line(
                    row.line,
                    "label",
                    FrameworkReason::Missing,
                ));
                continue;
            }
            ("", text) => (text, ""),
            both => both,
        };
        statements.push(Statement {
            uri: identifier,
            code: some(code_text),
            kind: kind_of(value(row, kind)),
            label: name.to_owned(),
            description: some(text),
            alternates: without(list(value(row, alternates)), name),
            keywords: list(value(row, keywords)),
            parents: list(value(row, parents)),
            links: read_links(value(row, links), row.line, &mut faults),
        });
    }
    match faults.is_empty() {
        true => Ok(Framework { origin, statements }),
        false => Err(faults),
    }
}

/// The text of a cell, without the apostrophe that keeps a spreadsheet from running it.
fn value(row: &Row, column: Option<usize>) -> &str {
    let text = cell(row, column);
    match text.strip_prefix('\'') {
        Some(rest) if would_run(rest) => rest.trim(),
        _ => text,
    }
}

/// The text with an apostrophe in front where a spreadsheet would run it, and where reading would take one off.
fn inert(text: &str) -> Cow<'_, str> {
    match would_run(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Whether a formula begins here, behind any apostrophes.
fn would_run(text: &str) -> bool {
    let behind = text.trim_start_matches('\'');
    behind.starts_with(|sign: char| FORMULA.contains(sign))
}

/// What a formula begins with, as in the tables of `service`.
const FORMULA: &str = "=+-@\t\r\n＝＋－＠";

/// ESCO's words are understood as well: `skill/competence`, `KnowledgeSkillCompetence`, and addresses that end with the word.
fn kind_of(word: &str) -> StatementKind {
    let last = word.rsplit(['/', '#']).next().unwrap_or(word);
    StatementKind::from_word(last).unwrap_or(match last {
        "skill/competence" | "competence" | "KnowledgeSkillCompetence" => StatementKind::Skill,
        _ => StatementKind::Competency,
    })
}

/// A label among its own alternates says nothing.
pub(super) fn without(mut values: Vec<String>, label: &str) -> Vec<String> {
    values.retain(|value| value != label);
    values
}

fn read_links(text: &str, line: usize, faults: &mut Vec<FrameworkFault>) -> Vec<Link> {
    let mut links = Vec::new();
    for value in list(text) {
        let (word, target) = value.split_once(' ').unwrap_or(("related", &value));
        match LinkRelation::from_word(word) {
            Some(relation) => links.push(Link {
                relation,
                target: target.to_owned(),
            }),
            None => {
                let words = LinkRelation::ALL.map(|known| known.to_string());
                let reason = FrameworkReason::NotAWord(word.to_owned(), words.join(", "));
                faults.extend(FrameworkFault::line(line, "links", reason));
            }
        }
    }
    links
}

/// Writes all statements as CSV; reading it with the same origin gives the same framework.
pub fn write(framework: &Framework) -> String {
    let mut out = String::new();
    let header = [
        "uri",
        "code",
        "kind",
        "label",
        "description",
        "alternates",
        "keywords",
        "parents",
        "links",
    ];
    table::write(&mut out, ',', header);
    for statement in &framework.statements {
        let links = statement
            .links
            .iter()
            .map(|link| format!("{} {}", link.relation, link.target));
        let cells = [
            statement.uri.clone(),
            statement.code.clone().unwrap_or_default(),
            statement.kind.word().to_owned(),
            statement.label.clone(),
            statement.description.clone().unwrap_or_default(),
            table::join_list(&statement.alternates),
            table::join_list(&statement.keywords),
            table::join_list(&statement.parents),
            table::join_list(&links.collect::<Vec<_>>()),
        ];
        let cells = cells.each_ref().map(|cell| inert(cell));
        table::write(&mut out, ',', cells.iter().map(|cell| &**cell));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_faults_names_line_and_column() {
        let file = "code;label\nA;Cut hair\n;Wash\nA;Dry\nB;\n";
        let faults = read(file.as_bytes(), Origin::default()).unwrap_err();
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "line 3, uri: it has no value: fill it in",
                "line 4, uri: `#A` stands here a second time: give each statement its own",
                "line 5, label: it has no value: fill it in",
            ]
        );
    }

    #[test]
    fn t57_a_table_of_statements_starts_no_formula_and_gives_back_what_it_held() {
        let hostile = "=HYPERLINK(\"https://x.example\")";
        let begins = ["=1", "-1", "@SUM(A1)", "＝1", "'=1", "''-1", "'tis"];
        let statements = begins.iter().map(|label| Statement {
            uri: format!("-{label}"),
            code: Some(format!("+{label}")),
            kind: StatementKind::Task,
            label: (*label).to_owned(),
            description: Some(hostile.to_owned()),
            alternates: vec![hostile.to_owned(), "x".to_owned()],
            keywords: vec![format!("@{label}")],
            parents: vec![format!("={label}")],
            links: Vec::new(),
        });
        let framework = Framework {
            origin: Origin::default(),
            statements: statements.collect(),
        };
        let text = write(&framework);
        for row in table::read(&text, ',', 1).unwrap() {
            for cell in row.cells {
                let first = cell.chars().next();
                assert!(!first.is_some_and(|sign| FORMULA.contains(sign)), "{cell}");
            }
        }
        let again = read(text.as_bytes(), Origin::default()).unwrap();
        assert_eq!(again, framework);
        // What would begin one behind a break is trimmed, as everywhere in a table.
        let broken = Statement {
            uri: "https://x.example/1".to_owned(),
            label: "\n=1".to_owned(),
            ..Statement::default()
        };
        let text = write(&Framework {
            statements: vec![broken],
            ..Framework::default()
        });
        assert!(text.contains("\"'\n=1\""), "{text}");
        let again = read(text.as_bytes(), Origin::default()).unwrap();
        assert_eq!(again.statements[0].label, "=1");
    }

    #[test]
    fn columns_are_known_by_the_names_that_people_use() {
        let file = "conceptUri\tPreferred Label\taltLabels\tskillType\nhttps://x.example/1\tweld\t\"join metal\nfuse\nweld\"\tskill/competence\n";
        let framework = read(file.as_bytes(), Origin::default()).unwrap();
        let statement = &framework.statements[0];
        assert_eq!(statement.alternates, ["join metal", "fuse"]);
        assert_eq!(statement.kind, StatementKind::Skill);
    }
}
