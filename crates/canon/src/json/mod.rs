//! JSON as this crate reads and writes it: strict, bounded, in the order it came.
//!
//! RFC 8259 and I-JSON (RFC 7493). A [`Value`] borrows from the bytes it was read from wherever a string needs no
//! unescaping, so reading a credential copies almost nothing.
//!
//! **Invariant:** what [`Value::parse`] accepts has one meaning only: no key twice, no lone surrogate, nothing after
//! the end. Start at [`Value`].

mod convert;
mod number;
mod object;
mod parse;
mod write;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

pub use number::Number;
pub use object::Object;
pub use parse::{JsonError, JsonFault, JsonLimits};
pub(crate) use write::escape;

/// A member's name as it stands in a JSON Pointer (RFC 6901 §4).
#[must_use]
pub fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A JSON value, borrowing from the text it was read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; see [`Number`] for what is kept exactly.
    Number(Number),
    /// A string.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object, with its members in the order they came.
    Object(Object<'a>),
}

impl<'a> Value<'a> {
    /// Reads JSON text within the default [`JsonLimits`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, JsonError> {
        Self::parse_within(bytes, &JsonLimits::default())
    }

    /// Reads JSON text within `limits`.
    pub fn parse_within(bytes: &'a [u8], limits: &JsonLimits) -> Result<Self, JsonError> {
        parse::parse(bytes, limits)
    }

    /// The member `key` of an object; `None` for everything else.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// The member `key` of an object, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_object_mut()?.get_mut(key)
    }

    /// The value at an RFC 6901 pointer such as `/credentialSubject/achievement/0`.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut tokens = pointer.split('/');
        if !tokens.next()?.is_empty() {
            return None;
        }
        tokens.try_fold(self, |value, token| match value {
            Self::Object(object) if token.contains('~') => {
                object.get(&token.replace("~1", "/").replace("~0", "~"))
            }
            Self::Object(object) => object.get(token),
            Self::Array(items) if token == "0" || !token.starts_with(['0', '+']) => {
                items.get(token.parse::<usize>().ok()?)
            }
            _ => None,
        })
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number as a double, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        Some(self.as_number()?.as_f64())
    }

    /// The number as an integer, if it is one that fits exactly.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The items, if this is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The items of an array, to change them.
    pub fn as_array_mut(&mut self) -> Option<&mut Vec<Self>> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The items of an array, the value itself as the only item, or nothing for `null`: the way JSON-LD reads sets.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Null => &[],
            Self::Array(items) => items,
            one => core::slice::from_ref(one),
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object, to change it.
    pub fn as_object_mut(&mut self) -> Option<&mut Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether both would be written alike; see [`Object::is_written_as`].
    pub fn is_written_as(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Self::Array(own), Value::Array(others)) => {
                let mut both = own.iter().zip(others);
                own.len() == others.len() && both.all(|(own, other)| own.is_written_as(other))
            }
            (Self::Object(own), Value::Object(other)) => own.is_written_as(other),
            (Self::Number(own), Value::Number(other)) => own.is_kept_as(*other),
            (own, other) => own == other,
        }
    }

    /// Cuts the tie to the text this was read from, copying what was borrowed.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Number(number) => Value::Number(number),
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::Array(items) => Value::Array(items.into_iter().map(Self::into_owned).collect()),
            Self::Object(object) => Value::Object(object.into_owned()),
        }
    }

    /// Appends this value as compact JSON.
    pub fn write(&self, out: &mut String) {
        write::compact(self, out);
    }

    /// This value as JSON indented by two spaces.
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        write::pretty(self, 0, &mut out);
        out
    }
}

impl core::fmt::Display for Value<'_> {
    /// Compact JSON.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut out = String::new();
        self.write(&mut out);
        f.write_str(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_pointer_reads_members_and_items() {
        let value = Value::parse(br#"{"a":[{"b/c":1},{"m~n":2}]}"#).unwrap();
        assert_eq!(value.pointer("/a/0/b~1c").and_then(Value::as_i64), Some(1));
        assert_eq!(value.pointer("/a/1/m~0n").and_then(Value::as_i64), Some(2));
        assert_eq!(value.pointer("/a/01"), None);
        assert_eq!(value.pointer("a"), None);
        assert_eq!(value.pointer(""), Some(&value));
    }

    #[test]
    fn objects_are_equal_whatever_the_order_of_their_members() {
        let one = Value::parse(br#"{"a":1,"b":[2]}"#).unwrap();
        let other = Value::parse(br#"{"b":[2],"a":1}"#).unwrap();
        assert_eq!(one, other);
        assert_ne!(one, Value::parse(br#"{"b":[2],"a":2}"#).unwrap());
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let text = "{\"k\":[null,true,-1,18446744073709551615,0.5,\"a\\\"\\\\\\n\\u0001é\u{1F600}\"],\"e\":{},\"f\":[]}";
        let value = Value::parse(text.as_bytes()).unwrap();
        assert_eq!(value.to_string(), text);
        assert_eq!(Value::parse(value.pretty().as_bytes()).unwrap(), value);
    }

    #[test]
    fn owned_values_outlive_their_text() {
        let owned = {
            let text = br#"{"a":["b"]}"#.to_vec();
            Value::parse(&text).unwrap().into_owned()
        };
        assert_eq!(owned.pointer("/a/0").and_then(Value::as_str), Some("b"));
    }
}
