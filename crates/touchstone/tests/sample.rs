//! The example institution says what its sources say, and is what its documentation calls it.

#![allow(clippy::unwrap_used)] // A test that panics has failed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

#[test]
fn the_role_has_every_task_of_its_occupation_word_for_word() {
    let role = json("role.json");
    let rows = table("onet-29.3/task_statements.tsv");
    let code = role["code"].as_str().unwrap();
    let source: Vec<(&str, &str, &str)> = rows
        .iter()
        .filter(|row| row["O*NET-SOC Code"] == code)
        .map(|row| (&*row["Task ID"], &*row["Task Type"], &*row["Task"]))
        .collect();
    let text = |value: &'static str, task: &Value| task[value].as_str().unwrap().to_owned();
    let tasks = role["tasks"].as_array().unwrap();
    let ours: Vec<_> = tasks
        .iter()
        .map(|task| {
            (
                text("code", task),
                text("type", task),
                text("statement", task),
            )
        })
        .collect();
    let ours: Vec<_> = ours
        .iter()
        .map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str()))
        .collect();
    assert_eq!(ours, source);
    assert!(!source.is_empty());
    let attribution = role["attribution"].as_str().unwrap();
    assert!(attribution.contains("Touchstone has modified all or some of this information."));
}

#[test]
fn every_alignment_is_in_its_framework() {
    let role = json("role.json");
    let tasks: BTreeMap<&str, &str> = role["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| {
            (
                task["code"].as_str().unwrap(),
                task["statement"].as_str().unwrap(),
            )
        })
        .collect();
    let skills = data("esco/skills_text.csv");
    for achievement in achievements() {
        let mut frameworks = BTreeSet::new();
        for alignment in achievement["alignment"].as_array().unwrap() {
            let of = |member: &str| alignment[member].as_str().unwrap();
            frameworks.insert(of("targetFramework").to_owned());
            match of("targetFramework") {
                "O*NET 29.3" => {
                    assert_eq!(tasks[of("targetCode")], of("targetName"));
                    let address = format!(
                        "https://www.onetcenter.org/database.html#task-{}",
                        of("targetCode")
                    );
                    assert_eq!(of("targetUrl"), address, "as the framework is taken in");
                }
                "ESCO" => {
                    // The source joins the preferred label with the other labels that follow it.
                    let row = skills
                        .lines()
                        .find(|line| line.starts_with(of("targetCode")))
                        .unwrap();
                    let texts = row.split_once(',').unwrap().1.trim_start_matches('"');
                    assert!(
                        texts.starts_with(&format!("{} ", of("targetName"))),
                        "{row}"
                    );
                }
                other => panic!("{other} is not a framework of the sample"),
            }
        }
        assert_eq!(frameworks.len(), 2, "{}", achievement["slug"]);
    }
}

#[test]
fn achievements_show_what_a_policy_can_say() {
    let achievements = achievements();
    assert_eq!(achievements.len(), 3);
    let count =
        |member: &str, value: Value| achievements.iter().filter(|a| a[member] == value).count();
    assert_eq!(count("namesLearner", Value::Bool(false)), 1);
    assert_eq!(count("allowsSuspension", Value::Bool(true)), 1);
    assert_eq!(count("validForMonths", 24.into()), 3);
    let slugs: Vec<&Value> = achievements.iter().map(|a| &a["slug"]).collect();
    let required = achievements
        .iter()
        .flat_map(|a| a["requires"].as_array().unwrap());
    assert_eq!(required.filter(|slug| slugs.contains(slug)).count(), 1);
    for achievement in &achievements {
        let rubric = &achievement["resultDescription"][0];
        let levels = rubric["rubricCriterionLevel"].as_array().unwrap();
        let described = levels
            .iter()
            .filter(|level| !level["description"].as_str().unwrap().is_empty());
        assert_eq!(described.count(), 4);
        let required = rubric["requiredLevel"].to_string();
        assert!(
            levels
                .iter()
                .any(|level| level["level"] == required.as_str())
        );
    }
}

#[test]
fn the_cohort_is_25_people_and_one_has_no_address() {
    let cohort = std::fs::read_to_string(sample("cohort.csv")).unwrap();
    let rows: Vec<Vec<&str>> = cohort
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    let header = "name,email,identifier,level,result,evidence,assessor,awarded_on,language";
    assert_eq!(rows[0].join(","), header);
    let people = &rows[1..];
    assert_eq!(people.len(), 25);
    assert!(people.iter().all(|row| row.len() == 9));
    assert_eq!(people.iter().filter(|row| row[1].is_empty()).count(), 1);
    let addresses: BTreeSet<&str> = people.iter().map(|row| row[1]).collect();
    let numbers: BTreeSet<&str> = people.iter().map(|row| row[2]).collect();
    assert_eq!(
        (addresses.len(), numbers.len()),
        (25, 25),
        "nobody stands there twice"
    );
    let reserved = ["", "example.org", "example.net", "example.com"];
    let host = |address: &str| address.split('@').nth(1).unwrap_or_default().to_owned();
    assert!(
        addresses
            .iter()
            .all(|address| reserved.contains(&host(address).as_str()))
    );
}

fn achievements() -> Vec<Value> {
    let files = std::fs::read_dir(sample("achievements")).unwrap();
    files
        .map(|file| serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap())
        .collect()
}

fn json(file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(sample(file)).unwrap()).unwrap()
}

fn sample(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("sample")
        .join(file)
}

/// The sources are data beside the project, not part of it; a run without them fails.
fn data(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn table(file: &str) -> Vec<BTreeMap<String, String>> {
    let text = data(file);
    let mut lines = text.lines().map(|line| line.trim_end_matches('\r'));
    let header: Vec<String> = lines
        .next()
        .unwrap()
        .split('\t')
        .map(str::to_owned)
        .collect();
    lines
        .map(|line| {
            header
                .iter()
                .cloned()
                .zip(line.split('\t').map(str::to_owned))
                .collect()
        })
        .collect()
}
