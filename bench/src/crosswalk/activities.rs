//! Tasks to detailed work activities: are those that analysts chose among the first ten?

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::Result;
use touchstone_crosswalk::{
    framework::StatementKind,
    retrieval::{
        ALL, Away, Curated, Entry, Learnt, SIGNALS, Suggester,
        tune::{Judged, ranked, recall_at, tune},
        tune_outside,
    },
};

use super::{data, interval::Values, sentences::Reader};

pub(super) struct Measured {
    pub(super) plain: Values,
    pub(super) words: Values,
    pub(super) inside: Values,
    pub(super) unseen_words: Values,
    pub(super) unseen: Values,
    /// Per domain: words, gated, queries.
    pub(super) domains: Vec<(String, f64, f64, usize)>,
}

const FOLDS: usize = 5;
const STEPS: usize = 150;
const FIRST: usize = 10;
/// Every such task is asked about; all of them are precedents.
const EVERY: usize = 2;
/// Queries that are learnt from at most.
const LEARNT_FROM: usize = 3000;

struct Query {
    words: Judged<SIGNALS>,
    inside: Judged<ALL>,
    away: Away,
}

/// Every second task that analysts mapped, seen in three ways: by words, with all other tasks as precedents, and with those of
/// other groups of occupations only.
fn queries(path: &Path, reader: &Reader) -> Result<Vec<Query>> {
    let onet = data::onet(
        path,
        &[
            "onet-29.3/occupations.tsv",
            "onet-29.3/task_statements.tsv",
            "onet-29.3/tasks_to_dwas.tsv",
            "onet-29.3/dwa_reference.tsv",
        ],
    )?;
    let entries = onet.entries();
    let mut places = BTreeMap::new();
    let mut activities = Vec::new();
    for (statement, entry) in onet.statements.iter().zip(&entries) {
        if statement.kind == StatementKind::Activity {
            places.insert(statement.uri.as_str(), activities.len());
            activities.push(entry.clone());
        }
    }
    let mut curated = Vec::new();
    let mut occupations = Vec::new();
    for (statement, entry) in onet.statements.iter().zip(&entries) {
        let answers: Vec<usize> = statement
            .links
            .iter()
            .filter_map(|link| places.get(link.target.as_str()).copied())
            .collect();
        if statement.kind == StatementKind::Task && !answers.is_empty() {
            let occupation = statement
                .parents
                .first()
                .map_or("", |parent| parent.rsplit('#').next().unwrap_or(""));
            occupations.push(occupation.to_owned());
            curated.push(Curated {
                entry: entry.clone(),
                answers,
                // The major group: the first two digits of the code.
                domain: occupation.get(..2).unwrap_or("").to_owned(),
            });
        }
    }
    reader(&mut activities)?;
    let mut asked: Vec<Entry> = curated
        .iter()
        .step_by(EVERY)
        .map(|known| known.entry.clone())
        .collect();
    reader(&mut asked)?;
    let suggester = Suggester::new(&activities, &curated, Learnt::default());
    let mut queries = Vec::new();
    for ((number, known), asked) in curated.iter().enumerate().step_by(EVERY).zip(&asked) {
        let group = data::group(&occupations[number]);
        let right = known.answers.len();
        let is_right = |entry: usize| known.answers.contains(&entry);
        let words = Judged {
            group,
            candidates: suggester
                .by_words(asked)
                .into_iter()
                .map(|candidate| (candidate.signals, is_right(candidate.entry)))
                .collect(),
            right,
        };
        let judged = |found: Vec<(usize, [f32; ALL])>| Judged {
            group,
            candidates: found
                .into_iter()
                .map(|(entry, signals)| (signals, is_right(entry)))
                .collect(),
            right,
        };
        let (_, inside) = suggester.with_precedents(asked, |precedent| precedent != number);
        let (nearest, away) = suggester.with_precedents(asked, |precedent| {
            suggester.domain_of(precedent) != known.domain
        });
        queries.push(Query {
            away: Away {
                domain: known.domain.clone(),
                nearest,
                words: words.clone(),
                with: judged(away),
            },
            inside: judged(inside),
            words,
        });
    }
    Ok(queries)
}

pub(super) fn measure(path: &Path, reader: &Reader) -> Result<Measured> {
    let queries = queries(path, reader)?;
    let recall = |query: &Judged<SIGNALS>, weights: &[f64; SIGNALS]| {
        recall_at(FIRST, &ranked(query, weights), query.right)
    };
    let mut label_only = [0.0; SIGNALS];
    label_only[0] = 1.0;
    let plain = queries
        .iter()
        .map(|query| (query.words.group, recall(&query.words, &label_only)))
        .collect();
    let (mut words, mut inside) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        let (training, held_out): (Vec<&Query>, Vec<&Query>) = queries
            .iter()
            .partition(|query| query.words.group % FOLDS != fold);
        let training = sample(training);
        let by_words = tune(
            &training
                .iter()
                .map(|query| &query.words)
                .collect::<Vec<_>>(),
            STEPS,
        );
        let with = tune(
            &training
                .iter()
                .map(|query| &query.inside)
                .collect::<Vec<_>>(),
            STEPS,
        );
        for query in held_out {
            words.push((query.words.group, recall(&query.words, &by_words)));
            let found = recall_at(FIRST, &ranked(&query.inside, &with), query.inside.right);
            inside.push((query.inside.group, found));
        }
    }
    let domains: BTreeSet<&str> = queries
        .iter()
        .map(|query| query.away.domain.as_str())
        .collect();
    let (mut unseen_words, mut unseen, mut per_domain) = (Vec::new(), Vec::new(), Vec::new());
    for domain in domains {
        let (held_out, training): (Vec<&Query>, Vec<&Query>) = queries
            .iter()
            .partition(|query| query.away.domain == domain);
        let training = sample(training);
        let by_words = tune(
            &training
                .iter()
                .map(|query| &query.words)
                .collect::<Vec<_>>(),
            STEPS,
        );
        let away: Vec<&Away> = training.iter().map(|query| &query.away).collect();
        let (outside, gate) = tune_outside(&away, &by_words, FIRST, STEPS);
        let mut sums = (0.0, 0.0);
        for query in &held_out {
            let before = recall(&query.words, &by_words);
            let after = match query.away.nearest >= gate {
                true => recall_at(
                    FIRST,
                    &ranked(&query.away.with, &outside),
                    query.words.right,
                ),
                false => before,
            };
            unseen_words.push((query.words.group, before));
            unseen.push((query.words.group, after));
            sums = (sums.0 + before, sums.1 + after);
        }
        let number = held_out.len();
        per_domain.push((
            domain.to_owned(),
            sums.0 / number as f64,
            sums.1 / number as f64,
            number,
        ));
    }
    Ok(Measured {
        plain,
        words,
        inside,
        unseen_words,
        unseen,
        domains: per_domain,
    })
}

/// Evenly some of them.
fn sample(queries: Vec<&Query>) -> Vec<&Query> {
    let step = queries.len().div_ceil(LEARNT_FROM).max(1);
    queries.into_iter().step_by(step).collect()
}

/// Learns everything from everything; `words` are queries of other kinds, so that words count for all of them alike.
pub(super) fn learn(
    path: &Path,
    reader: &Reader,
    words: &mut Vec<Judged<SIGNALS>>,
) -> Result<Learnt> {
    let queries = queries(path, reader)?;
    let sample = sample(queries.iter().collect());
    // As many of one kind as of the other.
    let own = sample.iter().map(|query| query.words.clone());
    let few = own
        .step_by(sample.len().div_ceil(words.len().max(1)).max(1))
        .collect::<Vec<_>>();
    words.extend(few);
    let by_words = tune(&words.iter().collect::<Vec<_>>(), STEPS);
    let inside = tune(
        &sample.iter().map(|query| &query.inside).collect::<Vec<_>>(),
        STEPS,
    );
    let away: Vec<&Away> = sample.iter().map(|query| &query.away).collect();
    let (outside, gate) = tune_outside(&away, &by_words, FIRST, STEPS);
    Ok(Learnt {
        words: by_words,
        inside,
        outside,
        gate,
    })
}
