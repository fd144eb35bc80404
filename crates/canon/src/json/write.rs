//! JSON text from values.

use super::{Number, Value};
use crate::bytes::find_json_special;
use alloc::string::String;
use core::fmt::Write;

/// Appends `value` without any white space.
pub(super) fn compact(value: &Value<'_>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(*number, out),
        Value::String(text) => escape(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                compact(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (at, (key, member)) in object.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                escape(key, out);
                out.push(':');
                compact(member, out);
            }
            out.push('}');
        }
    }
}

/// Appends `value` on lines of their own, indented by two spaces per level.
pub(super) fn pretty(value: &Value<'_>, level: usize, out: &mut String) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ",\n" } else { "\n" });
                indent(level + 1, out);
                pretty(item, level + 1, out);
            }
            out.push('\n');
            indent(level, out);
            out.push(']');
        }
        Value::Object(object) if !object.is_empty() => {
            out.push('{');
            for (at, (key, member)) in object.iter().enumerate() {
                out.push_str(if at > 0 { ",\n" } else { "\n" });
                indent(level + 1, out);
                escape(key, out);
                out.push_str(": ");
                pretty(member, level + 1, out);
            }
            out.push('\n');
            indent(level, out);
            out.push('}');
        }
        other => compact(other, out),
    }
}

/// Appends `text` in quotes, escaping only what must be: the form that RFC 8785 §3.2.2.2 prescribes.
pub(crate) fn escape(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = find_json_special(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let byte = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            _ => {
                let digits = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(char::from(digits[usize::from(byte >> 4)]));
                out.push(char::from(digits[usize::from(byte & 15)]));
            }
        }
    }
    out.push_str(rest);
    out.push('"');
}

fn write_number(number: Number, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match number.as_i128() {
        Some(integer) if !number.is_double() => write!(out, "{integer}"),
        _ => {
            crate::jcs::write_double(number.as_f64(), out);
            Ok(())
        }
    };
}

fn indent(level: usize, out: &mut String) {
    for _ in 0..level {
        out.push_str("  ");
    }
}
