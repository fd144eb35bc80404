//! Languages, as Open Badges writes them.
//!
//! [BCP 47](https://www.rfc-editor.org/rfc/rfc5646) tags of language, script and region: that is what the
//! [`LanguageCode`](https://www.imsglobal.org/spec/ob/v3p0#org.1edtech.ob.v3p0.languagecode.derivedtype) of Open Badges 3.0 admits.

use std::fmt;

use serde::Serialize;

/// A language tag in its usual spelling: `de`, `pt-BR`, `zh-Hant-TW`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads a tag in any letter case, with `-` or `_` between its parts.
    pub fn parse(text: &str) -> Result<Self, LanguageError> {
        let mut parts = text.trim().split(['-', '_']);
        let language = parts.next().unwrap_or_default();
        if !(2..=4).contains(&language.len()) || !is_alphabetic(language) {
            return Err(LanguageError);
        }
        let mut tag = language.to_ascii_lowercase();
        let mut next = parts.next();
        if let Some(script) = next.filter(|part| part.len() == 4 && is_alphabetic(part)) {
            let (first, rest) = script.split_at(1);
            tag.push('-');
            tag.push_str(&first.to_ascii_uppercase());
            tag.push_str(&rest.to_ascii_lowercase());
            next = parts.next();
        }
        if let Some(region) = next.filter(|part| is_region(part)) {
            tag.push('-');
            tag.push_str(&region.to_ascii_uppercase());
            next = parts.next();
        }
        if next.is_none() {
            Ok(Self(tag))
        } else {
            Err(LanguageError)
        }
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a [`LanguageTag`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a language is written like en, pt-BR or zh-Hant")]
pub struct LanguageError;

fn is_alphabetic(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_alphabetic())
}

fn is_region(part: &str) -> bool {
    match part.len() {
        2 => is_alphabetic(part),
        3 => part.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(
            LanguageTag::parse(text)
                .ok()
                .as_ref()
                .map(LanguageTag::as_str),
            expect
        );
    }

    #[test]
    fn tags_get_their_usual_spelling() {
        check("DE", Some("de"));
        check("pt_br", Some("pt-BR"));
        check("ZH-hANT-tw", Some("zh-Hant-TW"));
        check("es-419", Some("es-419"));
        check(" ckb ", Some("ckb"));
    }

    #[test]
    fn what_open_badges_cannot_say_is_refused() {
        for text in [
            "",
            "e",
            "english",
            "en-",
            "en-US-x-private",
            "de-1996",
            "en--US",
            "12",
            "é",
        ] {
            check(text, None);
        }
    }
}
