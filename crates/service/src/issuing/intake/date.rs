//! Days, as people write them.

use jiff::civil::Date;

/// What was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reading {
    /// A day.
    Day(Date),
    /// Written as a day, but the calendar has no such day.
    NoSuchDay,
    /// Could be two days.
    Ambiguous,
    /// Not written as a day.
    Unreadable,
}

/// Reads `2026-11-14`, `14.11.2026`, and `14/11/2026` where the other reading is impossible.
///
/// Spreadsheets append a midnight to days; it is left out. Years have four digits.
pub(super) fn read(text: &str) -> Reading {
    let text = without_midnight(text.trim());
    for (separator, order) in [
        ('-', Order::YearFirst),
        ('.', Order::DayFirst),
        ('/', Order::Either),
    ] {
        let mut parts = text.split(separator).map(str::trim);
        if let (Some(a), Some(b), Some(c), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            return order.read(a, b, c);
        }
    }
    Reading::Unreadable
}

enum Order {
    YearFirst,
    DayFirst,
    /// Day first in most countries, month first in some.
    Either,
}

impl Order {
    fn read(&self, a: &str, b: &str, c: &str) -> Reading {
        if a.len() == 4 && !matches!(self, Self::DayFirst) {
            return day(a, b, c);
        }
        match self {
            Self::YearFirst => Reading::Unreadable,
            Self::DayFirst => day(c, b, a),
            Self::Either => match (day(c, b, a), day(c, a, b)) {
                (Reading::Day(one), Reading::Day(other)) if one != other => Reading::Ambiguous,
                (read @ Reading::Day(_), _) | (_, read @ Reading::Day(_)) | (read, _) => read,
            },
        }
    }
}

fn day(year: &str, month: &str, day: &str) -> Reading {
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return Reading::Unreadable;
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
        return Reading::Unreadable;
    };
    Date::new(year, month, day).map_or(Reading::NoSuchDay, Reading::Day)
}

fn without_midnight(text: &str) -> &str {
    let cut = text.find(['T', ' ']).filter(|at| {
        let time = text[at + 1..].trim_end_matches('Z');
        matches!(
            time,
            "00:00" | "00:00:00" | "0:00" | "0:00:00" | "00:00:00.000"
        )
    });
    cut.map_or(text, |at| &text[..at])
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_read_where_it_can_mean_one_day_only() {
        let day = Reading::Day(date(2026, 11, 14));
        for text in [
            "2026-11-14",
            " 2026-11-14 ",
            "14.11.2026",
            "14. 11. 2026",
            "14/11/2026",
            "11/14/2026",
            "2026/11/14",
            "2026-11-14T00:00:00Z",
            "2026-11-14 00:00:00",
        ] {
            assert_eq!(read(text), day, "{text}");
        }
        assert_eq!(read("3/3/2026"), Reading::Day(date(2026, 3, 3)));
        assert_eq!(read("1.3.2026"), Reading::Day(date(2026, 3, 1)));
    }

    #[test]
    fn a_day_that_could_be_two_is_not_guessed() {
        assert_eq!(read("3/4/2026"), Reading::Ambiguous);
        assert_eq!(read("12/11/2026"), Reading::Ambiguous);
    }

    #[test]
    fn days_that_are_not_in_the_calendar_are_told_from_other_text() {
        for text in [
            "2026-11-31",
            "31.11.2026",
            "29.02.2026",
            "2026-13-01",
            "31/11/2026",
            "2026-00-10",
        ] {
            assert_eq!(read(text), Reading::NoSuchDay, "{text}");
        }
        for text in [
            "",
            "14.11.26",
            "yesterday",
            "45975",
            "2026",
            "2026-11",
            "14-11-2026",
            "2026-11-14T10:00:00Z",
            "１-２-３",
            "2026-11-14-1",
            "+202-1-1",
        ] {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
    }
}
