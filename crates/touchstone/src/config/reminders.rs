//! When holders are reminded of credentials that end.

use super::concern::{Given, Setting, concern};

concern! {
    /// When holders are reminded by mail of credentials that end. Each can switch it off for themselves, by a link in the mail.
    Reminders is "reminders" {
        /// Whether anybody is reminded.
        enabled: bool = true, example "false";

        /// How many days before the end the first reminder goes out: time enough to renew. 0 for none.
        first_days: Days = Days(30), example "60";

        /// How many days before the end the last reminder goes out. 0 for none.
        last_days: Days = Days(7), example "0";

        /// The hour from which nobody is disturbed.
        quiet_from: Hour = Hour(21), example "20";

        /// The hour until which nobody is disturbed. The same as `quiet_from`: mail goes out at any hour.
        quiet_until: Hour = Hour(8), example "9";

        /// How far the clock of these hours is ahead of UTC. Summer time is not known here; the hours shift by one.
        utc_offset: Offset = Offset(0), example "\"+01:00\"";
    }
}

/// So many days, at most a year.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Days(pub(crate) u16);

/// An hour of the day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Hour(pub(crate) u8);

/// Minutes ahead of UTC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Offset(pub(crate) i16);

impl Setting for Days {
    const KIND: &'static str = "a number from 0 to 366";

    fn read(given: &Given) -> Result<Self, String> {
        let days = usize::read(given)?;
        match u16::try_from(days) {
            Ok(days) if days <= 366 => Ok(Self(days)),
            _ => Err(format!("{days} is not a number from 0 to 366")),
        }
    }

    fn write(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

impl Setting for Hour {
    const KIND: &'static str = "an hour from 0 to 23";

    fn read(given: &Given) -> Result<Self, String> {
        let hour = usize::read(given)?;
        match u8::try_from(hour) {
            Ok(hour) if hour < 24 => Ok(Self(hour)),
            _ => Err(format!("{hour} is not an hour from 0 to 23")),
        }
    }

    fn write(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

impl Setting for Offset {
    const KIND: &'static str = "text like \"+01:00\"";

    fn read(given: &Given) -> Result<Self, String> {
        let text = String::read(given)?;
        parse(&text)
            .map(Self)
            .ok_or_else(|| format!("\"{text}\" is not an offset such as \"+01:00\" or \"-08:00\""))
    }

    fn write(&self) -> Option<String> {
        let (sign, minutes) = if self.0 < 0 {
            ('-', -self.0)
        } else {
            ('+', self.0)
        };
        Some(format!("\"{sign}{:02}:{:02}\"", minutes / 60, minutes % 60))
    }
}

fn parse(text: &str) -> Option<i16> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let number = |text: &str, most: i16| {
        let plain = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse::<i16>().ok().filter(|n| plain && *n <= most)
    };
    Some(sign * (number(hours, 14)? * 60 + number(minutes, 59)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_read_as_they_are_written() {
        for (text, minutes) in [("+00:00", 0), ("+05:30", 330), ("-08:00", -480)] {
            assert_eq!(parse(text), Some(minutes));
            assert_eq!(Offset(minutes).write(), Some(format!("\"{text}\"")));
        }
        for text in [
            "", "01:00", "+1:00", "+15:00", "+01:60", "+-1:00", "Z", "é1:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
