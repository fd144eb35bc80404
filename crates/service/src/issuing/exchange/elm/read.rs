//! From a document of the European Learning Model 3 to definition documents: a specification, or a European Digital Credential. That
//! a credential is signed is not looked at.
//!
//! **Invariant:** of a credential only what is specified is read, with the titles of what was achieved: no remark, identifier or
//! description that belongs to a person's own achievement stands in a definition.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::fmt::temporal::SpanParser;
use serde_json::{Map, Value, json};
use touchstone_crosswalk::framework::uuid_of;

use super::{
    language::language,
    node::{get, id, is, label, local, many, said},
    write::{IDENTITY_CHECK, PARTICIPATION, QUALITY_ASSURANCE, REQUIRES, SUPERVISION, is_esco},
};
use crate::issuing::Slug;

/// What was read of a specification.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::issuing) struct Brought {
    /// The definition document; what nothing was said about is not in it.
    pub(in crate::issuing) definition: Value,
    /// Properties of the specification that a definition has no place for.
    pub(in crate::issuing) left_out: Vec<String>,
}

/// Reads what can be earned. `None` for a document of another kind; empty where a credential names nothing that was learnt.
pub(in crate::issuing) fn read(document: &Value) -> Option<Vec<Brought>> {
    let signed = signed(document);
    let document = signed.as_ref().unwrap_or(document);
    if is(document, SPECIFICATIONS) {
        return Some(vec![specification(document, &Value::Null)]);
    }
    if !is(document, &["EuropeanDigitalCredential"]) {
        return None;
    }
    let subjects = many(document, "credentialSubject");
    let claims = subjects.flat_map(|subject| many(subject, "hasClaim"));
    let achieved = claims.filter(|claim| is(claim, &["LearningAchievement"]));
    let read = achieved.take(MOST).map(|claim| {
        let specified = many(claim, "specifiedBy").next();
        specification(specified.unwrap_or(&Value::Null), claim)
    });
    Some(read.collect())
}

/// The credential inside a signature as JSON (RFC 7515, section 7.2), in base64url or in the clear.
fn signed(document: &Value) -> Option<Value> {
    document.get("signatures")?;
    let payload = document.get("payload")?.as_str()?;
    let clear = serde_json::from_str(payload).ok();
    clear.or_else(|| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok())
}

/// A specification, and the achievement that it specifies, if it was found in one.
struct Source<'a> {
    specified: &'a Value,
    achieved: &'a Value,
    language: Option<String>,
}

impl<'a> Source<'a> {
    fn all(&self, name: &'static str) -> impl Iterator<Item = &'a Value> + use<'a> {
        [self.specified, self.achieved]
            .into_iter()
            .flat_map(move |node| many(node, name))
    }

    fn said(&self, text: &Value) -> Option<String> {
        said(text, self.language.as_deref())
    }

    fn label(&self, concept: &Value) -> Option<String> {
        label(concept, self.language.as_deref())
    }

    fn text(&self, name: &'static str) -> Option<String> {
        self.all(name).find_map(|text| self.said(text))
    }

    fn labels(&self, names: &[&'static str]) -> Option<String> {
        let concepts = names.iter().flat_map(|name| self.all(name));
        let labels: Vec<String> = concepts.filter_map(|one| self.label(one)).collect();
        joined(&labels, ", ")
    }
}

fn specification(specified: &Value, achieved: &Value) -> Brought {
    let from = Source {
        specified,
        achieved,
        language: language([specified, achieved]),
    };
    let mut left_out = left_out(specified);
    let links = links(&from);
    left_out.extend(links.nameless.iter().map(|name| (*name).to_owned()));
    let hours = from.text("volumeOfLearning");
    let workload = hours.as_deref().and_then(workload);
    if hours.is_some() && workload.is_none() {
        left_out.push("volumeOfLearning".to_owned());
    }
    let points = from
        .all("creditPoint")
        .filter_map(|points| get(points, "point"));
    let mut points = points.filter_map(|points| serde_json::from_str(&from.said(points)?).ok());
    let points = points.find(Value::is_number);
    if from.all("creditPoint").next().is_some() && points.is_none() {
        left_out.push("creditPoint".to_owned());
    }
    let told = Told::of(&from);
    let text = |text: Option<String>| text.map(Value::from);
    let members = [
        ("slug", slug(&from, told.name.as_deref())),
        ("name", text(told.name)),
        ("description", text(told.description)),
        // A kind of Open Badges that says nothing more than the document does, and no name unless the institution decides it.
        ("achievementType", Some(json!("Achievement"))),
        ("namesLearner", Some(json!(false))),
        (
            "criteria",
            joined(&told.criteria, "\n\n").map(|all| json!({ "narrative": all })),
        ),
        ("inLanguage", text(from.language.clone())),
        ("assessmentMethod", text(joined(&told.assessments, "; "))),
        ("identityCheck", text(told.identity)),
        ("supervision", text(told.supervision)),
        ("workloadHours", workload),
        ("creditsAvailable", points),
        (
            "fieldOfStudy",
            text(from.labels(&["thematicArea", "ISCEDFCode", "educationSubject"])),
        ),
        (
            "participation",
            text(told.participation.or_else(|| from.labels(&["mode"]))),
        ),
        ("qualityAssurance", text(told.quality_assurance)),
        (
            "requires",
            (!told.requires.is_empty()).then(|| json!(told.requires)),
        ),
        (
            "alignment",
            (!links.found.is_empty()).then(|| json!(links.found)),
        ),
    ];
    let members = members.into_iter();
    let members = members.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    left_out.sort();
    left_out.dedup();
    Brought {
        definition: Value::Object(members.collect::<Map<_, _>>()),
        left_out,
    }
}

/// What it says in words.
#[derive(Default)]
struct Told {
    name: Option<String>,
    description: Option<String>,
    criteria: Vec<String>,
    assessments: Vec<String>,
    identity: Option<String>,
    participation: Option<String>,
    quality_assurance: Option<String>,
    supervision: Option<String>,
    requires: Vec<String>,
}

impl Told {
    fn of(from: &Source<'_>) -> Self {
        let outcomes = from.all("learningOutcome");
        let outcomes = outcomes.filter_map(|outcome| from.said(get(outcome, "title")?));
        let outcomes: Vec<String> = outcomes.collect();
        let stated = many(from.specified, "description").find_map(|text| from.said(text));
        let mut told = Self {
            name: from.text("title"),
            ..Self::default()
        };
        for proof in from.all("provenBy") {
            told.prove(from, proof);
        }
        // An outcome that is not the description itself is told where readers look for what Open Badges has no term for.
        let further = outcomes
            .iter()
            .filter(|outcome| Some(*outcome) != stated.as_ref());
        let further: Vec<String> = further.map(|outcome| format!("- {outcome}")).collect();
        if stated.is_some() {
            told.criteria.extend(joined(&further, "\n"));
        }
        told.description = stated.or_else(|| joined(&outcomes, "; "));
        let notes = ["additionalNote", "entryRequirement"];
        for note in notes.iter().flat_map(|name| many(from.specified, name)) {
            told.note(from, note);
        }
        if told.criteria.is_empty() {
            told.criteria.extend(told.assessments.clone());
        }
        told
    }

    /// How it is proven, as that is specified: what an assessment of somebody says itself, but for its title, is about them.
    fn prove(&mut self, from: &Source<'_>, proof: &Value) {
        let own = is(proof, &["LearningAssessmentSpecification"]).then_some(proof);
        let untyped = proof.get("@type").or_else(|| proof.get("type")).is_none();
        let own = own.or(untyped.then_some(proof));
        let specified: Vec<&Value> = many(proof, "specifiedBy").chain(own).collect();
        let all = || specified.iter().copied().chain([proof]);
        let mut titles = all().filter_map(|node| from.said(get(node, "title")?));
        self.assessments.extend(titles.next());
        let checks = all().flat_map(|node| many(node, "idVerification"));
        let mut checks = checks.filter_map(|check| from.label(check));
        self.identity = self.identity.take().or_else(|| checks.next());
        for node in &specified {
            let schemes = many(node, "gradingScheme");
            let described = [*node].into_iter().chain(schemes);
            let described = described.filter_map(|node| from.said(get(node, "description")?));
            self.criteria.extend(described);
        }
    }

    /// A note: ours by what it is about, all others as they are.
    fn note(&mut self, from: &Source<'_>, note: &Value) {
        let Some(text) = get(note, "noteLiteral").and_then(|text| from.said(text)) else {
            return;
        };
        let about = get(note, "subject").and_then(|about| get(about, "notation")?.as_str());
        match about {
            Some(PARTICIPATION) => self.participation = Some(text),
            Some(QUALITY_ASSURANCE) => self.quality_assurance = Some(text),
            Some(IDENTITY_CHECK) => self.identity = Some(text),
            Some(SUPERVISION) => self.supervision = Some(text),
            Some(REQUIRES) => self.requires.extend(text.split(", ").map(str::to_owned)),
            _ => self.criteria.push(text),
        }
    }
}

/// Tasks, skills and levels that the document names by address.
struct Links {
    found: Vec<Value>,
    /// Properties with one that has no address or no name.
    nameless: BTreeSet<&'static str>,
}

fn links(from: &Source<'_>) -> Links {
    let skills = ["relatedESCOSkill", "relatedSkill"].into_iter();
    let skills = skills.flat_map(|name| {
        from.all("learningOutcome")
            .flat_map(move |outcome| many(outcome, name))
            .map(move |concept| (name, None, concept))
    });
    let levels = [("EQFLevel", "EQF"), ("NQFLevel", "NQF")].into_iter();
    let levels = levels.flat_map(|(name, framework)| {
        from.all(name)
            .map(move |concept| (name, Some(framework), concept))
    });
    let mut links = Links {
        found: Vec::new(),
        nameless: BTreeSet::new(),
    };
    let ours = is_ours(from.specified);
    let mut known = BTreeSet::new();
    for (property, framework, concept) in skills.chain(levels) {
        let url = id(concept).filter(|id| id.starts_with("http"));
        let (Some(url), Some(name)) = (url, from.label(concept)) else {
            links.nameless.insert(property);
            continue;
        };
        let framework = framework.or(is_esco(url).then_some("ESCO"));
        // Several tasks on one page are one concept, whose further names are theirs. In documents of others they are synonyms.
        let others = many(concept, "altLabel").filter(|_| ours);
        let others = others.filter_map(|other| from.said(other));
        for name in std::iter::once(name).chain(others) {
            // One more than a definition takes is enough to be told so.
            if links.found.len() > MOST {
                return links;
            }
            if !known.insert((name.clone(), url)) {
                continue;
            }
            let mut link = json!({ "targetName": name, "targetUrl": url });
            if let Some(framework) = framework {
                link["targetFramework"] = json!(framework);
            }
            links.found.push(link);
        }
    }
    links
}

/// Whether an installation like this one wrote it: its page is its own identifier.
fn is_ours(specified: &Value) -> bool {
    let page = get(specified, "homepage").and_then(|page| get(page, "contentUrl"));
    let page = page.and_then(|page| said(page, None));
    page.is_some() && page.as_deref() == id(specified)
}

/// Its identifier where that can stand in addresses; else made from its name.
fn slug(from: &Source<'_>, name: Option<&str>) -> Option<Value> {
    let identifiers = many(from.specified, "identifier");
    let mut known = identifiers.filter_map(|one| Slug::new(get(one, "notation")?.as_str()?).ok());
    if let Some(slug) = known.next() {
        return Some(json!(slug));
    }
    let name = name?;
    // A name in another script has no letters that may stand there.
    let made = Slug::of_name(name).map(|slug| slug.to_string());
    Some(json!(
        made.unwrap_or_else(|| format!("achievement-{}", uuid_of(name)))
    ))
}

/// Hours of a duration (XML Schema 1.1, section 3.3.6) that is one of the clock. How long a day or month of learning is, nothing says.
fn workload(duration: &str) -> Option<Value> {
    let span = SpanParser::new().parse_span(duration).ok()?;
    let days = i64::from(span.get_years())
        + i64::from(span.get_months())
        + i64::from(span.get_weeks())
        + i64::from(span.get_days());
    let seconds =
        i64::from(span.get_hours()) * 3_600 + span.get_minutes() * 60 + span.get_seconds();
    if days != 0 || seconds <= 0 {
        return None;
    }
    Some(match seconds % 3_600 {
        0 => json!(seconds / 3_600),
        _ => json!(seconds as f64 / 3_600.0),
    })
}

fn joined(texts: &[String], between: &str) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(between))
}

/// What stands in a specification and is not read: names of a stranger's, each on one line and not too long.
fn left_out(specified: &Value) -> Vec<String> {
    let members = specified.as_object().into_iter().flat_map(Map::keys);
    let names = members
        .filter(|name| !name.starts_with('@'))
        .map(|name| local(name));
    let known = |name: &str| READ.iter().any(|read| read.eq_ignore_ascii_case(name));
    let shown = |name: &str| -> String {
        let letters = name.chars().filter(|letter| !letter.is_control());
        letters.take(60).collect()
    };
    names
        .filter(|name| !known(name))
        .take(MOST)
        .map(shown)
        .collect()
}

/// The classes of specifications of what is learnt.
const SPECIFICATIONS: &[&str] = &["LearningAchievementSpecification", "Qualification"];

/// What is read of a specification, and what says nothing about what is learnt: its own page, and who awards it.
const READ: [&str; 20] = [
    "id",
    "type",
    "identifier",
    "title",
    "description",
    "language",
    "homepage",
    "awardingOpportunity",
    "learningOutcome",
    "provenBy",
    "volumeOfLearning",
    "creditPoint",
    "mode",
    "entryRequirement",
    "additionalNote",
    "thematicArea",
    "ISCEDFCode",
    "educationSubject",
    "EQFLevel",
    "NQFLevel",
];

/// As many links as a definition takes; of achievements in a credential, and of names that are told, there are far less.
const MOST: usize = 200;

#[cfg(test)]
mod tests {
    use super::{super::language::AUTHORITY, *};

    #[test]
    fn a_duration_is_hours_only_where_it_says_hours() {
        assert_eq!(workload("PT60H"), Some(json!(60)));
        assert_eq!(workload("PT90M"), Some(json!(1.5)));
        assert_eq!(workload("PT3600S"), Some(json!(1)));
        for other in ["PT0H", "P60M", "P2D", "P1Y", "P1W", "-PT3H", "40 hours", ""] {
            assert_eq!(workload(other), None, "{other}");
        }
    }

    #[test]
    fn the_short_name_is_the_identifier_where_that_can_be_one() {
        let slug =
            |specified: &Value| specification(specified, &Value::Null).definition["slug"].clone();
        let named = |title: &str| json!({ "title": { "el": title } });
        assert_eq!(
            slug(&named("Digital  micro-credential!")),
            "digital-micro-credential"
        );
        let greek = slug(&named("Ψηφιακή δημιουργία"));
        assert!(
            greek.as_str().is_some_and(|slug| Slug::new(slug).is_ok()),
            "{greek}"
        );
        assert_ne!(greek, slug(&named("Ψηφιακή")));
        let known = json!({ "title": { "en": "x" }, "identifier": [{ "notation": "C 012" }, { "notation": "c012" }] });
        assert_eq!(slug(&known), "c012");
        assert_eq!(slug(&json!({})), Value::Null);
    }

    #[test]
    fn the_language_is_the_stated_one_where_the_title_has_it() {
        let german = json!({ "id": format!("{AUTHORITY}DEU") });
        let both = json!({ "title": { "de": "Messen", "en": "Measure" }, "language": german });
        let read = specification(&both, &Value::Null).definition;
        assert_eq!(
            (&read["inLanguage"], &read["name"]),
            (&json!("de"), &json!("Messen"))
        );
        let other =
            json!({ "title": [{ "@value": "Mesurer", "@language": "fr" }], "language": german });
        let read = specification(&other, &Value::Null).definition;
        assert_eq!(
            (&read["inLanguage"], &read["name"]),
            (&json!("fr"), &json!("Mesurer"))
        );
    }

    #[test]
    fn what_has_no_place_is_named_and_what_is_no_specification_is_not_read() {
        let more = json!({
            "type": "Qualification", "title": { "en": "Measure" }, "maximumDuration": "P1M", "elm:targetGroup": {},
            "volumeOfLearning": "P60M", "learningOutcome": { "relatedSkill": [{ "id": "urn:x", "prefLabel": "no address" }] },
        });
        let read = read(&more).unwrap().remove(0);
        assert_eq!(
            read.left_out,
            [
                "maximumDuration",
                "relatedSkill",
                "targetGroup",
                "volumeOfLearning"
            ]
        );
        for other in [
            json!({ "slug": "x" }),
            json!([]),
            json!({ "type": "OpenBadgeCredential" }),
        ] {
            assert_eq!(super::read(&other), None);
        }
        assert_eq!(
            super::read(&json!({ "type": ["EuropeanDigitalCredential"] })),
            Some(Vec::new())
        );
    }

    #[test]
    fn nothing_that_is_about_a_person_is_read_of_a_credential() {
        let note = json!({ "noteLiteral": { "en": "Ana was late." } });
        let claim = json!({
            "type": "LearningAchievement", "title": { "en": "Measure" }, "description": { "en": "Ana measured." },
            "identifier": { "notation": "ana-1" }, "additionalNote": note, "entryRequirement": note,
            "provenBy": {
                "type": "LearningAssessment", "title": { "en": "A test" }, "description": { "en": "Ana passed." },
                "gradingScheme": { "description": { "en": "Ana's own." } }, "grade": note,
                "specifiedBy": { "title": { "en": "Practical test" }, "description": { "en": "90 minutes." } },
            },
            "specifiedBy": { "type": "Qualification", "additionalNote": { "noteLiteral": { "en": "Open to all." } } },
        });
        let credential = json!({
            "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
            "credentialSubject": { "fullName": "Ana", "hasClaim": claim },
        });
        let read = read(&credential).unwrap();
        assert!(
            !format!("{read:?}").to_lowercase().contains("ana"),
            "{read:?}"
        );
        let definition = &read[0].definition;
        assert_eq!(definition["assessmentMethod"], "Practical test");
        assert_eq!(
            definition["criteria"]["narrative"],
            "90 minutes.\n\nOpen to all."
        );
    }

    #[test]
    fn other_names_are_tasks_only_in_what_was_written_here() {
        let with = |page: &str| {
            let concept = json!({ "@id": "https://t.example/1", "prefLabel": { "en": "Weld" }, "altLabel": [{ "en": "Join" }] });
            json!({
                "@id": "https://w.example/i/w/a/x/1", "@type": "elm:LearningAchievementSpecification", "dc:title": { "en": "Weld" },
                "foaf:homepage": { "elm:contentUrl": { "@value": page } }, "elm:learningOutcome": { "elm:relatedSkill": concept },
            })
        };
        let links = |page: &str| {
            read(&with(page)).unwrap()[0].definition["alignment"]
                .as_array()
                .unwrap()
                .len()
        };
        assert_eq!(
            (
                links("https://w.example/i/w/a/x/1"),
                links("https://w.example/")
            ),
            (2, 1)
        );
    }

    #[test]
    fn a_signed_credential_is_read_in_the_clear_and_in_base64() {
        let credential = json!({
            "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
            "credentialSubject": { "fullName": "Ana", "hasClaim": { "type": "LearningAchievement", "title": { "en": "Measure" } } },
        });
        let text = credential.to_string();
        for payload in [text.clone(), URL_SAFE_NO_PAD.encode(&text)] {
            let read = read(&json!({ "payload": payload, "signatures": [] })).unwrap();
            assert_eq!(read[0].definition["name"], "Measure");
            assert!(!format!("{read:?}").contains("Ana"));
        }
        assert_eq!(
            read(&json!({ "payload": "rubbish", "signatures": [] })),
            None
        );
    }
}
