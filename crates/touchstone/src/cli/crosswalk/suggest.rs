//! `touchstone crosswalk suggest`: which statements come nearest to these words?

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use touchstone_crosswalk::{
    framework::Origin,
    retrieval::{Curated, Entry, Learnt, Suggester, Typing},
    sssom::Standing,
};

use super::{
    input::{framework, mapping_set},
    sentences,
};
use crate::answer::{Answer, table};

/// Find the statements of a framework that come nearest to some words.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Suggestions are a program's: a mapping made from one stays \"suggested\" until somebody agrees with it. With --precedents and --from, mappings that \
people made of similar statements count as well. --typing takes the last word as the beginning of one, as a search field does. --model adds what \
sentences mean to what their words are; docs/crosswalk.md says where a model comes from, what it gains and how long it takes.

Examples:
  touchstone crosswalk suggest --in skills.csv \"weld pipes under water\"
  touchstone crosswalk suggest --in dwa.tsv --from tasks.csv --precedents curated.sssom.tsv \"weld pipes\"
  touchstone crosswalk suggest --in skills.csv --model all-minilm/model \"join pipes by heat\"
  touchstone crosswalk suggest --in skills.csv --typing \"weld pi\" --most 5 --json

Exit codes: 0 done, also where nothing was found, 1 failed, 65 a file has faults.")]
pub(super) struct Suggest {
    /// The words: a task, a skill, the name of an occupation.
    #[arg(value_name = "WORDS")]
    words: String,
    /// The framework to look in; several files of one version together.
    #[arg(long = "in", value_name = "FILE", required = true)]
    within: Vec<String>,
    /// Mappings that people made, from statements of --from to statements of --in (SSSOM).
    #[arg(long, value_name = "FILE", requires = "from")]
    precedents: Option<String>,
    /// The framework whose statements were mapped.
    #[arg(long, value_name = "FILE", requires = "precedents")]
    from: Vec<String>,
    /// What the words stand below: an occupation, a field.
    #[arg(long, value_name = "WORDS")]
    context: Option<String>,
    /// The folder of a model of sentences (all-MiniLM-L6-v2), in a program built with the feature "sentences".
    #[arg(long, value_name = "FOLDER", conflicts_with = "typing")]
    model: Option<PathBuf>,
    /// The last word is still being typed.
    #[arg(long, conflicts_with = "precedents")]
    typing: bool,
    /// How many suggestions at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    most: usize,
}

impl Suggest {
    pub(super) fn run(self) -> Result<Answer> {
        let within = framework(&self.within, None, origin())?.framework;
        let mut entries = within.entries();
        let found: Vec<(usize, f64)> = match self.typing {
            true => {
                let found = Typing::new(&entries).suggest(&self.words, self.most);
                found
                    .into_iter()
                    .map(|found| (found.entry, f64::from(found.score)))
                    .collect()
            }
            false => {
                let curated = self.curated(&within)?;
                let domain = if curated.is_empty() { "none" } else { DOMAIN };
                let mut query = Entry {
                    label: self.words.clone(),
                    context: self.context.iter().cloned().collect(),
                    ..Entry::default()
                };
                let learnt = match &self.model {
                    Some(model) => {
                        sentences::read(model, &mut query, &mut entries)?;
                        Learnt::with_sentences()
                    }
                    None => Learnt::default(),
                };
                let suggester = Suggester::new(&entries, &curated, learnt);
                suggester.suggest(&query, domain, self.most)
            }
        };
        let rows: Vec<[String; 3]> = found
            .iter()
            .map(|(entry, score)| {
                let statement = &within.statements[*entry];
                [
                    format!("{score:.2}"),
                    statement.label.clone(),
                    statement.uri.clone(),
                ]
            })
            .collect();
        let list: Vec<Value> = found
            .iter()
            .map(|(entry, score)| {
                let statement = &within.statements[*entry];
                json!({ "uri": statement.uri, "code": statement.code, "label": statement.label, "score": score })
            })
            .collect();
        let text = match rows.is_empty() {
            true => "Nothing has any of these words.".to_owned(),
            false => table(["score", "statement", "identifier"], &rows),
        };
        Ok(Answer::new(
            text,
            json!({ "standing": "suggested", "suggestions": list }),
        ))
    }

    /// What people mapped before, as far as both sides are known.
    fn curated(&self, within: &touchstone_crosswalk::framework::Framework) -> Result<Vec<Curated>> {
        let Some(precedents) = &self.precedents else {
            return Ok(Vec::new());
        };
        let set = mapping_set(precedents, None)?.set;
        let from = framework(&self.from, None, origin())?.framework;
        let entries = from.entries();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, statement) in within.statements.iter().enumerate() {
            places.entry(&statement.uri).or_insert(place);
        }
        let mut answers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for mapping in set.mappings() {
            if mapping.is_negated() || mapping.standing() < Standing::Stated {
                continue;
            }
            if let Some(place) = places.get(mapping.object()) {
                answers.entry(mapping.subject()).or_default().push(*place);
            }
        }
        let mut curated = Vec::new();
        for (statement, entry) in from.statements.iter().zip(entries) {
            let answers = answers.get(statement.uri.as_str()).cloned();
            if let Some(answers) = answers {
                curated.push(Curated {
                    entry,
                    answers,
                    domain: DOMAIN.to_owned(),
                });
            }
        }
        (!curated.is_empty()).then_some(curated).with_context(|| {
            format!("{precedents}: no mapping that a person made leads from a statement of --from to one of --in")
        })
    }
}

/// On a command line there is one domain: that of the files.
const DOMAIN: &str = "files";

fn origin() -> Origin {
    Origin {
        uri: "urn:framework".to_owned(),
        ..Origin::default()
    }
}
