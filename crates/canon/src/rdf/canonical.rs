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
    let quads = nquads::parse(text, limits).map_err(|error| *error)?;
    quads
        .canonicalize(hash, limits.rdfc_work)
        .map_err(|error| *error)
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
        let mentions = Mentions::of(self);
        let mut firsts: Vec<(Digest, usize)> = Vec::with_capacity(self.blanks);
        let mut scratch = Scratch::default();
        for blank in (0..self.blanks).filter(|blank| !mentions.of_blank(*blank).is_empty()) {
            firsts.push((
                self.first_degree(blank, &mentions, hash, &mut scratch),
                blank,
            ));
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

    /// Hashes the statements that mention `blank` (§4.6).
    fn first_degree(
        &self,
        blank: usize,
        mentions: &Mentions,
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
        for quad in mentions.of_blank(blank) {
            let quad = &self.quads[*quad as usize];
            let start = lines.len();
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
            spans.push((start, lines.len()));
        }
        spans.sort_unstable_by(|one, two| lines[one.0..one.1].cmp(&lines[two.0..two.1]));
        for (start, end) in &*spans {
            sorted.push_str(&lines[*start..*end]);
        }
        hash.digest(sorted.as_bytes())
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
        // Statements have few subjects: rank those once, then compare only what follows them.
        let mut subjects: Vec<Node> = self.quads.iter().map(|quad| quad.subject).collect();
        subjects.dedup();
        let mut blank_names = Names::default();
        for blank in labels.iter().flatten() {
            blank_names.add(*blank);
        }
        let name = |node: Node| match node.blank() {
            Some(blank) => {
                blank_names.get(labels.get(blank).copied().flatten().unwrap_or_default())
            }
            None => self.iri_text(node),
        };
        subjects.sort_unstable_by(|one, two| name(*one).cmp(name(*two)));
        let mut ranks = Ranks::new(self.iris.len(), self.blanks);
        let mut rank = 0;
        for at in 0..subjects.len() {
            if at > 0 && name(subjects[at]) != name(subjects[at - 1]) {
                rank += 1;
            }
            ranks.set(subjects[at], rank);
        }
        let mut order: Vec<(u32, u32)> = Vec::with_capacity(self.quads.len());
        order.extend(
            self.quads
                .iter()
                .enumerate()
                .map(|(at, quad)| (ranks.get(quad.subject), at as u32)),
        );
        let rest = |at: u32| self.at(self.quads[at as usize].rest);
        order.sort_unstable_by(|one, two| {
            one.0.cmp(&two.0).then_with(|| rest(one.1).cmp(rest(two.1)))
        });
        order.dedup_by(|one, two| one.0 == two.0 && rest(one.1) == rest(two.1));
        let mut out = String::with_capacity(self.text.len() + order.len() * 32);
        for (_, at) in order {
            let quad = &self.quads[at as usize];
            out.push_str(name(quad.subject));
            out.push(' ');
            out.push_str(self.at(quad.rest));
            out.push_str(" .\n");
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

/// Which statements mention which blank node, without duplicates.
pub(super) struct Mentions {
    starts: Vec<u32>,
    quads: Vec<u32>,
}

impl Mentions {
    fn of(store: &Quads) -> Self {
        let mut lists: Vec<u32> = alloc::vec![0; store.blanks + 1];
        let blanks = |quad: &Quad| {
            let subject = quad.subject.blank();
            let object = quad
                .object
                .and_then(Node::blank)
                .filter(|blank| Some(*blank) != subject);
            let graph = quad
                .graph
                .and_then(Node::blank)
                .filter(|blank| Some(*blank) != subject && Some(*blank) != object);
            [subject, object, graph].into_iter().flatten()
        };
        for quad in &store.quads {
            for blank in blanks(quad) {
                lists[blank + 1] += 1;
            }
        }
        for at in 1..lists.len() {
            lists[at] += lists[at - 1];
        }
        let mut next = lists.clone();
        let mut quads = alloc::vec![0; lists.last().copied().unwrap_or_default() as usize];
        for (at, quad) in store.quads.iter().enumerate() {
            for blank in blanks(quad) {
                quads[next[blank] as usize] = at as u32;
                next[blank] += 1;
            }
        }
        let mut mentions = Self {
            starts: lists,
            quads,
        };
        mentions.drop_duplicates(store);
        mentions
    }

    /// The statements that mention `blank`.
    pub(super) fn of_blank(&self, blank: usize) -> &[u32] {
        let (start, end) = (self.starts[blank] as usize, self.starts[blank + 1] as usize);
        &self.quads[start..end]
    }

    /// A dataset is a set: a statement made twice counts once.
    fn drop_duplicates(&mut self, store: &Quads) {
        let key = |at: u32| {
            let quad = &store.quads[at as usize];
            let name = |node: Node| (node.blank(), store.iri_text(node));
            (
                store.at(quad.rest),
                quad.object.and_then(Node::blank),
                name(quad.subject),
                quad.graph.map(name),
            )
        };
        let mut kept = Vec::with_capacity(self.quads.len());
        let mut starts = Vec::with_capacity(self.starts.len());
        for blank in 0..self.starts.len() - 1 {
            starts.push(kept.len() as u32);
            let (start, end) = (self.starts[blank] as usize, self.starts[blank + 1] as usize);
            let list = &mut self.quads[start..end];
            list.sort_unstable_by(|one, two| key(*one).cmp(&key(*two)));
            for (at, quad) in list.iter().enumerate() {
                if at == 0 || key(list[at - 1]) != key(*quad) {
                    kept.push(*quad);
                }
            }
        }
        starts.push(kept.len() as u32);
        (self.starts, self.quads) = (starts, kept);
    }
}

/// Buffers that one hash after the other uses.
#[derive(Default)]
struct Scratch {
    lines: String,
    spans: Vec<(usize, usize)>,
    sorted: String,
}

/// Labels of blank nodes as text, by number.
#[derive(Default)]
struct Names {
    text: String,
    spans: Vec<(usize, usize)>,
}

impl Names {
    fn add(&mut self, number: u32) {
        let number = number as usize;
        if self.spans.len() <= number {
            self.spans.resize(number + 1, (0, 0));
        }
        let start = self.text.len();
        push_label(number as u32, &mut self.text);
        self.spans[number] = (start, self.text.len());
    }

    fn get(&self, number: u32) -> &str {
        let (start, end) = self.spans.get(number as usize).copied().unwrap_or_default();
        &self.text[start..end]
    }
}

/// A rank for each node.
struct Ranks {
    iris: Vec<u32>,
    blanks: Vec<u32>,
}

impl Ranks {
    fn new(iris: usize, blanks: usize) -> Self {
        Self {
            iris: alloc::vec![0; iris],
            blanks: alloc::vec![0; blanks],
        }
    }

    fn set(&mut self, node: Node, rank: u32) {
        match node.blank() {
            Some(blank) => self.blanks[blank] = rank,
            None => self.iris[node.iri_index()] = rank,
        }
    }

    fn get(&self, node: Node) -> u32 {
        match node.blank() {
            Some(blank) => self.blanks[blank],
            None => self.iris[node.iri_index()],
        }
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
