//! Chains: what follows for A and C where one set maps A to B and another B to C.
//!
//! SSSOM, "Chaining rules": exact, broad and narrow each with itself; exact carries any relation. Close with close, and broad
//! with narrow, give nothing; a mapping that says *Not* gives nothing either (our rule), nor does a stated gap.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mapping, MappingDraft, MappingSet, Relation, Slot, Standing};

/// What A→B and B→C say of A and C together, if anything.
pub fn relation_of_chain(first: &Relation, second: &Relation) -> Option<Relation> {
    match (first, second) {
        (Relation::Exact, other) | (other, Relation::Exact) => Some(other.clone()),
        (Relation::Broad, Relation::Broad) => Some(Relation::Broad),
        (Relation::Narrow, Relation::Narrow) => Some(Relation::Narrow),
        _ => None,
    }
}

/// One mapping of a chain: the number of its set and of the mapping in it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Step {
    /// Which set.
    pub set: usize,
    /// Which mapping of it.
    pub mapping: usize,
    /// Whether it was read from its object to its subject.
    pub reversed: bool,
}

/// What follows from one mapping or several.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Where it begins.
    pub subject: String,
    /// How both relate.
    pub relation: Relation,
    /// Where it ends.
    pub object: String,
    /// The mappings, in order.
    pub steps: Vec<Step>,
    /// How far the weakest of them may be relied on.
    pub standing: Standing,
    /// The product of their confidences, if all of them have one.
    pub confidence: Option<f64>,
}

impl Chain {
    /// The chain as a mapping of its own, justified by chaining.
    pub fn to_mapping(&self) -> Mapping {
        let draft = MappingDraft::new(&self.subject, &self.relation, &self.object)
            .justified_by("MappingChaining");
        let draft = match self.confidence {
            Some(confidence) => draft.with(Slot::Confidence, &confidence.to_string()),
            None => draft,
        };
        draft.finish().expect("a chain joins checked mappings")
    }
}

/// Every chain of at most `longest` mappings from `subject`, over all `sets`; of several to one object with one relation, the
/// shortest, and of equals the one that may be relied on most. What does not `lead_on` may end a chain, and no mapping is followed from it.
pub fn chains(
    sets: &[&MappingSet],
    subject: &str,
    longest: usize,
    lead_on: impl Fn(&str) -> bool,
) -> Vec<Chain> {
    let edges = Edges::new(sets);
    let denied = edges.denied;
    let mut found: BTreeMap<(String, Relation), Chain> = BTreeMap::new();
    let mut front: Vec<Chain> = Vec::new();
    let begin = Chain {
        subject: subject.to_owned(),
        relation: Relation::Exact,
        object: subject.to_owned(),
        steps: Vec::new(),
        standing: Standing::Reviewed,
        confidence: Some(1.0),
    };
    front.push(begin);
    for _ in 0..longest {
        let mut next: BTreeMap<(String, Relation), Chain> = BTreeMap::new();
        for chain in front.iter().filter(|chain| lead_on(&chain.object)) {
            for edge in edges.from.get(chain.object.as_str()).into_iter().flatten() {
                if edge.object == subject || denied.contains(&(subject, edge.object)) {
                    continue;
                }
                let Some(relation) = relation_of_chain(&chain.relation, &edge.relation) else {
                    continue;
                };
                let key = (edge.object.to_owned(), relation.clone());
                let longer = chain.and(edge, relation);
                // What only a machine says does not hide what people reviewed, though it be shorter.
                if found
                    .get(&key)
                    .is_some_and(|known: &Chain| known.standing >= longer.standing)
                {
                    continue;
                }
                let better = next.get(&key).is_none_or(|known| longer.beats(known));
                if better {
                    next.insert(key, longer);
                }
            }
        }
        front = next.values().cloned().collect();
        found.extend(next);
    }
    found.into_values().collect()
}

impl Chain {
    fn and(&self, edge: &Edge<'_>, relation: Relation) -> Self {
        let mut steps = self.steps.clone();
        steps.push(edge.step);
        Self {
            subject: self.subject.clone(),
            relation,
            object: edge.object.to_owned(),
            steps,
            standing: self.standing.min(edge.standing),
            confidence: match (self.confidence, edge.confidence) {
                (Some(before), Some(here)) => Some(before * here),
                _ => None,
            },
        }
    }

    fn beats(&self, other: &Self) -> bool {
        let confidence = |chain: &Self| chain.confidence.unwrap_or(0.0);
        (self.standing, confidence(self)) > (other.standing, confidence(other))
    }
}

struct Edge<'s> {
    object: &'s str,
    relation: Relation,
    step: Step,
    standing: Standing,
    confidence: Option<f64>,
}

/// Mappings by where they begin, read both ways where the relation allows it.
struct Edges<'s> {
    from: BTreeMap<&'s str, Vec<Edge<'s>>>,
    /// Pairs that some set says do not correspond, both ways: a chain around a stated *Not* is no news.
    denied: BTreeSet<(&'s str, &'s str)>,
}

impl<'s> Edges<'s> {
    fn new(sets: &[&'s MappingSet]) -> Self {
        let mut from: BTreeMap<&str, Vec<Edge<'_>>> = BTreeMap::new();
        let mut denied = BTreeSet::new();
        for (set_number, set) in sets.iter().enumerate() {
            for (number, mapping) in set.mappings().iter().enumerate() {
                let (subject, object) = (mapping.subject(), mapping.object());
                if mapping.is_gap() {
                    continue;
                }
                if mapping.is_negated() {
                    denied.extend([(subject, object), (object, subject)]);
                    continue;
                }
                let mut push = |start, end, relation, reversed| {
                    from.entry(start).or_default().push(Edge {
                        object: end,
                        relation,
                        step: Step {
                            set: set_number,
                            mapping: number,
                            reversed,
                        },
                        standing: mapping.standing(),
                        confidence: mapping.confidence(),
                    });
                };
                push(subject, object, mapping.relation(), false);
                if let Some(inverse) = mapping.relation().inverse() {
                    push(object, subject, inverse, true);
                }
            }
        }
        Self { from, denied }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: &[(&str, Relation, &str, bool)]) -> MappingSet {
        let mappings = rows.iter().map(|(subject, relation, object, negated)| {
            let at = |name: &str| format!("https://x.example/{name}");
            let draft = MappingDraft::new(&at(subject), relation, &at(object));
            let draft = match negated {
                true => draft.with(Slot::PredicateModifier, "Not"),
                false => draft,
            };
            draft.with(Slot::Confidence, "0.9").finish().unwrap()
        });
        MappingSet::default().with_mappings(mappings.collect())
    }

    fn ends(sets: &[&MappingSet], longest: usize) -> Vec<(String, Relation)> {
        let found = chains(sets, "https://x.example/a", longest, |_| true);
        let found = found.into_iter().map(|chain| {
            let end = chain
                .object
                .trim_start_matches("https://x.example/")
                .to_owned();
            (end, chain.relation)
        });
        found.collect()
    }

    #[test]
    fn only_what_the_rules_allow_follows() {
        use Relation::{Broad, Close, Exact, Narrow};
        let table = [
            (Exact, Exact, Some(Exact)),
            (Exact, Close, Some(Close)),
            (Broad, Exact, Some(Broad)),
            (Broad, Broad, Some(Broad)),
            (Narrow, Narrow, Some(Narrow)),
            (Close, Close, None),
            (Broad, Narrow, None),
            (Narrow, Broad, None),
            (Close, Broad, None),
        ];
        for (first, second, expect) in table {
            assert_eq!(
                relation_of_chain(&first, &second),
                expect,
                "{first} {second}"
            );
            let one = set(&[("a", first, "b", false)]);
            let other = set(&[("b", second, "c", false)]);
            let found = ends(&[&one, &other], 2);
            let to_c = found.into_iter().find(|(end, _)| end == "c");
            assert_eq!(to_c.map(|(_, relation)| relation), expect);
        }
    }

    #[test]
    fn a_stated_not_gives_nothing_and_stops_what_would_contradict_it() {
        let one = set(&[("a", Relation::Exact, "b", false)]);
        let not = set(&[("b", Relation::Exact, "c", true)]);
        assert_eq!(ends(&[&one, &not], 3), [("b".to_owned(), Relation::Exact)]);
        let other = set(&[("b", Relation::Exact, "c", false)]);
        let denied = set(&[("a", Relation::Exact, "c", true)]);
        assert_eq!(
            ends(&[&one, &other, &denied], 3),
            [("b".to_owned(), Relation::Exact)]
        );
    }

    #[test]
    fn what_does_not_lead_on_ends_a_chain_and_begins_none() {
        let one = set(&[
            ("a", Relation::Exact, "b", false),
            ("b", Relation::Exact, "c", false),
        ]);
        let ends = |closed: &str| {
            let closed = format!("https://x.example/{closed}");
            let found = chains(&[&one], "https://x.example/a", 3, |node| node != closed);
            found.len()
        };
        assert_eq!([ends("c"), ends("b"), ends("a")], [2, 1, 0]);
    }

    #[test]
    fn a_chain_is_as_sure_as_its_steps_together_and_says_that_it_is_one() {
        let one = set(&[("a", Relation::Exact, "b", false)]);
        let other = set(&[("c", Relation::Narrow, "b", false)]);
        let found = chains(&[&one, &other], "https://x.example/a", 2, |_| true);
        let chain = found.iter().find(|chain| chain.steps.len() == 2).unwrap();
        // c → b is narrow, so b → c is broad.
        assert_eq!(chain.relation, Relation::Broad);
        assert!(chain.steps[1].reversed);
        assert!((chain.confidence.unwrap() - 0.81).abs() < 1e-12);
        let mapping = chain.to_mapping();
        assert_eq!(
            mapping.one(Slot::MappingJustification),
            Some("https://w3id.org/semapv/vocab/MappingChaining")
        );
    }
}
