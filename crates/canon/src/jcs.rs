//! JSON Canonicalization Scheme: RFC 8785.
//!
//! Numbers are written as ECMAScript writes doubles, keys are sorted by UTF-16 code units. An integer that is written otherwise than
//! its double is refused rather than rounded: two different integers must never share a signature.

use crate::json::{Number, Value, escape};
use alloc::string::String;
use alloc::vec::Vec;

/// The canonical text of `value`.
pub fn canonicalize(value: &Value<'_>) -> Result<String, JcsError> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

/// Appends the canonical text of `value`.
pub fn write(value: &Value<'_>, out: &mut String) -> Result<(), JcsError> {
    match value {
        Value::Number(number) => write_double(exact(*number)?, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_unstable_by(|one, two| one.0.encode_utf16().cmp(two.0.encode_utf16()));
            out.push('{');
            for (at, (key, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                escape(key, out);
                out.push(':');
                write(member, out)?;
            }
            out.push('}');
        }
        plain => plain.write(out),
    }
    Ok(())
}

/// Why a value has no canonical text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JcsError {
    /// An integer that is written otherwise than its double is; write it as a string.
    #[error("integer has no exact double; write it as a string")]
    NumberNotExact,
}

/// Appends a double as ECMAScript's `Number::toString` writes it.
pub(crate) fn write_double(double: f64, out: &mut String) {
    if double == 0.0 {
        out.push('0'); // Also for -0.
        return;
    }
    // Rust's `{:e}` gives the shortest digits that read back the same, which is what ECMAScript asks for.
    let text = alloc::format!("{double:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |digits| ("-", digits));
    let digits: String = mantissa
        .chars()
        .filter(|character| *character != '.')
        .collect();
    let count = digits.len() as i32;
    let point = exponent + 1; // Digits in front of the decimal point.
    out.push_str(sign);
    if count <= point && point <= 21 {
        out.push_str(&digits);
        out.extend(core::iter::repeat_n('0', (point - count) as usize));
    } else if 0 < point && point <= 21 {
        out.push_str(&digits[..point as usize]);
        out.push('.');
        out.push_str(&digits[point as usize..]);
    } else if -6 < point && point <= 0 {
        out.push_str("0.");
        out.extend(core::iter::repeat_n('0', point.unsigned_abs() as usize));
        out.push_str(&digits);
    } else {
        out.push_str(&digits[..1]);
        if count > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        out.push_str(if exponent < 0 { "e-" } else { "e+" });
        out.push_str(&alloc::format!("{}", exponent.unsigned_abs()));
    }
}

/// The double that is written as the number is. That of an integer beyond 2⁵³ is seldom equal to it
/// ([RFC 8785 appendix B](https://www.rfc-editor.org/rfc/rfc8785#appendix-B): 295147905179352830000), so that equality would refuse what is
/// canonical, and would give 2⁶⁰ the form of another integer.
fn exact(number: Number) -> Result<f64, JcsError> {
    let double = number.as_f64();
    if number.is_double() || double.abs() <= LARGEST_EXACT {
        return number.exact_f64().ok_or(JcsError::NumberNotExact);
    }
    let mut form = String::new();
    write_double(double, &mut form);
    // Below 10²¹ the form has digits only; where they are too many for 64 bits, what is left is far from so large a number.
    let digits = form.bytes().filter(u8::is_ascii_digit);
    let written = digits.fold(0_u64, |all, digit| {
        all.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))
    });
    let size = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
    match size == Some(written) {
        true => Ok(double),
        false => Err(JcsError::NumberNotExact),
    }
}

/// 2⁵³: up to here every integer is a double, and written as one.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expect: &str) {
        let value = Value::parse(json.as_bytes()).unwrap();
        assert_eq!(canonicalize(&value).as_deref(), Ok(expect));
    }

    #[test]
    fn numbers_are_written_as_ecmascript_writes_them() {
        // Doubles by their bits, after the table of RFC 8785 appendix B.
        for (bits, expect) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        ] {
            let mut out = String::new();
            write_double(f64::from_bits(bits), &mut out);
            assert_eq!(out, expect, "{bits:x}");
        }
    }

    #[test]
    fn keys_are_sorted_by_utf16_code_units() {
        check(
            "{\"\u{fb33}\":1,\"\u{1F600}\":2,\"\u{20ac}\":3,\"a\":4,\"\":5,\"\\r\":6}",
            "{\"\":5,\"\\r\":6,\"a\":4,\"\u{20ac}\":3,\"\u{1F600}\":2,\"\u{fb33}\":1}",
        );
    }

    #[test]
    fn t16_number_forms_of_one_value_are_one_text() {
        for form in ["1", "1.0", "1e0", "10E-1", "1.000"] {
            check(form, "1");
        }
        check(
            "[1e30,4.50,2e-3,-0,-0.0,1e-7]",
            "[1e+30,4.5,0.002,0,0,1e-7]",
        );
    }

    #[test]
    fn t16_an_integer_between_two_doubles_is_refused() {
        let value = Value::parse(b"{\"a\":[9007199254740993]}").unwrap();
        assert_eq!(canonicalize(&value), Err(JcsError::NumberNotExact));
    }

    #[test]
    fn t16_a_large_integer_is_read_only_as_its_double_is_written() {
        for (integer, form) in [
            ("-9223372036854775808", "-9223372036854776000"),
            ("9223372036854775808", "9223372036854776000"),
            ("1152921504606846976", "1152921504606847000"),
        ] {
            check(form, form);
            let value = Value::parse(integer.as_bytes()).unwrap();
            assert_eq!(canonicalize(&value), Err(JcsError::NumberNotExact));
        }
        // Its double is 2⁶⁴, of which the form has more than 64 bits.
        let most = Value::parse(b"18446744073709551615").unwrap();
        assert_eq!(canonicalize(&most), Err(JcsError::NumberNotExact));
        check("9007199254740994", "9007199254740994");
        check("1e300", "1e+300");
    }

    #[test]
    fn strings_escape_only_what_must_be() {
        check(
            "\"\\u20ac$\\u000F\\nA'\\u0042\\u0022\\u005c\\\\\\\"\\/\\u007f\"",
            "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\"",
        );
    }
}
