//! Days, as they stand in files: `2026-01-31`.

use std::fmt;

use crate::sssom::is_date;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Day(i64);

/// Why a text is no day.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this is no day: write it as 2026-01-31")]
pub struct DayError;

impl Day {
    /// Reads `yyyy-mm-dd`, or the day of a moment that begins so.
    pub fn parse(text: &str) -> Result<Self, DayError> {
        let date = match text.get(..10) {
            Some(date) if text.len() == 10 || text[10..].starts_with('T') => date,
            _ => return Err(DayError),
        };
        if !is_date(date) {
            return Err(DayError);
        }
        let part = |range: std::ops::Range<usize>| date[range].parse::<i64>().map_err(|_| DayError);
        let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
        // Days since 1970-01-01: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Ok(Self(era * 146_097 + days - 719_468))
    }

    /// Days from `earlier` to this one; negative if it is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // civil_from_days, the other way round.
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days - era * 146_097;
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years_and_written_as_they_were_read() {
        let day = |text: &str| Day::parse(text).unwrap();
        assert_eq!(day("1970-01-01"), Day(0));
        assert_eq!(day("2000-03-01").days_since(day("2000-02-28")), 2);
        assert_eq!(
            day("2026-01-31T12:00:00Z").days_since(day("2025-01-31")),
            365
        );
        for text in ["1969-12-31", "2000-02-29", "2026-11-26", "0001-01-01"] {
            assert_eq!(day(text).to_string(), text);
        }
        assert_eq!(Day::parse("2026-02-30"), Err(DayError));
        assert_eq!(Day::parse("2026-01-311"), Err(DayError));
    }
}
