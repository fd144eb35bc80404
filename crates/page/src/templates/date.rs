//! Moments in words, in UTC, the same on every machine.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// A moment, in seconds since 1970.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Moment(pub i64);

impl From<touchstone_vc::Timestamp> for Moment {
    fn from(at: touchstone_vc::Timestamp) -> Self {
        moment(at.unix_millis())
    }
}

/// A moment from the database's milliseconds.
pub fn moment(millis: i64) -> Moment {
    Moment(millis.div_euclid(1000))
}

impl Moment {
    /// Year and month, from 1.
    pub fn year_and_month(self) -> (i16, i8) {
        let civil = self.civil();
        (civil.year(), civil.month())
    }

    fn civil(self) -> DateTime {
        let stamp = Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        TimeZone::UTC.to_datetime(stamp)
    }
}

/// `21 November 2026`, with the date for machines.
pub fn day(at: Moment) -> Markup {
    html! { time datetime=(at.civil().date()) { (day_text(at)) } }
}

/// `21 November 2026, 14:02 UTC`, with the moment for machines.
pub fn minute(at: Moment) -> Markup {
    let civil = at.civil();
    let machine = format!(
        "{}T{:02}:{:02}Z",
        civil.date(),
        civil.hour(),
        civil.minute()
    );
    html! { time datetime=(machine) { (minute_text(at)) } }
}

/// `21 November 2026`.
pub fn day_text(at: Moment) -> String {
    let civil = at.civil();
    let mut text = String::with_capacity(20);
    let month = MONTHS[usize::from(civil.month().unsigned_abs()) - 1];
    _ = write!(text, "{} {month} {}", civil.day(), civil.year());
    text
}

/// `2026-11-21`, as date fields have it.
pub fn day_value(at: Moment) -> String {
    at.civil().date().to_string()
}

/// `21 November 2026, 14:02 UTC`.
pub fn minute_text(at: Moment) -> String {
    let civil = at.civil();
    format!(
        "{}, {:02}:{:02} UTC",
        day_text(at),
        civil.hour(),
        civil.minute()
    )
}

/// How long it is from one moment to a later one, roughly: `19 months`, `3 days`.
pub fn month_span(from: Moment, to: Moment) -> String {
    let days = (to.0 - from.0) / 86_400;
    let (count, unit) = match days {
        ..=0 => return "less than a day".to_owned(),
        1..=60 => (days, "day"),
        61..=730 => (days * 12 / 365, "month"),
        _ => (days / 365, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_utc() {
        let at = Moment(1_795_269_720); // 2026-11-21T14:02:00Z
        assert_eq!(minute_text(at), "21 November 2026, 14:02 UTC");
        assert_eq!(
            day(at).0,
            "<time datetime=\"2026-11-21\">21 November 2026</time>"
        );
        assert_eq!(
            minute(at).0,
            "<time datetime=\"2026-11-21T14:02Z\">21 November 2026, 14:02 UTC</time>"
        );
    }

    #[test]
    fn spans_are_told_roughly() {
        let span = |days: i64| month_span(Moment(0), Moment(days * 86_400));
        assert_eq!(span(0), "less than a day");
        assert_eq!(span(1), "1 day");
        assert_eq!(span(587), "19 months");
        assert_eq!(span(1826), "5 years");
    }

    #[test]
    fn a_moment_out_of_range_does_not_panic() {
        assert_eq!(day_text(Moment(i64::MAX)), "1 January 1970");
    }
}
