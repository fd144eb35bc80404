//! An answer on one sheet of paper: the role, each task with what shows it as far as there is room, and by what the answer was made. No score.
//! All of it is attached.

use touchstone_service::crosswalk::{Need, Role, RoleReading, ShownCredential, Task, TaskAnswer};
use touchstone_service::ports::{ArtworkError, Certificate, CheckNote, Fact};
use touchstone_vc::Verdict as Found;

use super::words;
use crate::ApiError;
use crate::pages::{crosswalk, institution::no_longer_awarded_line};
use crate::state::Web;
use crate::templates::{minute_text, moment};
use crate::text::clean;

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
    let (drafts, artwork) = (
        DETAILS.map(|detail| certificate(sheet, detail)),
        web.world.artwork.clone(),
    );
    let drawn = tokio::task::spawn_blocking(move || artwork.answer_pdf(&drafts, json.as_bytes()));
    let drawn = drawn.await.map_err(|error| ApiError::internal(&error))?;
    drawn.map_err(|error| match error {
        ArtworkError::TooManyPages { .. } => {
            ApiError::unprocessable("too_long_for_paper").with_detail(
                "This answer does not fit on one page. Read it on screen, or hand in fewer credentials.",
            )
        }
        error => ApiError::internal(&error),
    })
}

/// What the answer is called: the first credentials by name, and how many more there are. They are words of strangers, of any length.
pub(super) fn heading(shown: &[ShownCredential]) -> String {
    let (told, more) = shown.split_at(shown.len().min(MOST_NAMED));
    let name = |one: &ShownCredential| cut(&words::named(one), MOST_OF_NAME);
    let names: Vec<String> = told.iter().map(name).collect();
    match more.len() {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// As much of a stranger's words as a line has room for.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// How much of the answer stands on the sheet.
#[derive(Clone, Copy)]
enum Detail {
    /// Each task with what shows it.
    Whole,
    /// Each task with its verdict, and by what it is shown.
    Tasks,
    /// So many tasks with their verdicts, and how many more there are of each verdict.
    First(usize),
}

/// From the most that may stand there to the least.
const DETAILS: [Detail; 7] = [
    Detail::Whole,
    Detail::Tasks,
    Detail::First(30),
    Detail::First(20),
    Detail::First(10),
    Detail::First(4),
    Detail::First(0),
];

fn certificate(sheet: &Sheet<'_>, detail: Detail) -> Certificate {
    let (role, reading) = (sheet.role, sheet.reading);
    let read = moment(reading.at.unix_millis());
    let mut facts = match detail {
        Detail::Whole => {
            let tasks = reading.tasks.iter();
            let tasks = tasks.map(|answer| fact(&role.tasks[answer.task], answer, &reading.shown));
            tasks.collect()
        }
        Detail::Tasks => by_verdict(sheet, usize::MAX),
        Detail::First(most) => by_verdict(sheet, most),
    };
    facts.push(Fact {
        label: "Read through".into(),
        lines: match (reading.sets.len(), detail) {
            (0, _) => vec!["No released crosswalk".into()],
            (sets, Detail::First(_)) => vec![format!("{sets} released crosswalks")],
            _ => reading
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
    // Words of strangers stand in many lines.
    for line in facts.iter_mut().flat_map(|fact| fact.lines.iter_mut()) {
        *line = clean(line).into_owned();
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
            credential_id: cut(&clean(&sheet.id), MOST_OF_ID),
            missing_characters: "Not every character could be drawn with the fonts of this installation; the attached answer holds them all.".into(),
        },
        made_at_unix_seconds: reading.at.unix_millis() / 1_000,
    }
}

/// At most so many tasks below their verdicts, those that something shows before the others, and of both those that must be shown; and how many
/// more there are of each.
fn by_verdict(sheet: &Sheet<'_>, most: usize) -> Vec<Fact> {
    let (role, reading) = (sheet.role, sheet.reading);
    let mut sorted: Vec<&TaskAnswer> = reading.tasks.iter().collect();
    sorted.sort_by_key(|answer| {
        let nice = role.tasks[answer.task].need == Need::Nice;
        (answer.shown_by.is_empty(), nice)
    });
    let (told, more) = sorted.split_at(most.min(sorted.len()));
    let word = |answer: &TaskAnswer| words::verdict(answer.verdict).1;
    let mut facts: Vec<Fact> = Vec::new();
    for answer in told {
        let mut line = asked(&role.tasks[answer.task]);
        if let Some(best) = answer.shown_by.first() {
            let one = &reading.shown[best.credential];
            let issuer = match one.issuer.as_str() {
                "" => "an issuer that is not shown",
                issuer => issuer,
            };
            let name = cut(&words::named(one), MOST_OF_NAME);
            let issuer = cut(&clean(issuer), MOST_OF_NAME);
            line.push_str(&format!(": {name}, {issuer}"));
            if one.verdict != Found::Pass {
                line.push_str(&format!(". {}", words::recognized(one.verdict).1));
            }
            let besides = [words::pilot(one), words::not_reviewed(&best.via)];
            for said in besides.into_iter().flatten() {
                line.push_str(&format!(". {said}"));
            }
        }
        if let Some(said) = words::denied(answer) {
            line.push_str(&format!(". {said}"));
        }
        if !answer.unchecked.is_empty() {
            line.push_str(&format!(". {}", unchecked(answer)));
        }
        match facts.iter_mut().find(|fact| fact.label == word(answer)) {
            Some(fact) => fact.lines.push(line),
            None => facts.push(Fact {
                label: word(answer).into(),
                lines: vec![line],
            }),
        }
    }
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for answer in more {
        match counts.iter_mut().find(|(known, _)| *known == word(answer)) {
            Some((_, count)) => *count += 1,
            None => counts.push((word(answer), 1)),
        }
    }
    if !counts.is_empty() {
        let counts = counts
            .iter()
            .map(|(word, count)| format!("{word}: {count}"));
        facts.push(Fact {
            label: "More tasks".into(),
            lines: vec![counts.collect::<Vec<_>>().join(", ")],
        });
    }
    facts
}

/// So many credentials are named where there may be any number.
const MOST_NAMED: usize = 3;
/// Letters of a name, and of an id: more than they usually have.
const MOST_OF_NAME: usize = 80;
const MOST_OF_ID: usize = 200;

/// A task, and whether it must be shown.
fn asked(task: &Task) -> String {
    let need = match task.need {
        Need::Must => "must",
        Need::Nice => "wanted",
    };
    format!("{} ({need})", task.label)
}

fn fact(task: &Task, answer: &TaskAnswer, shown: &[ShownCredential]) -> Fact {
    let (_, word) = words::verdict(answer.verdict);
    let mut lines = vec![asked(task)];
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
        lines.extend(words::pilot(one).map(str::to_owned));
        lines.extend(one.no_longer_awarded.as_ref().map(no_longer_awarded_line));
        let kinds = best.evidence.iter().map(|one| words::kind(&one.kind));
        let kinds: Vec<_> = kinds.collect();
        if !kinds.is_empty() {
            lines.push(format!("Evidence: {}", kinds.join(", ")));
        }
        if !one.endorsed_by.is_empty() {
            let by = one.endorsed_by.join(", ");
            lines.push(format!("Endorsed by {by}"));
        }
        if best.via.own_word {
            let word = words::own_word(&best.via);
            lines.push(format!("{word} {}", best.via.from));
        }
        if let Some((_, pin)) = best.via.mappings.first() {
            let by = best.via.released_by.join(", ");
            lines.push(format!(
                "Through {}, version {}, released by {by}",
                pin.id, pin.version
            ));
            lines.extend(words::not_reviewed(&best.via).map(str::to_owned));
            if !best.via.endorsed_by.is_empty() {
                let by = best.via.endorsed_by.join(", ");
                lines.push(format!("Endorsed by {by}"));
            }
        }
        lines.extend(best.gaps.iter().map(|gap| words::gap(*gap).to_owned()));
    }
    lines.extend(words::denied(answer).map(str::to_owned));
    for (mapping, pin) in &answer.denied_by {
        let relation = crosswalk::relation(&mapping.relation(), mapping.is_negated());
        let (subject, object) = (mapping.subject(), mapping.object());
        lines.push(format!(
            "{subject} {relation} {object}, in {}, version {}",
            pin.id, pin.version
        ));
    }
    if !answer.unchecked.is_empty() {
        lines.push(unchecked(answer));
    }
    Fact {
        label: word.into(),
        lines,
    }
}

/// How many credentials would speak of a task and could not be checked.
fn unchecked(answer: &TaskAnswer) -> String {
    format!("{} could not be checked", answer.unchecked.len())
}

#[cfg(test)]
mod tests {
    use touchstone_service::crosswalk::{Relation, Showing, Standing, Verdict, Via};
    use touchstone_vc::Timestamp;

    use super::*;

    fn sheet<'a>(role: &'a Role, reading: &'a RoleReading) -> Sheet<'a> {
        Sheet {
            role,
            institution: "Riverside",
            reading,
            heading: String::new(),
            note: String::new(),
            id: String::new(),
            day: None,
            credits: Vec::new(),
        }
    }

    #[test]
    fn where_there_is_no_room_every_task_is_counted_and_musts_stand_first() {
        let task = |number: usize| Task {
            id: format!("https://tasks.example/{number}"),
            label: format!("Task {number}"),
            need: if number < 3 { Need::Nice } else { Need::Must },
            level: None,
            rubric: None,
            evidence: Vec::new(),
            max_age_days: None,
        };
        let role = Role {
            title: "Machinist".into(),
            tasks: (0..100).map(task).collect(),
        };
        let answer = |task: usize| TaskAnswer {
            task,
            verdict: match task % 4 {
                0 => Verdict::RelatedOnly,
                _ => Verdict::NotShown,
            },
            shown_by: Vec::new(),
            unchecked: Vec::new(),
            denied_by: Vec::new(),
        };
        let reading = RoleReading {
            at: Timestamp::from_unix_millis(0),
            shown: Vec::new(),
            tasks: (0..100).map(answer).collect(),
            sets: Vec::new(),
        };
        let sheet = sheet(&role, &reading);
        let all = by_verdict(&sheet, usize::MAX);
        let lines: usize = all.iter().map(|fact| fact.lines.len()).sum();
        assert_eq!((all.len(), lines), (2, 100));
        let few = by_verdict(&sheet, 4);
        let [nothing, related, more] = &few[..] else {
            panic!("{few:?}")
        };
        assert_eq!(nothing.lines[0], "Task 3 (must)");
        assert_eq!((nothing.lines.len(), related.lines.len()), (3, 1));
        assert_eq!(more.lines, ["Nothing shared: 72, Related only: 24"]);
        let none = by_verdict(&sheet, 0);
        assert_eq!(none.len(), 1, "only counts");
    }

    #[test]
    fn what_strangers_call_their_credentials_takes_three_names_and_a_bounded_id() {
        let shown = |name: &str| ShownCredential {
            id: format!("https://issuer.example/{}", "1".repeat(10_000)),
            name: name.into(),
            issuer: "Riverside".into(),
            issuer_id: "did:web:riverside.example".into(),
            verdict: Found::Pass,
            pilot: false,
            no_longer_awarded: None,
            endorsed_by: Vec::new(),
        };
        let few = ["Setting", "", "Turning"].map(shown);
        assert_eq!(heading(&few), "Setting, A credential, Turning");
        let long = "é".repeat(10_000);
        let many: Vec<ShownCredential> = (0..50).map(|_| shown(&long)).collect();
        let turned = ["Set\u{202E}gnit", "\u{2066}"].map(shown);
        assert_eq!(heading(&turned), "Setgnit, A credential");
        let called = heading(&many);
        assert!(called.ends_with("… and 47 more"), "{called}");
        assert!(called.chars().count() < 300, "{called}");
        let role = Role {
            title: "Machinist".into(),
            tasks: Vec::new(),
        };
        let reading = RoleReading {
            at: Timestamp::from_unix_millis(0),
            shown: many,
            tasks: Vec::new(),
            sets: Vec::new(),
        };
        let sheet = Sheet {
            id: reading.shown[0].id.clone(),
            credits: vec!["By\u{202E} many".into()],
            ..sheet(&role, &reading)
        };
        let drawn = certificate(&sheet, Detail::First(0));
        let id = drawn.check.credential_id;
        assert_eq!(id.chars().count(), MOST_OF_ID + 1, "{id}");
        assert_eq!(drawn.facts[1].lines, ["By many"], "{:?}", drawn.facts);
    }

    #[test]
    fn a_task_that_is_told_in_one_line_says_on_whose_word_it_rests() {
        let role = Role {
            title: "Machinist".into(),
            tasks: vec![Task {
                id: "https://tasks.example/1".into(),
                label: "Sets up".into(),
                need: Need::Must,
                level: None,
                rubric: None,
                evidence: Vec::new(),
                max_age_days: None,
            }],
        };
        let shown = |verdict, issuer: &str, pilot| ShownCredential {
            id: String::new(),
            name: "Setting".into(),
            issuer: issuer.into(),
            issuer_id: issuer.into(),
            verdict,
            pilot,
            no_longer_awarded: None,
            endorsed_by: Vec::new(),
        };
        let showing = |own_word| Showing {
            credential: 0,
            verdict: Verdict::Met,
            gaps: Vec::new(),
            via: Via {
                from: "https://tasks.example/1".into(),
                own_word,
                relation: Relation::Exact,
                standing: Standing::Stated,
                mappings: Vec::new(),
                released_by: Vec::new(),
                endorsed_by: Vec::new(),
            },
            evidence: Vec::new(),
            assessor: None,
            position: None,
            age_days: None,
        };
        let line = |shown: ShownCredential, own_word: bool, unchecked: Vec<usize>| {
            let reading = RoleReading {
                at: Timestamp::from_unix_millis(0),
                shown: vec![shown],
                tasks: vec![TaskAnswer {
                    task: 0,
                    verdict: Verdict::Met,
                    shown_by: vec![showing(own_word)],
                    unchecked,
                    denied_by: Vec::new(),
                }],
                sets: Vec::new(),
            };
            let sheet = sheet(&role, &reading);
            by_verdict(&sheet, usize::MAX)[0].lines[0].clone()
        };
        let known = line(shown(Found::Pass, "Riverside", false), false, Vec::new());
        assert_eq!(known, "Sets up (must): Setting, Riverside");
        let turned = line(
            shown(Found::Pass, "River\u{2066}side", false),
            false,
            vec![],
        );
        assert_eq!(turned, known);
        let own = line(shown(Found::NotListed, "", true), true, vec![0, 0]);
        assert_eq!(
            own,
            "Sets up (must): Setting, an issuer that is not shown. From an issuer that nobody here knows: anybody can make such a credential. A pilot: its issuer tags it as issued to try an assessment out. By the issuer’s own word. 2 could not be checked"
        );
    }
}
