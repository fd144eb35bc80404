//! Short names in addresses.

use std::fmt;

use serde::Serialize;

/// A short name that stands in addresses and never changes: `a-z`, `0-9` and `-`, at most 64 characters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Slug(String);

impl Slug {
    /// Takes a short name as it is written; it is not mended, because it will stand in addresses for ever.
    pub fn new(text: &str) -> Result<Self, SlugError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let framed = text.starts_with('-') || text.ends_with('-');
        if text.is_empty() || text.len() > 64 || framed || !text.bytes().all(plain) {
            return Err(SlugError);
        }
        Ok(Self(text.to_owned()))
    }

    /// A short name made from a name: its letters and digits, a hyphen for all between. `None` for one without any that may stand there.
    pub fn of_name(name: &str) -> Option<Self> {
        let mut slug = String::new();
        for letter in name.chars().flat_map(char::to_lowercase) {
            match letter {
                'a'..='z' | '0'..='9' => slug.push(letter),
                _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                _ => {}
            }
        }
        slug.truncate(64);
        Self::new(slug.trim_end_matches('-')).ok()
    }

    /// The short name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a [`Slug`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "a short name has 1 to 64 characters, only a-z, 0-9 and -, and does not start or end with -: precision-measurement"
)]
pub struct SlugError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_short_name_of_its_letters() {
        for (name, slug) in [
            ("Precision measurement", Some("precision-measurement")),
            ("  Öl & Gas: 2. Teil!", Some("l-gas-2-teil")),
            ("Ψηφιακή", None),
            ("", None),
        ] {
            let made = Slug::of_name(name).map(|slug| slug.to_string());
            assert_eq!(made.as_deref(), slug, "{name:?}");
        }
        assert_eq!(
            Slug::of_name(&"long ".repeat(30)).unwrap().as_str().len(),
            64
        );
    }

    #[test]
    fn what_could_not_stand_in_an_address_is_refused() {
        for bad in [
            "",
            "-a",
            "a-",
            "A",
            "a b",
            "a/b",
            "a.b",
            "ä",
            "a_b",
            &"a".repeat(65),
        ] {
            assert_eq!(Slug::new(bad), Err(SlugError), "{bad:?}");
        }
        for good in ["a", "0", "precision-measurement", "a--b", &"a".repeat(64)] {
            assert_eq!(Slug::new(good).unwrap().as_str(), good);
        }
    }
}
