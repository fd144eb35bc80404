//! The answer, task by task: met, met at a lower level, stale, related only, not shown. No score.
//!
//! **Invariant:** a task is met only by a valid credential, through the same identifier or a mapping that people stated or
//! reviewed, at the level asked for, with the evidence asked for, not older than asked for. What is not known is a gap that is
//! named; it never counts as met, and never as refuted.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    Checked, Day, Evidence, Held, Pin, Position, ReleasedSet, Role, Task,
    sets::{pinned, reach},
};
use crate::sssom::{Chain, Mapping, Relation, Standing};

/// What can be said of a task, best first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Verdict {
    /// Shown as asked for.
    Met,
    /// Shown, and at a lower level.
    MetAtLowerLevel,
    /// Shown, and too long ago.
    Stale,
    /// Something related is shown; [`Showing::gaps`] say what is missing.
    RelatedOnly,
    /// Nothing is shown.
    NotShown,
}

impl Verdict {
    /// Its word in answers that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::MetAtLowerLevel => "met_at_lower_level",
            Self::Stale => "stale",
            Self::RelatedOnly => "related_only",
            Self::NotShown => "not_shown",
        }
    }
}

/// What keeps a credential from showing a task as asked for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Gap {
    /// The mapping says broader, narrower or related.
    OtherScope,
    /// No person has agreed with the mapping yet.
    SuggestedOnly,
    /// The level is lower.
    LowerLevel,
    /// A level of one rubric is asked for, and it states one of another.
    OtherRubric,
    /// A level is asked for and none is stated.
    LevelNotStated,
    /// It was awarded too long ago.
    TooOld,
    /// An age is asked for and no day is stated.
    DayNotStated,
    /// Evidence of another kind, or none.
    OtherEvidence,
}

/// How a credential comes to speak of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Via {
    /// What the credential says: its achievement or one of its alignments.
    pub from: String,
    /// Whether that is an alignment: nobody but the issuer says that the credential is about it.
    pub own_word: bool,
    /// How that relates to the task.
    pub relation: Relation,
    /// How far the weakest mapping may be relied on.
    pub standing: Standing,
    /// The mappings, in order, each with the set that it stands in; none if both are the same identifier.
    pub mappings: Vec<(Mapping, Pin)>,
    /// Who released these sets, each once.
    pub released_by: Vec<String>,
    /// Who besides stands by every one of these sets.
    pub endorsed_by: Vec<String>,
}

/// One credential that speaks of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Showing {
    /// Which credential, by its place among those held.
    pub credential: usize,
    /// What it amounts to by itself.
    pub verdict: Verdict,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// How it comes to speak of the task.
    pub via: Via,
    /// Its evidence.
    pub evidence: Vec<Evidence>,
    /// Who assessed.
    pub assessor: Option<String>,
    /// The place on the rubric.
    pub position: Option<Position>,
    /// How many days ago it was awarded.
    pub age_days: Option<i64>,
}

/// The answer for one task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskAnswer {
    /// Which task, by its place in the role.
    pub task: usize,
    /// What can be said.
    pub verdict: Verdict,
    /// Every valid credential that speaks of it, best first.
    pub shown_by: Vec<Showing>,
    /// Credentials that would speak of it and could not be checked: neither shown nor refuted.
    pub unchecked: Vec<usize>,
    /// Mappings that say *Not* and stood in the way of a valid credential, each once, with the set that it stands in; none if the task is met.
    pub denied_by: Vec<(Mapping, Pin)>,
}

/// Reads what a person holds against a role, on `day`. From what only an issuer says that a credential is about, mappings are followed where
/// `may_pass` lets them (what it says, and what they lead on from), and from what is the credential's own: what others reviewed of somebody's
/// achievement is not for everybody who names the same skill.
pub fn answer(
    role: &Role,
    held: &[Held],
    sets: &[ReleasedSet],
    day: Day,
    may_pass: fn(&str, &str) -> bool,
) -> Vec<TaskAnswer> {
    let ways: Vec<Ways> = held
        .iter()
        .map(|credential| ways_from(credential, sets, day, may_pass))
        .collect();
    let tasks = role.tasks.iter().enumerate();
    tasks
        .map(|(number, task)| {
            let mut shown_by = Vec::new();
            let mut unchecked = Vec::new();
            let mut denied_by: Vec<(Mapping, Pin)> = Vec::new();
            for (place, credential) in held.iter().enumerate() {
                let denied = ways[place].denied.iter();
                for (_, by) in denied.filter(|(end, _)| *end == task.id) {
                    if credential.checked == Checked::Valid && !denied_by.contains(by) {
                        denied_by.push(by.clone());
                    }
                }
                let fitting = ways[place].open.iter().filter(|(end, _)| *end == task.id);
                let best = fitting
                    .map(|(_, via)| showing(task, place, credential, via, day))
                    .min_by_key(rank);
                match (best, credential.checked) {
                    (Some(showing), Checked::Valid) => shown_by.push(showing),
                    (Some(_), Checked::Unknown) => unchecked.push(place),
                    _ => {}
                }
            }
            shown_by.sort_by_key(rank);
            let verdict = shown_by
                .first()
                .map_or(Verdict::NotShown, |best| best.verdict);
            if verdict == Verdict::Met {
                denied_by.clear();
            }
            TaskAnswer {
                task: number,
                verdict,
                shown_by,
                unchecked,
                denied_by,
            }
        })
        .collect()
}

/// Better first; of equals the one that people stand by more, before one by the issuer's own word, over fewer mappings, and of these the first.
fn rank(showing: &Showing) -> (Verdict, usize, Reverse<Standing>, bool, usize, usize) {
    (
        showing.verdict,
        showing.gaps.len(),
        Reverse(showing.via.standing),
        showing.via.own_word,
        showing.via.mappings.len(),
        showing.credential,
    )
}

/// Where what a credential says leads to.
#[derive(Default)]
struct Ways {
    /// Everything that it speaks of: where it ends, and how.
    open: Vec<(String, Via)>,
    /// What it would speak of, and the mapping that says *Not*.
    denied: Vec<(String, (Mapping, Pin))>,
}

fn ways_from(
    credential: &Held,
    sets: &[ReleasedSet],
    day: Day,
    may_pass: fn(&str, &str) -> bool,
) -> Ways {
    let itself: BTreeSet<&String> = [&credential.achievement]
        .into_iter()
        .chain(&credential.addresses)
        .filter(|address| !address.is_empty())
        .collect();
    let starts = itself.iter().copied().chain(&credential.alignments);
    let starts: BTreeSet<&String> = starts.collect();
    let mut ways = Ways::default();
    for start in starts {
        let own_word = !itself.contains(start);
        let is_own = |node: &str| itself.iter().any(|own| own.as_str() == node);
        let lead_on = |node: &str| !own_word || may_pass(start, node) || is_own(node);
        let plain = Via {
            from: start.clone(),
            own_word,
            relation: Relation::Exact,
            standing: Standing::Stated,
            mappings: Vec::new(),
            released_by: Vec::new(),
            endorsed_by: Vec::new(),
        };
        ways.open.push((start.clone(), plain));
        let reached = reach(sets, start, lead_on);
        for stopped in reached.stopped {
            if speaks(&stopped.chain) {
                let by = pinned(sets, stopped.by);
                ways.denied.push((stopped.chain.object, by));
            }
        }
        for chain in reached.found {
            if !speaks(&chain) {
                continue;
            }
            let used: BTreeSet<usize> = chain.steps.iter().map(|step| step.set).collect();
            let mappings = chain.steps.iter().map(|step| pinned(sets, *step));
            let via = Via {
                from: start.clone(),
                own_word,
                relation: chain.relation,
                standing: chain.standing,
                mappings: mappings.collect(),
                released_by: publishers(sets, &used),
                endorsed_by: endorsing_all(sets, &used, day),
            };
            ways.open.push((chain.object, via));
        }
    }
    ways
}

/// Whether a chain says anything about a task: not what reviewers disagree with, nor a relation that nobody here knows.
fn speaks(chain: &Chain) -> bool {
    chain.standing != Standing::Disputed && !matches!(chain.relation, Relation::Other(_))
}

fn publishers(sets: &[ReleasedSet], used: &BTreeSet<usize>) -> Vec<String> {
    let publishers = used.iter().filter_map(|set| sets[*set].publisher.clone());
    publishers.collect::<BTreeSet<_>>().into_iter().collect()
}

fn endorsing_all(sets: &[ReleasedSet], used: &BTreeSet<usize>, day: Day) -> Vec<String> {
    let mut common: Option<BTreeSet<&str>> = None;
    for set in used {
        let here: BTreeSet<&str> = sets[*set].endorsed_on(day).collect();
        common = Some(match common {
            None => here,
            Some(before) => before.intersection(&here).copied().collect(),
        });
    }
    common.into_iter().flatten().map(str::to_owned).collect()
}

fn showing(task: &Task, place: usize, credential: &Held, via: &Via, day: Day) -> Showing {
    let mut gaps = Vec::new();
    if !matches!(via.relation, Relation::Exact | Relation::Close) {
        gaps.push(Gap::OtherScope);
    }
    if via.standing < Standing::Stated {
        gaps.push(Gap::SuggestedOnly);
    }
    match (task.level, &credential.position) {
        (Some(_), Some(_)) if !task.is_level_of(&credential.rubrics) => gaps.push(Gap::OtherRubric),
        (Some(wanted), Some(position)) if position.place < wanted => gaps.push(Gap::LowerLevel),
        (Some(_), None) => gaps.push(Gap::LevelNotStated),
        _ => {}
    }
    let age_days = credential.awarded.map(|awarded| day.days_since(awarded));
    match (task.max_age_days, age_days) {
        (Some(most), Some(age)) if age > i64::from(most) => gaps.push(Gap::TooOld),
        (Some(_), None) => gaps.push(Gap::DayNotStated),
        _ => {}
    }
    let has_kind = |wanted: &String| {
        credential
            .evidence
            .iter()
            .any(|found| found.kind.trim().to_lowercase() == wanted.trim().to_lowercase())
    };
    if !task.evidence.is_empty() && !task.evidence.iter().any(has_kind) {
        gaps.push(Gap::OtherEvidence);
    }
    Showing {
        credential: place,
        verdict: verdict_of(&gaps),
        gaps,
        via: via.clone(),
        evidence: credential.evidence.clone(),
        assessor: credential.assessor.clone(),
        position: credential.position.clone(),
        age_days,
    }
}

fn verdict_of(gaps: &[Gap]) -> Verdict {
    let of_one = |gap: &Gap| match gap {
        Gap::LowerLevel => Verdict::MetAtLowerLevel,
        Gap::TooOld => Verdict::Stale,
        Gap::OtherScope
        | Gap::SuggestedOnly
        | Gap::OtherRubric
        | Gap::LevelNotStated
        | Gap::DayNotStated
        | Gap::OtherEvidence => Verdict::RelatedOnly,
    };
    gaps.iter().map(of_one).max().unwrap_or(Verdict::Met)
}
