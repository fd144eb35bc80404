//! What Open Badges has no term for, told to readers in the criteria.
//!
//! The same facts stand for machines in the published document of the version.

use super::Definition;
use crate::spoken_or_english;

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
    .map(|fact| one_line(fact.unwrap_or_default()));
    let mut told = definition.criteria.narrative.clone();
    for (label, fact) in labels
        .0
        .iter()
        .zip(facts)
        .filter(|(_, fact)| !fact.is_empty())
    {
        told.push_str(&format!("\n\n**{label}:** {fact}"));
    }
    let levels = definition.rubric.iter().flat_map(|rubric| &rubric.levels);
    for level in levels.filter(|level| !level.examples.is_empty()) {
        told.push_str(&format!(
            "\n\n**{} – {}:**\n",
            labels.1,
            one_line(&level.name)
        ));
        for example in &level.examples {
            told.push_str(&format!("\n- {}", one_line(example)));
        }
    }
    told
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn labels(language: &str) -> (&'static [&'static str; 10], &'static str) {
    let (_, facts, examples) = spoken_or_english(LABELS, |labels| labels.0, language);
    (facts, examples)
}

/// In the order of the facts above; behind them the word for examples.
const LABELS: &[(&str, [&str; 10], &str)] = &[
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
        "Examples",
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
        "Beispiele",
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
        "Exemples",
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
        "Ejemplos",
    ),
];
