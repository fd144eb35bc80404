//! People who stand in a file twice.
//!
//! A list has a million rows at most, and what is remembered of each is some thirty bytes to eighty: the first 64 bits of a SHA-256
//! stand for an identifier, an address or a name. That two different ones begin alike in one list of a million has a chance of one in
//! some ten million.

use std::collections::HashMap;

use touchstone_vc::Crypto;

use super::{Column, FaultCode, RowFault};
use crate::issuing::RowInput;

/// Remembers everybody of a file, in a few bytes each.
pub struct Seen<'a> {
    crypto: &'a Crypto,
    lines: Many<u32>,
    /// Whose each address and DID is: the line, and the identifier beside it.
    owners: Many<(u32, [u32; 2])>,
}

/// The start of a hash. Halves, so that it stands beside a line number without a gap.
type Key = [u32; 2];

/// Several maps that grow one after the other, so that there is never twice the room of everything.
struct Many<V>([HashMap<Key, V>; 16]);

impl<V> Many<V> {
    fn new() -> Self {
        Self(std::array::from_fn(|_| HashMap::new()))
    }

    fn get(&self, key: &Key) -> Option<&V> {
        self.0[key[0] as usize % 16].get(key)
    }

    fn insert(&mut self, key: Key, value: V) {
        self.0[key[0] as usize % 16].insert(key, value);
    }
}

impl<'a> Seen<'a> {
    /// Remembers nobody yet.
    pub fn new(crypto: &'a Crypto) -> Self {
        Self {
            crypto,
            lines: Many::new(),
            owners: Many::new(),
        }
    }

    /// Remembers the person of a row, unless somebody remembered is the same: then that is the fault of this row.
    ///
    /// The same person may stand there with another day: that is another award. One address with two identifiers is two
    /// people, of whom one would get the other's mail, whatever the day.
    pub fn note(&mut self, line: i64, row: &RowInput) -> Option<RowFault> {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        if let Some(identifier) = &row.identifier {
            let identifier = self.key(&identifier.to_lowercase());
            let email = row.email.as_ref().map(|email| email.to_lowercase());
            for (column, text) in [(Column::Email, email), (Column::Did, row.did.clone())] {
                let Some(owned) = text.map(|text| self.key(&text)) else {
                    continue;
                };
                match self.owners.get(&owned) {
                    Some((first, owner)) if *owner != identifier => {
                        return Some(duplicate(*first, column));
                    }
                    Some(_) => {}
                    None => self.owners.insert(owned, (line, identifier)),
                }
            }
        }
        let keys = self.keys(row);
        for (key, column) in &keys {
            if let Some(first) = self.lines.get(key) {
                return Some(duplicate(*first, *column));
            }
        }
        for (key, _) in keys {
            self.lines.insert(key, line);
        }
        None
    }

    /// A person is known by identifier, by DID and by address; by name only if there is none of them.
    fn keys(&self, row: &RowInput) -> Vec<(Key, Column)> {
        let named = row
            .name
            .as_ref()
            .filter(|_| row.email.is_none() && row.identifier.is_none() && row.did.is_none());
        let known = [
            (Column::Identifier, row.identifier.as_ref()),
            (Column::Did, row.did.as_ref()),
            (Column::Email, row.email.as_ref()),
            (Column::Name, named),
        ];
        let key = |(column, text): (Column, Option<&String>)| {
            let day = if row.dated {
                row.awarded_on.to_string()
            } else {
                String::new()
            };
            let text = match column {
                Column::Did => text?.clone(), // Letter case is part of it.
                _ => text?.to_lowercase(),
            };
            let text = format!("{}\n{day}\n{text}", column.as_str());
            Some((self.key(&text), column))
        };
        known.into_iter().filter_map(key).collect()
    }

    fn key(&self, text: &str) -> Key {
        let digest = (self.crypto.sha256)(text.as_bytes());
        let part = |at: usize| u32::from_be_bytes(std::array::from_fn(|byte| digest[at + byte]));
        [part(0), part(4)]
    }
}

fn duplicate(first: u32, column: Column) -> RowFault {
    let message = match column {
        Column::Name => format!(
            "this name stands in row {first} already; remove one of the two, or add an e-mail or an identifier if they are two people"
        ),
        column => format!(
            "this {} stands in row {first} already; remove one of the two, or correct it if they are two people",
            column.word()
        ),
    };
    RowFault::new(column, FaultCode::DuplicatePerson, message)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    fn row(name: &str, email: &str, identifier: &str, day: i8) -> RowInput {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        RowInput {
            name: text(name),
            email: text(email),
            identifier: text(identifier),
            did: None,
            level: None,
            result: None,
            evidence: Vec::new(),
            assessor: None,
            awarded_on: date(2026, 11, day),
            dated: true,
            language: None,
            replaces: None,
        }
    }

    #[track_caller]
    fn check(one: RowInput, other: RowInput, expect: Option<Column>) {
        let mut seen = Seen::new(&CRYPTO);
        assert_eq!(seen.note(2, &one), None);
        let fault = seen.note(3, &other);
        assert_eq!(
            fault.as_ref().and_then(|fault| fault.column),
            expect,
            "{fault:?}"
        );
    }

    #[test]
    fn the_same_identifier_or_address_is_the_same_person() {
        check(
            row("A", "a@e.example", "1", 1),
            row("B", "b@e.example", "1", 1),
            Some(Column::Identifier),
        );
        check(
            row("A", "a@e.example", "1", 1),
            row("B", "A@e.example", "2", 1),
            Some(Column::Email),
        );
        check(
            row("A", "a@e.example", "1", 1),
            row("A", "b@e.example", "2", 1),
            None,
        );
    }

    #[test]
    fn names_count_only_where_nothing_else_is_known() {
        check(row("A", "", "", 1), row("a", "", "", 1), Some(Column::Name));
        check(row("A", "", "", 1), row("A", "", "7", 1), None);
    }

    #[test]
    fn a_did_is_one_person_and_its_letter_case_counts() {
        let with = |identifier: &str, did: &str, day| RowInput {
            did: Some(did.to_owned()),
            ..row("A", "", identifier, day)
        };
        let (one, other) = ("did:web:a.example", "did:web:A.example");
        check(with("", one, 1), with("", one, 1), Some(Column::Did));
        check(with("", one, 1), with("", one, 2), None);
        check(with("", one, 1), with("", other, 1), None);
        check(with("1", one, 1), with("2", one, 2), Some(Column::Did));
    }

    #[test]
    fn another_day_is_another_award() {
        check(
            row("A", "a@e.example", "1", 1),
            row("A", "a@e.example", "1", 2),
            None,
        );
        check(
            row("A", "a@e.example", "1", 1),
            row("B", "a@e.example", "2", 2),
            Some(Column::Email),
        );
    }
}
