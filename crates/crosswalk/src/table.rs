//! Tables of text: values apart by a tab or a comma, quoted where they must be.
//!
//! Reads and writes [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) with any separator, which is what SSSOM/TSV and plain
//! CSV ask for. A row knows the line on which it begins, so that an error can name it.

/// One row, and the line on which it begins (from 1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) cells: Vec<String>,
}

/// Why a text is no table.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TableError {
    /// A quoted value does not end.
    #[error(
        "line {line}: a quoted value begins here and does not end: close it with a double quote"
    )]
    OpenQuote {
        /// Where it begins.
        line: usize,
    },
    /// More values than any table has.
    #[error("line {line}: a row has more than {MOST_CELLS} values: this is no table of statements")]
    TooManyCells {
        /// Where it begins.
        line: usize,
    },
    /// Text after a closing quote.
    #[error("line {line}: text follows a closing quote: write a double quote inside a value twice")]
    AfterQuote {
        /// Where it stands.
        line: usize,
    },
}

impl TableError {
    /// Where it is.
    pub(crate) fn line(self) -> usize {
        match self {
            Self::OpenQuote { line } | Self::TooManyCells { line } | Self::AfterQuote { line } => {
                line
            }
        }
    }
}

/// Reads `text`, whose first line is called `first`; empty lines are left out.
pub(crate) fn read(text: &str, separator: char, first: usize) -> Result<Vec<Row>, TableError> {
    let mut rows = Vec::new();
    let mut line = first;
    let mut rest = text;
    while !rest.is_empty() {
        let begins = line;
        let mut cells = Vec::new();
        loop {
            let cell;
            (cell, rest) = match rest.strip_prefix('"') {
                Some(inside) => quoted(inside, &mut line)?,
                None => plain(rest, separator),
            };
            cells.push(cell);
            if cells.len() > MOST_CELLS {
                return Err(TableError::TooManyCells { line: begins });
            }
            let Some(next) = rest.strip_prefix(separator) else {
                break;
            };
            rest = next;
        }
        let end = rest
            .strip_prefix("\r\n")
            .or_else(|| rest.strip_prefix('\n'))
            .or_else(|| rest.strip_prefix('\r'));
        rest = match end {
            Some(next) => next,
            None if rest.is_empty() => rest,
            None => return Err(TableError::AfterQuote { line }),
        };
        line += 1;
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row {
                line: begins,
                cells,
            });
        }
    }
    Ok(rows)
}

/// More columns than any table of statements or mappings has. A separator is one byte, and a value many.
const MOST_CELLS: usize = 1_000;

fn plain(text: &str, separator: char) -> (String, &str) {
    let end = text.find([separator, '\n', '\r']).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

/// The value after an opening quote, and what follows the closing one.
fn quoted<'t>(text: &'t str, line: &mut usize) -> Result<(String, &'t str), TableError> {
    let begins = *line;
    let mut value = String::new();
    let mut rest = text;
    loop {
        let Some(end) = rest.find('"') else {
            return Err(TableError::OpenQuote { line: begins });
        };
        value.push_str(&rest[..end]);
        *line += rest[..end].matches('\n').count();
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                value.push('"');
                rest = next;
            }
            None => return Ok((value, rest)),
        }
    }
}

/// Appends one row; a value is quoted only where it must be.
pub(crate) fn write<'c>(
    out: &mut String,
    separator: char,
    cells: impl IntoIterator<Item = &'c str>,
) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push(separator);
        }
        if cell.contains([separator, '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push('\n');
}

/// Takes a list apart at `|`; `\|` and `\\` stand for the characters themselves (SSSOM/TSV, "Multi-valued slots").
pub(crate) fn split_list(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let value = values.last_mut().expect("there is always one value");
        match letter {
            '\\' => match letters.next_if(|next| matches!(next, '|' | '\\')) {
                Some(escaped) => value.push(escaped),
                None => value.push('\\'),
            },
            '|' => values.push(String::new()),
            _ => value.push(letter),
        }
    }
    values.retain(|value| !value.is_empty());
    values
}

/// Puts a list together, the other way round.
pub(crate) fn join_list<S: AsRef<str>>(values: &[S]) -> String {
    let escaped = values
        .iter()
        .map(|value| value.as_ref().replace('\\', "\\\\").replace('|', "\\|"));
    escaped.collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let rows = read(text, '\t', 1).unwrap();
        rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn a_row_of_separators_alone_is_no_row_of_many_values() {
        let row = "\t".repeat(MOST_CELLS - 1);
        assert!(read(&format!("a\n{row}\n"), '\t', 1).is_ok());
        let error = read(&format!("a\n{row}\t\n"), '\t', 1).unwrap_err();
        assert_eq!(error, TableError::TooManyCells { line: 2 });
    }

    #[test]
    fn what_is_written_is_read_again() {
        let row = ["plain", "a \"word\"", "two\nlines", "a\ttab", ""];
        let mut text = String::new();
        write(&mut text, '\t', row);
        assert_eq!(cells(&text), [row.map(str::to_owned).to_vec()]);
    }

    #[test]
    fn a_row_after_a_value_of_two_lines_knows_its_line() {
        let rows = read("a\t\"b\nc\"\r\nd\te\n", '\t', 5).unwrap();
        let lines: Vec<usize> = rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [5, 7]);
    }

    #[test]
    fn an_open_quote_is_named_where_it_begins() {
        assert_eq!(
            read("a\n\"b\nc\n", ',', 1),
            Err(TableError::OpenQuote { line: 2 })
        );
        assert_eq!(
            read("\"a\"b\n", ',', 1),
            Err(TableError::AfterQuote { line: 1 })
        );
    }

    #[test]
    fn escapes_in_lists_are_read_in_order() {
        assert_eq!(
            split_list("Alice\\\\Bob|Charlie\\\\|David\\\\\\|Eve\\\\"),
            ["Alice\\Bob", "Charlie\\", "David\\|Eve\\"]
        );
        assert_eq!(split_list("a\\b|c"), ["a\\b", "c"]);
        let values = ["a|b", "c\\", "d"];
        assert_eq!(split_list(&join_list(&values)), values);
    }
}
