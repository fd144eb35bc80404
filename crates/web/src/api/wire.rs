//! Forms that several answers share.

use serde::{Deserialize, Serialize};
use touchstone_vc::Timestamp;
use utoipa::ToSchema;

use crate::ApiError;

/// A moment in an answer: RFC 3339, UTC.
pub(crate) fn time(millis: i64) -> String {
    Timestamp::from_unix_millis(millis).to_string()
}

/// A moment in a request.
pub(crate) fn moment(name: &'static str, text: &str) -> Result<Timestamp, ApiError> {
    Timestamp::parse(text).map_err(|_| {
        ApiError::unprocessable("bad_time")
            .with_field(name, "Write the time as 2026-11-21T12:00:00Z.")
    })
}

/// A vote in hundredths: it lies between -1 and 1 and has two decimals at most.
pub(crate) fn hundredths(vote: f64) -> Option<i64> {
    let hundredths = (vote * 100.0).round();
    let sound = (-1.0..=1.0).contains(&vote) && (vote * 100.0 - hundredths).abs() <= 1e-6;
    sound.then_some(hundredths as i64)
}

/// Why something is done, in words that the holder and everybody who checks the credential may read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub(crate) reason: String,
}

/// A batch that will be issued.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchRef {
    /// Its id.
    pub(crate) batch: String,
}

/// A definition document, as `docs/formats/achievement.md` describes it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub(crate) struct DefinitionDocument(pub(crate) serde_json::Value);

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn a_vote_has_two_decimals_and_lies_between_no_and_yes() {
        for (vote, expect) in [(1.0, 100), (-1.0, -100), (0.07, 7), (0.0, 0)] {
            assert_eq!(hundredths(vote), Some(expect));
        }
        for vote in [1.01, -1.5, 0.005, f64::NAN, f64::INFINITY] {
            assert_eq!(hundredths(vote), None, "{vote}");
        }
    }
}
