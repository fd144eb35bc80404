//! A spreadsheet, line by line.

use std::io::Read as _;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::{
    Column, FaultCode, Mapping, RawRow, RowFault, Rules,
    columns::assign,
    decode::{Decoded, END, detect},
};
use crate::ports::Spooled;

/// An opened file, read from its second line on.
pub struct Sheet {
    reader: Reader<Decoded>,
    record: StringRecord,
    columns: Vec<Option<Column>>,
    about: About,
    /// Line ends inside quoted fields so far: a spreadsheet shows them in one row.
    folded: u64,
    rows: usize,
    /// Whether a row said that everything below it was read as one field.
    unclosed: bool,
}

/// How a file was read, to be shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct About {
    /// The encoding: `UTF-8`, `windows-1252`.
    pub encoding: &'static str,
    /// What stands between the fields.
    pub delimiter: char,
    /// Each header and what it was taken for.
    pub columns: Vec<(String, Option<Column>)>,
}

impl About {
    /// The headers that were taken for nothing: their columns are left out.
    pub fn left_out(&self) -> Vec<&str> {
        let nothing = self.columns.iter().filter(|(_, column)| column.is_none());
        let headers = nothing.map(|(header, _)| header.trim());
        headers.filter(|header| !header.is_empty()).collect()
    }
}

/// One line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// The row's number, as a spreadsheet program shows it.
    pub number: i64,
    /// Its fields.
    pub raw: RawRow,
    /// What was wrong with the line itself.
    pub faults: Vec<RowFault>,
}

impl Sheet {
    /// Finds out how a file has to be read, and whether the columns that `rules` need are there.
    pub fn open(file: &Spooled, mapping: &Mapping, rules: &Rules<'_>) -> Result<Self, IntakeError> {
        if file.len() > LARGEST_MIB * MIB {
            return Err(IntakeError::TooLarge {
                limit_mib: LARGEST_MIB,
            });
        }
        let (encoding, mark) = detect(file).map_err(|_| IntakeError::Gone)?;
        let text = || Decoded::new(encoding, file.reader(mark));
        let delimiter = delimiter(text(), mapping);
        let mut reader = reader(delimiter).from_reader(text());
        reader.get_mut().grant(LONGEST_RECORD);
        let headers = headers(&mut reader)?;
        let columns = assign(&headers, mapping);
        check_columns(&headers, &columns, rules)?;
        let folded = headers.iter().map(|header| line_ends(header)).sum();
        let named = headers
            .iter()
            .map(|header| shown(header))
            .zip(columns.iter().copied())
            .collect();
        let about = About {
            encoding: encoding.name(),
            delimiter: delimiter.into(),
            columns: named,
        };
        Ok(Self {
            reader,
            record: StringRecord::new(),
            columns,
            about,
            folded,
            rows: 0,
            unclosed: false,
        })
    }

    /// How the file is read.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The next line that has anything in it.
    pub fn next_line(&mut self) -> Result<Option<Line>, IntakeError> {
        loop {
            self.reader.get_mut().grant(LONGEST_RECORD);
            match self.reader.read_record(&mut self.record) {
                Ok(true) => {}
                // What follows was never looked at; a row said so, or nothing has yet.
                Ok(false) if self.reader.get_ref().was_cut() && !self.unclosed => {
                    return Err(IntakeError::Unending {
                        line: self.reader.position().line().saturating_sub(self.folded),
                    });
                }
                Ok(false) => return Ok(None),
                Err(error) if error.is_io_error() => return Err(IntakeError::Gone),
                // The decoder hands out UTF-8; what csv could still dislike is not lost silently.
                Err(_) => {
                    return Err(IntakeError::Unreadable {
                        line: self.reader.position().line(),
                    });
                }
            }
            let line = self.line();
            if self.record.iter().all(|field| field.trim().is_empty()) {
                continue; // Spreadsheets leave such lines behind.
            }
            self.rows += 1;
            if self.rows > MOST_ROWS {
                return Err(IntakeError::TooManyRows { limit: MOST_ROWS });
            }
            return Ok(Some(line));
        }
    }

    fn line(&mut self) -> Line {
        let unclosed = self
            .record
            .iter()
            .next_back()
            .is_some_and(|last| last.as_bytes().ends_with(END));
        self.unclosed |= unclosed;
        self.folded += self.record.iter().map(line_ends).sum::<u64>();
        // The reader stands behind the line end that it has just passed; one inside an open quote is counted above.
        let passed = self.folded + u64::from(!unclosed);
        let number = self.reader.position().line().saturating_sub(passed).max(1);
        let mut line = Line {
            number: i64::try_from(number).unwrap_or(i64::MAX),
            raw: RawRow::default(),
            faults: Vec::new(),
        };
        for (field, column) in self.record.iter().zip(&self.columns) {
            if let Some(column) = *column {
                if field.len() > LONGEST_FIELD {
                    let fault =
                        format!("this field has more than {LONGEST_FIELD} bytes; shorten it");
                    line.faults
                        .push(RowFault::new(column, FaultCode::TooLong, fault));
                }
                line.raw.set(column, &start_of(field));
            }
        }
        let surplus = self
            .record
            .iter()
            .skip(self.columns.len())
            .any(|field| !field.trim().is_empty());
        if unclosed {
            let fault = "a quotation mark (\") is opened in this row and never closed, so everything below it was read \
                         as one field; remove it or close it";
            line.faults
                .push(RowFault::new(None, FaultCode::FieldCount, fault));
        } else if self.record.len() < self.columns.len() || surplus {
            let fault = format!(
                "has {} fields where the first row has {}; add what is missing, or put fields that contain the \
                 delimiter into quotation marks",
                self.record.len(),
                self.columns.len()
            );
            line.faults
                .push(RowFault::new(None, FaultCode::FieldCount, fault));
        }
        line
    }
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IntakeError {
    /// Nothing is in it.
    #[error(
        "the file is empty; it needs a first row with the names of the columns, and one row for each learner"
    )]
    Empty,
    /// It is too large.
    #[error("the file has more than {limit_mib} MiB; split it")]
    TooLarge {
        /// The most.
        limit_mib: u64,
    },
    /// It has too many rows.
    #[error("the file has more than {limit} rows; split it")]
    TooManyRows {
        /// The most.
        limit: usize,
    },
    /// A line cannot be read.
    #[error("line {line} cannot be read as text; save the file again as CSV in UTF-8")]
    Unreadable {
        /// The line.
        line: u64,
    },
    /// A row does not end.
    #[error(
        "before line {line} there is more than 1 MiB without the end of a row; remove the empty lines or shorten the field there"
    )]
    Unending {
        /// Where reading ended.
        line: u64,
    },
    /// It cannot be read back from where it was put aside.
    #[error("the file could not be read back from where it was put aside; upload it again")]
    Gone,
    /// No column was recognised.
    #[error(
        "no column was recognised in the first row ({}); it must name the columns: name, email, identifier, did, \
         level, result, evidence, assessor, awarded_on, language",
        .headers.join(", ")
    )]
    NoColumns {
        /// What stands in the first row.
        headers: Vec<String>,
    },
    /// A column that is needed is not there.
    #[error("there is no column “{}”, which this achievement needs; add it, or say which column it is", .column.as_str())]
    ColumnMissing {
        /// The column.
        column: Column,
    },
    /// Two columns mean the same.
    #[error(
        "“{}” and “{}” were both taken for “{}”; rename one of them, or say which one is not needed",
        .headers.0, .headers.1, .column.as_str()
    )]
    ColumnTwice {
        /// What both were taken for.
        column: Column,
        /// The headers.
        headers: (String, String),
    },
}

/// Takes the delimiter under which the first row makes most sense.
fn delimiter(text: Decoded, mapping: &Mapping) -> u8 {
    let mut sample = Vec::new();
    if text.take(SAMPLE).read_to_end(&mut sample).is_err() {
        return b',';
    }
    // The last character may be cut; it does not stand in the first row.
    let sample = String::from_utf8_lossy(&sample).into_owned();
    let sense = |delimiter: &u8| {
        let headers =
            headers(&mut reader(*delimiter).from_reader(sample.as_bytes())).unwrap_or_default();
        let understood = assign(&headers, mapping).iter().flatten().count();
        (understood, headers.len())
    };
    // The first of equals wins `min_by_key`: the comma.
    let candidates = [b',', b';', b'\t', b'|'];
    candidates
        .into_iter()
        .min_by_key(|delimiter| std::cmp::Reverse(sense(delimiter)))
        .unwrap_or(b',')
}

fn reader(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter);
    builder
}

/// Reads the first row that has anything in it; Excel's `sep=;` is none.
fn headers<R: std::io::Read>(reader: &mut Reader<R>) -> Result<Vec<String>, IntakeError> {
    let mut record = StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|_| IntakeError::Unreadable { line: 1 })?
    {
        let says_delimiter = record
            .get(0)
            .is_some_and(|first| first.to_ascii_lowercase().starts_with("sep="));
        // Read with another delimiter, a line of nothing but delimiters is one field.
        let blank = record
            .iter()
            .all(|field| field.trim_matches([',', ';', '|', '\t', ' ']).is_empty());
        let says_delimiter = says_delimiter && record.len() <= 2;
        if !blank && !says_delimiter {
            return Ok(record.iter().map(str::to_owned).collect());
        }
    }
    Err(IntakeError::Empty)
}

fn check_columns(
    headers: &[String],
    columns: &[Option<Column>],
    rules: &Rules<'_>,
) -> Result<(), IntakeError> {
    if columns.iter().all(Option::is_none) {
        let headers = headers
            .iter()
            .take(20)
            .map(|header| shown(header))
            .collect();
        return Err(IntakeError::NoColumns { headers });
    }
    for (at, column) in columns.iter().enumerate() {
        let twin = columns[..at]
            .iter()
            .position(|other| other.is_some() && other == column);
        if let (Some(column), Some(twin)) = (*column, twin) {
            let headers = (shown(&headers[twin]), shown(&headers[at]));
            return Err(IntakeError::ColumnTwice { column, headers });
        }
    }
    let has = |wanted: &[Column]| {
        columns
            .iter()
            .flatten()
            .any(|column| wanted.contains(column))
    };
    let missing =
        if rules.names_learner && !has(&[Column::Name, Column::GivenName, Column::FamilyName]) {
            Some(Column::Name)
        } else if !rules.names_learner && !has(&[Column::Email, Column::Identifier, Column::Did]) {
            Some(Column::Email)
        } else if rules.rubric.is_some() && !has(&[Column::Level]) {
            Some(Column::Level)
        } else if !rules.evidence_required.is_empty() && !has(&[Column::Evidence]) {
            Some(Column::Evidence)
        } else {
            None
        };
    missing.map_or(Ok(()), |column| Err(IntakeError::ColumnMissing { column }))
}

fn line_ends(field: &str) -> u64 {
    field.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// A header as it can be shown: one line, not too long.
fn shown(header: &str) -> String {
    header
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(60)
        .collect()
}

/// As much of a field as is kept.
fn start_of(field: &str) -> String {
    match field.len() {
        0..=LONGEST_FIELD => field.to_owned(),
        _ => field.chars().take(200).chain(['…']).collect(),
    }
}

const LARGEST_MIB: u64 = 512;
const MIB: u64 = 1 << 20;
/// Nobody writes a longer row; where one is, a quotation mark is not closed.
const LONGEST_RECORD: usize = 1 << 20;
const MOST_ROWS: usize = 1_000_000;
const LONGEST_FIELD: usize = 4096;
const SAMPLE: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules<'static> {
        Rules {
            names_learner: true,
            rubric: None,
            evidence_required: &[],
            now: touchstone_vc::Timestamp::from_unix_seconds(1_800_000_000),
        }
    }

    fn open(text: &str) -> Result<Sheet, IntakeError> {
        let file = Spooled::in_memory(text, &touchstone_vc::crypto::rust::CRYPTO);
        Sheet::open(&file, &Mapping::new(), &rules())
    }

    fn lines(text: &str) -> Vec<(i64, String, Vec<FaultCode>)> {
        let mut sheet = open(text).unwrap();
        let mut lines = Vec::new();
        while let Some(line) = sheet.next_line().unwrap() {
            lines.push((
                line.number,
                line.raw.name,
                line.faults.iter().map(|fault| fault.code).collect(),
            ));
        }
        lines
    }

    #[track_caller]
    fn check(text: &str, expect: &[(i64, &str)]) {
        let read = lines(text);
        let read: Vec<_> = read
            .iter()
            .map(|(number, name, faults)| {
                assert!(faults.is_empty(), "{faults:?}");
                (*number, name.as_str())
            })
            .collect();
        assert_eq!(read, expect);
    }

    #[test]
    fn rows_have_the_numbers_that_a_spreadsheet_shows() {
        check("name,email\nAda,\nBo,\n", &[(2, "Ada"), (3, "Bo")]);
        check("name,email\nAda,\nBo,", &[(2, "Ada"), (3, "Bo")]);
        check(
            "name,email\r\nAda,\r\n\r\n,\r\nBo,\r\n",
            &[(2, "Ada"), (5, "Bo")],
        );
        check("name,email\rAda,\rBo,\r", &[(2, "Ada"), (3, "Bo")]);
        check(
            "\"na\nme\",email\n\"A\nda\",\n\nBo,\n",
            &[(2, "A\nda"), (4, "Bo")],
        );
        check("sep=;\nname;email\nAda;\n", &[(3, "Ada")]);
        check("\nname,email\nAda,\n", &[(3, "Ada")]);
    }

    #[test]
    fn delimiters_are_found_also_where_the_other_stands_in_fields() {
        for (text, delimiter) in [
            ("name;email\n\"a,b\";\n", ';'),
            ("name\temail\n", '\t'),
            ("name,email\n", ','),
            ("Name, full;E-Mail;Level\n", ';'),
            ("name\n", ','),
        ] {
            let sheet = open(text);
            // The fourth has no name column that is recognised; the delimiter decides what is complained of.
            match sheet {
                Ok(sheet) => assert_eq!(sheet.about().delimiter, delimiter, "{text}"),
                Err(error) => assert_eq!(
                    error,
                    IntakeError::ColumnMissing {
                        column: Column::Name
                    },
                    "{text}"
                ),
            }
        }
    }

    #[test]
    fn given_and_family_name_become_one_name() {
        check(
            "Nachname;Vorname;E-Mail\nOkafor;Amara;\n",
            &[(2, "Amara Okafor")],
        );
        check("Vorname;Name\nAmara;Okafor\n", &[(2, "Amara Okafor")]);
    }

    #[test]
    fn a_line_with_the_wrong_number_of_fields_is_a_faulty_row() {
        let read =
            lines("name,email,level\nAda,a@e.example\nBo,b@e.example,1,,\nCy,c@e.example,1,x\n");
        let codes: Vec<_> = read
            .iter()
            .map(|(number, _, codes)| (*number, codes.len()))
            .collect();
        assert_eq!(codes, [(2, 1), (3, 0), (4, 1)]);
    }

    #[test]
    fn a_quotation_mark_never_closed_is_told_where_it_was_opened() {
        let read = lines("name,email\nAda,\n\"Bo,\nCy,\nDee,\n");
        assert_eq!(read.len(), 2);
        assert_eq!(
            (read[1].0, read[1].2.as_slice()),
            (3, &[FaultCode::FieldCount][..])
        );
    }

    #[test]
    fn a_quotation_mark_never_closed_does_not_bring_a_large_file_into_memory() {
        let rows = "Cy,c@e.example\n".repeat(LONGEST_RECORD / 5);
        let mut sheet = open(&format!("name,email\n\"Bo,\n{rows}")).unwrap();
        let line = sheet.next_line().unwrap().unwrap();
        let unclosed = line
            .faults
            .iter()
            .any(|fault| fault.code == FaultCode::FieldCount);
        assert!(line.number == 2 && unclosed, "{:?}", line.faults);
        assert!(sheet.record.as_slice().len() < 2 * LONGEST_RECORD);
        assert_eq!(sheet.next_line().unwrap(), None);
    }

    #[test]
    fn a_field_that_is_too_long_is_cut_and_told() {
        let read = lines(&format!("name,email\n{},\n", "x".repeat(5000)));
        assert_eq!(read[0].2, [FaultCode::TooLong]);
        assert!(read[0].1.len() < 300);
    }

    #[test]
    fn a_file_that_cannot_be_a_cohort_is_refused_with_the_reason() {
        let open = |text: &str| open(text).err();
        assert_eq!(open(""), Some(IntakeError::Empty));
        assert_eq!(open("\n\n,,\n"), Some(IntakeError::Empty));
        assert!(
            matches!(open("foo,bar\n1,2\n"), Some(IntakeError::NoColumns { headers }) if headers == ["foo", "bar"])
        );
        assert_eq!(
            open("email\na@b.example\n"),
            Some(IntakeError::ColumnMissing {
                column: Column::Name
            })
        );
        let twice = open("name,E-Mail,Mail\n");
        assert!(
            matches!(
                twice,
                Some(IntakeError::ColumnTwice {
                    column: Column::Email,
                    ..
                })
            ),
            "{twice:?}"
        );
    }
}
