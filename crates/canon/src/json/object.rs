//! A JSON object that keeps the order of its members.

use super::Value;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// A JSON object, with its members in insertion order and no key twice.
#[derive(Clone, Debug, Default)]
pub struct Object<'a> {
    entries: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// An object without members.
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// Takes entries that are known to hold no key twice.
    pub(crate) fn from_distinct(entries: Vec<(Cow<'a, str>, Value<'a>)>) -> Self {
        Self { entries }
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The member `key`.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        // Objects in credentials have a handful of members: comparing lengths first beats any index.
        self.entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// The member `key`, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value<'a>> {
        self.entries
            .iter_mut()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Whether there is a member `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets the member `key`, in its old place if it was there, and returns what stood there.
    pub fn insert(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        value: impl Into<Value<'a>>,
    ) -> Option<Value<'a>> {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(old) => Some(core::mem::replace(old, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// Takes the member `key` out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value<'a>> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        Some(self.entries.remove(at).1)
    }

    /// The members in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Value<'a>)> + ExactSizeIterator {
        self.entries
            .iter()
            .map(|(key, value)| (key.as_ref(), value))
    }

    /// The members in order, with values to change.
    pub fn iter_mut(
        &mut self,
    ) -> impl DoubleEndedIterator<Item = (&str, &mut Value<'a>)> + ExactSizeIterator {
        self.entries.iter_mut().map(|(key, value)| (&**key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.entries.iter().map(|(key, _)| key.as_ref())
    }

    /// The values in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value<'a>> + ExactSizeIterator {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Whether both have the same members in the same order, all the way down: a quick look, whose no may be wrong about what JSON means.
    pub fn is_written_as(&self, other: &Object<'_>) -> bool {
        let (own, others) = (self.entries.iter(), other.entries.iter());
        let same = |((name, value), (other_name, other)): (&(_, Value<'_>), &(_, Value<'_>))| {
            name == other_name && value.is_written_as(other)
        };
        self.len() == other.len() && own.zip(others).all(same)
    }

    /// Cuts the tie to the text this was read from.
    pub fn into_owned(self) -> Object<'static> {
        let entries = self.entries.into_iter();
        Object {
            entries: entries
                .map(|(key, value)| (owned(key), value.into_owned()))
                .collect(),
        }
    }
}

/// A key of its own. Half of all texts in credentials are the same few keys: those stand in the program already.
fn owned(key: Cow<'_, str>) -> Cow<'static, str> {
    let usual = USUAL.get(key.len()).copied().unwrap_or_default();
    match usual.iter().find(|usual| **usual == key) {
        Some(usual) => Cow::Borrowed(usual),
        None => Cow::Owned(key.into_owned()),
    }
}

/// Keys that credentials use, by their length in bytes.
const USUAL: [&[&str]; 21] = [
    &[],
    &[],
    &["id"],
    &["url"],
    &["type", "name"],
    &["image", "value"],
    &["issuer", "result"],
    &["created"],
    &["criteria", "evidence", "@context", "language"],
    &["narrative", "validFrom", "alignment", "targetUrl"],
    &["targetName", "targetType", "validUntil", "proofValue"],
    &["achievement", "description", "cryptosuite"],
    &["proofPurpose"],
    &["statusPurpose"],
    &[],
    &["statusListIndex"],
    &["credentialStatus", "credentialSchema"],
    &["credentialSubject"],
    &["verificationMethod"],
    &[],
    &["statusListCredential"],
];

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'a, K: Into<Cow<'a, str>>> FromIterator<(K, Value<'a>)> for Object<'a> {
    /// A key that comes again replaces the value it had.
    fn from_iter<I: IntoIterator<Item = (K, Value<'a>)>>(members: I) -> Self {
        let mut object = Self::new();
        for (key, value) in members {
            object.insert(key, value);
        }
        object
    }
}

impl PartialEq for Object<'_> {
    /// The order of members has no meaning in JSON.
    fn eq(&self, other: &Self) -> bool {
        let mut one: Vec<_> = self.entries.iter().collect();
        let mut two: Vec<_> = other.entries.iter().collect();
        one.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        two.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        one == two
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_keys_stand_where_their_length_says_and_are_not_copied() {
        for (length, usual) in USUAL.iter().enumerate() {
            for key in *usual {
                assert_eq!(key.len(), length, "{key}");
                assert!(matches!(owned(Cow::Borrowed(*key)), Cow::Borrowed(same) if same == *key));
            }
        }
        assert!(matches!(owned(Cow::Borrowed("unusual")), Cow::Owned(_)));
        assert_eq!(owned(Cow::Borrowed(&"x".repeat(99))).len(), 99);
    }
}
