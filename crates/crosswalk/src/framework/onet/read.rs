//! From O*NET's tables to a framework. Which table a file is follows from its columns, as in the text files of the database download.

use std::collections::BTreeMap;

use super::{CATEGORY, CODE, EMERGING, TASK};
use crate::framework::{
    Framework, FrameworkFault, FrameworkReason, Link, LinkRelation, Origin, Statement,
    StatementKind,
    csv::{Table, cell, list},
    identifier::uuid_of,
};

/// Reads the tables of one version together, in any order; or says what is wrong with all of them.
pub fn read(files: &[&[u8]], origin: Origin) -> Result<Framework, Vec<FrameworkFault>> {
    let (mut tables, mut unread) = (Vec::new(), Vec::new());
    for file in files {
        let table = Table::read(file).and_then(|table| match Kind::of(&table) {
            Some(kind) => Ok((kind, table)),
            None => {
                let columns = table.header.join(", ");
                let reason = FrameworkReason::UnknownTable("O*NET's tables", columns);
                Err(FrameworkFault::file(reason))
            }
        });
        match table {
            Ok(table) => tables.push(table),
            Err(faults) => unread.extend(faults),
        }
    }
    // Without one of its tables the others would seem to name what is not there.
    if !unread.is_empty() {
        return Err(unread);
    }
    tables.sort_by_key(|(kind, _)| *kind);
    let mut reader = Reader {
        origin,
        statements: Vec::new(),
        places: BTreeMap::new(),
        kind: Kind::Occupations,
        faults: Vec::new(),
    };
    for (kind, table) in &tables {
        reader.kind = *kind;
        match kind {
            Kind::Occupations => reader.occupations(table),
            Kind::Activities => reader.activities(table),
            Kind::Groups => reader.name_groups(table, ["IWA ID", "IWA Title"]),
            Kind::Elements => reader.name_groups(table, ["Element ID", "Element Name"]),
            Kind::Tasks => reader.tasks(table),
            Kind::Emerging => reader.emerging(table),
            Kind::TaskActivities => reader.task_activities(table),
            Kind::Titles => reader.titles(table),
        }
    }
    reader.all_are_named();
    match reader.faults.is_empty() {
        true => Ok(Framework {
            origin: reader.origin,
            statements: reader.statements,
        }),
        false => Err(reader.faults),
    }
}

/// Whether a file is one of the tables that are read, by its first line.
pub(in crate::framework) fn takes(head: &[u8]) -> bool {
    Table::read(head).is_ok_and(|table| Kind::of(&table).is_some())
}

/// In the order in which tables build on each other.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    Occupations,
    Activities,
    Groups,
    Elements,
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
        } else if has("IWA ID") && has("IWA Title") {
            Some(Self::Groups)
        } else if has("Element Name") && has("Description") && table.header.len() == 3 {
            Some(Self::Elements)
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

    /// What O*NET calls the table: several are read together, and each has its own lines.
    fn name(self) -> &'static str {
        match self {
            Self::Occupations => "Occupation Data",
            Self::Activities => "DWA Reference",
            Self::Groups => "IWA Reference",
            Self::Elements => "Content Model Reference",
            Self::Tasks => "Task Statements",
            Self::Emerging => "Emerging Tasks",
            Self::TaskActivities => "Tasks to DWAs",
            Self::Titles => "titles",
        }
    }
}

struct Reader {
    origin: Origin,
    statements: Vec<Statement>,
    /// Where the statement with a code stands.
    places: BTreeMap<String, usize>,
    /// The table that is read.
    kind: Kind,
    faults: Vec<FrameworkFault>,
}

impl Reader {
    /// Notes a fault of the table that is read. What is sound is read on, so that all faults are told at once; past
    /// [`MOST_FAULTS`] it is only said that there are more.
    fn refuse(&mut self, line: usize, column: &str, reason: FrameworkReason) {
        match self.faults.len() {
            ..MOST_FAULTS => {
                let column = format!("{} ({})", column, self.kind.name());
                self.faults
                    .extend(FrameworkFault::line(line, &column, reason));
            }
            MOST_FAULTS => self
                .faults
                .extend(FrameworkFault::file(FrameworkReason::More)),
            _ => {}
        }
    }

    /// A row that lacks what makes it one is told, not passed over.
    fn filled(&mut self, line: usize, cells: &[(&str, &str)]) {
        for (column, _) in cells.iter().filter(|(_, value)| value.is_empty()) {
            self.refuse(line, column, FrameworkReason::Missing);
        }
    }

    /// Whether a code is new.
    fn is_new(&mut self, code: &str, line: usize, column: &str) -> bool {
        let known = self.places.contains_key(code);
        if known {
            let reason = FrameworkReason::Twice(code.to_owned());
            self.refuse(line, column, reason);
        }
        !known
    }

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

    /// Where the statement with a code stands that another table refers to.
    fn known(&mut self, code: &str, line: usize, column: &str) -> Option<usize> {
        let at = self.places.get(code).copied();
        if at.is_none() {
            let reason = FrameworkReason::Dangling(code.to_owned());
            self.refuse(line, column, reason);
        }
        at
    }

    fn occupations(&mut self, table: &Table) {
        let columns = [CODE, "Title", "Description"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [code, title, description] = columns.map(|column| cell(row, column));
            self.filled(row.line, &[(CODE, code), ("Title", title)]);
            // One without a title is there all the same for the tables that name it.
            if !code.is_empty() && self.is_new(code, row.line, CODE) {
                let statement = self.add(code, StatementKind::Occupation, title);
                statement.description =
                    Some(description.to_owned()).filter(|text| !text.is_empty());
            }
        }
    }

    /// Generalized, intermediate and detailed work activities, each below the one before.
    fn activities(&mut self, table: &Table) {
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
    }

    /// In the text files of the download other tables say what groups of activities are called. They have more than those.
    fn name_groups(&mut self, table: &Table, columns: [&'static str; 2]) {
        let columns = columns.map(|name| table.column(&[name]));
        for row in &table.rows {
            let [code, name] = columns.map(|column| cell(row, column));
            if let Some(at) = self.places.get(code)
                && self.statements[*at].label.is_empty()
            {
                name.clone_into(&mut self.statements[*at].label);
            }
        }
    }

    /// A group without a name says nothing to anybody.
    fn all_are_named(&mut self) {
        let mut groups = self
            .statements
            .iter()
            .filter(|one| one.kind == StatementKind::Group);
        if let Some(group) = groups.find(|group| group.label.is_empty()) {
            let reason = FrameworkReason::Unnamed(group.code.clone().unwrap_or_default());
            self.faults.extend(FrameworkFault::file(reason));
        }
    }

    fn tasks(&mut self, table: &Table) {
        let columns = [CODE, "Task ID", "Task"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [occupation, id, task] = columns.map(|column| cell(row, column));
            self.filled(row.line, &[("Task ID", id), ("Task", task)]);
            let parent = self.known(occupation, row.line, CODE);
            let code = task_code(id);
            if !id.is_empty() && self.is_new(&code, row.line, "Task ID") {
                let parent = parent.map(|at| self.statements[at].uri.clone());
                let statement = self.add(&code, StatementKind::Task, task);
                statement.parents.extend(parent);
            }
        }
    }

    /// Tasks that incumbents reported and that have no number yet: named by what they say.
    fn emerging(&mut self, table: &Table) {
        let columns = [CODE, "Task", "Category"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [occupation, task, category] = columns.map(|column| cell(row, column));
            self.filled(row.line, &[("Task", task)]);
            let Some(parent) = self.known(occupation, row.line, CODE) else {
                continue;
            };
            let parent = self.statements[parent].uri.clone();
            let code = format!("{EMERGING}{}", uuid_of(&format!("{occupation} {task}")));
            if self.places.contains_key(&code) {
                continue;
            }
            let statement = self.add(&code, StatementKind::Task, task);
            statement.parents.push(parent);
            statement
                .keywords
                .push(format!("{CATEGORY}{}", category.to_lowercase()));
        }
    }

    fn task_activities(&mut self, table: &Table) {
        let columns = ["Task ID", "DWA ID"].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [task, activity] = columns.map(|column| cell(row, column));
            self.filled(row.line, &[("DWA ID", activity)]);
            let target = self.uri(activity);
            if let Some(at) = self.known(&task_code(task), row.line, "Task ID") {
                self.statements[at].links.push(Link {
                    relation: LinkRelation::Activity,
                    target,
                });
            }
        }
    }

    fn titles(&mut self, table: &Table) {
        let code = table.column(&[CODE]);
        let title = table.column(&["Alternate Title", "Reported Job Title"]);
        let short = table.column(&["Short Title"]);
        for row in &table.rows {
            let Some(at) = self.known(cell(row, code), row.line, CODE) else {
                continue;
            };
            let statement = &mut self.statements[at];
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
    }
}

/// Spreadsheets turn numbers into `8823.0`.
fn task_code(id: &str) -> String {
    format!("{TASK}{}", id.trim_end_matches(".0"))
}

/// Most faults that are told at once.
const MOST_FAULTS: usize = 100;
