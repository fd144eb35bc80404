//! What an installation read for a role, with everything that the answer pins: held against what is given now.

use std::fmt::{self, Display};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use touchstone_crosswalk::role::{Pin, ReleasedSet, Role};
use touchstone_vc::{Credential, Timestamp, Verdict};

use super::super::{Ended, file};
use crate::exit::Exit;

/// A credential that was given, and what could be said of it.
pub(super) struct Given {
    /// Its id.
    pub(super) id: String,
    pub(super) bytes: Vec<u8>,
    pub(super) verdict: Verdict,
    /// It could not be checked here, and what was read before says what checking came to.
    pub(super) by_reading: bool,
    file: String,
}

impl Given {
    pub(super) fn of(file: &str, bytes: Vec<u8>, verdict: Verdict) -> Result<Self> {
        let credential = Credential::parse(&bytes).with_context(|| file.to_owned())?;
        let id = credential.view().id.unwrap_or_default().to_owned();
        Ok(Self {
            id,
            bytes,
            verdict,
            by_reading: false,
            file: file.to_owned(),
        })
    }
}

/// What was read before.
pub(super) struct Reading {
    /// As of when.
    pub(super) at: Timestamp,
    credentials: Vec<(String, Verdict)>,
    sets: Vec<Pin>,
    tasks: Vec<Value>,
    file: String,
}

impl Reading {
    /// Reads it from the file of that name.
    pub(super) fn read(name: &str) -> Result<Self> {
        let no_reading = || {
            format!(
                "--reading {name}: this is no answer for a role; `answer.json` of an application and POST /api/v1/roles/ID/answers give one"
            )
        };
        let bytes = file::read(name, LARGEST)?;
        let read: Value = serde_json::from_slice(&bytes).with_context(no_reading)?;
        let read: ReadingDocument =
            serde_json::from_value(without_people(read)).with_context(no_reading)?;
        let credentials = read.credentials.into_iter().map(|one| {
            let verdict = verdict(&one.verdict).with_context(|| {
                format!(
                    "--reading {name}: “{}” is no verdict that is known here",
                    one.verdict
                )
            })?;
            Ok((one.id, verdict))
        });
        let sets = read.mapping_sets.into_iter().map(|one| Pin {
            id: one.id,
            version: one.version,
            sha256: one.sha256,
        });
        Ok(Self {
            at: Timestamp::parse(&read.read_at)
                .ok()
                .with_context(no_reading)?,
            credentials: credentials.collect::<Result<_>>()?,
            sets: sets.collect(),
            tasks: read.tasks,
            file: name.to_owned(),
        })
    }

    /// Refuses another role, or the same with other tasks.
    pub(super) fn is_for(&self, role: &Role) -> Result<()> {
        let then = self.tasks.iter().map(|task| (&task["id"], &task["label"]));
        let same = then.len() == role.tasks.len()
            && then
                .zip(&role.tasks)
                .all(|((id, label), task)| *id == task.id && *label == task.label);
        match same {
            true => Ok(()),
            false => Err(unchecked(format!(
                "{}: it was read for a role with other tasks than --role has; give the role as it was then",
                self.file
            ))),
        }
    }

    /// The sets that it pins, in its order: each has to be there, byte for byte in its canonical form, and no other.
    pub(super) fn sets(
        &self,
        mut given: Vec<(String, ReleasedSet)>,
    ) -> Result<Vec<(String, ReleasedSet)>> {
        for (name, set) in &given {
            let pin = set.pin();
            let known = |of: &&Pin| of.id == pin.id && of.version == pin.version;
            match self.sets.iter().find(known) {
                Some(then) if then.sha256 == pin.sha256 => {}
                Some(then) => {
                    return Err(unchecked(format!(
                        "{name}: this is not the file that was read: {} {} had SHA-256 {}, and this has {}; get the file that was released",
                        pin.id, pin.version, then.sha256, pin.sha256
                    )));
                }
                None => {
                    return Err(unchecked(format!(
                        "{name}: {} {} is none of the sets of {}; leave it out",
                        pin.id, pin.version, self.file
                    )));
                }
            }
        }
        let in_order = self.sets.iter().map(|pin| {
            let place = given.iter().position(|(_, set)| set.pin() == pin);
            let place = place.ok_or_else(|| {
                unchecked(format!(
                    "the file of {} {} is missing (SHA-256 {}); give it with --set",
                    pin.id, pin.version, pin.sha256
                ))
            })?;
            Ok(given.remove(place))
        });
        in_order.collect()
    }

    /// The credentials that it is about, in its order. Of one that could not be checked here, it says what checking came to.
    pub(super) fn credentials(&self, mut given: Vec<Given>) -> Result<Vec<Given>> {
        let mut found = Vec::with_capacity(self.credentials.len());
        for (id, verdict) in &self.credentials {
            let place = given.iter().position(|one| one.id == *id);
            let place = place.ok_or_else(|| {
                unchecked(format!(
                    "{}: it was read from {id} too; give that credential",
                    self.file
                ))
            })?;
            let mut one = given.remove(place);
            if one.verdict == Verdict::Unknown && *verdict != Verdict::Unknown {
                one.verdict = *verdict;
                one.by_reading = true;
            }
            found.push(one);
        }
        match given.first() {
            None => Ok(found),
            Some(more) if found.iter().any(|one: &Given| one.id == more.id) => Err(unchecked(
                format!("{}: {} was given twice; leave one out", more.file, more.id),
            )),
            Some(more) => Err(unchecked(format!(
                "{}: {} is none of the credentials of {}; leave it out",
                more.file, more.id, self.file
            ))),
        }
    }

    /// What came out otherwise now.
    pub(super) fn differences(&self, now: &Value, given: &[Given]) -> Vec<Difference> {
        let mut all = Vec::new();
        for ((id, then), one) in self.credentials.iter().zip(given) {
            // Which registers list an issuer is not in these files: it stands or it does not.
            if stands(*then) != stands(one.verdict) {
                all.push(Difference {
                    of: Of::Credential(id.clone()),
                    then: code(*then).to_owned(),
                    now: code(one.verdict).to_owned(),
                });
            }
        }
        let tasks = now["tasks"].as_array().into_iter().flatten();
        for ((then, now), place) in self.tasks.iter().zip(tasks).zip(1..) {
            if compared(then) != compared(now) {
                let said = |task: &Value| task["verdict"].as_str().unwrap_or_default().to_owned();
                all.push(Difference {
                    of: Of::Task(place, said_of(now)),
                    then: said(then),
                    now: said(now),
                });
            }
        }
        all
    }
}

fn said_of(task: &Value) -> String {
    task["label"].as_str().unwrap_or_default().to_owned()
}

/// Something that came out otherwise.
#[derive(Debug)]
pub(super) struct Difference {
    of: Of,
    then: String,
    now: String,
}

#[derive(Debug)]
enum Of {
    /// By its id.
    Credential(String),
    /// By its place, from 1, and its words.
    Task(usize, String),
}

impl Difference {
    pub(super) fn to_json(&self) -> Value {
        let (then, now) = (&self.then, &self.now);
        match &self.of {
            Of::Credential(id) => json!({ "credential": id, "then": then, "now": now }),
            Of::Task(place, label) => {
                json!({ "task": place, "label": label, "then": then, "now": now })
            }
        }
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.of {
            Of::Credential(id) => write!(f, "{id}")?,
            Of::Task(place, label) => write!(f, "task {place}, {label}")?,
        }
        match self.then == self.now {
            true => write!(f, ": {} as before, and shown otherwise", self.now),
            false => write!(f, ": was {}, is {}", self.then, self.now),
        }
    }
}

/// A task as answers of every version of the program tell it: on whose word it rests follows from the credential, and what stood in the way from
/// the sets; older ones do not say it.
fn compared(task: &Value) -> Value {
    let mut task = task.clone();
    if let Some(members) = task.as_object_mut() {
        members.remove("deniedBy");
    }
    let shown_by = task.get_mut("shownBy").and_then(Value::as_array_mut);
    for showing in shown_by.into_iter().flatten() {
        if let Some(members) = showing.as_object_mut() {
            members.remove("ownWord");
        }
    }
    task
}

/// A reading without who released and endorsed the sets: the installation knows that, and the files do not.
pub(super) fn without_people(mut reading: Value) -> Value {
    let tasks = reading.get_mut("tasks").and_then(Value::as_array_mut);
    let ways = tasks.into_iter().flatten().filter_map(|task| {
        let shown_by = task.get_mut("shownBy")?;
        shown_by.as_array_mut()
    });
    for showing in ways.flatten() {
        if let Some(members) = showing.as_object_mut() {
            members.remove("releasedBy");
            members.remove("endorsedBy");
        }
    }
    let credentials = reading.get_mut("credentials");
    let credentials = credentials.and_then(Value::as_array_mut);
    for one in credentials.into_iter().flatten() {
        if let Some(members) = one.as_object_mut() {
            members.remove("endorsedBy");
        }
    }
    reading
}

/// Whether a credential that was checked so counts: yes, no, or nobody could say.
fn stands(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Pass | Verdict::NotListed => Some(true),
        Verdict::Failed => Some(false),
        Verdict::TakeCare | Verdict::Unknown => None,
    }
}

const VERDICTS: [(Verdict, &str); 5] = [
    (Verdict::Pass, "pass"),
    (Verdict::TakeCare, "take_care"),
    (Verdict::NotListed, "not_listed"),
    (Verdict::Unknown, "unknown"),
    (Verdict::Failed, "failed"),
];

fn verdict(text: &str) -> Option<Verdict> {
    let found = VERDICTS.iter().find(|(_, code)| *code == text);
    found.map(|(verdict, _)| *verdict)
}

fn code(verdict: Verdict) -> &'static str {
    let found = VERDICTS.iter().find(|(one, _)| *one == verdict);
    found.map_or("unknown", |(_, code)| code)
}

fn unchecked(message: String) -> anyhow::Error {
    Ended {
        message,
        exit: Exit::Unchecked,
    }
    .into()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadingDocument {
    read_at: String,
    credentials: Vec<CredentialDocument>,
    tasks: Vec<Value>,
    mapping_sets: Vec<SetDocument>,
}

#[derive(Deserialize)]
struct CredentialDocument {
    id: String,
    verdict: String,
}

#[derive(Deserialize)]
struct SetDocument {
    id: String,
    version: String,
    sha256: String,
}

const LARGEST: usize = 16 << 20;
