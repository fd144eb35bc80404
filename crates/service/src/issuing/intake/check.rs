//! Whether a line can be issued, and what is wrong with it if not.

use jiff::civil::Date;
use touchstone_vc::Timestamp;

use super::{
    Column, FaultCode as Code, Line, RawRow, RowFault,
    date::{self, Reading},
    value::{did, email, evidence, language, shown},
};
use crate::{
    issuing::{Definition, EvidenceInput, RequiredEvidence, RowInput, Rubric},
    text::is_direction_override,
};

/// What an achievement asks of each row.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The learner's name stands in the credential.
    pub names_learner: bool,
    /// The levels.
    pub rubric: Option<&'a Rubric>,
    /// The kinds of evidence that it asks for; each award needs some where there are any.
    pub evidence_required: &'a [RequiredEvidence],
    /// Now: nothing is awarded later than today.
    pub now: Timestamp,
}

impl<'a> Rules<'a> {
    /// What this achievement asks.
    pub fn of(definition: &'a Definition, now: Timestamp) -> Self {
        Self {
            names_learner: definition.names_learner,
            rubric: definition.rubric.as_ref(),
            evidence_required: &definition.evidence_required,
            now,
        }
    }

    /// Judges a line of a file.
    pub fn judge(&self, line: &Line) -> Result<RowInput, Vec<RowFault>> {
        // With fields missing or too many, nothing stands where it should; more faults would only confuse.
        if line
            .faults
            .iter()
            .any(|fault| fault.code == Code::FieldCount)
        {
            return Err(line.faults.clone());
        }
        match self.check(&line.raw) {
            Ok(row) if line.faults.is_empty() => Ok(row),
            Ok(_) => Err(line.faults.clone()),
            Err(found) => Err([line.faults.clone(), found].concat()),
        }
    }

    /// Judges the fields of a row; finds all faults, not the first only.
    pub fn check(&self, raw: &RawRow) -> Result<RowInput, Vec<RowFault>> {
        let mut faults = Vec::new();
        let mut fields = Fields {
            faults: &mut faults,
        };
        let (awarded_on, dated) = self.day(&mut fields, &raw.awarded_on);
        let row = RowInput {
            name: fields.text(Column::Name, &raw.name),
            email: fields.parsed(Column::Email, &raw.email, email),
            identifier: fields.text(Column::Identifier, &raw.identifier),
            did: fields.parsed(Column::Did, &raw.did, did),
            level: self.level(&mut fields, &raw.level),
            result: fields.text(Column::Result, &raw.result),
            evidence: self.evidence(&mut fields, &raw.evidence),
            assessor: fields.text(Column::Assessor, &raw.assessor),
            awarded_on,
            dated,
            language: fields.parsed(Column::Language, &raw.language, language),
            replaces: None,
        };
        self.person(&mut fields, raw);
        if faults.is_empty() {
            Ok(row)
        } else {
            Err(faults)
        }
    }

    /// Somebody must be meant, and known by more than a name where the name stays out of the credential.
    fn person(&self, fields: &mut Fields<'_>, raw: &RawRow) {
        let absent = |text: &str| text.trim().is_empty();
        if self.names_learner && absent(&raw.name) {
            let message =
                "the name is missing, and this achievement names its learners; fill it in";
            fields.note(Column::Name, Code::NameMissing, message);
        } else if !self.names_learner
            && [&raw.email, &raw.identifier, &raw.did]
                .iter()
                .all(|text| absent(text))
        {
            let message = "an e-mail, an identifier or a DID is missing; fill in one of them, because this achievement does not name its learners";
            fields.note(Column::Email, Code::NoPerson, message);
        }
    }

    fn level(&self, fields: &mut Fields<'_>, text: &str) -> Option<u32> {
        let text = text.trim();
        let Some(rubric) = self.rubric else {
            if !text.is_empty() {
                let message =
                    "this achievement has no levels; leave the field empty, or put it under result";
                fields.note(Column::Level, Code::NoLevels, message);
            }
            return None;
        };
        let named = |level: &crate::issuing::RubricLevel| format!("{} {}", level.level, level.name);
        let choices = rubric
            .levels
            .iter()
            .map(named)
            .collect::<Vec<_>>()
            .join(", ");
        if text.is_empty() {
            fields.note(
                Column::Level,
                Code::LevelMissing,
                format!("the level is missing; use one of {choices}"),
            );
            return None;
        }
        let wanted = letters(
            text.strip_suffix(".0")
                .or_else(|| text.strip_suffix(",0"))
                .unwrap_or(text),
        );
        let means = |level: &&crate::issuing::RubricLevel| {
            let (number, name) = (level.level.to_string(), letters(&level.name));
            [
                number.clone(),
                name.clone(),
                format!("{number}{name}"),
                format!("level{number}"),
            ]
            .contains(&wanted)
        };
        match rubric.levels.iter().find(means) {
            None => {
                let message = format!(
                    "“{}” is not a level of this rubric; use one of {choices}",
                    shown(text)
                );
                fields.note(Column::Level, Code::UnknownLevel, message);
                None
            }
            Some(level) if level.level < rubric.required_level => {
                let required = rubric
                    .level(rubric.required_level)
                    .map(named)
                    .unwrap_or_default();
                let message = format!(
                    "{} is below {required}, from which on this is awarded; correct the level, or remove the row",
                    named(level)
                );
                fields.note(Column::Level, Code::BelowRequiredLevel, message);
                None
            }
            Some(level) => Some(level.level),
        }
    }

    fn evidence(&self, fields: &mut Fields<'_>, text: &str) -> Vec<EvidenceInput> {
        let pieces: Vec<&str> = text
            .split(|c: char| c == '|' || c.is_whitespace())
            .filter(|piece| !piece.is_empty())
            .collect();
        if pieces.is_empty() && !self.evidence_required.is_empty() {
            let message = "evidence is missing, and this achievement requires it; add an https address or sha256: and the hash of a file";
            fields.note(Column::Evidence, Code::EvidenceMissing, message);
        }
        if pieces.len() > MOST_EVIDENCE {
            let message =
                format!("has more than {MOST_EVIDENCE} pieces; collect them under one address");
            fields.note(Column::Evidence, Code::TooLong, message);
            return Vec::new();
        }
        let mut read = Vec::new();
        for piece in pieces {
            match evidence(piece, self.evidence_required) {
                Ok(evidence) if read.contains(&evidence) => {}
                Ok(evidence) => read.push(evidence),
                Err((code, message)) => fields.note(Column::Evidence, code, message),
            }
        }
        read
    }

    /// The day of the award, and whether it was named.
    fn day(&self, fields: &mut Fields<'_>, text: &str) -> (Date, bool) {
        let today = day_of(self.now);
        if text.trim().is_empty() {
            return (today, false);
        }
        let way_out = "write it like 2026-11-14";
        let (code, message) = match date::read(text) {
            // Somewhere it is tomorrow already.
            Reading::Day(day) if day > day_of(self.now.plus_millis(EASTERNMOST)) => (
                Code::FutureDate,
                format!("{day} lies in the future; correct it, or award it when it has come"),
            ),
            Reading::Day(day) if day.year() < 1900 => {
                (Code::BadDate, format!("{day} is too long ago; {way_out}"))
            }
            Reading::Day(day) => return (day, true),
            Reading::NoSuchDay => (
                Code::BadDate,
                format!(
                    "“{}” does not exist in the calendar; {way_out}",
                    shown(text)
                ),
            ),
            Reading::Ambiguous => (
                Code::AmbiguousDate,
                format!("“{}” could be two different days; {way_out}", shown(text)),
            ),
            Reading::Unreadable => (
                Code::BadDate,
                format!("“{}” is not a date; {way_out}", shown(text)),
            ),
        };
        fields.note(Column::AwardedOn, code, message);
        (today, true)
    }
}

/// Where the faults of a row are noted.
struct Fields<'a> {
    faults: &'a mut Vec<RowFault>,
}

impl Fields<'_> {
    fn note(&mut self, column: Column, code: Code, message: impl Into<String>) {
        self.faults.push(RowFault::new(column, code, message));
    }

    /// A text in one line, without what cannot be seen; `None` where it is absent or faulty.
    fn text(&mut self, column: Column, text: &str) -> Option<String> {
        let unseen = |c: char| (c.is_control() && !c.is_whitespace()) || is_direction_override(c);
        if text.chars().any(unseen) {
            let message = "has characters that cannot be seen; type it anew instead of pasting it";
            self.note(column, Code::ControlCharacters, message);
            return None;
        }
        let visible: String = text
            .chars()
            .filter(|c| !matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}'))
            .collect();
        let text = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        let longest = match column {
            Column::Did => LONGEST_DID,
            _ => LONGEST_TEXT,
        };
        if text.chars().count() > longest {
            self.note(
                column,
                Code::TooLong,
                format!("is too long; shorten it to {longest} characters"),
            );
            return None;
        }
        if starts_formula(column, &text) {
            let message = format!(
                "“{}” looks like a formula of a spreadsheet; write what it stands for",
                shown(&text)
            );
            self.note(column, Code::Formula, message);
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    fn parsed(
        &mut self,
        column: Column,
        text: &str,
        parse: impl Fn(&str) -> Result<String, (Code, String)>,
    ) -> Option<String> {
        let text = self.text(column, text)?;
        parse(&text)
            .map_err(|(code, message)| self.note(column, code, message))
            .ok()
    }
}

/// No name starts like that; results (`+2`) and identifiers may.
fn starts_formula(column: Column, text: &str) -> bool {
    match column {
        Column::Name | Column::Assessor => text.starts_with(['=', '+', '-', '@']),
        Column::Identifier | Column::Result => text.starts_with(['=', '@']),
        _ => false,
    }
}

/// Letters and digits in lower case.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn day_of(moment: Timestamp) -> Date {
    let moment = jiff::Timestamp::from_millisecond(moment.unix_millis()).unwrap_or_default();
    jiff::tz::Offset::UTC.to_datetime(moment).date()
}

/// UTC+14.
const EASTERNMOST: i64 = 14 * 3_600_000;
const LONGEST_TEXT: usize = 200;
/// A DID may contain a key as a JSON Web Key.
const LONGEST_DID: usize = 1_000;
const MOST_EVIDENCE: usize = 20;

#[cfg(test)]
mod tests;
