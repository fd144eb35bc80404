//! An answer on paper: the role, each task with what shows it, and by what the answer was made. No score.

use touchstone_service::crosswalk::{Need, Role, RoleReading, ShownCredential, Task, TaskAnswer};
use touchstone_service::ports::{Certificate, CheckNote, Fact};

use super::words;
use crate::ApiError;
use crate::pages::today::moment;
use crate::state::Web;
use crate::templates::minute_text;

/// What stands on the sheet.
pub(in crate::pages) struct Sheet<'a> {
    /// The role.
    pub(in crate::pages) role: &'a Role,
    /// Whose it is.
    pub(in crate::pages) institution: &'a str,
    /// The answer.
    pub(in crate::pages) reading: &'a RoleReading,
    /// What the answer is called.
    pub(in crate::pages) heading: String,
    /// What is to be known besides.
    pub(in crate::pages) note: String,
    /// The id of what was read, if it has one.
    pub(in crate::pages) id: String,
    /// The day as of which it is read, where that is not today.
    pub(in crate::pages) day: Option<&'a str>,
    /// What the licences of the frameworks ask to be said.
    pub(in crate::pages) credits: Vec<String>,
}

/// Draws it, where blocking is allowed, with the answer for programs attached.
pub(in crate::pages) async fn drawn(
    web: &Web,
    sheet: &Sheet<'_>,
    json: String,
) -> Result<Vec<u8>, ApiError> {
    let (words, artwork) = (certificate(sheet), web.world.artwork.clone());
    let drawn = tokio::task::spawn_blocking(move || artwork.answer_pdf(&words, json.as_bytes()));
    let drawn = drawn.await.map_err(|error| ApiError::internal(&error))?;
    drawn.map_err(|error| ApiError::internal(&error))
}

fn certificate(sheet: &Sheet<'_>) -> Certificate {
    let (role, reading) = (sheet.role, sheet.reading);
    let read = moment(reading.at.unix_millis());
    let tasks = reading.tasks.iter();
    let mut facts: Vec<Fact> = tasks
        .map(|answer| fact(&role.tasks[answer.task], answer, &reading.shown))
        .collect();
    facts.push(Fact {
        label: "Read through".into(),
        lines: match reading.sets.is_empty() {
            true => vec!["No released crosswalk".into()],
            false => reading
                .sets
                .iter()
                .map(|pin| format!("{}, version {}, sha256 {}", pin.id, pin.version, pin.sha256))
                .collect(),
        },
    });
    if !sheet.credits.is_empty() {
        facts.push(Fact {
            label: "Words of others".into(),
            lines: sheet.credits.clone(),
        });
    }
    Certificate {
        language: "en".into(),
        title: format!("{} · {}", role.title, sheet.institution),
        lead: match sheet.day {
            Some(day) => format!("Read as of {day}, task by task, for"),
            None => format!("Read on {}, task by task, for", minute_text(read)),
        },
        who: None,
        task: role.title.clone(),
        level: None,
        facts,
        issuer: Some(Fact {
            label: "Asked for by".into(),
            lines: vec![sheet.institution.to_owned()],
        }),
        mark: None,
        check: CheckNote {
            heading: sheet.heading.clone(),
            words: format!(
                "There is no score. {} Nothing shared does not mean “cannot”. The answer is attached to this file as answer.json, with every mapping that it goes through.",
                sheet.note
            ),
            link: None,
            credential_id: sheet.id.clone(),
            missing_characters: "Not every character could be drawn with the fonts of this installation; the attached answer holds them all.".into(),
        },
        made_at_unix_seconds: reading.at.unix_millis() / 1_000,
    }
}

fn fact(task: &Task, answer: &TaskAnswer, shown: &[ShownCredential]) -> Fact {
    let (_, word) = words::verdict(answer.verdict);
    let need = match task.need {
        Need::Must => "must",
        Need::Nice => "wanted",
    };
    let mut lines = vec![format!("{} ({need})", task.label)];
    if let Some(best) = answer.shown_by.first() {
        let one = &shown[best.credential];
        let issuer = match one.issuer_id.as_str() {
            "" => "an issuer that is not shown".to_owned(),
            id => format!("{} ({id})", one.issuer),
        };
        let mut said = format!("{}, stated by {issuer}", words::named(one));
        if let Some(assessor) = &best.assessor {
            said.push_str(&format!(", assessed by {assessor}"));
        }
        if let Some(position) = &best.position {
            said.push_str(&format!(", {} of {}", position.place, position.of));
            if !position.name.is_empty() {
                said.push_str(&format!(" ({})", position.name));
            }
        }
        lines.push(said);
        lines.push(words::recognized(one.verdict).1.to_owned());
        let kinds = best.evidence.iter().map(|one| words::kind(&one.kind));
        let kinds: Vec<&str> = kinds.collect();
        if !kinds.is_empty() {
            lines.push(format!("Evidence: {}", kinds.join(", ")));
        }
        if let Some((_, pin)) = best.via.mappings.first() {
            let by = best.via.released_by.join(", ");
            lines.push(format!(
                "Through {}, version {}, released by {by}",
                pin.id, pin.version
            ));
            if !best.via.endorsed_by.is_empty() {
                let by = best.via.endorsed_by.join(", ");
                lines.push(format!("Endorsed by {by}"));
            }
        }
        lines.extend(best.gaps.iter().map(|gap| words::gap(*gap).to_owned()));
    }
    if !answer.unchecked.is_empty() {
        lines.push(format!("{} could not be checked", answer.unchecked.len()));
    }
    Fact {
        label: word.into(),
        lines,
    }
}
