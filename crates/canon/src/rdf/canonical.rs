//! RDF Dataset Canonicalization: RDFC-1.0.
//!
//! §4.4, step by step. Blank nodes that differ in the statements they stand in, which is nearly all, are told apart by one
//! hash each. The rest go through [`super::ndegree`], within a work budget (threat 7).

use super::ndegree::Labelling;
use super::nquads;
use super::quads::{Node, Quad, Quads, Span};
use crate::error::{CanonError, Fault, Result};
use crate::hash::{Digest, Hash};
use crate::limits::Limits;
use alloc::string::String;
use alloc::vec::Vec;

/// The canonical form of an RDF dataset given as N-Quads.
pub fn canonicalize_nquads(
    text: &str,
    hash: Hash,
    limits: &Limits,
) -> core::result::Result<String, CanonError> {
    let (quads, _) = nquads::parse(text, limits).map_err(|error| *error)?;
    quads
        .canonicalize(hash, limits.rdfc_work)
        .map_err(|error| *error)
}

/// What each blank node of an RDF dataset given as N-Quads is called, and what it is called in the canonical form: the issued identifiers
/// map of §4.3, for the conformance tests.
pub fn issued_identifiers(
    text: &str,
    hash: Hash,
    limits: &Limits,
) -> core::result::Result<Vec<(String, String)>, CanonError> {
    let (mut quads, names) = nquads::parse(text, limits).map_err(|error| *error)?;
    let labels = quads
        .label(hash, limits.rdfc_work)
        .map_err(|error| *error)?;
    let issued = names.into_iter().filter_map(|(name, node)| {
        let mut issued = String::new();
        push_label(labels.get(node.blank()?).copied()??, &mut issued);
        Some((name.into(), issued.split_off("_:".len())))
    });
    Ok(issued.collect())
}

impl Quads {
    /// The canonical N-Quads of these statements.
    pub(crate) fn canonicalize(mut self, hash: Hash, work: usize) -> Result<String> {
        let labels = if self.blanks == 0 {
            Vec::new()
        } else {
            self.label(hash, work)?
        };
        Ok(self.serialize(&labels))
    }

    /// Gives each blank node its canonical number.
    fn label(&mut self, hash: Hash, work: usize) -> Result<Vec<Option<u32>>> {
        let mut mentions = Mentions::of(self);
        let mut firsts: Vec<(Digest, usize)> = Vec::with_capacity(self.blanks);
        let mut scratch = Scratch::for_text(self.text.len());
        let mut hashed = core::mem::take(&mut self.hashed).into_iter().peekable();
        for blank in 0..self.blanks {
            if let Some((_, digest)) = hashed.next_if(|(known, _)| *known == blank) {
                firsts.push((digest, blank));
            } else if !mentions.of_blank(blank).is_empty() {
                let digest = self.first_degree(blank, &mut mentions, hash, &mut scratch);
                firsts.push((digest, blank));
            }
        }
        firsts.sort_unstable();
        let mut labels = alloc::vec![None; self.blanks];
        let mut issued = 0;
        let mut alike = Vec::new();
        for group in firsts.chunk_by(|one, two| one.0 == two.0) {
            match group {
                [(_, blank)] => {
                    labels[*blank] = Some(issued);
                    issued += 1;
                }
                several => alike.push(several),
            }
        }
        if alike.is_empty() {
            return Ok(labels);
        }
        let mut hashes = alloc::vec![None; self.blanks];
        for (digest, blank) in &firsts {
            hashes[*blank] = Some(*digest);
        }
        let mut labelling = Labelling::new(self, &mentions, &hashes, hash, labels, issued, work);
        for group in alike {
            labelling.label_group(group.iter().map(|(_, blank)| *blank))?;
        }
        Ok(labelling.into_labels())
    }

    /// The first-degree hash of every blank node that is mentioned, in their order.
    pub(super) fn first_degrees(&self, hash: Hash) -> Vec<(usize, Digest)> {
        let mut mentions = Mentions::of(self);
        let mut scratch = Scratch::for_text(self.text.len());
        let mut hashed = Vec::with_capacity(self.blanks);
        for blank in 0..self.blanks {
            if !mentions.of_blank(blank).is_empty() {
                let digest = self.first_degree(blank, &mut mentions, hash, &mut scratch);
                hashed.push((blank, digest));
            }
        }
        hashed
    }

    /// Hashes the statements that mention `blank` (§4.6), and drops from `mentions` those that were made twice.
    fn first_degree(
        &self,
        blank: usize,
        mentions: &mut Mentions,
        hash: Hash,
        scratch: &mut Scratch,
    ) -> Digest {
        let Scratch {
            lines,
            spans,
            sorted,
        } = scratch;
        lines.clear();
        spans.clear();
        sorted.clear();
        for at in mentions.of_blank(blank) {
            let quad = &self.quads[*at as usize];
            let start = lines.len() as u32;
            self.push_masked(quad.subject, blank, lines);
            lines.push(' ');
            lines.push_str(self.at(quad.rest));
            if let Some(object) = quad.object {
                self.push_masked(object, blank, lines);
            }
            if let Some(graph) = quad.graph {
                lines.push(' ');
                self.push_masked(graph, blank, lines);
            }
            lines.push_str(" .\n");
            let line = Line {
                start,
                end: lines.len() as u32,
                quad: *at,
            };
            spans.push(line);
        }
        let text = |line: &Line| &lines[line.start as usize..line.end as usize];
        spans.sort_unstable_by(|one, two| text(one).cmp(text(two)));
        if spans
            .windows(2)
            .any(|pair| text(&pair[0]) == text(&pair[1]))
        {
            // A dataset is a set. Alike in these lines are other statements too: those about two other blank nodes.
            spans.sort_unstable_by(|one, two| {
                (text(one), self.blanks_of(one.quad)).cmp(&(text(two), self.blanks_of(two.quad)))
            });
            spans.dedup_by(|one, two| {
                text(one) == text(two) && self.blanks_of(one.quad) == self.blanks_of(two.quad)
            });
            mentions.keep(blank, spans);
        }
        for line in &*spans {
            sorted.push_str(text(line));
        }
        hash.digest(sorted.as_bytes())
    }

    /// The blank nodes of a statement.
    fn blanks_of(&self, at: u32) -> [Option<usize>; 3] {
        let quad = &self.quads[at as usize];
        [Some(quad.subject), quad.object, quad.graph].map(|node| node.and_then(Node::blank))
    }

    fn push_masked(&self, node: Node, blank: usize, out: &mut String) {
        match node.blank() {
            Some(this) if this == blank => out.push_str("_:a"),
            Some(_) => out.push_str("_:z"),
            None => out.push_str(self.iri_text(node)),
        }
    }

    /// Writes all statements, sorted and without duplicates, one to a line.
    fn serialize(&mut self, labels: &[Option<u32>]) -> String {
        self.complete(labels);
        // Statements have few subjects: rank those, deal the statements out, and compare only what follows the subject.
        let Subjects { names, mut order } = Subjects::of(self, labels);
        let rest = |at: u32| self.at(self.quads[at as usize].rest);
        let mut out = String::with_capacity(self.text.len() + self.quads.len() * 24);
        let mut start = 0;
        for (name, end) in names {
            let lines = &mut order[start..end];
            start = end;
            lines.sort_unstable_by(|one, two| rest(*one).cmp(rest(*two)));
            let mut last = "";
            for at in lines {
                let line = rest(*at);
                if line != last {
                    out.push_str(self.at(name));
                    out.push(' ');
                    out.push_str(line);
                    out.push_str(" .\n");
                }
                last = line;
            }
        }
        out
    }

    /// Writes objects and graphs that were blank until now behind their predicates.
    fn complete(&mut self, labels: &[Option<u32>]) {
        for at in 0..self.quads.len() {
            let quad = self.quads[at];
            if quad.object.is_none() && quad.graph.is_none() {
                continue;
            }
            let start = self.text.len();
            let old = self.at(quad.rest).len();
            self.copy(quad.rest);
            debug_assert_eq!(self.text.len() - start, old);
            if let Some(object) = quad.object {
                self.push_name(object, labels);
            }
            if let Some(graph) = quad.graph {
                self.text.push(' ');
                self.push_name(graph, labels);
            }
            self.quads[at].rest = self.span_from(start);
        }
    }

    /// The text of a node, which is written first if the node is blank.
    fn name(&mut self, node: Node, labels: &[Option<u32>]) -> Span {
        if node.blank().is_none() {
            return self.iris.get(node.iri_index()).copied().unwrap_or_default();
        }
        let start = self.text.len();
        self.push_name(node, labels);
        self.span_from(start)
    }

    fn push_name(&mut self, node: Node, labels: &[Option<u32>]) {
        match node.blank() {
            Some(blank) => push_label(
                labels.get(blank).copied().flatten().unwrap_or_default(),
                &mut self.text,
            ),
            None => self.copy(self.iris.get(node.iri_index()).copied().unwrap_or_default()),
        }
    }

    fn copy(&mut self, span: Span) {
        self.text.extend_from_within(span.range());
    }
}

/// Which statements mention which blank node.
pub(super) struct Mentions {
    /// Where the statements of each blank node begin in `quads`, and where they end.
    ranges: Vec<(u32, u32)>,
    quads: Vec<u32>,
}

impl Mentions {
    fn of(store: &Quads) -> Self {
        let mut ranges = alloc::vec![(0, 0); store.blanks];
        for quad in &store.quads {
            for blank in mentioned(quad) {
                ranges[blank].1 += 1;
            }
        }
        let mut next = 0;
        for range in &mut ranges {
            let count = range.1;
            *range = (next, next);
            next += count;
        }
        let mut quads = alloc::vec![0; next as usize];
        for (at, quad) in store.quads.iter().enumerate() {
            for blank in mentioned(quad) {
                let end = &mut ranges[blank].1;
                quads[*end as usize] = at as u32;
                *end += 1;
            }
        }
        Self { ranges, quads }
    }

    /// The statements that mention `blank`.
    pub(super) fn of_blank(&self, blank: usize) -> &[u32] {
        let (start, end) = self.ranges[blank];
        &self.quads[start as usize..end as usize]
    }

    /// Leaves `blank` only the statements of those lines.
    fn keep(&mut self, blank: usize, lines: &[Line]) {
        let (start, end) = &mut self.ranges[blank];
        for (at, line) in lines.iter().enumerate() {
            self.quads[*start as usize + at] = line.quad;
        }
        *end = *start + lines.len() as u32;
    }
}

/// The blank nodes of a statement, each once.
fn mentioned(quad: &Quad) -> impl Iterator<Item = usize> {
    let subject = quad.subject.blank();
    let object = quad.object.and_then(Node::blank);
    let graph = quad.graph.and_then(Node::blank);
    let object = object.filter(|_| object != subject);
    let graph = graph.filter(|_| graph != subject && graph != object);
    subject.into_iter().chain(object).chain(graph)
}

/// A statement as a blank node sees it: its line among the lines of one first-degree hash.
#[derive(Clone, Copy)]
struct Line {
    start: u32,
    end: u32,
    quad: u32,
}

/// Buffers that one hash after the other uses.
struct Scratch {
    lines: String,
    spans: Vec<Line>,
    sorted: String,
}

impl Scratch {
    fn for_text(bytes: usize) -> Self {
        Self {
            lines: String::with_capacity(bytes),
            spans: Vec::with_capacity(16),
            sorted: String::with_capacity(bytes),
        }
    }
}

/// The statements by subject.
struct Subjects {
    /// The subjects in order, each with the end of its statements in `order`.
    names: Vec<(Span, usize)>,
    /// The statements, subject by subject.
    order: Vec<u32>,
}

impl Subjects {
    fn of(store: &mut Quads, labels: &[Option<u32>]) -> Self {
        let iris = store.iris.len();
        let place = |node: Node| {
            node.blank()
                .map_or_else(|| node.iri_index(), |blank| iris + blank)
        };
        // How many statements each node is the subject of; then, where they begin.
        let mut counts = alloc::vec![0_u32; iris + store.blanks];
        let mut nodes: Vec<(Span, usize)> = Vec::with_capacity(iris + store.blanks);
        for at in 0..store.quads.len() {
            let subject = store.quads[at].subject;
            let count = &mut counts[place(subject)];
            *count += 1;
            if *count == 1 {
                nodes.push((store.name(subject, labels), place(subject)));
            }
        }
        nodes.sort_unstable_by(|one, two| store.at(one.0).cmp(store.at(two.0)));
        let mut names: Vec<(Span, usize)> = Vec::with_capacity(nodes.len());
        let mut end = 0;
        for (name, place) in nodes {
            let start = end;
            end += counts[place] as usize;
            counts[place] = start as u32;
            match names.last_mut() {
                Some((last, last_end)) if store.at(*last) == store.at(name) => *last_end = end,
                _ => names.push((name, end)),
            }
        }
        let mut order = alloc::vec![0; store.quads.len()];
        for (at, quad) in store.quads.iter().enumerate() {
            let next = &mut counts[place(quad.subject)];
            order[*next as usize] = at as u32;
            *next += 1;
        }
        Self { names, order }
    }
}

/// Appends the canonical label of number `number`.
pub(super) fn push_label(number: u32, out: &mut String) {
    out.push_str("_:c14n");
    push_decimal(number, out);
}

/// Appends `number` in decimal.
pub(super) fn push_decimal(number: u32, out: &mut String) {
    if number >= 10 {
        push_decimal(number / 10, out);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// The error for blank nodes that cannot be told apart within the budget.
pub(super) fn poison() -> alloc::boxed::Box<CanonError> {
    CanonError::new(Fault::PoisonGraph, "")
}
