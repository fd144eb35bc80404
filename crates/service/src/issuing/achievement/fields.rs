//! Reading the fields of a JSON object one by one, and noting every fault on the way.

use std::cell::RefCell;

use serde_json::{Map, Number, Value};

use super::{DefinitionFault, DefinitionFaultKind as Kind};
use crate::text::has_unseen;

/// Where faults are noted.
#[derive(Default)]
pub(super) struct Faults(RefCell<Vec<DefinitionFault>>);

impl Faults {
    pub(super) fn note(&self, field: impl Into<String>, kind: Kind) {
        self.0.borrow_mut().push(DefinitionFault {
            field: field.into(),
            kind,
        });
    }

    pub(super) fn into_inner(self) -> Vec<DefinitionFault> {
        self.0.into_inner()
    }
}

/// The fields of an object that were not read yet. What is left at the [end](Fields::end) is unknown.
pub(super) struct Fields<'a> {
    left: Map<String, Value>,
    known: Vec<&'static str>,
    path: String,
    faults: &'a Faults,
}

impl<'a> Fields<'a> {
    /// Takes what should be an object.
    pub(super) fn new(path: String, value: Value, faults: &'a Faults) -> Self {
        let left = match value {
            Value::Object(left) => left,
            _ => {
                faults.note(
                    path.as_str(),
                    Kind::Expected("an object with fields, in { }".into()),
                );
                Map::new()
            }
        };
        Self {
            left,
            known: Vec::new(),
            path,
            faults,
        }
    }

    /// The full name of a field of this object.
    pub(super) fn at(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    pub(super) fn note(&self, name: &str, kind: Kind) {
        self.faults.note(self.at(name), kind);
    }

    /// A field as it is; `null` is as good as absent.
    pub(super) fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// Notes a fault if a field is absent.
    pub(super) fn require(&self, name: &'static str) {
        if self.left.get(name).is_none_or(Value::is_null) {
            self.note(name, Kind::Missing);
        }
    }

    /// A text in one line or several, trimmed.
    pub(super) fn text(&mut self, name: &'static str, limit: usize) -> Option<String> {
        let value = self.take(name)?;
        as_text(value, self.at(name), limit, self.faults)
    }

    /// A text that must be there. Where it is not, a fault is noted and the answer is empty.
    pub(super) fn required_text(&mut self, name: &'static str, limit: usize) -> String {
        self.require(name);
        self.text(name, limit).unwrap_or_default()
    }

    /// A text that `parse` makes something of.
    pub(super) fn parsed<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(name, SHORT)?;
        let parsed =
            parse(&text).map_err(|error| self.note(name, Kind::Expected(error.to_string())));
        parsed.ok()
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match self.take(name) {
            None => default,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.note(name, Kind::Expected("true or false".into()));
                default
            }
        }
    }

    /// A whole number between two bounds; digits in a text will do.
    pub(super) fn whole(&mut self, name: &'static str, least: u32, most: u32) -> Option<u32> {
        let value = self.take(name)?;
        let number = match &value {
            Value::Number(number) => number.as_u64(),
            Value::String(digits) => digits.trim().parse().ok(),
            _ => None,
        };
        let fits = number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|n| (least..=most).contains(n));
        if fits.is_none() {
            self.note(
                name,
                Kind::Expected(format!("a whole number from {least} to {most}")),
            );
        }
        fits
    }

    /// A short text, for which a number will do.
    pub(super) fn digits(&mut self, name: &'static str) -> Option<String> {
        if let Some(value @ Value::Number(_)) = self.left.get_mut(name) {
            *value = Value::String(value.to_string());
        }
        self.text(name, SHORT)
    }

    /// A number above zero; digits in a text will do.
    pub(super) fn decimal(&mut self, name: &'static str) -> Option<Number> {
        let value = self.take(name)?;
        let number = match value {
            Value::Number(number) => Some(number),
            Value::String(digits) => serde_json::from_str(digits.trim()).ok(),
            _ => None,
        };
        let fits = number.filter(|number| number.as_f64().is_some_and(|n| n > 0.0 && n <= 1e9));
        if fits.is_none() {
            self.note(name, Kind::Expected("a number above 0, such as 1.5".into()));
        }
        fits
    }

    /// An address of a page, or the identifier of what somebody wrote in their own words: `urn:uuid:…`.
    pub(super) fn address_or_uuid(&mut self, name: &'static str) -> Option<String> {
        let text = self.text(name, LONG_ADDRESS)?;
        if !can_be_linked(&text) {
            self.note(name, Kind::Expected(ADDRESS.into()));
        }
        Some(text)
    }

    /// A word of a closed vocabulary, or `ext:` and a word of one's own.
    pub(super) fn word(
        &mut self,
        name: &'static str,
        vocabulary: &'static [&'static str],
    ) -> Option<String> {
        let word = self.text(name, SHORT)?;
        let own = |c: char| c.is_ascii_alphanumeric() || matches!(c, '|' | '.' | '-' | '_');
        let extended = word
            .strip_prefix("ext:")
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(own));
        if !extended && !vocabulary.contains(&word.as_str()) {
            self.note(name, Kind::NotInVocabulary(vocabulary));
        }
        Some(word)
    }

    /// The entries of a list, each with its full name.
    pub(super) fn list(&mut self, name: &'static str, limit: usize) -> Vec<(String, Value)> {
        let path = self.at(name);
        let entries = match self.take(name) {
            None => Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                self.note(name, Kind::Expected("a list, in [ ]".into()));
                Vec::new()
            }
        };
        if entries.len() > limit {
            self.note(name, Kind::TooMany(limit));
        }
        let named = entries.into_iter().take(limit).enumerate();
        named
            .map(|(place, entry)| (format!("{path}[{place}]"), entry))
            .collect()
    }

    /// The entries of a list of short texts, each once.
    pub(super) fn texts(
        &mut self,
        name: &'static str,
        limit: usize,
        longest: usize,
    ) -> Vec<String> {
        let mut texts = Vec::new();
        for (path, entry) in self.list(name, limit) {
            if let Some(text) = as_text(entry, path.clone(), longest, self.faults) {
                if texts.contains(&text) {
                    self.faults.note(path, Kind::Repeated);
                } else {
                    texts.push(text);
                }
            }
        }
        texts
    }

    /// The entries of a list of objects.
    pub(super) fn objects(&mut self, name: &'static str, limit: usize) -> Vec<Fields<'a>> {
        let entries = self.list(name, limit).into_iter();
        entries
            .map(|(path, entry)| Fields::new(path, entry, self.faults))
            .collect()
    }

    /// The fields of an object within this one.
    pub(super) fn object(&mut self, name: &'static str) -> Option<Fields<'a>> {
        let path = self.at(name);
        Some(Fields::new(path, self.take(name)?, self.faults))
    }

    /// Notes what is left: fields that nobody asked for.
    pub(super) fn end(self) {
        for name in self.left.keys() {
            let near = self
                .known
                .iter()
                .copied()
                .find(|known| is_near(known, name));
            self.note(name, Kind::Unknown(near));
        }
    }
}

fn as_text(value: Value, field: String, limit: usize, faults: &Faults) -> Option<String> {
    let Value::String(text) = value else {
        faults.note(field, Kind::Expected("a text, in quotation marks".into()));
        return None;
    };
    let text = text.replace("\r\n", "\n").trim().to_owned();
    let fault = match text.chars().count() {
        0 => Some(Kind::Empty),
        length if length > limit => Some(Kind::TooLong(limit)),
        _ if has_unseen(&text) => Some(Kind::ControlCharacters),
        _ => None,
    };
    match fault {
        None => Some(text),
        Some(kind) => {
            faults.note(field, kind);
            None
        }
    }
}

/// Whether an achievement can link it: the address of a page, or an identifier of its own.
pub(crate) fn can_be_linked(text: &str) -> bool {
    is_address(text) || is_uuid(text)
}

/// Whether a text is the address of a page.
fn is_address(text: &str) -> bool {
    let web = |url: &url::Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    !text.contains(char::is_whitespace) && url::Url::parse(text).as_ref().is_ok_and(web)
}

/// Whether a text is an identifier of its own.
fn is_uuid(text: &str) -> bool {
    let uuid = text.strip_prefix("urn:uuid:");
    uuid.is_some_and(|uuid| uuid.len() == 36 && uuid::Uuid::try_parse(uuid).is_ok())
}

/// Whether a name was probably meant: the same letters, or one or two of them wrong.
fn is_near(known: &str, name: &str) -> bool {
    let letters = |text: &str| -> Vec<char> {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .take(64)
            .collect()
    };
    let (known, name) = (letters(known), letters(name));
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (i, a) in known.iter().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, b) in name.iter().enumerate() {
            let change = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[name.len()] <= if known.len() > 5 { 2 } else { 1 }
}

pub(super) const SHORT: usize = 200;
const LONG_ADDRESS: usize = 2000;
const ADDRESS: &str = "an address that starts with https://";
