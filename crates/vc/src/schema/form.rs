//! The forms of texts that the schemas ask for.

/// `ext:` and at least one sign that names something. The published pattern is not anchored, and its last sign is no
/// hyphen but a range from `|` to `|`.
pub(super) fn extension(text: &str) -> bool {
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '|' | '.' | '_');
    text.match_indices("ext:")
        .any(|(at, mark)| text[at + mark.len()..].starts_with(named))
}

/// A compact JWS: three parts, the middle one may be empty.
pub(super) fn jws(text: &str) -> bool {
    let digits = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    let mut parts = text.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(claims), Some(signature), None) => {
            !header.is_empty()
                && !signature.is_empty()
                && digits(header)
                && digits(claims)
                && digits(signature)
        }
        _ => false,
    }
}

/// `de`, `zh-Hant`, `en-GB`, `es-419`.
pub(super) fn language(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let script = |part: &str| {
        part.len() == 4
            && part.starts_with(|c: char| c.is_ascii_uppercase())
            && part[1..].bytes().all(|b| b.is_ascii_lowercase())
    };
    let region = |part: &str| {
        (part.len() == 2 && part.bytes().all(|b| b.is_ascii_uppercase()))
            || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let tail = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => true,
        (Some(one), None, _) => script(one) || region(one),
        (Some(one), Some(two), None) => script(one) && region(two),
        _ => false,
    };
    (2..=4).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase()) && tail
}

/// `https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json` and its sisters.
pub(super) fn open_badges_context(text: &str) -> bool {
    versioned(
        text,
        "https://purl.imsglobal.org/spec/ob/v3p0/context",
        b'3',
    )
}

/// `https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json` and its sisters.
pub(super) fn clr_context(text: &str) -> bool {
    versioned(
        text,
        "https://purl.imsglobal.org/spec/clr/v2p0/context",
        b'2',
    )
}

/// The base context of VC 2.0.
pub(super) fn base_2(text: &str) -> bool {
    text == crate::data_model::BASE_2
}

/// The base context of VC 1.1.
pub(super) fn base_1(text: &str) -> bool {
    text == crate::data_model::BASE_1
}

/// RFC 3339 `full-date`.
pub(super) fn date(text: &str) -> bool {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else {
        return false;
    };
    let year = number(&[*y0, *y1, *y2, *y3]);
    match (year, number(&[*m0, *m1]), number(&[*d0, *d1])) {
        (Some(year), Some(month @ 1..=12), Some(day)) => (1..=days(year, month)).contains(&day),
        _ => false,
    }
}

/// RFC 3339 `date-time`, as validators take it: `T` or white space between, an offset in hours alone, a leap second.
pub(super) fn date_time(text: &str) -> bool {
    let is_gap =
        |c: char| matches!(c, 't' | 'T' | '\u{feff}') || (c.is_whitespace() && c != '\u{85}');
    let Some((day, rest)) = text.split_once(is_gap) else {
        return false;
    };
    date(day) && time(rest)
}

fn time(text: &str) -> bool {
    let [h0, h1, b':', m0, m1, b':', s0, s1, rest @ ..] = text.as_bytes() else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (
        number(&[*h0, *h1]),
        number(&[*m0, *m1]),
        number(&[*s0, *s1]),
    ) else {
        return false;
    };
    let zone = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        zone => zone,
    };
    let Some((hours, minutes)) = offset(zone) else {
        return false;
    };
    if hour <= 23 && minute <= 59 && second < 60 {
        return true;
    }
    // A leap second is the last of a day in UTC.
    let utc_minute = minute - minutes;
    let utc_hour = hour - hours - i32::from(utc_minute < 0);
    matches!(utc_hour, 23 | -1) && matches!(utc_minute, 59 | -1) && second <= 60
}

/// Hours and minutes east of Greenwich.
fn offset(zone: &[u8]) -> Option<(i32, i32)> {
    let (sign, hours, minutes) = match zone {
        [b'Z' | b'z'] => return Some((0, 0)),
        [sign, h0, h1] => (*sign, number(&[*h0, *h1])?, 0),
        [sign, h0, h1, b':', m0, m1] | [sign, h0, h1, m0, m1] => {
            (*sign, number(&[*h0, *h1])?, number(&[*m0, *m1])?)
        }
        _ => return None,
    };
    let east = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some((east * hours, east * minutes))
}

fn versioned(text: &str, stem: &str, major: u8) -> bool {
    let middle = text
        .strip_prefix(stem)
        .and_then(|rest| rest.strip_suffix(".json"));
    middle.is_some_and(|middle| {
        middle.as_bytes().chunks(6).all(|version| match version {
            [b'-', first, b'.', minor, b'.', patch] => {
                *first == major && minor.is_ascii_digit() && patch.is_ascii_digit()
            }
            _ => false,
        })
    })
}

fn days(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i32::from(byte - b'0'))
    })
}
