//! Statements that many documents make alike: cut out of the first, put into the others.

use super::quads::{Node, Quad, Quads};
use crate::error::{CanonError, Fault, Result};
use crate::hash::{Digest, Hash};
use crate::limits::Limits;
use alloc::vec::Vec;
use core::ops::Range;
use hashbrown::HashMap;

/// Where in the making of [`Quads`] some statements were made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) quads: Range<usize>,
    pub(crate) blanks: Range<usize>,
}

/// Statements by themselves: each once, in the order in which they will stand, and what hashing their blank nodes gave.
#[derive(Debug)]
pub(crate) struct Statements {
    quads: Quads,
    hashed: Vec<(usize, Digest)>,
}

impl Quads {
    /// Copies the statements within `bounds`. `None` if one of them mentions a blank node from outside, or one outside
    /// mentions a blank node of theirs: then they cannot be hashed by themselves. Nor if one was made twice: limits count each.
    pub(crate) fn cut(&self, bounds: &Bounds, hash: Hash, limits: &Limits) -> Option<Statements> {
        let within = self.quads.get(bounds.quads.clone())?;
        let is_ours = |blank: usize| bounds.blanks.contains(&blank);
        let before = &self.quads[..bounds.quads.start];
        let after = &self.quads[bounds.quads.end..];
        if !within.iter().flat_map(blanks).all(is_ours)
            || before.iter().chain(after).flat_map(blanks).any(is_ours)
        {
            return None;
        }
        let mut order: Vec<&Quad> = within.iter().collect();
        order.sort_by_key(|quad| self.place(quad));
        order.dedup_by_key(|quad| self.place(quad));
        if order.len() != within.len() {
            return None;
        }
        let mut cut = Quads::new(limits);
        cut.blanks = bounds.blanks.len();
        let mut names = HashMap::new();
        for quad in order {
            let mut node = |node: Node| match node.blank() {
                Some(blank) => Node::from_blank(blank - bounds.blanks.start),
                None => {
                    let name = self.iri_text(node);
                    *names.entry(name).or_insert_with(|| cut.iri(name))
                }
            };
            let (subject, graph) = (node(quad.subject), quad.graph.map(&mut node));
            let object = quad.object.map(&mut node);
            let start = cut.text.len();
            cut.text.push_str(self.at(quad.rest));
            let rest = cut.span_from(start);
            let copied = cut.end(Quad {
                subject,
                rest,
                object,
                graph,
            });
            copied.ok()?;
        }
        let hashed = cut.first_degrees(hash);
        Some(Statements { quads: cut, hashed })
    }

    /// Adds statements that were cut out of another document.
    pub(crate) fn put(&mut self, statements: &Statements) -> Result<()> {
        let part = &statements.quads;
        // Before it is copied: numbers of bytes fit 32 bits only within the limits.
        if self.text.len() + part.text.len() > u32::MAX as usize / 2 {
            return Err(CanonError::new(Fault::TooLarge, ""));
        }
        let (text, blanks) = (self.text.len() as u32, self.blanks);
        let iris = self.iris.len();
        let node = |node: Node| match node.blank() {
            Some(blank) => Node::from_blank(blanks + blank),
            None => Node::from_iri(iris + node.iri_index()),
        };
        self.text.push_str(&part.text);
        let spans = part.iris.iter().map(|span| span.after(text));
        self.iris.extend(spans);
        self.blanks += part.blanks;
        self.quads.extend(part.quads.iter().map(|quad| Quad {
            subject: node(quad.subject),
            rest: quad.rest.after(text),
            object: quad.object.map(node),
            graph: quad.graph.map(node),
        }));
        let hashed = statements.hashed.iter();
        self.hashed
            .extend(hashed.map(|(blank, digest)| (blanks + blank, *digest)));
        self.written += part.written;
        self.within_limits()
    }

    /// What decides where a statement stands, and whether two are the same.
    fn place(
        &self,
        quad: &Quad,
    ) -> (
        Option<usize>,
        &str,
        &str,
        Option<usize>,
        Option<usize>,
        &str,
    ) {
        (
            quad.subject.blank(),
            self.iri_text(quad.subject),
            self.at(quad.rest),
            quad.object.and_then(Node::blank),
            quad.graph.and_then(Node::blank),
            quad.graph.map_or("", |graph| self.iri_text(graph)),
        )
    }
}

fn blanks(quad: &Quad) -> impl Iterator<Item = usize> {
    let nodes = [Some(quad.subject), quad.object, quad.graph];
    nodes.into_iter().flatten().filter_map(Node::blank)
}
