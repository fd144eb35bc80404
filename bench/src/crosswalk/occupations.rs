//! ESCO's occupations to O*NET's: where does the chosen one stand?

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use touchstone_crosswalk::retrieval::{
    Finder, SIGNALS, Weights,
    tune::{Judged, cross_validate, reciprocal_rank},
};

use super::{data, interval::Values, sentences::Reader};

pub(super) struct Measured {
    pub(super) all: Values,
    /// Where those who chose were sure.
    pub(super) sure: Values,
    /// By the cosine of vectors alone.
    pub(super) sentences: Values,
    pub(super) sure_sentences: Values,
}

const FOLDS: usize = 5;
const STEPS: usize = 200;
const CANDIDATES: usize = 150;

pub(super) fn measure(path: &Path, reader: &Reader) -> Result<Measured> {
    let asked = asked(path, reader)?;
    let judged = &asked.judged;
    let (values, _) = cross_validate(judged, FOLDS, STEPS, |ranked, _| reciprocal_rank(ranked));
    let grouped = |values: Vec<f64>| -> Values {
        let groups = judged.iter().map(|query| query.group);
        groups.zip(values).collect()
    };
    let of_sure = |values: &Values| -> Values {
        let both = values.iter().zip(&asked.sure);
        both.filter(|(_, sure)| **sure)
            .map(|(value, _)| *value)
            .collect()
    };
    let (all, sentences) = (grouped(values), grouped(asked.sentences.clone()));
    Ok(Measured {
        sure: of_sure(&all),
        sure_sentences: of_sure(&sentences),
        all,
        sentences,
    })
}

/// Every query of the gold standard.
pub(super) struct Asked {
    pub(super) judged: Vec<Judged<SIGNALS>>,
    /// Whether those who chose were sure.
    sure: Vec<bool>,
    /// One over the place of the right entry among all, by the cosine of vectors alone.
    sentences: Vec<f64>,
}

/// Asks every query.
pub(super) fn asked(path: &Path, reader: &Reader) -> Result<Asked> {
    let onet = data::onet(
        path,
        &[
            "esco-onet-crosswalk/onet_occupations.tsv",
            "esco-onet-crosswalk/onet_alternate_titles.tsv",
        ],
    )?;
    let mut entries = onet.entries();
    reader(&mut entries)?;
    let finder = Finder::new(&entries);
    let esco = data::table(path, "esco-onet-crosswalk/esco_queries.tsv")?;
    let mut entries = esco.entries();
    reader(&mut entries)?;
    let places: BTreeMap<&str, usize> = esco
        .statements
        .iter()
        .enumerate()
        .map(|(at, statement)| (statement.uri.as_str(), at))
        .collect();
    let gold = data::file(path, "esco-onet-crosswalk/gold.tsv")?;
    let gold = String::from_utf8(gold)?;
    let mut alone = Weights([0.0; SIGNALS]);
    alone.0[SIGNALS - 1] = 1.0;
    let mut asked = Asked {
        judged: Vec::new(),
        sure: Vec::new(),
        sentences: Vec::new(),
    };
    for row in gold.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [uri, _, _, code, _, confidence] = cells[..] else {
            anyhow::bail!("gold.tsv: {row}");
        };
        let query = &entries[*places.get(uri).with_context(|| format!("no query {uri}"))?];
        let is_right = |entry: usize| onet.statements[entry].code.as_deref() == Some(code);
        let candidates = finder.candidates(query, CANDIDATES).into_iter();
        asked.judged.push(Judged {
            group: data::group(uri),
            candidates: candidates
                .map(|candidate| (candidate.signals, is_right(candidate.entry)))
                .collect(),
            right: 1,
        });
        asked.sure.push(confidence.trim() == "2.0");
        let ranked = finder.rank(query, &alone, finder.len()).into_iter();
        let ranked: Vec<bool> = ranked.map(|(entry, _)| is_right(entry)).collect();
        asked.sentences.push(reciprocal_rank(&ranked));
    }
    Ok(asked)
}
