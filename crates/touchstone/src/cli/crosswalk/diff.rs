//! `touchstone crosswalk diff`: what changed between two versions, and for whom.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use touchstone_crosswalk::{
    framework::{self, FieldChange, Origin, StatementChange},
    sssom::{self, Change, SlotChange},
};

use super::input::{bytes, count, framework, is_mapping_set, mapping_set};
use crate::answer::Answer;

/// Say what changed between two versions of a framework or of a mapping set.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Statements are the same one if they have one identifier; mappings, if they have one subject and object. A statement that is gone is shown with the one \
that may follow it: the same code, or the same words.

Examples:
  touchstone crosswalk diff skills-2025.csv skills-2026.csv
  touchstone crosswalk diff skills-2025.csv skills-2026.csv --touching https://example.edu/skills/7
  touchstone crosswalk diff welding-1.sssom.tsv welding-2.sssom.tsv --json

Exit codes: 0 compared, also where there are differences, 1 failed, 65 a file has faults.")]
pub(super) struct Diff {
    /// The earlier version.
    #[arg(value_name = "BEFORE")]
    before: String,
    /// The later version.
    #[arg(value_name = "AFTER")]
    after: String,
    /// Only changes of these identifiers: those that an achievement, a role or a mapping uses.
    #[arg(long, value_name = "URI")]
    touching: Vec<String>,
}

impl Diff {
    pub(super) fn run(self) -> Result<Answer> {
        let sets =
            [&self.before, &self.after].map(|name| bytes(name).map(|file| is_mapping_set(&file)));
        let [before, after] = sets;
        match (before?, after?) {
            (true, true) => self.mapping_sets(),
            (false, false) => self.frameworks(),
            _ => bail!(
                "{} and {}: one is a mapping set and one a framework; compare two of a kind",
                self.before,
                self.after
            ),
        }
    }

    fn mapping_sets(self) -> Result<Answer> {
        let (before, after) = (
            mapping_set(&self.before, None)?.set,
            mapping_set(&self.after, None)?.set,
        );
        let found = sssom::diff(&before, &after);
        let short = |iri: &str| after.prefixes().short(iri);
        let mut lines = Vec::new();
        let mut changes = Vec::new();
        for change in &found.set {
            lines.push(format!("the set: {}", slot(change)));
            changes.push(json!({ "change": "set", "slot": change.name, "before": change.before, "after": change.after }));
        }
        for change in &found.mappings {
            let (word, mapping, slots) = match change {
                Change::Added(mapping) => ("added", mapping, &[][..]),
                Change::Removed(mapping) => ("removed", mapping, &[][..]),
                Change::Changed { after, slots, .. } => ("changed", after, &slots[..]),
            };
            let sides = [mapping.subject(), mapping.object()];
            if !self.touching.is_empty()
                && !self
                    .touching
                    .iter()
                    .any(|uri| sides.contains(&uri.as_str()))
            {
                continue;
            }
            let not = if mapping.is_negated() { "not " } else { "" };
            lines.push(format!(
                "{word}: {} {not}{} {}",
                short(sides[0]),
                mapping.relation(),
                short(sides[1])
            ));
            lines.extend(slots.iter().map(|change| format!("  {}", slot(change))));
            let slots: Vec<Value> = slots
                .iter()
                .map(|change| json!({ "slot": change.name, "before": change.before, "after": change.after }))
                .collect();
            changes.push(
                json!({ "change": word, "subject": sides[0], "object": sides[1], "slots": slots }),
            );
        }
        Ok(answer(lines, changes))
    }

    fn frameworks(self) -> Result<Answer> {
        let origin = || Origin {
            uri: "urn:framework".to_owned(),
            ..Origin::default()
        };
        let read = |name: &String| {
            let read = framework(std::slice::from_ref(name), None, origin())?;
            Ok::<_, anyhow::Error>(read.framework)
        };
        let found = framework::diff(&read(&self.before)?, &read(&self.after)?);
        let mut lines = Vec::new();
        let mut changes = Vec::new();
        for change in found.origin.iter().filter(|_| self.touching.is_empty()) {
            lines.push(format!("the framework: {}", field(change)));
            changes.push(json!({ "change": "framework", "field": change.field, "before": change.before, "after": change.after }));
        }
        let touched: Vec<(&str, &StatementChange)> = match self.touching.is_empty() {
            true => found
                .statements
                .iter()
                .map(|(uri, change)| (uri.as_str(), change))
                .collect(),
            false => found.touching(self.touching.iter().map(String::as_str)),
        };
        for (uri, change) in touched {
            match change {
                StatementChange::Added(statement) => {
                    lines.push(format!("added: {uri} \"{}\"", statement.label));
                    changes
                        .push(json!({ "change": "added", "uri": uri, "label": statement.label }));
                }
                StatementChange::Removed { before, successor } => {
                    let next = successor
                        .as_ref()
                        .map_or_else(String::new, |next| format!("; {next} may follow it"));
                    lines.push(format!("removed: {uri} \"{}\"{next}", before.label));
                    changes.push(json!({ "change": "removed", "uri": uri, "label": before.label, "successor": successor }));
                }
                StatementChange::Changed { before, fields } => {
                    lines.push(format!("changed: {uri} \"{}\"", before.label));
                    lines.extend(fields.iter().map(|change| format!("  {}", field(change))));
                    let fields: Vec<Value> = fields
                        .iter()
                        .map(|change| json!({ "field": change.field, "before": change.before, "after": change.after }))
                        .collect();
                    changes.push(json!({ "change": "changed", "uri": uri, "fields": fields }));
                }
            }
        }
        Ok(answer(lines, changes))
    }
}

fn answer(lines: Vec<String>, changes: Vec<Value>) -> Answer {
    let text = match changes.len() {
        0 => "Nothing changed.".to_owned(),
        number => format!(
            "{}\n{}",
            count(number, "change", "changes"),
            lines.join("\n")
        ),
    };
    Answer::new(text, json!({ "changes": changes }))
}

fn slot(change: &SlotChange) -> String {
    written(&change.name, &change.before, &change.after)
}

fn field(change: &FieldChange) -> String {
    written(change.field, &change.before, &change.after)
}

fn written(name: &str, before: &[String], after: &[String]) -> String {
    let list = |values: &[String]| match values {
        [] => "nothing".to_owned(),
        values => format!("\"{}\"", values.join("\", \"")),
    };
    format!("{name} was {}, is {}", list(before), list(after))
}
