//! What a command has to say: words for people, JSON for programs, or a document as it is.
//!
//! **Invariant:** standard output carries the answer and nothing else; notes, progress and errors go to standard error.

use std::io::{self, BufWriter, ErrorKind, Write};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;
use uuid::Uuid;

use crate::exit::Exit;

/// The answer of a command.
#[derive(Debug)]
pub(crate) struct Answer {
    body: Body,
    /// How the command ended.
    pub(crate) exit: Exit,
}

#[derive(Debug)]
enum Body {
    Words {
        text: String,
        json: Value,
        ids: Option<Ids>,
    },
    Document(Vec<u8>),
    Nothing,
}

impl Answer {
    /// The same in words and as JSON.
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        let body = Body::Words {
            text: text.into(),
            json,
            ids: None,
        };
        Self {
            body,
            exit: Exit::Done,
        }
    }

    /// The same without signs that steer a terminal, which stand in words of others.
    pub(crate) fn with_plain_words(mut self) -> Self {
        if let Body::Words { text, .. } = &mut self.body {
            *text = plain(text);
        }
        self
    }

    /// The same with some words and one member more.
    pub(crate) fn with_more(
        mut self,
        (words, member, value): (String, &'static str, Value),
    ) -> Self {
        if let Body::Words { text, json, .. } = &mut self.body {
            text.push_str(&words);
            json[member] = value;
        }
        self
    }

    /// The same with a list of ids more in its JSON. There may be a million: they are written one by one.
    pub(crate) fn with_ids(mut self, member: &'static str, list: Vec<Uuid>) -> Self {
        if let Body::Words { ids, .. } = &mut self.body {
            *ids = Some(Ids { member, list });
        }
        self
    }

    /// A document, byte for byte, with or without `--json`.
    pub(crate) fn document(bytes: Vec<u8>) -> Self {
        Self {
            body: Body::Document(bytes),
            exit: Exit::Done,
        }
    }

    /// Nothing left to say.
    pub(crate) fn nothing() -> Self {
        Self {
            body: Body::Nothing,
            exit: Exit::Done,
        }
    }

    /// The same answer under another exit code.
    pub(crate) fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Writes the answer to standard output. A reader that went away is no error.
    pub(crate) fn print(&self, json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let printed = match &self.body {
            Body::Words {
                json: value, ids, ..
            } if json => {
                let mut out = BufWriter::new(&mut out);
                serde_json::to_writer_pretty(&mut out, &WithIds { value, ids })
                    .map_err(io::Error::from)
                    .and_then(|()| writeln!(out))
                    .and_then(|()| out.flush())
            }
            Body::Words { text, .. } => writeln!(out, "{}", text.trim_end()),
            Body::Document(bytes) => out.write_all(bytes),
            Body::Nothing => Ok(()),
        };
        match printed.and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }
}

/// Ids, and as which member they stand in the answer.
#[derive(Debug)]
struct Ids {
    member: &'static str,
    list: Vec<Uuid>,
}

struct WithIds<'a> {
    value: &'a Value,
    ids: &'a Option<Ids>,
}

impl Serialize for WithIds<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (Some(ids), Value::Object(members)) = (self.ids, self.value) else {
            return self.value.serialize(to);
        };
        let mut map = to.serialize_map(Some(members.len() + 1))?;
        for (name, value) in members {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry(ids.member, &Urns(&ids.list))?;
        map.end()
    }
}

struct Urns<'a>(&'a [Uuid]);

impl Serialize for Urns<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|id| format!("urn:uuid:{id}")))
    }
}

/// A table of plain text: columns as wide as they must be, two spaces between them, a line under the head.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells
            .chain([head[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let cells = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = widths.map(|width| "─".repeat(width)).join("  ");
    let rows = rows
        .iter()
        .map(|row| line(std::array::from_fn(|column| row[column].as_str())));
    [line(head), rule]
        .into_iter()
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The text with its lines, and without other control characters: an escape sequence could rewrite what stands on a terminal.
pub(crate) fn plain(text: &str) -> String {
    let steers = |sign: char| sign.is_control() && sign != '\n' && sign != '\t';
    text.chars()
        .map(|sign| if steers(sign) { '\u{fffd}' } else { sign })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            ["a".to_owned(), "Dvořák".to_owned()],
            ["long one".to_owned(), String::new()],
        ];
        let expect = "id        name\n────────  ──────\na         Dvořák\nlong one";
        assert_eq!(table(["id", "name"], &rows), expect);
    }
}
