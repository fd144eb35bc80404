//! CTDL: a credential, its organization, what it requires and which competencies it targets, as a JSON-LD graph.
//!
//! [Credential Transparency Description Language](https://credreg.net/ctdl/terms); a test holds every term against the published schema.

use serde_json::{Map, Value, json};

use super::Described;

const CONTEXT: &str = "https://credreg.net/ctdl/schema/context/json";

pub(super) fn write(described: &Described<'_>) -> Value {
    let definition = described.definition;
    let language = definition.in_language.to_string();
    let said = |text: &str| json!({ language.clone(): text });
    let mut condition = Map::from_iter([
        ("@type".to_owned(), json!("ceterms:ConditionProfile")),
        (
            "ceterms:description".to_owned(),
            said(&definition.criteria.narrative),
        ),
    ]);
    let links = definition.alignment.iter().map(|link| {
        let mut target = json!({
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNode": link.target_url,
            "ceterms:targetNodeName": said(&link.target_name),
        });
        if let Some(framework) = &link.target_framework {
            target["ceterms:frameworkName"] = said(framework);
        }
        if let Some(code) = &link.target_code {
            target["ceterms:codedNotation"] = json!(code);
        }
        target
    });
    let links: Vec<Value> = links.collect();
    if !links.is_empty() {
        condition.insert("ceterms:targetCompetency".to_owned(), json!(links));
    }
    condition.insert(
        "ceterms:targetAssessment".to_owned(),
        json!([{
            "@type": "ceterms:AssessmentProfile",
            "ceterms:assessmentMethodDescription": said(&definition.assessment_method),
        }]),
    );
    if !definition.requires.is_empty() {
        let before = definition.requires.iter();
        let before: Vec<String> = before
            .map(|slug| address(described, slug.as_str()))
            .collect();
        condition.insert("ceterms:targetCredential".to_owned(), json!(before));
    }
    let (status, status_name) = status(described);
    let mut credential = json!({
        "@id": described.url,
        "@type": class(&definition.achievement_type),
        "ceterms:name": said(&definition.name),
        "ceterms:description": said(&definition.description),
        "ceterms:inLanguage": [language],
        "ceterms:subjectWebpage": described.url,
        "ceterms:ownedBy": [described.issuer],
        "ceterms:offeredBy": [described.issuer],
        "ceterms:credentialStatusType": {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:framework": "https://credreg.net/ctdl/terms/CredentialStatus",
            "ceterms:targetNode": status,
            "ceterms:targetNodeName": { "en": status_name },
        },
        "ceterms:versionIdentifier": [{
            "@type": "ceterms:IdentifierValue",
            "ceterms:identifierValueCode": described.version.to_string(),
        }],
        "ceterms:requires": [condition],
    });
    if let Some(hours) = &definition.workload_hours {
        credential["ceterms:estimatedDuration"] = json!([{
            "@type": "ceterms:DurationProfile",
            "ceterms:exactDuration": super::elm::duration(hours),
        }]);
    }
    if let Some(successor) = superseded_by(described) {
        credential["ceterms:supersededBy"] = json!([successor]);
    }
    if let Some(months) = definition.valid_for_months {
        credential["ceterms:renewalFrequency"] = json!(format!("P{months}M"));
    }
    if let Some(field) = &definition.field_of_study {
        credential["ceterms:subject"] = json!([{
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNodeName": said(field),
        }]);
    }
    if let Some(renewal) = &definition.renewal {
        credential["ceterms:renewal"] = json!([{
            "@type": "ceterms:ConditionProfile",
            "ceterms:description": said(renewal),
        }]);
    }
    if let Some(code) = &definition.human_code {
        // A coded notation is of what is aligned; a credential has identifiers.
        credential["ceterms:identifier"] = json!([{
            "@type": "ceterms:IdentifierValue",
            "ceterms:identifierValueCode": code,
        }]);
    }
    if !definition.tag.is_empty() {
        credential["ceterms:keyword"] =
            json!({ definition.in_language.to_string(): definition.tag });
    }
    let institution = described.institution;
    let mut organization = json!({
        "@id": described.issuer,
        "@type": "ceterms:CredentialOrganization",
        "ceterms:name": said(&institution.name),
    });
    if let Some(website) = &institution.website {
        organization["ceterms:subjectWebpage"] = json!(website);
    }
    if let Some(country) = &institution.country {
        organization["ceterms:address"] = json!([{
            "@type": "ceterms:Place",
            "ceterms:addressCountry": { "en": country },
        }]);
    }
    json!({ "@context": CONTEXT, "@graph": [credential, organization] })
}

/// Whether it is awarded: no longer, for a trial, or as any other.
fn status(described: &Described<'_>) -> (&'static str, &'static str) {
    if described.no_longer_used.is_some() {
        ("credentialStat:Deprecated", "Deprecated")
    } else if described.definition.pilot_until.is_some() {
        ("credentialStat:Probationary", "Probationary")
    } else {
        ("credentialStat:Active", "Active")
    }
}

/// The address of what takes its place: one of the institution's own, or one that was written down. CTDL has no place for other words.
fn superseded_by(described: &Described<'_>) -> Option<String> {
    let told = described.no_longer_used.as_ref()?;
    let own = told.successor.as_ref();
    let own = own.map(|successor| address(described, &successor.slug));
    let written = Some(&told.replaced_by).filter(|said| said.starts_with("https://"));
    own.or(written.cloned())
}

/// Where an achievement of the institution is published.
fn address(described: &Described<'_>, slug: &str) -> String {
    format!("{}/a/{slug}", described.home)
}

/// The class that comes nearest to a type of Open Badges.
fn class(achievement_type: &str) -> &'static str {
    match achievement_type {
        "MicroCredential" => "ceterms:MicroCredential",
        "Certificate" | "CertificateOfCompletion" => "ceterms:Certificate",
        "Certification" => "ceterms:Certification",
        "License" => "ceterms:License",
        _ => "ceterms:OpenBadge",
    }
}
