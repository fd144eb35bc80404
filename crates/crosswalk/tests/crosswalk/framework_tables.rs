//! O*NET and ESCO as tables: counted against the files themselves, written and read again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use touchstone_crosswalk::framework::{
    Form, Framework, Link, LinkRelation, Origin, Statement, StatementKind, csv, esco, onet,
};

use crate::framework::{file, invented, origin};

/// One column of a table without quotes, split by hand.
fn column(path: &str, name: &str) -> Vec<String> {
    let text = String::from_utf8(file(path)).unwrap();
    let mut lines = text.lines();
    let at = lines
        .next()
        .unwrap()
        .split('\t')
        .position(|column| column == name)
        .unwrap();
    lines
        .map(|line| line.split('\t').nth(at).unwrap_or("").to_owned())
        .collect()
}

fn onet_files() -> Vec<Vec<u8>> {
    [
        "occupations",
        "task_statements",
        "tasks_to_dwas",
        "dwa_reference",
        "reported_titles",
        "emerging_tasks",
    ]
    .map(|name| file(&format!("onet-29.3/{name}.tsv")))
    .to_vec()
}

pub(crate) fn read_onet() -> Framework {
    let files = onet_files();
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    onet::read(&files, origin("https://www.onetcenter.org/database.html")).unwrap()
}

fn unique(values: Vec<String>) -> usize {
    values.into_iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn onet_holds_what_its_tables_hold() {
    let framework = read_onet();
    let counts = framework.counts();
    let tasks = column("onet-29.3/task_statements.tsv", "Task ID").len();
    let emerging: BTreeSet<(String, String)> =
        column("onet-29.3/emerging_tasks.tsv", "O*NET-SOC Code")
            .into_iter()
            .zip(column("onet-29.3/emerging_tasks.tsv", "Task"))
            .collect();
    assert_eq!(
        counts[&StatementKind::Occupation],
        column("onet-29.3/occupations.tsv", "Title").len()
    );
    assert_eq!(counts[&StatementKind::Task], tasks + emerging.len());
    assert_eq!(
        counts[&StatementKind::Activity],
        unique(column("onet-29.3/dwa_reference.tsv", "DWA ID"))
    );
    let groups = unique(column("onet-29.3/dwa_reference.tsv", "IWA ID"))
        + unique(column("onet-29.3/dwa_reference.tsv", "Element ID"));
    assert_eq!(counts[&StatementKind::Group], groups);
    let links: usize = framework
        .statements
        .iter()
        .map(|statement| statement.links.len())
        .sum();
    assert_eq!(links, column("onet-29.3/tasks_to_dwas.tsv", "DWA ID").len());
    let named: BTreeSet<&str> = framework
        .statements
        .iter()
        .map(|statement| statement.uri.as_str())
        .collect();
    assert_eq!(named.len(), framework.statements.len());
    let parents = framework
        .statements
        .iter()
        .flat_map(|statement| &statement.parents);
    assert!(
        parents
            .into_iter()
            .all(|parent| named.contains(parent.as_str()))
    );
    let chief = framework
        .statements
        .iter()
        .find(|statement| statement.code.as_deref() == Some("11-1011.00"))
        .unwrap();
    let codes = column("onet-29.3/reported_titles.tsv", "O*NET-SOC Code");
    let reported = codes.iter().filter(|code| *code == "11-1011.00").count();
    assert_eq!(chief.alternates.len(), reported);
}

/// What was written, read again with the same origin.
fn again(form: Form, framework: &Framework) -> Framework {
    let written = form.write(framework, "2026-11-28T00:00:00Z");
    assert_eq!(written.lost, [], "{form:?}");
    let files = written.document.iter();
    let files: Vec<&[u8]> = files.map(|file| file.text.as_bytes()).collect();
    assert!(files.iter().all(|file| form.takes(file)));
    form.read(&files, framework.origin.clone()).unwrap()
}

/// The same statements, whatever their order.
#[track_caller]
fn assert_same(left: &Framework, right: &Framework) {
    let by_uri = |of: &Framework| -> BTreeMap<String, Statement> {
        let statements = of.statements.iter().cloned();
        statements.map(|one| (one.uri.clone(), one)).collect()
    };
    let (left, right) = (by_uri(left), by_uri(right));
    for (uri, statement) in &left {
        assert_eq!(Some(statement), right.get(uri));
    }
    assert_eq!(left.len(), right.len());
}

/// The text files of the download name groups of activities in tables of their own.
#[test]
fn groups_of_activities_are_named_by_other_tables_or_refused() {
    let activities =
        b"Element ID\tIWA ID\tDWA ID\tDWA Title\n4.A\t4.A.I01\t4.A.I01.D01\tReview designs.\n";
    let intermediate =
        b"Element ID\tIWA ID\tIWA Title\n4.A\t4.A.I01\tStudy details.\n4.B\t4.B.I01\tOthers.\n";
    let elements = b"Element ID\tElement Name\tDescription\n4.A\tGetting Information\tObserving.\n1.A\tAbilities\tAble.\n";
    let origin = || origin("urn:onet");
    let read = Form::Onet
        .read(&[elements, activities, intermediate], origin())
        .unwrap();
    let labels: Vec<&str> = read
        .statements
        .iter()
        .map(|one| one.label.as_str())
        .collect();
    assert_eq!(
        labels,
        ["Getting Information", "Study details.", "Review designs."]
    );
    let faults = Form::Onet
        .read(&[activities, intermediate], origin())
        .unwrap_err();
    assert!(
        faults[0].to_string().contains("`4.A` is a group"),
        "{}",
        faults[0]
    );
}

#[test]
fn onet_gives_back_every_statement_as_tables() {
    let framework = read_onet();
    let written = onet::write(&framework).document;
    let names: Vec<&str> = written.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    let tasks = written
        .iter()
        .find(|file| file.name == "Task Statements.txt");
    let numbers: BTreeSet<&str> = tasks
        .unwrap()
        .text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').nth(2).unwrap())
        .collect();
    let source = column("onet-29.3/task_statements.tsv", "Task ID");
    assert_eq!(
        numbers,
        source.iter().map(|id| id.trim_end_matches(".0")).collect()
    );
    assert_same(&again(Form::Onet, &framework), &framework);
}

#[test]
fn esco_gives_back_every_statement_as_its_files() {
    for path in [
        "esco/ict_skills.json",
        "esco/ict_occupations_with_skills.json",
    ] {
        let framework = esco::read(&[&file(path)], origin("http://data.europa.eu/esco")).unwrap();
        assert!(framework.statements.len() > 50, "{path}");
        assert_same(&again(Form::Esco, &framework), &framework);
    }
    let concept = |uri: &str, kind, label: &str| Statement {
        uri: format!("http://data.europa.eu/esco/{uri}"),
        kind,
        label: label.to_owned(),
        ..Statement::default()
    };
    let mut statements = vec![
        concept("isco/C72", StatementKind::Group, "Metal workers"),
        concept("occupation/1", StatementKind::Occupation, "welder"),
        concept("skill/1", StatementKind::Skill, "weld"),
        concept("skill/2", StatementKind::Knowledge, "gases, \"inert\" ones"),
    ];
    let uris: Vec<String> = statements.iter().map(|one| one.uri.clone()).collect();
    statements[0].code = Some("C72".into());
    statements[1].parents = vec![uris[0].clone()];
    statements[1].alternates = vec!["fuser|joiner".into()];
    statements[3].alternates = vec!["shielding gas".into(), "argon".into()];
    let link = |relation, target: &String| Link {
        relation,
        target: target.clone(),
    };
    statements[1].links = vec![
        link(LinkRelation::Essential, &uris[2]),
        link(LinkRelation::Optional, &uris[3]),
    ];
    statements[2].links = vec![link(LinkRelation::Related, &uris[3])];
    statements[3].parents = vec![uris[2].clone()];
    let framework = Framework {
        origin: origin("http://data.europa.eu/esco"),
        statements,
    };
    assert_same(&again(Form::Esco, &framework), &framework);
}

#[test]
fn what_has_no_place_in_the_tables_of_onet_and_esco_is_counted() {
    let framework = invented();
    for form in [Form::Onet, Form::Esco] {
        let lost = form.write(&framework, "2026-11-28T00:00:00Z").lost;
        assert!(
            lost.iter().any(|loss| loss.field == "statement"),
            "{form:?}: {lost:?}"
        );
        assert!(
            lost.iter().any(|loss| loss.field == "links"),
            "{form:?}: {lost:?}"
        );
    }
}

#[test]
fn titles_of_one_row_or_of_many_rows_are_the_same_to_a_reader() {
    let occupations = file("esco-onet-crosswalk/onet_occupations.tsv");
    let titles = file("esco-onet-crosswalk/onet_alternate_titles.tsv");
    let framework = onet::read(
        &[&titles, &occupations],
        origin("https://www.onetcenter.org/database.html"),
    )
    .unwrap();
    let count: usize = framework
        .statements
        .iter()
        .map(|statement| statement.alternates.len())
        .sum();
    let text = String::from_utf8(titles).unwrap();
    let labels: BTreeMap<String, String> =
        column("esco-onet-crosswalk/onet_occupations.tsv", "O*NET-SOC Code")
            .into_iter()
            .zip(column("esco-onet-crosswalk/onet_occupations.tsv", "Title"))
            .collect();
    let mut expect = 0;
    for line in text.lines().skip(1) {
        let (code, names) = line.split_once('\t').unwrap();
        let names: BTreeSet<&str> = names.trim_matches('"').split('|').map(str::trim).collect();
        expect += names
            .iter()
            .filter(|name| !name.is_empty() && **name != labels[code])
            .count();
    }
    assert_eq!(count, expect);
}

#[test]
fn a_table_that_refers_to_nothing_is_refused_with_its_line() {
    let tasks = "O*NET-SOC Code\tTask ID\tTask\n11-1011.00\t1\tLead\n";
    let faults = onet::read(&[tasks.as_bytes()], Origin::default()).unwrap_err();
    assert_eq!(
        faults[0].to_string(),
        "line 2, O*NET-SOC Code (Task Statements): `11-1011.00` names no statement of the file: add it, or remove the reference"
    );
}

#[test]
fn all_faults_of_all_tables_are_told_with_their_lines_and_none_for_another() {
    let occupations =
        "O*NET-SOC Code\tTitle\tDescription\n1\tLeader\tLeads\n2\t\tTurns\n1\tAgain\t\n";
    let tasks = "O*NET-SOC Code\tTask ID\tTask\n1\t7\tLead\n2\t8\t\n3\t9\tMeasure\n1\t7\tLead on\n";
    let activities = "Task ID\tDWA ID\n8\t4.A\n9\t4.A\n10\t\n";
    let files = [activities, tasks, occupations].map(str::as_bytes);
    let faults = onet::read(&files, Origin::default()).unwrap_err();
    let told: Vec<String> = faults
        .iter()
        .map(|fault| fault.to_string().split(':').next().unwrap().to_owned())
        .collect();
    // What a faulty row names is there for the tables that build on it.
    assert_eq!(
        told,
        [
            "line 3, Title (Occupation Data)",
            "line 4, O*NET-SOC Code (Occupation Data)",
            "line 3, Task (Task Statements)",
            "line 4, O*NET-SOC Code (Task Statements)",
            "line 5, Task ID (Task Statements)",
            "line 4, DWA ID (Tasks to DWAs)",
            "line 4, Task ID (Tasks to DWAs)",
        ]
    );
    let unread = onet::read(&[b"a\tb\n", b"\xff", tasks.as_bytes()], Origin::default());
    assert_eq!(unread.unwrap_err().len(), 2, "each file that is no table");
    let many: String = (0..5_000).map(|n| format!("1\t{n}\t\n")).collect();
    let many = format!("O*NET-SOC Code\tTask ID\tTask\n{many}");
    let faults = onet::read(&[many.as_bytes()], Origin::default()).unwrap_err();
    assert_eq!(faults.len(), 101);
    assert_eq!(
        faults[100].to_string(),
        "the file: there are more faults than are told here: mend these, and read it again"
    );
}

#[test]
fn esco_holds_what_its_files_hold() {
    let (skills, occupations) = (
        file("esco/ict_skills.json"),
        file("esco/ict_occupations_with_skills.json"),
    );
    let framework = esco::read(
        &[&skills, &occupations],
        origin("http://data.europa.eu/esco"),
    )
    .unwrap();
    let skills: Vec<Value> = serde_json::from_slice(&skills).unwrap();
    let occupations: Vec<Value> = serde_json::from_slice(&occupations).unwrap();
    let knowledge = skills
        .iter()
        .filter(|skill| skill["skillType"] == "knowledge")
        .count();
    let counts = framework.counts();
    assert_eq!(counts[&StatementKind::Knowledge], knowledge);
    assert_eq!(counts[&StatementKind::Skill], skills.len() - knowledge);
    assert_eq!(counts[&StatementKind::Occupation], occupations.len());
    let links: usize = framework
        .statements
        .iter()
        .map(|statement| statement.links.len())
        .sum();
    let expect: usize = occupations
        .iter()
        .map(|occupation| occupation["s"].as_array().unwrap().len())
        .sum();
    assert_eq!(links, expect);

    let table = file("esco-onet-crosswalk/esco_queries.tsv");
    let framework = esco::read(&[&table], origin("http://data.europa.eu/esco")).unwrap();
    let text = String::from_utf8(table).unwrap();
    // A row begins with the address of its concept; a value may go over several lines.
    let rows = text
        .lines()
        .filter(|line| line.starts_with("http://data.europa.eu/"))
        .count();
    assert_eq!(framework.statements.len(), rows);
    assert!(
        framework
            .statements
            .iter()
            .all(|statement| statement.kind == StatementKind::Occupation)
    );

    let texts = file("esco/skills_text.csv");
    let framework = csv::read(&texts, origin("http://data.europa.eu/esco")).unwrap();
    let text = String::from_utf8(texts).unwrap();
    let rows = text
        .lines()
        .filter(|line| line.starts_with("http://data.europa.eu/"))
        .count();
    assert_eq!(framework.statements.len(), rows);
}
