//! A framework as the CSV files of ESCO's download page.

use crate::{
    framework::{File, Framework, LinkRelation, Loss, StatementKind, Written},
    table,
};

/// Writes the files that hold anything. Reading them gives the same framework, if it is one of ESCO.
pub fn write(framework: &Framework) -> Written<Vec<File>> {
    let language = framework.origin.language.as_deref().unwrap_or("en");
    let mut texts: [String; 7] = Default::default();
    for (file, text) in texts.iter_mut().enumerate() {
        table::write(text, ',', header(file));
    }
    let mut homeless = 0;
    for one in &framework.statements {
        let Some((class, file)) = class(one.kind) else {
            homeless += 1;
            continue;
        };
        let middle = match file {
            SKILLS => match one.kind {
                StatementKind::Knowledge => "knowledge",
                _ => "skill/competence",
            },
            _ => one.code.as_deref().unwrap_or_default(),
        };
        // ESCO has one on each line; one alone is told from a list by that it has no line break.
        let alternates = match one.alternates.len() {
            1 => table::join_list(&one.alternates),
            _ => one.alternates.join("\n"),
        };
        let description = one.description.as_deref().unwrap_or_default();
        let concept = [
            class,
            &one.uri,
            middle,
            &one.label,
            &alternates,
            description,
        ];
        table::write(&mut texts[file], ',', concept);
        for link in one.links.iter().filter(|link| is_relation(&link.relation)) {
            let relations = match file {
                SKILLS => SKILL_SKILLS,
                _ => OCCUPATION_SKILLS,
            };
            let row = [one.uri.as_str(), &link.relation.word(), &link.target];
            table::write(&mut texts[relations], ',', row);
        }
        for parent in &one.parents {
            let broader = match file {
                SKILLS => BROADER_SKILLS,
                _ => BROADER_OCCUPATIONS,
            };
            table::write(&mut texts[broader], ',', [class, &one.uri, parent]);
        }
    }
    let lost = Loss::of(
        framework,
        &[
            ("code", |one| {
                class(one.kind).is_some_and(|(_, file)| file == SKILLS) && one.code.is_some()
            }),
            ("keywords", |one| !one.keywords.is_empty()),
            ("links", |one| {
                !one.links.iter().all(|link| is_relation(&link.relation))
            }),
        ],
    );
    let names = NAMES.map(|name| format!("{name}_{language}.csv"));
    Written::tables(names.into_iter().zip(texts), lost, homeless)
}

/// The files as ESCO names them. Concepts come before what relates them.
const NAMES: [&str; 7] = [
    "ISCOGroups",
    "occupations",
    "skills",
    "occupationSkillRelations",
    "skillSkillRelations",
    "broaderRelationsOccPillar",
    "broaderRelationsSkillPillar",
];
const GROUPS: usize = 0;
const OCCUPATIONS: usize = 1;
const SKILLS: usize = 2;
const OCCUPATION_SKILLS: usize = 3;
const SKILL_SKILLS: usize = 4;
const BROADER_OCCUPATIONS: usize = 5;
const BROADER_SKILLS: usize = 6;

/// The names of columns. Concepts of all kinds have the same, but for what tells them apart besides.
fn header(file: usize) -> Vec<&'static str> {
    let concept = |third| {
        vec![
            "conceptType",
            "conceptUri",
            third,
            "preferredLabel",
            "altLabels",
            "description",
        ]
    };
    match file {
        GROUPS | OCCUPATIONS => concept("code"),
        SKILLS => concept("skillType"),
        OCCUPATION_SKILLS => vec!["occupationUri", "relationType", "skillUri"],
        SKILL_SKILLS => vec!["originalSkillUri", "relationType", "relatedSkillUri"],
        _ => vec!["conceptType", "conceptUri", "broaderUri"],
    }
}

/// What ESCO calls a concept of this kind, and its file. Tasks and activities are none of its concepts.
fn class(kind: StatementKind) -> Option<(&'static str, usize)> {
    Some(match kind {
        StatementKind::Group => ("ISCOGroup", GROUPS),
        StatementKind::Occupation => ("Occupation", OCCUPATIONS),
        StatementKind::Skill | StatementKind::Knowledge => ("KnowledgeSkillCompetence", SKILLS),
        StatementKind::Competency | StatementKind::Task | StatementKind::Activity => return None,
    })
}

fn is_relation(relation: &LinkRelation) -> bool {
    matches!(
        relation,
        LinkRelation::Essential | LinkRelation::Optional | LinkRelation::Related
    )
}
