//! What Open Badges has no term for, told to readers in the criteria.
//!
//! The same facts stand for machines in the published document of the version.

use super::Definition;

/// The criteria, followed by how it is assessed, who watches, what must be held before, and so on.
///
/// The labels are in the achievement's language where this program knows it, else in English.
pub(super) fn criteria(definition: &Definition) -> String {
    let labels = labels(definition.in_language.as_str());
    let evidence: Vec<_> = definition
        .evidence_required
        .iter()
        .map(|kind| kind.name.as_str())
        .collect();
    let requires: Vec<_> = definition
        .requires
        .iter()
        .map(|slug| slug.as_str())
        .collect();
    let workload = definition.workload_hours.as_ref().map(ToString::to_string);
    let pilot = definition.pilot_until.map(|day| day.to_string());
    let facts = [
        pilot.as_deref(),
        Some(definition.assessment_method.as_str()),
        definition.supervision.as_deref(),
        definition.identity_check.as_deref(),
        Some(&*evidence.join(", ")),
        definition.participation.as_deref(),
        workload.as_deref(),
        definition.quality_assurance.as_deref(),
        definition.renewal.as_deref(),
        Some(&*requires.join(", ")),
    ]
    .map(|fact| {
        fact.unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    });
    let mut told = definition.criteria.narrative.clone();
    for (label, fact) in labels
        .iter()
        .zip(facts)
        .filter(|(_, fact)| !fact.is_empty())
    {
        told.push_str(&format!("\n\n**{label}:** {fact}"));
    }
    told
}

fn labels(language: &str) -> &'static [&'static str; 10] {
    let language = language.split('-').next().unwrap_or_default();
    let known = LABELS.iter().find(|(known, _)| *known == language);
    known.map_or(&LABELS[0].1, |(_, labels)| labels)
}

/// In the order of the facts above.
const LABELS: &[(&str, [&str; 10])] = &[
    (
        "en",
        [
            "Pilot, issued until",
            "Assessment",
            "Supervision",
            "Identity check",
            "Evidence",
            "Participation",
            "Workload in hours",
            "Quality assurance",
            "Renewal",
            "Required before",
        ],
    ),
    (
        "de",
        [
            "Erprobung, vergeben bis",
            "Prüfung",
            "Aufsicht",
            "Identitätsprüfung",
            "Belege",
            "Teilnahme",
            "Arbeitsaufwand in Stunden",
            "Qualitätssicherung",
            "Erneuerung",
            "Vorausgesetzt",
        ],
    ),
    (
        "fr",
        [
            "Projet pilote, délivré jusqu’au",
            "Évaluation",
            "Surveillance",
            "Vérification d’identité",
            "Preuves",
            "Participation",
            "Charge de travail en heures",
            "Assurance qualité",
            "Renouvellement",
            "Prérequis",
        ],
    ),
    (
        "es",
        [
            "Prueba piloto, se otorga hasta",
            "Evaluación",
            "Supervisión",
            "Verificación de identidad",
            "Evidencias",
            "Participación",
            "Carga de trabajo en horas",
            "Garantía de calidad",
            "Renovación",
            "Requisitos previos",
        ],
    ),
];
