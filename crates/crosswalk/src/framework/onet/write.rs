//! A framework as the tables of O*NET's database.
//!
//! What is neither an occupation, a task of one nor an activity with a code has no place in any of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{CATEGORY, CODE, EMERGING, TASK};
use crate::{
    framework::{File, Framework, Link, LinkRelation, Loss, Statement, StatementKind, Written},
    table,
};

/// Writes the tables that hold anything. Reading them with the same origin gives the same framework, if it is one of O*NET.
pub fn write(framework: &Framework) -> Written<Vec<File>> {
    let mut tables = Tables::new(framework);
    for statement in &framework.statements {
        let written = match statement.kind {
            StatementKind::Occupation => tables.occupation(statement),
            StatementKind::Task => tables.task(statement),
            StatementKind::Activity | StatementKind::Group => tables.activity(statement),
            StatementKind::Skill | StatementKind::Knowledge | StatementKind::Competency => None,
        };
        tables.homeless += usize::from(written.is_none());
    }
    let lost = Loss::of(
        framework,
        &[
            ("description", |one| {
                one.kind != StatementKind::Occupation && one.description.is_some()
            }),
            ("alternates", |one| {
                one.kind != StatementKind::Occupation && !one.alternates.is_empty()
            }),
            ("keywords", |one| {
                one.keywords.iter().any(|word| !word.starts_with(CATEGORY))
            }),
            ("links", |one| {
                let activity = |link: &Link| link.relation == LinkRelation::Activity;
                one.kind != StatementKind::Task && !one.links.is_empty()
                    || !one.links.iter().all(activity)
            }),
        ],
    );
    let named = NAMES.map(str::to_owned).into_iter().zip(tables.texts);
    Written::tables(named, lost, tables.homeless)
}

/// The tables, in the order in which they build on each other.
const NAMES: [&str; 6] = [
    "Occupation Data.txt",
    "DWA Reference.txt",
    "Task Statements.txt",
    "Emerging Tasks.txt",
    "Tasks to DWAs.txt",
    "Alternate Titles.txt",
];

struct Tables<'f> {
    texts: [String; 6],
    /// Statements by identifier.
    known: BTreeMap<&'f str, &'f Statement>,
    /// Identifiers of what something stands below.
    above: BTreeSet<&'f str>,
    /// How many statements no table has a place for.
    homeless: usize,
}

impl<'f> Tables<'f> {
    fn new(framework: &'f Framework) -> Self {
        let statements = framework.statements.iter();
        let mut tables = Self {
            texts: Default::default(),
            known: statements
                .clone()
                .map(|one| (one.uri.as_str(), one))
                .collect(),
            above: statements
                .flat_map(|one| one.parents.iter().map(String::as_str))
                .collect(),
            homeless: 0,
        };
        tables.row(0, [CODE, "Title", "Description"]);
        tables.row(
            1,
            [
                "Element ID",
                "Element Name",
                "IWA ID",
                "IWA Title",
                "DWA ID",
                "DWA Title",
            ],
        );
        tables.row(2, [CODE, "Title", "Task ID", "Task"]);
        tables.row(3, [CODE, "Title", "Task", "Category"]);
        tables.row(4, [CODE, "Title", "Task ID", "DWA ID"]);
        tables.row(5, [CODE, "Title", "Alternate Title", "Short Title"]);
        tables
    }

    fn row<const N: usize>(&mut self, table: usize, cells: [&str; N]) {
        table::write(&mut self.texts[table], '\t', cells);
    }

    fn occupation(&mut self, one: &'f Statement) -> Option<()> {
        let code = one.code.as_deref()?;
        let description = one.description.as_deref().unwrap_or_default();
        self.row(0, [code, &one.label, description]);
        for title in &one.alternates {
            self.row(5, [code, &one.label, title, "n/a"]);
        }
        Some(())
    }

    /// A task below its occupation, and the activities that it is an instance of.
    fn task(&mut self, one: &'f Statement) -> Option<()> {
        let occupation = *self.known.get(one.parents.first()?.as_str())?;
        let (title, occupation) = (occupation.label.as_str(), occupation.code.as_deref()?);
        let code = one.code.as_deref()?;
        let Some(number) = code.strip_prefix(TASK) else {
            code.strip_prefix(EMERGING)?;
            let category = one
                .keywords
                .iter()
                .find_map(|word| word.strip_prefix(CATEGORY));
            self.row(
                3,
                [occupation, title, &one.label, category.unwrap_or_default()],
            );
            return Some(());
        };
        self.row(2, [occupation, title, number, &one.label]);
        for link in &one.links {
            let activity = link.target.rsplit('#').next().unwrap_or_default();
            if link.relation == LinkRelation::Activity {
                self.row(4, [occupation, title, number, activity]);
            }
        }
        Some(())
    }

    /// A row for what nothing stands below, with all that stands above it.
    fn activity(&mut self, one: &'f Statement) -> Option<()> {
        let code = one.code.as_deref()?;
        if self.above.contains(one.uri.as_str()) {
            return Some(());
        }
        let parent = |of: &Statement| self.known.get(of.parents.first()?.as_str()).copied();
        let (first, second) = (parent(one), parent(one).and_then(parent));
        let cell = |of: Option<&'f Statement>| match of {
            Some(of) => (of.code.as_deref().unwrap_or_default(), of.label.as_str()),
            None => ("", ""),
        };
        let own = (code, one.label.as_str());
        let levels = match (one.kind, first) {
            (StatementKind::Activity, _) => [cell(second), cell(first), own],
            (_, Some(_)) => [cell(first), own, ("", "")],
            (_, None) => [own, ("", ""), ("", "")],
        };
        let [(element, name), (iwa, title), (dwa, words)] = levels;
        self.row(1, [element, name, iwa, title, dwa, words]);
        Some(())
    }
}
