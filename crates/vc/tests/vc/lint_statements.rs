//! Does TS-002 tell statements of what somebody does from others? Counted, on statements of our own and on those of public frameworks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use touchstone_vc::lint::statement::{self, Language, NoAction};

use crate::labelled;

#[test]
fn precision_and_recall_stay_above_the_floor_in_every_language() {
    let judged = labelled::judged().unwrap();
    println!("{}", judged.table());
    let all = judged.counts.values().map(|of| of.all()).sum::<usize>();
    assert!(all >= 200, "{all} statements");
    let languages = judged.counts.keys().map(|(language, _)| *language);
    assert_eq!(
        languages.collect::<BTreeSet<_>>(),
        BTreeSet::from(Language::ALL)
    );
    let below = judged.below();
    assert!(below.is_empty(), "{}", below.join("\n"));
}

/// The share of statements that are positive by nature which are taken for such, and of those that are short and readable.
#[track_caller]
fn share(what: &str, statements: &[String], floor: f64) {
    assert!(
        statements.len() > 500,
        "{what}: {} statements; are the data there?",
        statements.len()
    );
    let judged: Vec<_> = statements
        .iter()
        .map(|text| statement::judge(text, Language::English))
        .collect();
    let taken = judged.iter().filter(|one| one.action.is_ok()).count();
    let bounded = judged
        .iter()
        .filter(|one| one.reading.is_short() && one.reading.is_readable())
        .count();
    let of = |count: usize| count as f64 / statements.len() as f64;
    println!(
        "{what}: {} statements, {:.3} name an action, {:.3} are short and readable enough",
        statements.len(),
        of(taken),
        of(bounded)
    );
    let mut missed: BTreeMap<String, usize> = BTreeMap::new();
    for one in &judged {
        if let Err(why) = &one.action {
            *missed.entry(format!("{why:?}")).or_default() += 1;
        }
    }
    let mut missed: Vec<_> = missed.into_iter().collect();
    missed.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    println!(
        "  most often not taken: {:?}",
        &missed[..missed.len().min(25)]
    );
    assert!(of(taken) >= floor && of(bounded) >= 0.95, "{what}");
}

#[test]
fn tasks_and_skills_of_public_frameworks_are_taken_for_actions() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let tasks = fs::read_to_string(format!("{data}/onet-29.3/task_statements.tsv")).unwrap();
    let tasks: Vec<String> = tasks
        .lines()
        .skip(1)
        .step_by(3)
        .filter_map(|line| Some(line.split('\t').nth(2)?.trim_matches('"').to_owned()))
        .collect();
    share("O*NET task statements", &tasks, 0.95);
    let skills = fs::read_to_string(format!("{data}/esco/ict_skills.json")).unwrap();
    let skills: serde_json::Value = serde_json::from_str(&skills).unwrap();
    let labels = |kind: &str, member: &str| -> Vec<String> {
        let all = skills.as_array().unwrap().iter();
        all.filter(|skill| {
            skill["skillType"]
                .as_str()
                .is_some_and(|text| text.ends_with(kind))
        })
        .filter_map(|skill| skill[member].as_str().map(str::to_owned))
        .collect()
    };
    let (described, known) = (
        labels("skill", "description"),
        labels("knowledge", "description"),
    );
    share("ESCO skill descriptions (ICT)", &described, 0.8);
    let taken = known
        .iter()
        .filter(|text| statement::judge(text, Language::English).action.is_ok())
        .count();
    println!(
        "ESCO knowledge descriptions (ICT), for comparison: {} statements, {taken} name an action",
        known.len()
    );
}

#[test]
fn every_turn_of_the_rules_gives_the_answer_that_is_written_down() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/lint/actions.tsv"
    );
    let text = fs::read_to_string(path).unwrap();
    let mut differ = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [language, answer, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}");
        };
        let found = statement::judge(text, Language::of_tag(language).unwrap());
        let found = match found.action {
            Ok(verb) if found.knowledge => format!("knows:{verb}"),
            Ok(verb) => verb,
            Err(NoAction::Empty) => "empty".to_owned(),
            Err(NoAction::Vague(word)) => format!("vague:{word}"),
            Err(NoAction::Course(word)) => format!("course:{word}"),
            Err(NoAction::NoVerb(word)) => format!("no-verb:{word}"),
            Err(NoAction::NoObject(word)) => format!("no-object:{word}"),
        };
        if found != answer {
            differ.push(format!(
                "{language} {text}: {answer} is written, {found} was found"
            ));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn what_only_its_author_can_read_is_below_the_floor_and_its_plain_words_are_not() {
    for (language, hard, plain) in [
        (
            Language::English,
            "Operationalize interorganizational interoperability responsibilities.",
            "Write down who keeps which systems of two companies working together.",
        ),
        (
            Language::Spanish,
            "Operacionalizar responsabilidades interinstitucionales internacionalizadas.",
            "Escribir quién responde de qué tarea entre varias escuelas.",
        ),
        (
            Language::French,
            "Opérationnaliser l’interopérabilité interorganisationnelle internationalisée.",
            "Noter qui répond de quelle tâche entre deux entreprises.",
        ),
        (
            Language::German,
            "Betriebsmittelinstandhaltungsplanungsunterlagen unternehmensübergreifend konsolidieren.",
            "Pläne für die Wartung von Maschinen zusammenführen.",
        ),
        (
            Language::Portuguese,
            "Operacionalizar responsabilidades interinstitucionais internacionalizadas.",
            "Escrever quem responde por cada tarefa entre duas escolas.",
        ),
        (
            Language::Dutch,
            "Bedrijfsmiddelenonderhoudsplanningsdocumentatie organisatieoverschrijdend consolideren.",
            "Plannen voor het onderhoud van machines samenvoegen.",
        ),
    ] {
        for (text, readable) in [(hard, false), (plain, true)] {
            let reading = statement::judge(text, language).reading;
            assert!(reading.is_short(), "{text}");
            assert_eq!(
                reading.is_readable(),
                readable,
                "{text}: {:.0}",
                reading.ease
            );
        }
    }
}
