//! What a command has to say: words for people, JSON for programs, or a document as it is.
//!
//! **Invariant:** standard output carries the answer and nothing else; notes, progress and errors go to standard error.

use std::io::{self, ErrorKind, Write};

use serde_json::Value;

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
    Words { text: String, json: Value },
    Document(Vec<u8>),
    Nothing,
}

impl Answer {
    /// The same in words and as JSON.
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        let body = Body::Words {
            text: text.into(),
            json,
        };
        Self {
            body,
            exit: Exit::Done,
        }
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
            Body::Words { json: value, .. } if json => {
                serde_json::to_writer_pretty(&mut out, value)
                    .map_err(io::Error::from)
                    .and_then(|()| writeln!(out))
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
