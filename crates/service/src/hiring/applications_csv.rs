//! The applications to a posting as a table for spreadsheets and applicant tracking systems: UTF-8 with a mark at its beginning, lines
//! end as in RFC 4180, and nothing in it runs where it is opened (threat 57).

use touchstone_crosswalk::{
    role::{Showing, TaskAnswer, Via},
    sssom::Standing,
};
use touchstone_store::TenantId;
use touchstone_vc::{Timestamp, Verdict as Found};

use super::{Application, ApplicationList, By, Posting, applications};
use crate::{
    World,
    crosswalk::{Besides, ReadError},
    issuing::escape_formula,
};

/// The table, part by part: the head, then some applications at a time.
#[derive(Debug)]
pub struct ApplicationsCsv {
    after: Option<String>,
    tenant: TenantId,
    posting: Posting,
    begun: bool,
}

impl ApplicationsCsv {
    /// The table of a posting.
    pub fn new(tenant: TenantId, posting: Posting) -> Self {
        Self {
            after: Some(String::new()),
            tenant,
            posting,
            begun: false,
        }
    }

    /// The next part; `None` at the end.
    #[crate::boxed]
    pub async fn next(&mut self, world: &World) -> Result<Option<String>, ReadError> {
        if !self.begun {
            self.begun = true;
            return Ok(Some(head(&self.posting)));
        }
        let Some(after) = self.after.take() else {
            return Ok(None);
        };
        let (tenant, id) = (&self.tenant, &self.posting.row.id);
        let (by, besides) = (By::Nothing, Besides::LeftOut);
        let some = applications(world, tenant, id, by, &after, AT_ONCE, besides).await?;
        let Some(ApplicationList {
            applications, next, ..
        }) = some
        else {
            return Ok(None);
        };
        self.after = next;
        let tasks = self.posting.role.role.tasks.len();
        Ok(Some(
            applications.iter().map(|one| line(one, tasks)).collect(),
        ))
    }
}

/// What the first columns are called; after them comes one for each task of the role, in its order, and then the last ones.
const COLUMNS: [&str; 10] = [
    "application",
    "sent_at",
    "ends_at",
    "name",
    "contact",
    "credentials",
    "status_as_of",
    "incomplete",
    "unreadable",
    "subjects_differ",
];

/// What the last columns are called: on whose word the answers rest.
const LAST: [&str; 4] = [
    "unknown_issuers",
    "tasks_by_unknown_issuer",
    "tasks_not_reviewed",
    "tasks_by_pilot",
];

fn head(posting: &Posting) -> String {
    let tasks = posting.role.role.tasks.iter().enumerate();
    let tasks = tasks.map(|(place, task)| format!("task {}: {}", place + 1, task.label));
    let columns = COLUMNS.iter().map(|column| (*column).to_owned());
    let last = LAST.iter().map(|column| (*column).to_owned());
    format!("\u{feff}{}", joined(columns.chain(tasks).chain(last)))
}

fn line(one: &Application, tasks: usize) -> String {
    let time = |millis| Timestamp::from_unix_millis(millis).to_string();
    let (name, contact) = match &one.person {
        Some(person) => (person.name.clone(), person.contact.clone()),
        None => (String::new(), String::new()),
    };
    let fields = [
        one.id.clone(),
        time(one.sent_at),
        time(one.ends_at),
        name,
        contact,
        one.reading.shown.len().to_string(),
        one.age.as_of.map(|at| at.to_string()).unwrap_or_default(),
        one.age.incomplete.to_string(),
        one.age.unread.to_string(),
        one.subjects_differ.to_string(),
    ];
    // The role may have been changed while the table is written: as many columns as the head has.
    let answers = (0..tasks).map(|task| {
        let answer = one.reading.tasks.get(task);
        answer
            .map_or("", |answer| answer.verdict.as_str())
            .to_owned()
    });
    joined(fields.into_iter().chain(answers).chain(last(one)))
}

/// How many of the credentials are of issuers that nobody here knows; the tasks whose answer only those give; those behind whose answer stands
/// nothing that organizations reviewed; and those whose answer only pilots give.
fn last(one: &Application) -> [String; 4] {
    let shown = &one.reading.shown;
    let known = |showing: &Showing| shown[showing.credential].verdict != Found::NotListed;
    let tasks = &one.reading.tasks;
    let unknown = shown.iter().filter(|one| one.verdict == Found::NotListed);
    [
        unknown.count().to_string(),
        without(tasks, known),
        without(tasks, |showing| is_reviewed(&showing.via)),
        without(tasks, |showing| !shown[showing.credential].pilot),
    ]
}

/// Whether more stands behind an answer than its issuer's word or what somebody stated in a file. What is awarded for the task itself needs no
/// mapping.
fn is_reviewed(via: &Via) -> bool {
    match via.mappings.is_empty() {
        true => !via.own_word,
        false => via.standing == Standing::Reviewed,
    }
}

/// The numbers of the tasks for which something is shown, and nothing of this kind shows as much.
fn without(tasks: &[TaskAnswer], of_kind: impl Fn(&Showing) -> bool) -> String {
    let tasks = tasks.iter().enumerate();
    let tasks = tasks.filter(|(_, answer)| {
        let mut best = (answer.shown_by.iter()).filter(|one| one.verdict == answer.verdict);
        !answer.shown_by.is_empty() && !best.any(&of_kind)
    });
    let numbers: Vec<String> = tasks.map(|(place, _)| (place + 1).to_string()).collect();
    numbers.join(" ")
}

fn joined(fields: impl Iterator<Item = String>) -> String {
    let quoted = fields.map(|field| format!("\"{}\"", escape_formula(&field).replace('"', "\"\"")));
    let mut line = quoted.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// Applications of one part.
const AT_ONCE: u64 = 20;

#[cfg(test)]
mod tests {
    use touchstone_crosswalk::{
        role::{Pin, Verdict},
        sssom::{MappingDraft, Relation},
    };

    use super::*;

    /// A way of this standing over so many mappings.
    fn via(own_word: bool, standing: Standing, mappings: usize) -> Via {
        let (one, other) = ("https://a.example/1", "https://a.example/2");
        let mapping = MappingDraft::new(one, &Relation::Exact, other);
        let pin = Pin {
            id: "https://a.example/set".into(),
            version: "1".into(),
            sha256: String::new(),
        };
        Via {
            from: one.into(),
            own_word,
            relation: Relation::Exact,
            standing,
            mappings: vec![(mapping.finish().unwrap(), pin); mappings],
            released_by: Vec::new(),
            endorsed_by: Vec::new(),
        }
    }

    fn answered(task: usize, ways: Vec<(Verdict, Via)>) -> TaskAnswer {
        let shown_by = ways.into_iter().map(|(verdict, via)| Showing {
            credential: 0,
            verdict,
            gaps: Vec::new(),
            via,
            evidence: Vec::new(),
            assessor: None,
            position: None,
            age_days: None,
        });
        let shown_by: Vec<Showing> = shown_by.collect();
        TaskAnswer {
            task,
            verdict: (shown_by.first()).map_or(Verdict::NotShown, |best| best.verdict),
            shown_by,
            unchecked: Vec::new(),
            denied_by: Vec::new(),
        }
    }

    #[test]
    fn a_task_behind_whose_answer_nothing_reviewed_stands_is_numbered_beside_those_that_are() {
        use Standing::{Reviewed, Stated, Suggested};
        use Verdict::{Met, RelatedOnly, Stale};
        let ways = [
            vec![(Met, via(true, Stated, 0))],
            vec![(Met, via(false, Stated, 0))],
            vec![(Met, via(true, Stated, 1))],
            vec![(Met, via(true, Reviewed, 1))],
            vec![(Met, via(false, Stated, 2))],
            vec![(Met, via(false, Reviewed, 2))],
            vec![(RelatedOnly, via(false, Suggested, 1))],
            vec![],
            // What is reviewed counts where it shows as much, and only there.
            vec![(Met, via(true, Stated, 0)), (Met, via(false, Reviewed, 1))],
            vec![
                (Met, via(true, Stated, 0)),
                (Stale, via(false, Reviewed, 1)),
            ],
        ];
        let tasks = ways.into_iter().enumerate();
        let tasks: Vec<TaskAnswer> = tasks.map(|(task, ways)| answered(task, ways)).collect();
        let numbers = without(&tasks, |showing| is_reviewed(&showing.via));
        assert_eq!(numbers, "1 3 5 7 10");
    }
}
