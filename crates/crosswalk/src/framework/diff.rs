//! What an update of a framework changes, and for whom.

use std::collections::{BTreeMap, BTreeSet};

use super::{Framework, Origin, Statement};

/// What changed between two versions.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FrameworkDiff {
    /// Of the framework itself.
    pub origin: Vec<FieldChange>,
    /// Of its statements, by identifier.
    pub statements: BTreeMap<String, StatementChange>,
}

/// What happened to a statement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StatementChange {
    /// It is new.
    Added(Statement),
    /// It is gone; the statement of the new version with the same code or the same words, if there is one, may follow it.
    Removed {
        /// What it was.
        before: Statement,
        /// What may follow it, by identifier.
        successor: Option<String>,
    },
    /// Some of its fields changed.
    Changed {
        /// What it was.
        before: Statement,
        /// Which fields.
        fields: Vec<FieldChange>,
    },
}

/// A field and its values before and after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FieldChange {
    /// Its name.
    pub field: &'static str,
    /// What it was; empty if nothing.
    pub before: Vec<String>,
    /// What it is; empty if nothing.
    pub after: Vec<String>,
}

impl FrameworkDiff {
    /// Whether both versions say the same.
    pub fn is_empty(&self) -> bool {
        self.origin.is_empty() && self.statements.is_empty()
    }

    /// The changes that touch statements in use: those of an achievement, a role, a mapping.
    pub fn touching<'a>(
        &'a self,
        used: impl IntoIterator<Item = &'a str>,
    ) -> Vec<(&'a str, &'a StatementChange)> {
        let used: BTreeSet<&str> = used.into_iter().collect();
        let touched = used
            .into_iter()
            .filter_map(|uri| Some((uri, self.statements.get(uri)?)));
        touched.collect()
    }
}

/// Says what changed from `before` to `after`.
pub fn diff(before: &Framework, after: &Framework) -> FrameworkDiff {
    let (old, new) = (by_uri(before), by_uri(after));
    let fresh = Fresh::of(after, &old);
    let mut statements = BTreeMap::new();
    for (uri, statement) in &old {
        let change = match new.get(uri) {
            None => StatementChange::Removed {
                before: (*statement).clone(),
                successor: fresh.successor(statement),
            },
            Some(now) => {
                let fields = changes(&fields_of(statement), &fields_of(now));
                if fields.is_empty() {
                    continue;
                }
                StatementChange::Changed {
                    before: (*statement).clone(),
                    fields,
                }
            }
        };
        statements.insert((*uri).to_owned(), change);
    }
    for (uri, statement) in &new {
        if !old.contains_key(uri) {
            statements.insert(
                (*uri).to_owned(),
                StatementChange::Added((*statement).clone()),
            );
        }
    }
    FrameworkDiff {
        origin: changes(
            &fields_of_origin(&before.origin),
            &fields_of_origin(&after.origin),
        ),
        statements,
    }
}

fn by_uri(framework: &Framework) -> BTreeMap<&str, &Statement> {
    let statements = framework.statements.iter();
    statements
        .map(|statement| (statement.uri.as_str(), statement))
        .collect()
}

/// Statements that were not there before, by what they may be recognized by; of several the first in the file.
struct Fresh<'a> {
    codes: BTreeMap<&'a str, &'a str>,
    labels: BTreeMap<String, &'a str>,
}

impl<'a> Fresh<'a> {
    fn of(after: &'a Framework, old: &BTreeMap<&str, &Statement>) -> Self {
        let (mut codes, mut labels) = (BTreeMap::new(), BTreeMap::new());
        let new = after.statements.iter();
        for statement in new.filter(|new| !old.contains_key(new.uri.as_str())) {
            let uri = statement.uri.as_str();
            if let Some(code) = &statement.code {
                codes.entry(code.as_str()).or_insert(uri);
            }
            labels
                .entry(statement.label.to_ascii_lowercase())
                .or_insert(uri);
        }
        Self { codes, labels }
    }

    /// The one with the same code, or else with the same label.
    fn successor(&self, gone: &Statement) -> Option<String> {
        let by_code = gone
            .code
            .as_ref()
            .and_then(|code| self.codes.get(code.as_str()));
        let by_label = || self.labels.get(&gone.label.to_ascii_lowercase());
        by_code.or_else(by_label).map(|uri| (*uri).to_owned())
    }
}

type Fields = Vec<(&'static str, Vec<String>)>;

fn fields_of(statement: &Statement) -> Fields {
    let links = statement
        .links
        .iter()
        .map(|link| format!("{} {}", link.relation, link.target));
    vec![
        ("code", statement.code.iter().cloned().collect()),
        ("kind", vec![statement.kind.word().to_owned()]),
        ("label", vec![statement.label.clone()]),
        (
            "description",
            statement.description.iter().cloned().collect(),
        ),
        ("alternates", sorted(statement.alternates.clone())),
        ("keywords", sorted(statement.keywords.clone())),
        ("parents", sorted(statement.parents.clone())),
        ("links", sorted(links.collect())),
    ]
}

fn fields_of_origin(origin: &Origin) -> Fields {
    let list = |value: &Option<String>| value.iter().cloned().collect();
    vec![
        ("uri", vec![origin.uri.clone()]),
        ("title", vec![origin.title.clone()]),
        ("version", list(&origin.version)),
        ("language", list(&origin.language)),
        ("publisher", list(&origin.publisher)),
        ("description", list(&origin.description)),
        ("license", list(&origin.license)),
    ]
}

/// Lists are sets here: their order means nothing.
fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.sort();
    values
}

fn changes(before: &Fields, after: &Fields) -> Vec<FieldChange> {
    let pairs = before
        .iter()
        .zip(after)
        .filter(|(before, after)| before != after);
    pairs
        .map(|((field, before), (_, after))| FieldChange {
            field,
            before: before.clone(),
            after: after.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(uri: &str, code: &str, label: &str) -> Statement {
        Statement {
            uri: uri.to_owned(),
            code: Some(code.to_owned()),
            label: label.to_owned(),
            ..Statement::default()
        }
    }

    #[test]
    fn an_update_says_what_changed_and_whom_it_touches() {
        let framework = |statements| Framework {
            origin: Origin::default(),
            statements,
        };
        let before = framework(vec![
            statement("a", "1", "Cut"),
            statement("b", "2", "Wash"),
            statement("c", "3", "Dry"),
        ]);
        let after = framework(vec![
            statement("a", "1", "Cut hair"),
            statement("b2", "2", "Wash hair"),
            statement("c", "3", "Dry"),
        ]);
        let found = diff(&before, &after);
        assert_eq!(found.statements.len(), 3);
        assert!(
            matches!(&found.statements["b"], StatementChange::Removed { successor: Some(next), .. } if next == "b2")
        );
        let StatementChange::Changed { fields, .. } = &found.statements["a"] else {
            panic!("{found:?}");
        };
        assert_eq!(fields[0].after, ["Cut hair"]);
        let touched: Vec<&str> = found
            .touching(["c", "b"])
            .into_iter()
            .map(|(uri, _)| uri)
            .collect();
        assert_eq!(touched, ["b"]);
        assert!(diff(&before, &before).is_empty());
    }
}
