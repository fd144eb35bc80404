//! Statements, kept as N-Quads text.
//!
//! Predicate and object of a statement are written once, next to each other, in the form they will be sorted, hashed
//! and signed in. Only blank nodes stay numbers, because their labels come last.

use crate::bytes::find_literal_special;
use crate::error::{CanonError, Fault, Result};
use crate::hash::Digest;
use crate::limits::Limits;
use alloc::string::String;
use alloc::vec::Vec;

/// A subject, object or graph name: an IRI or a blank node.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Node(u32);

impl Node {
    /// The number of the blank node, if it is one.
    pub(super) fn blank(self) -> Option<usize> {
        (self.0 & BLANK != 0).then_some((self.0 & !BLANK) as usize)
    }

    pub(super) fn from_blank(number: usize) -> Self {
        Self(BLANK | number as u32)
    }

    pub(super) fn from_iri(place: usize) -> Self {
        Self(place as u32)
    }

    /// The place of the IRI, for a node that is not blank.
    pub(super) fn iri_index(self) -> usize {
        self.0 as usize
    }
}

/// The graph a statement stands in; `None` is the default graph.
pub(crate) type Graph = Option<Node>;

/// One statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quad {
    pub(super) subject: Node,
    /// `<predicate> object`, or `<predicate> ` where the object is a blank node.
    pub(super) rest: Span,
    /// The object, where it is a blank node.
    pub(super) object: Option<Node>,
    pub(super) graph: Graph,
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same stretch of a text that begins `by` later.
    pub(super) fn after(self, by: u32) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }
}

/// A set of statements in the making.
#[derive(Debug)]
pub(crate) struct Quads {
    pub(super) text: String,
    pub(super) iris: Vec<Span>,
    pub(super) blanks: usize,
    pub(super) quads: Vec<Quad>,
    /// Blank nodes whose first-degree hash is known beforehand, in order.
    pub(super) hashed: Vec<(usize, Digest)>,
    /// Bytes of the statements once they are written out, labels of blank nodes aside: a long name costs as often as it is
    /// used.
    pub(super) written: usize,
    max_bytes: usize,
    max_quads: usize,
}

impl Quads {
    /// No statements yet.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            text: String::with_capacity(8192),
            iris: Vec::with_capacity(32),
            blanks: 0,
            quads: Vec::with_capacity(96),
            hashed: Vec::new(),
            written: 0,
            max_bytes: limits.bytes.min((BLANK - 1) as usize),
            max_quads: limits.quads.min((BLANK - 1) as usize),
        }
    }

    /// How many statements there are.
    pub(crate) fn len(&self) -> usize {
        self.quads.len()
    }

    /// How many blank nodes there are.
    pub(crate) fn blanks(&self) -> usize {
        self.blanks
    }

    /// Whether the object of statement number `at` is this IRI.
    pub(crate) fn points_to(&self, at: usize, iri: &str) -> bool {
        self.quads.get(at).is_some_and(|quad| {
            let named = self.at(quad.rest).split_once(' ').map(|(_, object)| object);
            let bare = named.and_then(|named| named.strip_prefix('<')?.strip_suffix('>'));
            quad.object.is_none() && bare == Some(iri)
        })
    }

    /// Forgets the statements of `graph` that came after the first `len`.
    pub(crate) fn forget(&mut self, graph: Node, len: usize) {
        let after = self.quads.split_off(len);
        let others = after.into_iter().filter(|quad| quad.graph != Some(graph));
        self.quads.extend(others);
    }

    /// A node for an IRI, already in `<>`.
    pub(crate) fn iri(&mut self, rendered: &str) -> Node {
        let start = self.text.len() as u32;
        self.text.push_str(rendered);
        self.push_iri(start)
    }

    /// A node for an IRI that is written to the text as it is.
    pub(crate) fn plain_iri(&mut self, iri: &str) -> Node {
        let start = self.text.len() as u32;
        self.text.push('<');
        self.text.push_str(iri);
        self.text.push('>');
        self.push_iri(start)
    }

    /// A blank node that is none of those before.
    pub(crate) fn fresh(&mut self) -> Node {
        self.blanks += 1;
        Node::from_blank(self.blanks - 1)
    }

    /// Adds a statement about nodes. `predicate` is in `<>`.
    pub(crate) fn link(
        &mut self,
        subject: Node,
        predicate: &str,
        object: Node,
        graph: Graph,
    ) -> Result<()> {
        let start = self.begin(predicate);
        let blank = object.blank().map(|_| object);
        if blank.is_none() {
            let span = self.iris[object.iri_index()];
            self.text
                .extend_from_within(span.start as usize..span.end as usize);
        }
        self.end(Quad {
            subject,
            rest: Span { start, end: 0 },
            object: blank,
            graph,
        })
    }

    /// Adds a statement whose object, an IRI or a literal, `write` appends to the text in its N-Quads form.
    pub(crate) fn write(
        &mut self,
        subject: Node,
        predicate: &str,
        graph: Graph,
        write: impl FnOnce(&mut String),
    ) -> Result<()> {
        let start = self.begin(predicate);
        write(&mut self.text);
        self.end(Quad {
            subject,
            rest: Span { start, end: 0 },
            object: None,
            graph,
        })
    }

    /// The text of an IRI node, `<>` included; nothing for a blank node.
    pub(super) fn iri_text(&self, node: Node) -> &str {
        self.iris
            .get(node.iri_index())
            .map_or("", |span| self.at(*span))
    }

    /// The length of an IRI node; nothing for a blank node.
    fn length(&self, node: Node) -> usize {
        self.iris
            .get(node.iri_index())
            .map_or(0, |span| span.range().len())
    }

    /// The text of `span`.
    pub(super) fn at(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The predicate of `quad`, in `<>`.
    pub(super) fn predicate(&self, quad: &Quad) -> &str {
        let rest = self.at(quad.rest);
        rest.split_once(' ')
            .map_or(rest, |(predicate, _)| predicate)
    }

    /// Everything after `start` as a span.
    pub(super) fn span_from(&self, start: usize) -> Span {
        Span {
            start: start as u32,
            end: self.text.len() as u32,
        }
    }

    pub(super) fn push_iri(&mut self, start: u32) -> Node {
        self.iris.push(Span {
            start,
            end: self.text.len() as u32,
        });
        Node(self.iris.len() as u32 - 1)
    }

    fn begin(&mut self, predicate: &str) -> u32 {
        let start = self.text.len() as u32;
        self.text.push_str(predicate);
        self.text.push(' ');
        start
    }

    pub(super) fn end(&mut self, mut quad: Quad) -> Result<()> {
        quad.rest.end = self.text.len() as u32;
        self.written += self.length(quad.subject) + quad.rest.range().len();
        if let Some(graph) = quad.graph {
            self.written += self.length(graph);
        }
        self.quads.push(quad);
        self.within_limits()
    }

    /// Whether so many bytes may be kept.
    pub(crate) fn has_room_for(&self, bytes: usize) -> Result<()> {
        match bytes > self.max_bytes {
            true => Err(CanonError::new(Fault::TooLarge, "")),
            false => Ok(()),
        }
    }

    pub(super) fn within_limits(&self) -> Result<()> {
        self.has_room_for(self.text.len().max(self.written))?;
        if self.quads.len().max(self.blanks) > self.max_quads {
            return Err(CanonError::new(Fault::TooManyQuads, ""));
        }
        Ok(())
    }
}

/// Appends `value` as a quoted literal in canonical N-Quads (RDFC-1.0 §A), without any suffix.
pub(crate) fn escape_literal(value: &str, out: &mut String) {
    out.push('"');
    let mut rest = value;
    while let Some(at) = find_literal_special(rest.as_bytes()) {
        let mut after = rest[at..].chars();
        let special = after.next().unwrap_or_default();
        out.push_str(&rest[..at]);
        rest = after.as_str();
        match special {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // Controls, and the two characters that XML 1.1 does not have.
            '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    let digit = u32::from(special) >> shift & 15;
                    out.extend(char::from_digit(digit, 16).map(|digit| digit.to_ascii_uppercase()));
                }
            }
            other => out.push(other),
        }
    }
    out.push_str(rest);
    out.push('"');
}

/// Marks blank nodes.
const BLANK: u32 = 1 << 31;

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;

    #[test]
    fn literals_escape_what_canonical_nquads_escapes() {
        let mut out = String::new();
        escape_literal(
            "a\"\\\n\r\t\u{8}\u{c}\u{0}\u{b}\u{7f}\u{fffe}\u{ffff}\u{feff}é\u{1F600}",
            &mut out,
        );
        assert_eq!(
            out,
            r#""a\"\\\n\r\t\b\f\u0000\u000B\u007F\uFFFE\uFFFF"#.to_owned() + "\u{feff}é\u{1F600}\""
        );
    }
}
