//! How relations, states and votes are said.

use touchstone_service::crosswalk::{Relation, Tally, Wanting};
use touchstone_service::rows::{MappingRow, MappingState};

use crate::templates::Tone;

/// How two things relate, from the first to the second.
pub(in crate::pages) fn relation(relation: &Relation, negated: bool) -> String {
    let words = match (relation, negated) {
        (Relation::Exact, false) => "says the same as",
        (Relation::Exact, true) => "does not say the same as",
        (Relation::Close, false) => "says nearly the same as",
        (Relation::Close, true) => "does not say nearly the same as",
        (Relation::Broad, false) => "is part of",
        (Relation::Broad, true) => "is not part of",
        (Relation::Narrow, false) => "covers more than",
        (Relation::Narrow, true) => "does not cover more than",
        (Relation::Related, false) => "is related to",
        (Relation::Related, true) => "is not related to",
        (Relation::Other(iri), false) => return iri.clone(),
        (Relation::Other(iri), true) => return format!("not: {iri}"),
    };
    words.to_owned()
}

/// Relations that can be chosen: name in a form and words.
pub(super) const RELATIONS: [(&str, &str); 5] = [
    ("exact", "says the same as"),
    ("close", "says nearly the same as"),
    ("narrow", "covers more than"),
    ("broad", "is part of"),
    ("related", "is related to"),
];

/// The relation of that name.
pub(super) fn chosen(name: &str) -> Option<Relation> {
    Some(match name {
        "exact" => Relation::Exact,
        "close" => Relation::Close,
        "narrow" => Relation::Narrow,
        "broad" => Relation::Broad,
        "related" => Relation::Related,
        _ => return None,
    })
}

/// How a mapping stands.
pub(super) fn state(row: &MappingRow, now: i64) -> (Tone, &'static str) {
    match row.state {
        MappingState::Agreed | MappingState::Stated
            if row.review_due.is_some_and(|due| due <= now) =>
        {
            (Tone::Warn, "Out of date")
        }
        MappingState::Agreed => (Tone::Pass, "Agreed"),
        MappingState::Proposed => (Tone::Wait, "Waits for votes"),
        MappingState::Suggested => (Tone::Unsure, "Suggested by a program"),
        MappingState::Stated => (Tone::Unsure, "Stated in its file"),
        MappingState::Refused => (Tone::Fail, "Not agreed"),
        MappingState::Withdrawn => (Tone::Wait, "Withdrawn"),
    }
}

/// States by which a list can be narrowed: name and words.
pub(super) const STATES: [(&str, &str); 8] = [
    ("", "All"),
    ("proposed", "Waits for votes"),
    ("suggested", "Suggested by a program"),
    ("stated", "Stated in its file"),
    ("agreed", "Agreed"),
    ("due", "Out of date"),
    ("refused", "Not agreed"),
    ("withdrawn", "Withdrawn"),
];

/// Who reads a reason, and what becomes of it.
pub(in crate::pages) const FOR_GOOD: &str = "Shown to everyone who takes part, with your organization’s name. Stands in the record for good, and in what is exported of it.";

/// A vote from -100 to 100, in words.
pub(in crate::pages) fn vote(hundredths: i64) -> (Tone, String) {
    let number = signed(hundredths);
    match hundredths {
        1.. => (Tone::Pass, format!("For ({number})")),
        0 => (Tone::Unsure, "Neither for nor against".to_owned()),
        _ => (Tone::Fail, format!("Against ({number})")),
    }
}

/// Votes that can be cast: value and words.
pub(in crate::pages) const VOTES: [(&str, &str); 5] = [
    ("100", "It is right"),
    ("50", "It is rather right"),
    ("0", "Neither: our organization abstains"),
    ("-50", "It is rather wrong"),
    ("-100", "It is wrong"),
];

/// What the votes amount to so far.
pub(in crate::pages) fn tally(tally: &Tally) -> String {
    let votes = match tally.votes {
        1 => "1 organization voted".to_owned(),
        many => format!("{many} organizations voted"),
    };
    let mean = tally.agreement.map_or_else(String::new, |mean| {
        format!(", with a mean of {}", signed(mean))
    });
    let wanting = tally.wanting.iter().map(|wanting| match wanting {
        Wanting::Votes => format!("votes of {} organizations are needed", tally.needed),
        Wanting::AnotherPerson => {
            "somebody other than the one who proposed it has to vote".to_owned()
        }
        Wanting::AnotherOrganization => {
            "an organization other than the one that proposed it has to vote".to_owned()
        }
        Wanting::Majority => "the votes hold the balance".to_owned(),
    });
    let wanting: Vec<String> = wanting.collect();
    match wanting.is_empty() {
        true => format!("{votes}{mean}."),
        false => format!("{votes}{mean}. Undecided: {}.", wanting.join("; ")),
    }
}

/// `1`, `0.5`, `-0.25`.
fn signed(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "−" } else { "" };
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        _ if rest % 10 == 0 => format!("{sign}{whole}.{}", rest / 10),
        _ => format!("{sign}{whole}.{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_said_with_its_sign_and_no_more_digits_than_it_has() {
        let said: Vec<String> = [100, 50, 5, 0, -25, -100].map(signed).into();
        assert_eq!(said, ["1", "0.5", "0.05", "0", "−0.25", "−1"]);
    }

    #[test]
    fn every_relation_that_can_be_chosen_has_its_words() {
        for (name, words) in RELATIONS {
            assert_eq!(relation(&chosen(name).unwrap(), false), words);
        }
    }
}
