//! Reading N-Quads: RDF 1.1 N-Quads, into statements whose text is already canonical.

use super::quads::{Graph, Node, Quads, escape_literal};
use crate::error::{CanonError, Fault, Result};
use crate::iri;
use crate::limits::Limits;
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use hashbrown::HashMap;

/// The blank nodes of a text, by the names that it has for them.
pub(super) type Labels<'t> = HashMap<&'t str, Node>;

/// Reads the statements of `text`.
pub(super) fn parse<'t>(text: &'t str, limits: &Limits) -> Result<(Quads, Labels<'t>)> {
    let mut quads = Quads::new(limits);
    let mut labels = Labels::new();
    for (at, line) in text.lines().enumerate() {
        let mut reader = Line {
            rest: line.trim_start_matches(BLANKS),
            labels: &mut labels,
        };
        if !reader.rest.is_empty() && !reader.rest.starts_with('#') {
            reader.statement(&mut quads).map_err(|error| error.at(at))?;
        }
    }
    Ok((quads, labels))
}

struct Line<'t, 'l> {
    rest: &'t str,
    labels: &'l mut Labels<'t>,
}

impl<'t> Line<'t, '_> {
    fn statement(&mut self, quads: &mut Quads) -> Result<()> {
        let subject = self.node(quads)?;
        let predicate = ["<", &self.iri()?, ">"].concat();
        if let Some(literal) = self.literal()? {
            let graph = self.end(quads)?;
            return quads.write(subject, &predicate, graph, |out| out.push_str(&literal));
        }
        let object = self.node(quads)?;
        let graph = self.end(quads)?;
        quads.link(subject, &predicate, object, graph)
    }

    fn end(&mut self, quads: &mut Quads) -> Result<Graph> {
        let graph = if self.rest.starts_with('.') {
            None
        } else {
            Some(self.node(quads)?)
        };
        self.rest = self
            .rest
            .strip_prefix('.')
            .ok_or_else(|| self.fault())?
            .trim_start_matches(BLANKS);
        match self.rest.is_empty() || self.rest.starts_with('#') {
            true => Ok(graph),
            false => Err(self.fault()),
        }
    }

    fn node(&mut self, quads: &mut Quads) -> Result<Node> {
        let Some(label) = self.rest.strip_prefix("_:") else {
            let iri = self.iri()?;
            return Ok(quads.plain_iri(&iri));
        };
        let end = label
            .find(|character: char| BLANKS.contains(&character) || character == '<')
            .unwrap_or(label.len());
        let name = label[..end].trim_end_matches('.');
        if name.is_empty() {
            return Err(self.fault());
        }
        self.skip(2 + name.len());
        Ok(*self.labels.entry(name).or_insert_with(|| quads.fresh()))
    }

    fn iri(&mut self) -> Result<String> {
        let inside = self
            .rest
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'));
        let (raw, _) = inside.ok_or_else(|| self.fault())?;
        let iri = unescape(raw)
            .filter(|iri| iri::is_absolute(iri))
            .ok_or_else(|| self.fault())?;
        self.skip(raw.len() + 2);
        Ok(iri)
    }

    /// A literal in canonical form, if one comes next.
    fn literal(&mut self) -> Result<Option<String>> {
        let Some(inside) = self.rest.strip_prefix('"') else {
            return Ok(None);
        };
        let mut escaped = false;
        let end = inside.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let raw = &inside[..end.ok_or_else(|| self.fault())?];
        let mut out = String::new();
        escape_literal(&unescape(raw).ok_or_else(|| self.fault())?, &mut out);
        self.rest = &self.rest[raw.len() + 2..];
        if let Some(tag) = self.rest.strip_prefix('@') {
            let end = tag.find(BLANKS).unwrap_or(tag.len());
            let tag = tag[..end].trim_end_matches('.');
            if !iri::is_language(tag) {
                return Err(self.fault());
            }
            out.push('@');
            out.push_str(tag);
            self.skip(1 + tag.len());
        } else if let Some(datatype) = self.rest.strip_prefix("^^") {
            self.rest = datatype;
            let datatype = self.iri()?;
            if datatype != "http://www.w3.org/2001/XMLSchema#string" {
                out.push_str("^^<");
                out.push_str(&datatype);
                out.push('>');
            }
        } else {
            self.skip(0);
        }
        Ok(Some(out))
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest[bytes..].trim_start_matches(BLANKS);
    }

    fn fault(&self) -> Box<CanonError> {
        CanonError::new(Fault::NotNQuads, self.rest)
    }
}

fn unescape(raw: &str) -> Option<String> {
    let Some((front, _)) = raw.split_once('\\') else {
        return Some(raw.to_owned());
    };
    let mut out = String::from(front);
    let mut characters = raw[front.len()..].chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        let escape = characters.next()?;
        out.push(match escape {
            'u' | 'U' => {
                let digits = if escape == 'u' { 4 } else { 8 };
                let text = characters.as_str().get(..digits)?;
                characters = characters.as_str()[digits..].chars();
                char::from_u32(u32::from_str_radix(text, 16).ok()?)?
            }
            't' => '\t',
            'b' => '\u{8}',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            '"' | '\'' | '\\' => escape,
            _ => return None,
        });
    }
    Some(out)
}

const BLANKS: [char; 2] = [' ', '\t'];
