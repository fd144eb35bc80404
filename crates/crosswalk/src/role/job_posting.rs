//! A job posting as the draft of a role: what an employer wrote elsewhere, taken apart into statements that can be looked for among
//! tasks. Nothing of it is a task before somebody says so.
//!
//! Read are [schema.org JobPosting](https://schema.org/JobPosting) as JSON-LD, alone or in a page, and plain text.

use std::collections::VecDeque;

use serde_json::Value;

/// A posting, taken apart.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct JobDraft {
    /// What the job is called; empty if it is not said.
    pub title: String,
    /// What is said of it, in its order, each once.
    pub statements: Vec<JobStatement>,
}

/// One thing that a posting says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JobStatement {
    /// Where it stands.
    pub part: JobPart,
    /// In words.
    pub text: String,
}

/// A part of a posting.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names are those of schema.org.
pub enum JobPart {
    Responsibilities,
    Qualifications,
    Skills,
    EducationRequirements,
    ExperienceRequirements,
    /// Text that says of no part which it is.
    Description,
}

/// Why a text is no posting.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum JobFault {
    #[error("there is nothing to read: paste the posting, as text or as schema.org JSON-LD")]
    Nothing,
    #[error("this is more than a job posting: paste at most {} KB", MOST_BYTES >> 10)]
    TooLarge,
    #[error("this looks like JSON and is none: paste the whole of it, or the text instead")]
    NotJson,
    #[error("nothing in it has the type JobPosting: paste the text instead")]
    NoPosting,
}

/// Takes a posting apart.
pub fn read_job_posting(text: &str) -> Result<JobDraft, JobFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(JobFault::Nothing);
    }
    if text.len() > MOST_BYTES {
        return Err(JobFault::TooLarge);
    }
    if text.starts_with(['{', '[']) {
        let value: Value = serde_json::from_str(text).map_err(|_| JobFault::NotJson)?;
        return posting(&value).map(linked).ok_or(JobFault::NoPosting);
    }
    let scripts = embedded(text);
    if let Some(found) = scripts.iter().find_map(posting) {
        return Ok(linked(found));
    }
    Ok(plain(&without_markup(text)))
}

/// The first object of that type, wherever it stands.
fn posting(value: &Value) -> Option<&serde_json::Map<String, Value>> {
    let mut open = VecDeque::from([value]);
    while let Some(value) = open.pop_front() {
        match value {
            Value::Array(all) => open.extend(all),
            Value::Object(members) => {
                let types = members.get("@type").or_else(|| members.get("type"));
                let is = |name: &Value| {
                    let name = name.as_str().unwrap_or_default();
                    name.rsplit(['/', ':']).next() == Some("JobPosting")
                };
                match types {
                    Some(Value::Array(all)) if all.iter().any(is) => return Some(members),
                    Some(one) if is(one) => return Some(members),
                    _ => open.extend(members.values()),
                }
            }
            _ => {}
        }
    }
    None
}

/// The JSON-LD in a page.
fn embedded(page: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("application/ld+json") {
        let Some((_, body)) = after.split_once('>') else {
            break;
        };
        let (body, after) = body.split_once("</script").unwrap_or((body, ""));
        all.extend(serde_json::from_str::<Value>(body.trim()));
        rest = after;
    }
    all
}

fn linked(members: &serde_json::Map<String, Value>) -> JobDraft {
    let mut draft = JobDraft {
        title: texts(members.get("title"))
            .into_iter()
            .next()
            .unwrap_or_default(),
        statements: Vec::new(),
    };
    for (member, part) in [
        ("responsibilities", JobPart::Responsibilities),
        ("qualifications", JobPart::Qualifications),
        ("skills", JobPart::Skills),
        ("educationRequirements", JobPart::EducationRequirements),
        ("experienceRequirements", JobPart::ExperienceRequirements),
    ] {
        for text in texts(members.get(member)) {
            draft.take(part, &without_markup(&text));
        }
    }
    if draft.statements.is_empty() {
        for text in texts(members.get("description")) {
            draft.take(JobPart::Description, &without_markup(&text));
        }
    }
    draft
}

/// The words of a value: text, a list, or a thing with a name.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.trim().to_owned()],
        Some(Value::Array(all)) => all.iter().flat_map(|one| texts(Some(one))).collect(),
        Some(Value::Object(members)) => {
            let named = ["name", "credentialCategory", "description", "@value"];
            let found = named.iter().find_map(|name| members.get(*name));
            let mut all = texts(found);
            all.extend(texts(members.get("competencyRequired")));
            all
        }
        _ => Vec::new(),
    }
}

fn plain(text: &str) -> JobDraft {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let all: Vec<&str> = lines.clone().collect();
    let title = all.first().filter(|first| {
        all.len() > 1 && first.chars().count() <= LONGEST_TITLE && !first.starts_with(BULLETS)
    });
    let mut draft = JobDraft {
        title: title.copied().unwrap_or_default().to_owned(),
        statements: Vec::new(),
    };
    if title.is_some() {
        lines.next();
    }
    let rest: Vec<&str> = lines.collect();
    // Where points are listed, they are what is meant; the sentences around them praise the employer.
    let points: Vec<&str> = rest
        .iter()
        .copied()
        .filter(|line| line.starts_with(BULLETS))
        .collect();
    let meant = if points.is_empty() { rest } else { points };
    for line in meant {
        draft.take(JobPart::Description, line);
    }
    draft
}

impl JobDraft {
    fn take(&mut self, part: JobPart, text: &str) {
        for piece in text.split(['\n', '\r', ';', '•', '·']).flat_map(sentences) {
            let piece = piece
                .trim_start_matches(|sign: char| sign.is_whitespace() || BULLETS.contains(&sign));
            let piece = piece.trim_end_matches(|sign: char| sign.is_whitespace() || sign == '.');
            let words = piece.split_whitespace().count();
            let least = if part == JobPart::Skills { 1 } else { 2 };
            let fits = words >= least && piece.chars().count() <= LONGEST;
            let known = self.statements.iter().any(|known| known.text == piece);
            if fits && !known && self.statements.len() < MOST_STATEMENTS {
                self.statements.push(JobStatement {
                    part,
                    text: piece.to_owned(),
                });
            }
        }
    }
}

/// A text at the ends of its sentences. A full stop inside of a word, as in `ISO 9001.2`, ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ")
}

/// The words of markup: each tag ends a line.
fn without_markup(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        match after.split_once('>') {
            // A sign for "less than" is no tag.
            Some((tag, behind))
                if tag.starts_with(|sign: char| {
                    sign.is_ascii_alphabetic() || "/!".contains(sign)
                }) =>
            {
                words.push('\n');
                rest = behind;
            }
            _ => {
                words.push('<');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    for (entity, sign) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        words = words.replace(entity, sign);
    }
    words
}

const BULLETS: [char; 6] = ['-', '*', '–', '—', '•', '·'];
const LONGEST_TITLE: usize = 100;
const LONGEST: usize = 400;
const MOST_STATEMENTS: usize = 40;
/// Many times a posting.
const MOST_BYTES: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn texts_of(draft: &JobDraft) -> Vec<&str> {
        let all = draft.statements.iter();
        all.map(|statement| statement.text.as_str()).collect()
    }

    #[test]
    fn a_posting_of_schema_org_is_taken_apart_wherever_it_stands() {
        let graph = r#"{"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": "H"},
            {"@type": ["JobPosting"], "title": "Dreher/in", "description": "Wir sind toll.",
             "responsibilities": "<ul><li>Turns shafts.</li><li>Measures &amp; records</li></ul>",
             "skills": ["CAD", {"@type": "DefinedTerm", "name": "metrology"}],
             "educationRequirements": {"@type": "EducationalOccupationalCredential", "credentialCategory": "a trade certificate"}}]}"#;
        let draft = read_job_posting(graph).unwrap();
        assert_eq!(draft.title, "Dreher/in");
        assert_eq!(
            texts_of(&draft),
            [
                "Turns shafts",
                "Measures & records",
                "CAD",
                "metrology",
                "a trade certificate"
            ]
        );
        assert_eq!(draft.statements[2].part, JobPart::Skills);
        let page = format!("<html><script type=\"application/ld+json\">{graph}</script><p>x y</p>");
        assert_eq!(read_job_posting(&page).unwrap(), draft);
    }

    #[test]
    fn plain_text_gives_its_points_or_else_its_sentences() {
        let points = "Machinist\n\nWe are a family.\n- Turn parts to drawing\n• 測量零件 成品\n- Turn parts to drawing\n";
        let draft = read_job_posting(points).unwrap();
        assert_eq!(draft.title, "Machinist");
        assert_eq!(texts_of(&draft), ["Turn parts to drawing", "測量零件 成品"]);
        let sentences = "Turn parts to ISO 9001.2 drawings. Measure a < b on each part.";
        let draft = read_job_posting(sentences).unwrap();
        assert_eq!(draft.title, "");
        assert_eq!(
            texts_of(&draft),
            [
                "Turn parts to ISO 9001.2 drawings",
                "Measure a < b on each part"
            ]
        );
    }

    #[test]
    fn what_is_no_posting_is_refused_with_the_way_out() {
        for (text, fault) in [
            (" \n", JobFault::Nothing),
            ("{\"@type\": ", JobFault::NotJson),
            ("{\"@type\": \"Person\"}", JobFault::NoPosting),
            (&"x".repeat(MOST_BYTES + 1), JobFault::TooLarge),
        ] {
            assert_eq!(read_job_posting(text), Err(fault));
        }
    }

    #[test]
    fn a_long_posting_ends() {
        let lines: String = (0..10_000).map(|n| format!("- point {n}\n")).collect();
        let draft = read_job_posting(&format!("T\n{lines}")).unwrap();
        assert_eq!(draft.statements.len(), MOST_STATEMENTS);
        read_job_posting(&"<".repeat(200_000)).unwrap();
    }
}
