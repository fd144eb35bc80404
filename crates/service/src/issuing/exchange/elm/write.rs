//! European Learning Model 3: a learning achievement specification with outcome, assessment and awarding body.
//!
//! [ELM](https://github.com/european-commission-empl/European-Learning-Model). The context is written out, so that nobody has to fetch
//! one; what is written fits the SHACL shapes of the EDC generic profile.

use serde_json::{Number, Value, json};

use crate::issuing::exchange::{Described, ExchangeError};

pub(in crate::issuing::exchange) fn write(
    described: &Described<'_>,
) -> Result<Value, ExchangeError> {
    let (definition, institution) = (described.definition, described.institution);
    let country = institution
        .country
        .as_deref()
        .ok_or(ExchangeError::NoCountry)?;
    let language = definition.in_language.to_string();
    let said = |text: &str| json!({ "@value": text, "@language": language });
    let concept = |notation: &str| json!({ "@type": "skos:Concept", "skos:notation": notation });
    let note = |about: &str, text: &str| json!({ "@type": "elm:Note", "dc:subject": concept(about), "elm:noteLiteral": said(text) });
    let page = |url: &str| {
        json!({
            "@type": "elm:WebResource",
            "elm:contentUrl": { "@value": url, "@type": "xsd:anyURI" },
        })
    };
    let mut outcome = json!({
        "@id": format!("{}#outcome", described.url),
        "@type": "elm:LearningOutcome",
        "dc:title": said(&definition.description),
    });
    let links = |esco: bool| -> Vec<Value> {
        let links = definition.alignment.iter();
        let links = links.filter(|link| is_esco(&link.target_url) == esco);
        // Several tasks may stand on one page: it is one concept, with one name that is preferred.
        let mut pages: Vec<(&str, Vec<&str>)> = Vec::new();
        for link in links {
            match pages.iter_mut().find(|(url, _)| *url == link.target_url) {
                Some((_, names)) => names.push(&link.target_name),
                None => pages.push((&link.target_url, vec![&link.target_name])),
            }
        }
        let concepts = pages.iter().map(|(url, names)| {
            let mut concept = json!({
                "@id": url,
                "@type": "skos:Concept",
                "skos:prefLabel": said(names[0]),
            });
            if names.len() > 1 {
                let others: Vec<Value> = names[1..].iter().map(|name| said(name)).collect();
                concept["skos:altLabel"] = json!(others);
            }
            concept
        });
        concepts.collect()
    };
    for (property, found) in [
        ("elm:relatedESCOSkill", links(true)),
        ("elm:relatedSkill", links(false)),
    ] {
        if !found.is_empty() {
            outcome[property] = json!(found);
        }
    }
    let mut body = json!({
        "@id": described.issuer,
        "@type": "elm:Organisation",
        "rov:legalName": said(&institution.name),
        "elm:location": {
            "@type": "dc:Location",
            "elm:address": { "@type": "elm:Address", "elm:countryCode": concept(country) },
        },
    });
    if let Some(website) = &institution.website {
        body["foaf:homepage"] = page(website);
    }
    let method = definition
        .assessment_method
        .lines()
        .next()
        .unwrap_or_default();
    let mut specification = json!({
        "@context": {
            "adms": "http://www.w3.org/ns/adms#",
            "dc": "http://purl.org/dc/terms/",
            "elm": "http://data.europa.eu/snb/model/elm/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "rov": "http://www.w3.org/ns/regorg#",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": described.url,
        "@type": "elm:LearningAchievementSpecification",
        "adms:identifier": { "@type": "elm:Identifier", "skos:notation": definition.slug },
        "dc:title": said(&definition.name),
        "dc:description": said(&definition.description),
        "dc:language": concept(&language),
        "foaf:homepage": page(&described.url),
        "elm:learningOutcome": outcome,
        "elm:provenBy": {
            "@type": "elm:LearningAssessmentSpecification",
            "dc:title": said(method),
            "dc:description": said(&definition.criteria.narrative),
        },
        "elm:awardingOpportunity": {
            "@type": "elm:AwardingOpportunity",
            "elm:awardingBody": body,
        },
    });
    if let Some(hours) = &definition.workload_hours {
        specification["elm:volumeOfLearning"] =
            json!({ "@value": duration(hours), "@type": "xsd:duration" });
    }
    if let Some(credits) = &definition.credits_available {
        specification["elm:creditPoint"] = json!({
            "@type": "elm:CreditPoint",
            "elm:framework": {
                "@type": "skos:Concept",
                "skos:prefLabel": { "@value": CREDITS, "@language": "en" },
            },
            "elm:point": credits.to_string(),
        });
    }
    if let Some(field) = &definition.field_of_study {
        // Free words, not a code of ISCED-F, which has a property of its own.
        specification["elm:educationSubject"] =
            json!({ "@type": "skos:Concept", "skos:prefLabel": said(field) });
    }
    if !definition.requires.is_empty() {
        let slugs: Vec<&str> = definition
            .requires
            .iter()
            .map(|slug| slug.as_str())
            .collect();
        specification["elm:entryRequirement"] = note(REQUIRES, &slugs.join(", "));
    }
    let more = [
        (PARTICIPATION, &definition.participation),
        (QUALITY_ASSURANCE, &definition.quality_assurance),
        // The model's `idVerification` is of the assessment of somebody, not of how assessments are specified.
        (IDENTITY_CHECK, &definition.identity_check),
        (SUPERVISION, &definition.supervision),
    ];
    let more = more.into_iter();
    let more = more.filter_map(|(about, text)| Some(note(about, text.as_ref()?)));
    let more: Vec<Value> = more.collect();
    if !more.is_empty() {
        specification["elm:additionalNote"] = json!(more);
    }
    Ok(specification)
}

/// What a note of ours is about, by which it is known when it is read again.
pub(super) const REQUIRES: &str = "requires";
pub(super) const PARTICIPATION: &str = "participation";
pub(super) const QUALITY_ASSURANCE: &str = "qualityAssurance";
pub(super) const IDENTITY_CHECK: &str = "identityCheck";
pub(super) const SUPERVISION: &str = "supervision";

/// What credits are counted in: a definition does not say that it is ECTS.
const CREDITS: &str = "Credits in the unit that the institution uses";

pub(super) fn is_esco(url: &str) -> bool {
    url.starts_with("http://data.europa.eu/esco/")
}

/// Hours as a duration (XML Schema 1.1, section 3.3.6): whole hours, or the nearest minute.
pub(in crate::issuing::exchange) fn duration(hours: &Number) -> String {
    let minutes = (hours.as_f64().unwrap_or_default() * 60.0).round().max(0.0) as u64;
    match minutes % 60 {
        0 => format!("PT{}H", minutes / 60),
        _ => format!("PT{minutes}M"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_whole_or_as_minutes() {
        let of = |hours: f64| duration(&Number::from_f64(hours).unwrap());
        assert_eq!([of(40.0), of(1.5), of(0.0)], ["PT40H", "PT90M", "PT0H"]);
    }
}
