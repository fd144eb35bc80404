//! A day as it is entered: in a form, or in the address of a page that is asked about it (`?on=`).

use touchstone_vc::{DAY_MS, Timestamp};

use crate::ApiError;

/// The end of the day, in UTC, or now where that is earlier.
pub(in crate::pages) fn end_of_asked(on: &str, now: Timestamp) -> Result<Timestamp, ApiError> {
    let bad = |why| ApiError::unprocessable("bad_day").with_detail(why);
    let end = end_of(on).ok_or_else(|| bad("Write the day as 2027-03-31."))?;
    let end = Timestamp::from_unix_millis(end);
    match end.plus_millis(-DAY_MS) > now {
        true => Err(bad(
            "That day is yet to come. Choose today or a day before.",
        )),
        false => Ok(end.min(now)),
    }
}

/// The last moment of a day, in milliseconds since 1970.
pub(crate) fn end_of(day: &str) -> Option<i64> {
    let end: Timestamp = format!("{day}T23:59:59Z").parse().ok()?;
    Some(end.unix_millis())
}
