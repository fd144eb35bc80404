//! A job posting as the draft of a role: what an employer wrote elsewhere, taken apart into statements that can be looked for among
//! tasks. Nothing of it is a task before somebody says so.
//!
//! Read are [schema.org JobPosting](https://schema.org/JobPosting) as JSON-LD, alone or in a page, and plain text. So is what the Job Data
//! Exchange makes of it ([JDX JobSchema+](https://jobdataexchange.io/specs/jobschema-terms/) 0.9.0, and the draft of 1.0.0, whose members have
//! no prefixes): the same type, words by language, competencies, and of credentials, education and experience what is required, preferred, or
//! may stand in place of what is ([`JobWish`]). That of a competency has no member there yet.

use std::collections::VecDeque;

use serde_json::Value;

use super::{
    job_wish::JobWish,
    markup::without_markup,
    posting_lines::{BULLETS, heading, is_short, whole_lines},
};

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
    /// How much it is wanted.
    pub wish: JobWish,
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
        title: texts(member(members, "title"))
            .into_iter()
            .next()
            .unwrap_or_default(),
        statements: Vec::new(),
    };
    for (name, part) in [
        ("responsibilities", JobPart::Responsibilities),
        ("qualifications", JobPart::Qualifications),
        ("skills", JobPart::Skills),
        ("educationRequirements", JobPart::EducationRequirements),
        ("experienceRequirements", JobPart::ExperienceRequirements),
        // From here on of JDX.
        ("responsibility", JobPart::Responsibilities),
        ("competency", JobPart::Skills),
        ("skill", JobPart::Skills),
        ("qualificationSummary", JobPart::Qualifications),
        ("requiredAssessment", JobPart::Qualifications),
        ("requiredCredential", JobPart::EducationRequirements),
        ("minimumCredential", JobPart::EducationRequirements),
        ("requiredEducation", JobPart::EducationRequirements),
        ("minimumEducation", JobPart::EducationRequirements),
        ("requiredExperience", JobPart::ExperienceRequirements),
        ("minimumExperience", JobPart::ExperienceRequirements),
    ] {
        let wish = match name {
            "experienceRequirements" if is_in_place_of_education(members) => JobWish::InPlace,
            _ => JobWish::Required,
        };
        draft.take_all(part, wish, member(members, name));
    }
    if draft.statements.is_empty() {
        let described = member(members, "description");
        draft.take_all(JobPart::Description, JobWish::Required, described);
    }
    // What is only preferred comes behind the rest.
    for (before, wish) in [
        ("preferred", JobWish::Preferred),
        ("alternative", JobWish::InPlace),
        ("equivalent", JobWish::InPlace),
    ] {
        for (what, part) in [
            ("Credential", JobPart::EducationRequirements),
            ("Education", JobPart::EducationRequirements),
            ("Experience", JobPart::ExperienceRequirements),
        ] {
            draft.take_all(part, wish, member(members, &format!("{before}{what}")));
        }
    }
    draft
}

/// Whether the posting says that experience is taken in place of what it asks for in education (schema.org, `experienceInPlaceOfEducation`).
fn is_in_place_of_education(members: &serde_json::Map<String, Value>) -> bool {
    match member(members, "experienceInPlaceOfEducation") {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(text)) => {
            let last = text.rsplit('/').next().unwrap_or_default();
            last.eq_ignore_ascii_case("true")
        }
        _ => false,
    }
}

/// A member of schema.org or of JDX, with a prefix, as a whole address, or with neither.
fn member<'v>(members: &'v serde_json::Map<String, Value>, name: &str) -> Option<&'v Value> {
    let with = |prefix: &&str| members.get(&format!("{prefix}{name}"));
    PREFIXES.iter().find_map(with)
}

/// Words by language (JSON-LD 1.1, §4.2.4): those of the first language, as there is no reader yet whose language is known.
fn of_a_language(members: &serde_json::Map<String, Value>) -> Option<&Value> {
    let is_language = |tag: &String| {
        let (primary, rest) = tag.split_once('-').unwrap_or((tag, "x"));
        (2..=3).contains(&primary.len())
            && primary.bytes().all(|sign| sign.is_ascii_lowercase())
            && !rest.is_empty()
            && rest
                .bytes()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == b'-')
    };
    let all = members.keys().all(is_language);
    let first = members.values().next().filter(|_| all)?;
    // `{"id": …}` and `{"url": …}` name a thing by its address, in no language.
    let address = |text: &str| text.contains(':') && !text.contains(char::is_whitespace);
    (!first.as_str().is_some_and(address)).then_some(first)
}

/// The words of a value: text, a list, words by language, or a thing with a name.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.trim().to_owned()],
        Some(Value::Array(all)) => all.iter().flat_map(|one| texts(Some(one))).collect(),
        Some(Value::Object(members)) => {
            let named = ["name", "credentialCategory", "description", "@value"];
            // An empty name of a thing that is described names nothing.
            let mut found = named.iter().map(|name| texts(member(members, name)));
            let found = found.find(|words| words.iter().any(|text| !text.is_empty()));
            let mut all = found.unwrap_or_else(|| texts(of_a_language(members)));
            all.extend(texts(member(members, "competencyRequired")));
            all
        }
        _ => Vec::new(),
    }
}

fn plain(text: &str) -> JobDraft {
    let all = whole_lines(text);
    let title = all.first().filter(|first| {
        all.len() > 1 && first.chars().count() <= LONGEST_TITLE && !first.starts_with(BULLETS)
    });
    let mut draft = JobDraft {
        title: title.cloned().unwrap_or_default(),
        statements: Vec::new(),
    };
    let behind_title = all.iter().skip(usize::from(title.is_some()));
    let rest: Vec<&str> = behind_title.map(String::as_str).collect();
    // Where points are listed, they are what is meant; the sentences around them praise the employer, and a short one is what they stand under.
    let pointed = rest.iter().any(|line| line.starts_with(BULLETS));
    let mut wish = JobWish::Required;
    for line in rest {
        let is_point = line.starts_with(BULLETS);
        let is_meant = is_point || !pointed;
        let stands_over = heading(line).or_else(|| (!is_meant && is_short(line)).then_some(line));
        match stands_over {
            Some(words) => wish = JobWish::Required.unless_said(words),
            None if is_meant => draft.take(JobPart::Description, wish, line),
            None => {}
        }
    }
    draft
}

impl JobDraft {
    fn take_all(&mut self, part: JobPart, wish: JobWish, said: Option<&Value>) {
        for text in texts(said) {
            self.take(part, wish, &without_markup(&text));
        }
    }

    fn take(&mut self, part: JobPart, wish: JobWish, text: &str) {
        let mut under = wish;
        for piece in text.split(['\n', '\r', ';', '•', '·']).flat_map(sentences) {
            let piece = piece
                .trim_start_matches(|sign: char| sign.is_whitespace() || BULLETS.contains(&sign));
            let piece = piece.trim_end_matches(|sign: char| sign.is_whitespace() || sign == '.');
            if let Some(words) = heading(piece) {
                under = wish.unless_said(words);
                continue;
            }
            let words = piece.split_whitespace().count();
            let least = if part == JobPart::Skills { 1 } else { 2 };
            let fits = words >= least && piece.chars().count() <= LONGEST;
            let said = under.unless_said(piece);
            let has_room = self.statements.len() < MOST_STATEMENTS;
            let known = self.statements.iter_mut().find(|one| one.text == piece);
            match known {
                Some(known) => known.wish = known.wish.or_required(said),
                None if fits && has_room => {
                    self.statements.push(JobStatement {
                        part,
                        wish: said,
                        text: piece.to_owned(),
                    });
                }
                None => {}
            }
        }
    }
}

/// A text at the ends of its sentences. A full stop inside of a word, as in `ISO 9001.2`, ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ")
}

/// Before the name of a member.
const PREFIXES: [&str; 6] = [
    "",
    "schema:",
    "jdx:",
    "https://schema.org/",
    "http://schema.org/",
    "http://purl.org/jdx/terms/",
];
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
             "responsibilities": "<ul><li>Turns shafts.</li><li>Pr&uuml;ft &amp; records</li></ul>",
             "skills": ["CAD", {"@type": "DefinedTerm", "name": "metrology"}],
             "educationRequirements": {"@type": "EducationalOccupationalCredential", "credentialCategory": "a trade certificate"}}]}"#;
        let draft = read_job_posting(graph).unwrap();
        assert_eq!(draft.title, "Dreher/in");
        assert_eq!(
            texts_of(&draft),
            [
                "Turns shafts",
                "Prüft & records",
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
    fn a_posting_of_the_job_data_exchange_is_read_with_and_without_prefixes() {
        let piloted = r#"{"@context": "http://jobdataexchange.org/jdxcontext.json", "@graph": [
            {"@type": "jdx:Organization", "schema:legalName": {"en-US": "Harbour Works"}, "jdx:employerOverview": {"en-US": "Since 1931."}},
            {"@type": "JobPosting", "schema:title": {"en-US": "Machinist"}, "schema:description": {"en-US": "We are a family."},
             "jdx:requiredCredential": {"@type": "Credential", "name": {"en-US": ""}, "description": {"en-US": "A trade certificate"}},
             "jdx:requiredAssessment": {"@type": "AssessmentProfile", "description": "A trial day in the workshop"},
             "jdx:preferredCredential": {"@type": "Credential", "description": {"en-US": "A forklift licence"}},
             "jdx:alternativeExperience": {"description": {"en-US": "Five years at a milling machine"}},
             "jdx:equivalentCredential": {"@type": "Credential", "description": {"en-US": "A journeyman’s letter"}},
             "jdx:physicalRequirement": {"en-US": "Lifting up to 20 kg"},
             "http://purl.org/jdx/terms/requiredExperience": {"description": {"de": "Zwei Jahre an der Drehbank"}},
             "jdx:competency": [
                {"@id": "https://jobs.example/competency/1", "@type": "jdx:AnnotatedDefinedTerm", "schema:description": {"en-US": "Turns shafts"},
                 "schema:inDefinedTermSet": {"@type": "DefinedTermSet", "name": {"url": "https://jobs.example/framework/7"}}},
                {"@type": "jdx:AnnotatedDefinedTerm", "schema:description": {"en-US": "Measures parts"}},
                {"@type": "jdx:AnnotatedDefinedTerm", "name": {"id": "urn:uuid:0e984725-c51c-4bf4-9960-e1c80e27aba0"}}]}]}"#;
        let draft = read_job_posting(piloted).unwrap();
        assert_eq!(draft.title, "Machinist");
        let parts: Vec<(JobPart, JobWish, &str)> = draft
            .statements
            .iter()
            .map(|one| (one.part, one.wish, one.text.as_str()))
            .collect();
        let (required, in_place) = (JobWish::Required, JobWish::InPlace);
        assert_eq!(
            parts,
            [
                (JobPart::Skills, required, "Turns shafts"),
                (JobPart::Skills, required, "Measures parts"),
                (
                    JobPart::Qualifications,
                    required,
                    "A trial day in the workshop"
                ),
                (
                    JobPart::EducationRequirements,
                    required,
                    "A trade certificate"
                ),
                (
                    JobPart::ExperienceRequirements,
                    required,
                    "Zwei Jahre an der Drehbank"
                ),
                (
                    JobPart::EducationRequirements,
                    JobWish::Preferred,
                    "A forklift licence"
                ),
                (
                    JobPart::ExperienceRequirements,
                    in_place,
                    "Five years at a milling machine"
                ),
                (
                    JobPart::EducationRequirements,
                    in_place,
                    "A journeyman’s letter"
                ),
            ]
        );
        let bare = piloted
            .replace("\"schema:", "\"")
            .replace("\"jdx:", "\"")
            .replace("http://purl.org/jdx/terms/", "");
        assert_eq!(read_job_posting(&bare).unwrap(), draft);
    }

    #[test]
    fn words_and_headings_tell_what_is_only_preferred_and_what_is_asked_for_twice_is_required() {
        let wanted = |text: &str| {
            let draft = read_job_posting(text).unwrap();
            let all = draft.statements.into_iter();
            all.map(|one| (one.text, one.wish)).collect::<Vec<_>>()
        };
        let is = |text: &str, wish| (text.to_owned(), wish);
        let (required, preferred) = (JobWish::Required, JobWish::Preferred);
        let linked = r#"{"@type": "JobPosting", "title": "Machinist",
            "qualifications": "<p>Required:</p><ul><li>Reads drawings</li></ul><p>Nice to have:</p><ul><li>Programs robots</li></ul>",
            "skills": ["metrology", "CAM preferred"],
            "educationRequirements": "A trade certificate",
            "experienceRequirements": {"@type": "OccupationalExperienceRequirements", "description": "Four years at a lathe"},
            "experienceInPlaceOfEducation": true,
            "preferredCredential": [{"name": "A trade certificate"}, {"name": "A crane licence"}]}"#;
        assert_eq!(
            wanted(linked),
            [
                is("Reads drawings", required),
                is("Programs robots", preferred),
                is("metrology", required),
                is("CAM preferred", preferred),
                is("A trade certificate", required),
                is("Four years at a lathe", JobWish::InPlace),
                is("A crane licence", preferred),
            ]
        );
        let plain = "Machinist\nWhat you do\n- Turn parts to drawing\nPreferred qualifications\n- Program robots\n\
            Was uns noch freut:\n- Schweißen können, von Vorteil\n- Messen können\n";
        assert_eq!(
            wanted(plain),
            [
                is("Turn parts to drawing", required),
                is("Program robots", preferred),
                is("Schweißen können, von Vorteil", preferred),
                is("Messen können", required),
            ]
        );
    }

    #[test]
    fn what_is_asked_for_twice_is_required_also_where_it_is_only_preferred_first() {
        let wanted = |text: &str| {
            let draft = read_job_posting(text).unwrap();
            let all = draft.statements.into_iter();
            all.map(|one| (one.text, one.wish)).collect::<Vec<_>>()
        };
        let is = |text: &str, wish| (text.to_owned(), wish);
        let (required, preferred) = (JobWish::Required, JobWish::Preferred);
        let linked = r#"{"@type": "JobPosting", "title": "Machinist",
            "qualifications": "<p>Nice to have:</p><ul><li>CNC programming</li><li>Programs robots</li></ul>",
            "skills": ["CNC programming"],
            "experienceRequirements": "Four years at a lathe", "experienceInPlaceOfEducation": true,
            "requiredExperience": "Four years at a lathe"}"#;
        assert_eq!(
            wanted(linked),
            [
                is("CNC programming", required),
                is("Programs robots", preferred),
                is("Four years at a lathe", required),
            ]
        );
        // The second line of a point is no heading, behind which things are required.
        let plain = "Machinist\nNice to have\n- Weld thin sheets with\n  a robot\n- Program robots\n- Measure parts\n\
            Required\n- Measure parts\n";
        assert_eq!(
            wanted(plain),
            [
                is("Weld thin sheets with a robot", preferred),
                is("Program robots", preferred),
                is("Measure parts", required),
            ]
        );
    }

    #[test]
    fn words_in_several_languages_are_read_in_one_and_all_of_a_list() {
        let posting = r#"{"@type": "jdx:JobPosting", "title": {"de": "Dreherin", "en": "Turner"},
            "responsibility": {"de": ["Dreht Wellen", "Misst Teile"], "en": ["Turns shafts"]}}"#;
        let draft = read_job_posting(posting).unwrap();
        assert_eq!(draft.title, "Dreherin");
        assert_eq!(texts_of(&draft), ["Dreht Wellen", "Misst Teile"]);
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
    fn markup_that_a_template_escaped_is_taken_out_and_a_comparison_is_not() {
        let of = |description: &str| {
            let posting = serde_json::json!({"@type": "JobPosting", "description": description});
            let draft = read_job_posting(&posting.to_string()).unwrap();
            texts_of(&draft).join("|")
        };
        let list = "&lt;ul&gt;&lt;li&gt;Turns shafts&lt;/li&gt;&lt;li&gt;Pr&amp;uuml;ft Teile&lt;/li&gt;&lt;/ul&gt;";
        assert_eq!(of(list), "Turns shafts|Prüft Teile");
        assert_eq!(
            of("Turns shafts&lt;br&gt;Measures parts"),
            "Turns shafts|Measures parts"
        );
        // What is written about tags has tags of its own, and a comparison has no end.
        assert_eq!(
            of("<p>Closes each &lt;b&gt; by &lt;/b&gt;</p>"),
            "Closes each <b> by </b>"
        );
        assert_eq!(
            of("Checks that a&lt;b and c&gt;d"),
            "Checks that a<b and c>d"
        );
    }

    #[test]
    fn of_a_page_scripts_and_styles_are_not_read() {
        let page = "<html><STYLE>\n- margin of the page\n</Style><h1>Machinist</h1>\
            <script>\n- if (a < b) run a script\n</script ><ul>\n<li>- Turns shafts</li></ul><script>- never closed, never read";
        let draft = read_job_posting(page).unwrap();
        assert_eq!(draft.title, "Machinist");
        assert_eq!(texts_of(&draft), ["Turns shafts"]);
        read_job_posting(&"<script></script>".repeat(10_000)).unwrap();
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
        let deep = format!(
            "{{\"@type\": \"JobPosting\", \"skills\": {}\"\"{}}}",
            "{\"name\": ".repeat(100),
            "}".repeat(100)
        );
        assert!(read_job_posting(&deep).unwrap().statements.is_empty());
    }
}
