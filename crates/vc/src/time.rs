//! A moment in time, as credentials write it.
//!
//! `xsd:dateTimeStamp`: RFC 3339 with a mandatory zone. A date without a zone means different moments to
//! different readers, so it is not a [`Timestamp`]. Nothing here reads a clock.

use core::fmt;
use core::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Milliseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Takes milliseconds since 1970. Values outside the years 1 to 9999 become the nearest moment inside.
    #[must_use]
    pub const fn from_unix_millis(millis: i64) -> Self {
        if millis < EARLIEST {
            Self(EARLIEST)
        } else if millis > LATEST {
            Self(LATEST)
        } else {
            Self(millis)
        }
    }

    /// Takes seconds since 1970, within the same bounds.
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self::from_unix_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// The same moment without its fraction of a second: what goes into a credential.
    #[must_use]
    pub const fn whole_seconds(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// The moment `millis` later (or earlier, if negative), within the bounds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_unix_millis(self.0.saturating_add(millis))
    }

    /// Reads `2026-11-21T14:02:00Z`, `2026-11-21T14:02:00.5+01:00` and the like.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let bytes = text.as_bytes();
        if bytes.len() < "0000-00-00T00:00:00Z".len() || !text.is_ascii() {
            return Err(TimestampError::Form);
        }
        let (stamp, rest) = bytes.split_at("0000-00-00T00:00:00".len());
        for (at, sign) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
            if stamp[at] != sign {
                return Err(TimestampError::Form);
            }
        }
        let (millis, zone) = fraction(rest)?;
        let offset_seconds = offset(zone)?;
        let (hour, next_day) = match number(&stamp[11..13])? {
            // XML Schema writes the end of a day as 24:00:00.
            24 if number(&stamp[14..16])? == 0 && number(&stamp[17..19])? == 0 && millis == 0 => {
                (0, DAY_MS)
            }
            hour => (hour, 0),
        };
        let local = DateTime::new(
            number(&stamp[..4])?,
            small(&stamp[5..7])?,
            small(&stamp[8..10])?,
            i8::try_from(hour).map_err(|_| TimestampError::Range)?,
            small(&stamp[14..16])?,
            small(&stamp[17..19])?,
            0,
        )
        .map_err(|_| TimestampError::Range)?;
        let utc = Offset::UTC
            .to_timestamp(local)
            .map_err(|_| TimestampError::Range)?;
        let moment = utc.as_millisecond() + millis + next_day - offset_seconds * 1000;
        if (EARLIEST..=LATEST).contains(&moment) {
            Ok(Self(moment))
        } else {
            Err(TimestampError::Range)
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(moment) = jiff::Timestamp::from_millisecond(self.0) else {
            return Err(fmt::Error); // Cannot happen: the bounds are jiff's or narrower.
        };
        let utc = Offset::UTC.to_datetime(moment);
        let (year, month, day) = (utc.year(), utc.month(), utc.day());
        let (hour, minute, second) = (utc.hour(), utc.minute(), utc.second());
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        match self.0.rem_euclid(1000) {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
    }
}

/// Why a text is not a [`Timestamp`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TimestampError {
    /// Not written as `YYYY-MM-DDTHH:MM:SS` with `Z` or `+HH:MM`.
    #[error("a time is written like 2026-11-21T14:02:00Z, with its zone")]
    Form,
    /// Written correctly, but no such moment exists.
    #[error("no such date or time")]
    Range,
}

/// Splits `.123Z` into milliseconds and the zone. Digits beyond the third are dropped.
fn fraction(rest: &[u8]) -> Result<(i64, &[u8]), TimestampError> {
    let Some((b'.', tail)) = rest.split_first() else {
        return Ok((0, rest));
    };
    let digits = tail.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 {
        return Err(TimestampError::Form);
    }
    let (fraction, zone) = tail.split_at(digits);
    let millis = fraction
        .iter()
        .chain(b"000")
        .take(3)
        .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Ok((millis, zone))
}

/// Seconds east of Greenwich.
fn offset(zone: &[u8]) -> Result<i64, TimestampError> {
    match zone {
        b"Z" => Ok(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
            if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) {
                return Err(TimestampError::Range);
            }
            let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
            Ok(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => Err(TimestampError::Form),
    }
}

/// Reads up to four digits.
fn number(digits: &[u8]) -> Result<i16, TimestampError> {
    digits.iter().try_fold(0_i16, |sum, byte| match byte {
        b'0'..=b'9' => Ok(sum * 10 + i16::from(byte - b'0')),
        _ => Err(TimestampError::Form),
    })
}

fn small(digits: &[u8]) -> Result<i8, TimestampError> {
    i8::try_from(number(digits)?).map_err(|_| TimestampError::Range)
}

/// 0001-01-01T00:00:00Z.
const EARLIEST: i64 = -62_135_596_800_000;
/// 9999-12-30T00:00:00Z, so that any zone still writes the year with four digits.
const LATEST: i64 = 253_402_128_000_000;
/// The milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// How far the clocks of those who sign, see and check may be apart, in milliseconds: five minutes.
pub const CLOCK_SKEW_MS: i64 = 5 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<&str, TimestampError>) {
        assert_eq!(
            Timestamp::parse(text).map(|t| t.to_string()).as_deref(),
            expect.as_ref().copied()
        );
    }

    #[test]
    fn a_time_with_its_zone_is_one_moment() {
        check("2026-11-21T14:02:00Z", Ok("2026-11-21T14:02:00Z"));
        check("2026-11-21T15:02:00+01:00", Ok("2026-11-21T14:02:00Z"));
        check("2026-11-21T14:02:00.5Z", Ok("2026-11-21T14:02:00.500Z"));
        check(
            "2026-11-21T14:02:00.123456-05:30",
            Ok("2026-11-21T19:32:00.123Z"),
        );
        check("2024-02-29T24:00:00Z", Ok("2024-03-01T00:00:00Z"));
        check("1969-12-31T23:59:59Z", Ok("1969-12-31T23:59:59Z"));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T14:02:00",
            "2026-11-21 14:02:00Z",
            "2026-11-21t14:02:00z",
            "2026-11-21T14:02Z",
            "2026-11-21T14:02:00.Z",
            "2026-11-21T14:02:00+1:00",
            "２026-11-21T14:02:00Z",
            "+026-11-21T14:02:00Z",
        ] {
            check(text, Err(TimestampError::Form));
        }
        for text in [
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "0000-01-01T00:00:00Z",
            "2026-01-01T00:00:00+15:00",
        ] {
            check(text, Err(TimestampError::Range));
        }
    }

    #[test]
    fn extremes_are_written_and_read_back() {
        for millis in [i64::MIN, i64::MAX, 0, -1] {
            let moment = Timestamp::from_unix_millis(millis);
            assert_eq!(Timestamp::parse(&moment.to_string()), Ok(moment));
        }
        assert_eq!(
            Timestamp::from_unix_millis(-1)
                .whole_seconds()
                .unix_millis(),
            -1000
        );
    }
}
