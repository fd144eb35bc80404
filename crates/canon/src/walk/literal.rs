//! Values that become literals, and strings that become references.
//!
//! JSON-LD 1.1 API §5.3 (value expansion), §5.1.2 step 15 (value objects) and §8.2 (RDF literals).

use super::node::Inner;
use super::scan::{Entry, What};
use super::target::Target;
use super::{Added, Place, Walk, fault};
use crate::context::{Coercion, Direction, Keyword, Kind, datatype_suffix};
use crate::error::{CanonError, Fault, Result};
use crate::iri;
use crate::jcs;
use crate::json::{Number, Value};
use crate::rdf::escape_literal;
use alloc::string::String;

impl<'a> Walk<'a> {
    /// Makes the statement of a string, number or boolean.
    pub(super) fn scalar(
        &mut self,
        place: Place<'a>,
        value: &Value<'_>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        match target {
            Target::Free => {
                return self.lose(Fault::FreeFloatingValue, value.as_str().unwrap_or_default());
            }
            Target::Included => return Err(fault(Fault::InvalidIncludedValue)),
            Target::Property { wrap: true, .. } => {
                return self.wrapped(target, |walk, target| {
                    walk.scalar(place, value, target, added)
                });
            }
            _ => {}
        }
        let Place {
            mut active,
            mut term,
            ..
        } = place;
        if let Some(scoped) = &term.context {
            active = self.apply.scoped(active, scoped, Kind::Property)?;
            term = active.term(&term.name).unwrap_or(self.contexts.plain());
        }
        if let (Coercion::Id | Coercion::Vocab, Some(text)) = (&term.coercion, value.as_str()) {
            let expanded = active.expand(text, term.coercion == Coercion::Vocab, true);
            let node = self.resource(expanded, text, Fault::RelativeIri)?;
            self.attach(target, node)?;
            return added.map_or(Ok(()), |added| self.add(added, node));
        }
        if added.is_some() {
            return Err(fault(Fault::InvalidValueObject));
        }
        match (&term.coercion, value.as_str()) {
            (Coercion::Datatype(_, None), _) => self.lose(Fault::InvalidTypedValue, ""),
            (Coercion::Datatype(iri, Some(suffix)), _) => {
                self.typed(value, Some((iri, suffix)), target)
            }
            (_, Some(text)) => {
                let language = term.language.or(active.language.as_ref());
                let direction = term.direction.or(active.direction.as_ref());
                self.string(text, language.map(|tag| &**tag), direction.copied(), target)
            }
            _ => self.typed(value, None, target),
        }
    }

    /// Makes the statement of a value object.
    pub(super) fn value_object(
        &mut self,
        inner: Inner<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        use Keyword::{Direction as Dir, Index, Language, Type, Value as Val};
        let shape = inner.shape;
        if matches!(target, Target::Included) {
            return Err(fault(Fault::InvalidIncludedValue));
        }
        if let Target::Property { reverse: true, .. } = target {
            return Err(fault(Fault::InvalidReversePropertyValue));
        }
        let mixed = shape.has(Type) && (shape.has(Language) || shape.has(Dir));
        if !shape.only(&[Val, Type, Language, Dir, Index]) || mixed || added.is_some() {
            return Err(fault(Fault::InvalidValueObject));
        }
        if let Some(entry) = self.find(shape, Index) {
            self.check_index_value(entry.value)
                .map_err(|error| entry.place(error))?;
        }
        let Some(entry) = self.find(shape, Val) else {
            return Ok(());
        };
        let value = entry.value;
        let is_type = |entry: &&Entry<'_>| matches!(entry.what, What::Keyword(Type));
        // Written under several names they are an array (step 13.4.4), and that is no datatype.
        if shape.has(Type) && self.entries[shape.start..].iter().filter(is_type).count() > 1 {
            return Err(fault(Fault::InvalidTypedValue));
        }
        let datatype = match self.find(shape, Type).map(|entry| entry.value) {
            None => None,
            Some(Value::Null) => None,
            Some(name) => Some(
                name.as_str()
                    .ok_or_else(|| fault(Fault::InvalidTypedValue))?,
            ),
        };
        let expanded = datatype.map(|name| (name, inner.scope.expand(name, true, true)));
        if let Some((_, expanded)) = &expanded
            && expanded.as_keyword() == Some(Keyword::Json)
        {
            return self.json_literal(value, target);
        }
        if matches!(value, Value::Array(_) | Value::Object(_)) {
            return Err(fault(Fault::InvalidValueObjectValue).under(entry.key));
        }
        let language = self.language_of(inner)?;
        let direction = self.direction_of(inner)?;
        if value.is_null() {
            return self
                .lose(Fault::NullValue, entry.key)
                .map_err(|error| entry.place(error));
        }
        if let Some((name, expanded)) = expanded {
            let suffix = expanded
                .as_iri()
                .and_then(|iri| Some((iri, datatype_suffix(iri)?)));
            let (iri, suffix) =
                suffix.ok_or_else(|| CanonError::new(Fault::InvalidTypedValue, name))?;
            return self.typed(value, Some((iri, &suffix)), target);
        }
        match value.as_str() {
            Some(text) => self.string(text, language.as_deref(), direction, target),
            None if language.is_some() => Err(fault(Fault::InvalidLanguageTaggedValue)),
            None => self.typed(value, None, target),
        }
    }

    /// Makes the statement of a JSON literal.
    pub(super) fn json_literal(&mut self, value: &Value<'_>, target: Target<'a>) -> Result<()> {
        let mut json = String::new();
        if self.safe {
            jcs::write(value, &mut json).map_err(|_| fault(Fault::NumberNotExact))?;
        } else if jcs::write(value, &mut json).is_err() {
            json.clear();
            value.write(&mut json);
        }
        self.wrapped(target, |walk, target| {
            walk.attach_literal(target, |out| {
                escape_literal(&json, out);
                out.push_str("^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>");
            })
        })
    }

    /// Makes the statement of a string without datatype.
    pub(super) fn string(
        &mut self,
        text: &str,
        language: Option<&str>,
        direction: Option<Direction>,
        target: Target<'a>,
    ) -> Result<()> {
        if let Some(tag) = language.filter(|tag| !iri::is_language(tag)) {
            return self.lose(Fault::InvalidLanguage, tag);
        }
        let direction = direction.filter(|_| self.directions);
        self.attach_literal(target, |out| {
            escape_literal(text, out);
            match (direction, language) {
                // What the cryptosuites of VC Data Integrity make of a direction: a datatype.
                (Some(direction), language) => {
                    out.push_str("^^<https://www.w3.org/ns/i18n#");
                    out.push_str(language.unwrap_or_default());
                    out.push('_');
                    out.push_str(direction.as_str());
                    out.push('>');
                }
                (None, Some(tag)) => {
                    out.push('@');
                    out.push_str(tag);
                }
                (None, None) => {}
            }
        })
    }

    /// Makes the statement of a scalar with a datatype, given or its own.
    fn typed(
        &mut self,
        value: &Value<'_>,
        datatype: Option<(&str, &str)>,
        target: Target<'a>,
    ) -> Result<()> {
        let suffix = datatype.map(|(_, suffix)| suffix);
        match value {
            Value::String(text) => self.attach_literal(target, |out| {
                escape_literal(text, out);
                out.push_str(suffix.unwrap_or_default());
            }),
            Value::Bool(truth) => self.attach_literal(target, |out| {
                out.push_str(if *truth { "\"true\"" } else { "\"false\"" });
                out.push_str(suffix.unwrap_or(BOOLEAN));
            }),
            Value::Number(number) => self.number(*number, datatype, target),
            _ => Ok(()),
        }
    }

    fn number(
        &mut self,
        number: Number,
        datatype: Option<(&str, &str)>,
        target: Target<'a>,
    ) -> Result<()> {
        if self.safe && number.exact_f64().is_none() {
            return Err(fault(Fault::NumberNotExact));
        }
        let as_double = datatype.is_some_and(|(iri, _)| iri == XSD_DOUBLE);
        let suffix = datatype.map(|(_, suffix)| suffix);
        self.attach_literal(target, |out| {
            match number.as_i128().filter(|_| !as_double) {
                Some(integer) => {
                    out.push_str(&alloc::format!("\"{integer}\""));
                    out.push_str(suffix.unwrap_or(INTEGER));
                }
                None => {
                    out.push('"');
                    write_xsd_double(number.as_f64(), out);
                    out.push('"');
                    out.push_str(suffix.unwrap_or(DOUBLE));
                }
            }
        })
    }

    fn language_of(&self, inner: Inner<'a>) -> Result<Option<String>> {
        let Some(entry) = self.find(inner.shape, Keyword::Language) else {
            return Ok(None);
        };
        match entry.value.as_str() {
            Some(tag) => Ok(Some(tag.to_ascii_lowercase())),
            None => Err(entry.place(fault(Fault::InvalidLanguageTaggedString))),
        }
    }

    fn direction_of(&self, inner: Inner<'a>) -> Result<Option<Direction>> {
        let Some(entry) = self.find(inner.shape, Keyword::Direction) else {
            return Ok(None);
        };
        match Direction::of(entry.value) {
            Some(direction) => Ok(Some(direction)),
            None => Err(entry.place(fault(Fault::InvalidBaseDirection))),
        }
    }
}

/// Appends the canonical form of an xsd:double: 16 significant digits at most, exponent without leading zeros.
fn write_xsd_double(double: f64, out: &mut String) {
    let text = alloc::format!("{double:.15E}");
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let trimmed = mantissa.trim_end_matches('0');
    out.push_str(trimmed);
    if trimmed.ends_with('.') {
        out.push('0');
    }
    out.push('E');
    out.push_str(exponent);
}

const XSD_DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";
const BOOLEAN: &str = "^^<http://www.w3.org/2001/XMLSchema#boolean>";
const INTEGER: &str = "^^<http://www.w3.org/2001/XMLSchema#integer>";
const DOUBLE: &str = "^^<http://www.w3.org/2001/XMLSchema#double>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_have_sixteen_digits_at_most() {
        for (double, expect) in [
            (5.5, "5.5E0"),
            (0.1, "1.0E-1"),
            (1e21, "1.0E21"),
            (-1234.5678, "-1.2345678E3"),
            (1.0 / 3.0, "3.333333333333333E-1"),
        ] {
            let mut out = String::new();
            write_xsd_double(double, &mut out);
            assert_eq!(out, expect);
        }
    }
}
