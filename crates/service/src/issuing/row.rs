//! One learner of a cohort, in the one form that everything after the preview works on.
//!
//! A line of a spreadsheet becomes a [`RowInput`] or a list of faults; from then on nobody looks at the file again.
//!
//! **Invariant:** the same person, in the same words, gives the same JSON, the same [identity](RowInput::identity) and the same
//! [dedupe key](RowInput::dedupe). The preview's fingerprint and "issue nothing twice" rest on it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use touchstone_vc::Crypto;

use crate::digest::sha256_hex;

/// What is to be issued to one person.
///
/// Texts are trimmed, free of control characters and of bounded length; addresses are `https`; the level is one of the rubric's.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowInput {
    /// The learner's name. Present where the achievement names its learners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Mail address, its domain in lower case. Absent for people without mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The institution's own identifier, such as a student number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The DID that the learner gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did: Option<String>,
    /// Level reached, as the rubric numbers it. Present where the achievement has a rubric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// The result in the institution's words: a grade, points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What the assessment rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceInput>,
    /// Who assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessor: Option<String>,
    /// The day of the award.
    #[serde(with = "iso_date")]
    pub awarded_on: Date,
    /// Whether the file named that day. Otherwise it is the day of the upload.
    pub dated: bool,
    /// Language in which to write to the learner (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The credential that this one corrects. Never from a file: only a correction sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// One piece of evidence: an address, a hash, or both.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceInput {
    /// Where it can be opened, `https` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// SHA-256 of the file, in lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which kind of evidence it is: the name of one that the achievement asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl RowInput {
    /// What tells this person from others: the institution's identifier, else the DID, else the address, else the name.
    ///
    /// Letter case does not count, but in a DID it does. An identifier goes first because people change wallets, and an address after
    /// both because families share it.
    pub fn identity(&self) -> String {
        let (kind, text) = match self {
            Self {
                identifier: Some(identifier),
                ..
            } => ("identifier", identifier),
            Self { did: Some(did), .. } => return did.clone(),
            Self {
                email: Some(email), ..
            } => ("email", email),
            Self {
                name: Some(name), ..
            } => ("name", name),
            _ => return String::new(), // Intake lets no such row pass.
        };
        format!("{kind}:{}", text.to_lowercase())
    }

    /// Names the award, so that the same one is not made twice: achievement, person, day.
    ///
    /// Without a day in the file the award counts as *the* award of this achievement to this person: uploading an undated
    /// list again tomorrow awards nothing again. Hashed, because it is kept beside rows that outlive the person's data.
    pub fn dedupe(&self, crypto: &Crypto, achievement: &str) -> String {
        let day = if self.dated {
            self.awarded_on.to_string()
        } else {
            "undated".to_owned()
        };
        // A JSON array keeps the parts apart, whatever stands in them.
        let parts = match &self.replaces {
            // One credential is corrected once, whatever the correction says.
            Some(replaced) => vec!["correction".to_owned(), replaced.clone()],
            None => vec![achievement.to_owned(), self.identity(), day],
        };
        let parts = serde_json::Value::from(parts);
        sha256_hex(crypto, parts.to_string().as_bytes())
    }

    /// The row as it is stored and fingerprinted: members in fixed order, absent ones left out.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and lists always become JSON")
    }

    /// Reads a stored row.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// Dates as `2026-11-21`.
mod iso_date {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(date)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|_| D::Error::custom("a date is written like 2026-11-21"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn row() -> RowInput {
        RowInput {
            name: Some("Amara Okafor".into()),
            email: Some("Amara@example.net".into()),
            identifier: None,
            did: None,
            level: Some(3),
            result: None,
            evidence: vec![EvidenceInput {
                url: Some("https://e.example/1".into()),
                ..EvidenceInput::default()
            }],
            assessor: None,
            awarded_on: date(2026, 11, 14),
            dated: true,
            language: None,
            replaces: None,
        }
    }

    #[test]
    fn a_stored_row_reads_back_and_absent_fields_take_no_room() {
        let json = row().to_json();
        assert_eq!(
            json,
            r#"{"name":"Amara Okafor","email":"Amara@example.net","level":3,"evidence":[{"url":"https://e.example/1"}],"awardedOn":"2026-11-14","dated":true}"#
        );
        assert_eq!(RowInput::from_json(&json).unwrap(), row());
    }

    #[test]
    fn letter_case_makes_no_second_person() {
        let shouted = RowInput {
            email: Some("AMARA@EXAMPLE.NET".into()),
            ..row()
        };
        assert_eq!(shouted.identity(), row().identity());
    }

    #[test]
    fn an_address_tells_people_of_one_name_apart() {
        let other = RowInput {
            email: Some("amara.o@example.net".into()),
            ..row()
        };
        assert_ne!(other.identity(), row().identity());
        let nameless = RowInput {
            name: None,
            ..row()
        };
        assert_eq!(nameless.identity(), row().identity());
    }

    #[test]
    fn an_identifier_goes_before_a_shared_address() {
        let (a, b) = (Some("s-1".to_owned()), Some("s-2".to_owned()));
        let (one, other) = (
            RowInput {
                identifier: a,
                ..row()
            },
            RowInput {
                identifier: b,
                ..row()
            },
        );
        assert_ne!(one.identity(), other.identity());
    }

    #[test]
    fn a_did_goes_before_a_shared_address_and_after_an_identifier() {
        let with = |did: &str, identifier: Option<&str>| RowInput {
            did: Some(did.into()),
            identifier: identifier.map(str::to_owned),
            ..row()
        };
        let (one, other) = ("did:key:zA", "did:key:za");
        assert_ne!(with(one, None).identity(), with(other, None).identity());
        let same = |did| with(did, Some("7")).identity();
        assert_eq!(same(one), same(other));
    }

    #[test]
    fn another_day_is_another_award_but_only_where_days_are_named() {
        let crypto = &touchstone_vc::crypto::rust::CRYPTO;
        let later = RowInput {
            awarded_on: date(2027, 11, 14),
            ..row()
        };
        assert_ne!(later.dedupe(crypto, "a"), row().dedupe(crypto, "a"));
        let (first, second) = (
            RowInput {
                dated: false,
                ..row()
            },
            RowInput {
                dated: false,
                ..later
            },
        );
        assert_eq!(first.dedupe(crypto, "a"), second.dedupe(crypto, "a"));
        assert_ne!(first.dedupe(crypto, "a"), first.dedupe(crypto, "b"));
    }
}
