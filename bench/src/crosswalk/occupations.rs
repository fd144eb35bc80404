//! ESCO's occupations to O*NET's: where does the chosen one stand?

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use touchstone_crosswalk::retrieval::{
    Finder, SIGNALS,
    tune::{Judged, cross_validate, reciprocal_rank},
};

use super::{data, interval::Figure};

pub(super) struct Measured {
    pub(super) all: Figure,
    /// Where those who chose were sure.
    pub(super) sure: Figure,
}

const FOLDS: usize = 5;
const STEPS: usize = 200;
const CANDIDATES: usize = 150;

pub(super) fn measure(path: &Path) -> Result<Measured> {
    let (judged, sure) = judged(path)?;
    let (values, _) = cross_validate(&judged, FOLDS, STEPS, |ranked, _| reciprocal_rank(ranked));
    let all = judged
        .iter()
        .zip(&values)
        .map(|(query, value)| (query.group, *value));
    let of_sure = all
        .clone()
        .zip(&sure)
        .filter(|(_, sure)| **sure)
        .map(|(value, _)| value);
    Ok(Measured {
        sure: Figure::of(of_sure),
        all: Figure::of(all),
    })
}

/// Queries with their candidates, and whether those who chose were sure.
pub(super) fn judged(path: &Path) -> Result<(Vec<Judged<SIGNALS>>, Vec<bool>)> {
    let onet = data::onet(
        path,
        &[
            "esco-onet-crosswalk/onet_occupations.tsv",
            "esco-onet-crosswalk/onet_alternate_titles.tsv",
        ],
    )?;
    let finder = Finder::new(&onet.entries());
    let esco = data::table(path, "esco-onet-crosswalk/esco_queries.tsv")?;
    let entries = esco.entries();
    let places: BTreeMap<&str, usize> = esco
        .statements
        .iter()
        .enumerate()
        .map(|(at, statement)| (statement.uri.as_str(), at))
        .collect();
    let gold = data::file(path, "esco-onet-crosswalk/gold.tsv")?;
    let gold = String::from_utf8(gold)?;
    let (mut judged, mut sure) = (Vec::new(), Vec::new());
    for row in gold.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [uri, _, _, code, _, confidence] = cells[..] else {
            anyhow::bail!("gold.tsv: {row}");
        };
        let query = &entries[*places.get(uri).with_context(|| format!("no query {uri}"))?];
        let candidates = finder
            .candidates(query, CANDIDATES)
            .into_iter()
            .map(|candidate| {
                let found = onet.statements[candidate.entry].code.as_deref();
                (candidate.signals, found == Some(code))
            });
        judged.push(Judged {
            group: data::group(uri),
            candidates: candidates.collect(),
            right: 1,
        });
        sure.push(confidence.trim() == "2.0");
    }
    Ok((judged, sure))
}
