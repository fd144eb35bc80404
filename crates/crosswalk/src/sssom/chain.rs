//! Chains: what follows for A and C where one set maps A to B and another B to C.
//!
//! SSSOM, "Chaining rules": exact, broad and narrow each with itself; exact carries any relation. Close with close, and broad
//! with narrow, give nothing; a mapping that says *Not* gives nothing either (our rule), nor does a stated gap.
//!
//! **Invariant:** a *Not* stops what it contradicts and no more: a chain of that relation, or of one that it follows from, that may not be
//! relied on more than the *Not* itself. What was stopped is told, with the mapping that did it.

use std::collections::BTreeMap;

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

/// What follows from a subject, and what some set says does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chains {
    /// What follows.
    pub found: Vec<Chain>,
    /// What would follow, did no mapping say *Not*. No other chain says the same of the same object.
    pub stopped: Vec<Stopped>,
}

/// A chain in whose way a mapping stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopped {
    /// What would follow.
    pub chain: Chain,
    /// The mapping that says *Not*, of where the chain ends or of a thing on the way.
    pub by: Step,
}

/// Every chain of at most `longest` mappings from `subject`, over all `sets`; of several to one object with one relation, the
/// shortest, and of equals the one that may be relied on most. What does not `lead_on` may end a chain, and no mapping is followed from it.
pub fn chains(
    sets: &[&MappingSet],
    subject: &str,
    longest: usize,
    lead_on: impl Fn(&str) -> bool,
) -> Chains {
    let edges = Edges::new(sets);
    // What is stopped is followed apart from what is not, so that neither hides the other.
    let mut known: BTreeMap<Way, Walk> = BTreeMap::new();
    let begin = Chain {
        subject: subject.to_owned(),
        relation: Relation::Exact,
        object: subject.to_owned(),
        steps: Vec::new(),
        standing: Standing::Reviewed,
        confidence: Some(1.0),
    };
    let mut front = vec![Walk {
        chain: begin,
        stopped_by: None,
    }];
    for _ in 0..longest {
        let mut next: BTreeMap<Way, Walk> = BTreeMap::new();
        for walk in front.iter().filter(|walk| lead_on(&walk.chain.object)) {
            let from = edges.from.get(walk.chain.object.as_str());
            for edge in from.into_iter().flatten() {
                if edge.object == subject {
                    continue;
                }
                let Some(relation) = relation_of_chain(&walk.chain.relation, &edge.relation) else {
                    continue;
                };
                let chain = walk.chain.and(edge, relation);
                let stopped_by = walk.stopped_by.or_else(|| edges.denial_of(&chain));
                let way = Way {
                    object: chain.object.clone(),
                    relation: chain.relation.clone(),
                    stopped: stopped_by.is_some(),
                };
                let longer = Walk { chain, stopped_by };
                // What only a machine says does not hide what people reviewed, though it be shorter.
                if known
                    .get(&way)
                    .is_some_and(|known| known.chain.standing >= longer.chain.standing)
                {
                    continue;
                }
                let better = next
                    .get(&way)
                    .is_none_or(|known| longer.chain.beats(&known.chain));
                if better {
                    next.insert(way, longer);
                }
            }
        }
        front = next.values().cloned().collect();
        known.extend(next);
    }
    told(known)
}

/// What was found, and of what was stopped what no other chain says.
fn told(known: BTreeMap<Way, Walk>) -> Chains {
    let mut all = Chains::default();
    // Of one object and relation, what is not stopped comes first.
    let mut open: Option<(String, Relation)> = None;
    for (way, walk) in known {
        let end = (way.object, way.relation);
        match walk.stopped_by {
            None => {
                all.found.push(walk.chain);
                open = Some(end);
            }
            Some(by) if open.as_ref() != Some(&end) => all.stopped.push(Stopped {
                chain: walk.chain,
                by,
            }),
            Some(_) => {}
        }
    }
    all
}

/// Where a chain ends, how, and whether a *Not* stands in its way.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Way {
    object: String,
    relation: Relation,
    stopped: bool,
}

/// A chain that is followed, and what stands in its way.
#[derive(Clone)]
struct Walk {
    chain: Chain,
    stopped_by: Option<Step>,
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
    /// What is denied of pairs, both ways where the relation allows it.
    denied: BTreeMap<(&'s str, &'s str), Vec<Denial>>,
}

/// A mapping that says *Not*.
struct Denial {
    relation: Relation,
    standing: Standing,
    step: Step,
}

impl<'s> Edges<'s> {
    fn new(sets: &[&'s MappingSet]) -> Self {
        let mut from: BTreeMap<&str, Vec<Edge<'_>>> = BTreeMap::new();
        let mut denied: BTreeMap<(&str, &str), Vec<Denial>> = BTreeMap::new();
        for (set_number, set) in sets.iter().enumerate() {
            for (number, mapping) in set.mappings().iter().enumerate() {
                if mapping.is_gap() {
                    continue;
                }
                let mut push = |start, end, relation, reversed| {
                    let standing = mapping.standing();
                    let step = Step {
                        set: set_number,
                        mapping: number,
                        reversed,
                    };
                    match mapping.is_negated() {
                        true => denied.entry((start, end)).or_default().push(Denial {
                            relation,
                            standing,
                            step,
                        }),
                        false => from.entry(start).or_default().push(Edge {
                            object: end,
                            relation,
                            step,
                            standing,
                            confidence: mapping.confidence(),
                        }),
                    }
                };
                let (subject, object) = (mapping.subject(), mapping.object());
                push(subject, object, mapping.relation(), false);
                if let Some(inverse) = mapping.relation().inverse() {
                    push(object, subject, inverse, true);
                }
            }
        }
        Self { from, denied }
    }

    /// The mapping that says that a chain does not hold, and may be relied on as much: of several the one that may be most.
    fn denial_of(&self, chain: &Chain) -> Option<Step> {
        let of_pair = self
            .denied
            .get(&(chain.subject.as_str(), chain.object.as_str()))?;
        let contrary = of_pair.iter().filter(|denial| {
            chain.relation.implies(&denial.relation) && chain.standing <= denial.standing
        });
        let strongest = contrary.max_by_key(|denial| denial.standing)?;
        Some(strongest.step)
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
        let found = chains(sets, "https://x.example/a", longest, |_| true).found;
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
    fn a_stated_not_stops_its_own_relation_and_what_that_follows_from_and_no_other() {
        use Relation::{Broad, Close, Exact, Narrow};
        // What is denied of a and c (or of c and a), what another set says of a and c, and whether that still follows.
        let table = [
            (("a", Exact, "c"), Exact, false),
            (("c", Exact, "a"), Exact, false),
            (("a", Exact, "c"), Close, true),
            (("a", Exact, "c"), Broad, true),
            (("a", Broad, "c"), Exact, true),
            (("a", Broad, "c"), Broad, false),
            (("a", Broad, "c"), Narrow, true),
            (("c", Narrow, "a"), Broad, false),
            (("c", Broad, "a"), Broad, true),
            (("a", Close, "c"), Close, false),
            // What is exactly the same is nearly the same too.
            (("a", Close, "c"), Exact, false),
        ];
        for ((subject, denied, object), said, follows) in table {
            let not = set(&[(subject, denied.clone(), object, true)]);
            let yes = set(&[("a", said.clone(), "c", false)]);
            let all = chains(&[&not, &yes], "https://x.example/a", 3, |_| true);
            let told = (all.found.len(), all.stopped.len());
            let expect = if follows { (1, 0) } else { (0, 1) };
            assert_eq!(told, expect, "not {denied}, {said}");
            let stopped = all.stopped.iter();
            assert!(
                stopped
                    .clone()
                    .all(|one| one.by.set == 0 && one.by.mapping == 0)
            );
            assert!(stopped.clone().all(|one| one.chain.relation == said));
        }
    }

    #[test]
    fn a_stated_not_does_not_stop_what_was_reviewed_and_a_reviewed_one_does() {
        let mapping = |negated: bool, reviewed: bool| {
            let draft = MappingDraft::new(
                "https://x.example/a",
                &Relation::Exact,
                "https://x.example/c",
            );
            let draft = match negated {
                true => draft.with(Slot::PredicateModifier, "Not"),
                false => draft,
            };
            let draft = match reviewed {
                true => draft.and(Slot::ReviewerLabel, "Ana Ruiz"),
                false => draft,
            };
            MappingSet::default().with_mappings(vec![draft.finish().unwrap()])
        };
        for (said_reviewed, denied_reviewed, follows) in [
            (false, false, false),
            (true, false, true),
            (true, true, false),
            (false, true, false),
        ] {
            let (yes, not) = (
                mapping(false, said_reviewed),
                mapping(true, denied_reviewed),
            );
            let found = ends(&[&yes, &not], 3).len();
            assert_eq!(found == 1, follows, "{said_reviewed} {denied_reviewed}");
        }
    }

    #[test]
    fn what_is_behind_a_stopped_chain_is_stopped_unless_another_way_leads_there() {
        use Relation::Exact;
        let one = set(&[("a", Exact, "b", false), ("b", Exact, "c", false)]);
        let not = set(&[("a", Exact, "b", true)]);
        let all = chains(&[&one, &not], "https://x.example/a", 3, |_| true);
        assert!(all.found.is_empty());
        let stopped = all.stopped.iter();
        let stopped = stopped.map(|one| (one.chain.object.as_str(), one.by.set));
        let expect = [("https://x.example/b", 1), ("https://x.example/c", 1)];
        assert_eq!(stopped.collect::<Vec<_>>(), expect);
        let around = set(&[("a", Exact, "c", false)]);
        let all = chains(&[&one, &not, &around], "https://x.example/a", 1, |_| true);
        assert_eq!((all.found.len(), all.stopped.len()), (1, 1));
        // From c back to b: nothing said of c is denied, but b and a are.
        let all = chains(&[&one, &not, &around], "https://x.example/a", 3, |_| true);
        let found: Vec<&str> = all.found.iter().map(|one| one.object.as_str()).collect();
        assert_eq!(found, ["https://x.example/c"]);
        assert_eq!(all.stopped.len(), 1);
    }

    #[test]
    fn what_does_not_lead_on_ends_a_chain_and_begins_none() {
        let one = set(&[
            ("a", Relation::Exact, "b", false),
            ("b", Relation::Exact, "c", false),
        ]);
        let ends = |closed: &str| {
            let closed = format!("https://x.example/{closed}");
            let all = chains(&[&one], "https://x.example/a", 3, |node| node != closed);
            all.found.len()
        };
        assert_eq!([ends("c"), ends("b"), ends("a")], [2, 1, 0]);
    }

    #[test]
    fn a_chain_is_as_sure_as_its_steps_together_and_says_that_it_is_one() {
        let one = set(&[("a", Relation::Exact, "b", false)]);
        let other = set(&[("c", Relation::Narrow, "b", false)]);
        let found = chains(&[&one, &other], "https://x.example/a", 2, |_| true).found;
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
