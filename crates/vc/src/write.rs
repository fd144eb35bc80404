//! Building JSON objects member by member; what is absent is left out.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use touchstone_canon::json::{Object, Value};

/// An object under construction.
pub(crate) struct Members<'a>(Object<'a>);

impl<'a> Members<'a> {
    /// An object without members.
    pub(crate) fn new() -> Self {
        Self(Object::new())
    }

    /// An object whose `type` is an array of one.
    pub(crate) fn of_type(name: &'static str) -> Self {
        Self::new().with("type", array([name.into()]))
    }

    /// Adds a member.
    pub(crate) fn with(
        mut self,
        key: impl Into<Cow<'a, str>>,
        value: impl Into<Value<'a>>,
    ) -> Self {
        self.0.insert(key, value);
        self
    }

    /// Adds a member if there is a value.
    pub(crate) fn maybe(self, key: &'static str, value: Option<impl Into<Value<'a>>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a member if there is a text.
    pub(crate) fn text(self, key: &'static str, text: Option<&'a str>) -> Self {
        self.maybe(key, text)
    }

    /// Adds an array if it has items.
    pub(crate) fn list(
        self,
        key: &'static str,
        items: impl IntoIterator<Item = Value<'a>>,
    ) -> Self {
        let items: Vec<Value<'a>> = items.into_iter().collect();
        if items.is_empty() {
            self
        } else {
            self.with(key, items)
        }
    }

    /// The finished object.
    pub(crate) fn done(self) -> Value<'a> {
        Value::Object(self.0)
    }
}

/// An array.
pub(crate) fn array<'a, const N: usize>(items: [Value<'a>; N]) -> Value<'a> {
    Value::Array(Vec::from(items))
}
