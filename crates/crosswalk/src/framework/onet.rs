//! O*NET's database: occupations, tasks, work activities and titles, from its tab-separated tables.
//!
//! Which table a file is follows from its columns, as in the text files of the O*NET database download. Whoever publishes
//! anything made from it shows O*NET's attribution: [`ATTRIBUTION`].

use std::collections::BTreeMap;

use super::{
    Framework, FrameworkFault, FrameworkReason, Link, LinkRelation, Origin, Statement,
    StatementKind,
    csv::{Table, cell, list},
    identifier::uuid_of,
};

/// What the licence (CC BY 4.0) asks for; the version belongs where `{version}` stands.
pub const ATTRIBUTION: &str = "O*NET {version} Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA. Modified; USDOL/ETA has not approved, endorsed, or tested these modifications.";

/// Reads the tables of one version together, in any order.
pub fn read(files: &[&[u8]], origin: Origin) -> Result<Framework, Vec<FrameworkFault>> {
    let mut tables = Vec::new();
    for file in files {
        let table = Table::read(file)?;
        let kind = Kind::of(&table).ok_or_else(|| {
            let columns = table.header.join(", ");
            FrameworkFault::file(FrameworkReason::UnknownTable("O*NET's tables", columns))
        })?;
        tables.push((kind, table));
    }
    tables.sort_by_key(|(kind, _)| *kind);
    let mut reader = Reader {
        origin,
        statements: Vec::new(),
        places: BTreeMap::new(),
    };
    for (kind, table) in &tables {
        match kind {
            Kind::Occupations => reader.occupations(table)?,
            Kind::Activities => reader.activities(table)?,
            Kind::Tasks => reader.tasks(table)?,
            Kind::Emerging => reader.emerging(table)?,
            Kind::TaskActivities => reader.task_activities(table)?,
            Kind::Titles => reader.titles(table)?,
        }
    }
    Ok(Framework {
        origin: reader.origin,
        statements: reader.statements,
    })
}

/// In the order in which tables build on each other.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    Occupations,
    Activities,
    Tasks,
    Emerging,
    TaskActivities,
    Titles,
}

impl Kind {
    fn of(table: &Table) -> Option<Self> {
        let has = |name: &str| table.column(&[name]).is_some();
        if has("Task ID") && has("DWA ID") {
            Some(Self::TaskActivities)
        } else if has("DWA ID") && has("DWA Title") {
            Some(Self::Activities)
        } else if has("Task ID") && has("Task") {
            Some(Self::Tasks)
        } else if has("Task") && has("Category") {
            Some(Self::Emerging)
        } else if has("Alternate Title") || has("Reported Job Title") {
            Some(Self::Titles)
        } else if has(CODE) && has("Title") && has("Description") {
            Some(Self::Occupations)
        } else {
            None
        }
    }
}

const CODE: &str = "O*NET-SOC Code";

struct Reader {
    origin: Origin,
    statements: Vec<Statement>,
    /// Where the statement with a code stands.
    places: BTreeMap<String, usize>,
}

impl Reader {
    fn uri(&self, code: &str) -> String {
        format!("{}#{code}", self.origin.uri)
    }

    fn add(&mut self, code: &str, kind: StatementKind, label: &str) -> &mut Statement {
        let at = self.statements.len();
        self.places.insert(code.to_owned(), at);
        self.statements.push(Statement {
            uri: self.uri(code),
            code: Some(code.to_owned()),
            kind,
            label: label.to_owned(),
            ..Statement::default()
        });
        &mut self.statements[at]
    }

    /// The statement with a code that another table refers to.
    fn known(
        &mut self,
        code: &str,
        line: usize,
        column: &str,
    ) -> Result<&mut Statement, Vec<FrameworkFault>> {
        match self.places.get(code) {
            Some(&at) => Ok(&mut self.statements[at]),
            None => {
                let reason = FrameworkReason::Dangling(code.to_owned());
                Err(FrameworkFault::line(line, column, reason))
            }
        }
    }

    fn occupations(&mut self, table: &Table) -> Result<(), Vec<FrameworkFault>> {
        let columns = [CODE, "Title", "Description"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [code, title, description] = columns.map(|column| cell(row, column));
            filled(row.line, &[(CODE, code), ("Title", title)])?;
            if self.places.contains_key(code) {
                return Err(FrameworkFault::line(
                    row.line,
                    CODE,
                    FrameworkReason::Twice(code.to_owned()),
                ));
            }
            let statement = self.add(code, StatementKind::Occupation, title);
            statement.description = Some(description.to_owned()).filter(|text| !text.is_empty());
        }
        Ok(())
    }

    /// Generalized, intermediate and detailed work activities, each below the one before.
    fn activities(&mut self, table: &Table) -> Result<(), Vec<FrameworkFault>> {
        let levels = [
            ("Element ID", "Element Name", StatementKind::Group),
            ("IWA ID", "IWA Title", StatementKind::Group),
            ("DWA ID", "DWA Title", StatementKind::Activity),
        ];
        let columns =
            levels.map(|(id, name, kind)| (table.column(&[id]), table.column(&[name]), kind));
        for row in &table.rows {
            let mut above: Option<String> = None;
            for (id, name, kind) in columns {
                let code = cell(row, id);
                if code.is_empty() {
                    continue;
                }
                if !self.places.contains_key(code) {
                    self.add(code, kind, cell(row, name)).parents.extend(above);
                }
                above = Some(self.uri(code));
            }
        }
        Ok(())
    }

    fn tasks(&mut self, table: &Table) -> Result<(), Vec<FrameworkFault>> {
        let columns = [CODE, "Task ID", "Task"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [occupation, id, task] = columns.map(|column| cell(row, column));
            filled(row.line, &[("Task ID", id), ("Task", task)])?;
            let parent = self.known(occupation, row.line, CODE)?.uri.clone();
            let id = task_code(id);
            if self.places.contains_key(&id) {
                return Err(FrameworkFault::line(
                    row.line,
                    "Task ID",
                    FrameworkReason::Twice(id),
                ));
            }
            self.add(&id, StatementKind::Task, task)
                .parents
                .push(parent);
        }
        Ok(())
    }

    /// Tasks that incumbents reported and that have no number yet: named by what they say.
    fn emerging(&mut self, table: &Table) -> Result<(), Vec<FrameworkFault>> {
        let columns = [CODE, "Task", "Category"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [occupation, task, category] = columns.map(|column| cell(row, column));
            let parent = self.known(occupation, row.line, CODE)?.uri.clone();
            let code = format!("emerging-{}", uuid_of(&format!("{occupation} {task}")));
            if self.places.contains_key(&code) {
                continue;
            }
            let statement = self.add(&code, StatementKind::Task, task);
            statement.parents.push(parent);
            statement
                .keywords
                .push(format!("emerging: {}", category.to_lowercase()));
        }
        Ok(())
    }

    fn task_activities(&mut self, table: &Table) -> Result<(), Vec<FrameworkFault>> {
        let columns = ["Task ID", "DWA ID"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [task, activity] = columns.map(|column| cell(row, column));
            filled(row.line, &[("DWA ID", activity)])?;
            let target = self.uri(activity);
            let task = self.known(&task_code(task), row.line, "Task ID")?;
            task.links.push(Link {
                relation: LinkRelation::Activity,
                target,
            });
        }
        Ok(())
    }

    fn titles(&mut self, table: &Table) -> Result<(), Vec<FrameworkFault>> {
        let code = table.column(&[CODE]);
        let title = table.column(&["Alternate Title", "Reported Job Title"]);
        let short = table.column(&["Short Title"]);
        for row in &table.rows {
            let statement = self.known(cell(row, code), row.line, CODE)?;
            for value in list(cell(row, title))
                .into_iter()
                .chain(list(cell(row, short)))
            {
                if value != "n/a"
                    && value != statement.label
                    && !statement.alternates.contains(&value)
                {
                    statement.alternates.push(value);
                }
            }
        }
        Ok(())
    }
}

/// A row that lacks what makes it one is told, not passed over.
fn filled(line: usize, cells: &[(&str, &str)]) -> Result<(), Vec<FrameworkFault>> {
    match cells.iter().find(|(_, value)| value.is_empty()) {
        Some((column, _)) => Err(FrameworkFault::line(line, column, FrameworkReason::Missing)),
        None => Ok(()),
    }
}

/// Spreadsheets turn numbers into `8823.0`.
fn task_code(id: &str) -> String {
    format!("task-{}", id.trim_end_matches(".0"))
}
