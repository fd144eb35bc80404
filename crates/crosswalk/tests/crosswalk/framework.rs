//! Frameworks as others publish them: counted against the files themselves, written and read again, held against the schemas.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use touchstone_crosswalk::framework::{
    AssociationType, Form, Framework, Link, LinkRelation, Origin, Statement, StatementKind, case,
    csv, ctdl, diff, esco, onet, rsd,
};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data")
}

fn file(path: &str) -> Vec<u8> {
    fs::read(data().join(path)).unwrap_or_else(|error| panic!("../shared/data/{path}: {error}"))
}

fn origin(uri: &str) -> Origin {
    Origin {
        uri: uri.to_owned(),
        title: "A framework".to_owned(),
        version: Some("29.3".to_owned()),
        language: Some("en".to_owned()),
        publisher: Some("A publisher".to_owned()),
        description: Some("What it is about".to_owned()),
        license: Some("https://creativecommons.org/licenses/by/4.0/".to_owned()),
    }
}

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

fn read_onet() -> Framework {
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

fn read_rsd() -> Framework {
    rsd::read(
        &file("osmt-rsd/skills.json"),
        origin("https://rsd.example/skills"),
    )
    .unwrap()
}

#[test]
fn rich_skill_descriptors_come_back_and_hold_what_their_file_holds() {
    let framework = read_rsd();
    let items: Vec<Value> = serde_json::from_slice(&file("osmt-rsd/skills.json")).unwrap();
    assert_eq!(framework.statements.len(), items.len());
    for (statement, item) in framework.statements.iter().zip(&items) {
        assert_eq!(json!(statement.label), item["skillName"]);
        assert_eq!(json!(statement.description), item["skillStatement"]);
        assert_eq!(json!(statement.keywords), item["keywords"]);
        let codes: BTreeSet<String> = item["occupations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["code"].to_string())
            .collect();
        let standards: BTreeSet<String> = item["standards"]
            .as_array()
            .into_iter()
            .flatten()
            .map(Value::to_string)
            .collect();
        assert_eq!(statement.links.len(), codes.len() + standards.len());
    }
    let written = rsd::write(&framework);
    assert_eq!(written.lost, []);
    let again = rsd::read(
        written.document.to_string().as_bytes(),
        framework.origin.clone(),
    )
    .unwrap();
    assert_eq!(again, framework);
    let detail = rsd::read(
        &file("osmt-rsd/skill-detail-example.json"),
        Origin::default(),
    )
    .unwrap();
    assert_eq!(detail.statements.len(), 1);
    assert_eq!(
        detail.statements[0].links[0].target,
        "https://skills.emsidata.com/skills/KS1254M6N7QPZ96MGR0L"
    );
}

/// All real statements of one kind of file, in every form that can be read again.
fn samples() -> Vec<Framework> {
    let skills = file("esco/ict_skills.json");
    let occupations = file("esco/ict_occupations_with_skills.json");
    let esco = esco::read(
        &[&skills, &occupations],
        origin("http://data.europa.eu/esco"),
    )
    .unwrap();
    let mut onet = read_onet();
    // Some of each kind: all 18,000 say nothing more and take a minute.
    onet.statements.retain(|statement| {
        statement.kind != StatementKind::Task
            || statement
                .code
                .as_ref()
                .is_some_and(|code| code.ends_with('7'))
    });
    vec![read_rsd(), esco, onet, invented()]
}

/// What no real file has: texts of other scripts, separators in values, every relation.
fn invented() -> Framework {
    let of_case = ["isPeerOf", "precedes", "ext:builds.on"];
    let of_case = of_case.map(|word| LinkRelation::Case(AssociationType::new(word).unwrap()));
    let relations = LinkRelation::ALL.into_iter().chain(of_case);
    let links = relations.map(|relation| Link {
        target: format!("https://other.example/{relation}"),
        relation,
    });
    let above = Statement {
        uri: "https://x.example/οδηγώ".to_owned(),
        label: "Οδηγώ φορτηγό, \"ασφαλώς\"".to_owned(),
        ..Statement::default()
    };
    let below = Statement {
        uri: "https://x.example/2".to_owned(),
        code: Some("1.2|3".to_owned()),
        kind: StatementKind::Task,
        label: "焊接 | 金属".to_owned(),
        description: Some("يلحم المعادن\nبأمان".to_owned()),
        alternates: vec!["a|b".to_owned(), "c\\".to_owned()],
        keywords: vec!["k, l".to_owned()],
        parents: vec![above.uri.clone()],
        links: links.collect(),
    };
    Framework {
        origin: origin("https://x.example/framework"),
        statements: vec![above, below],
    }
}

#[test]
fn csv_gives_back_every_statement() {
    for framework in samples() {
        let again = csv::read(csv::write(&framework).as_bytes(), framework.origin.clone()).unwrap();
        assert_eq!(again, framework);
    }
}

#[test]
fn case_gives_back_every_statement_and_fits_its_schema() {
    for framework in samples() {
        let package = case::write(&framework, "2026-01-31T00:00:00Z");
        let again = case::read(package.to_string().as_bytes()).unwrap();
        assert!(
            diff(&framework, &again).is_empty(),
            "{:?}",
            diff(&framework, &again)
        );
        let parts = [
            ("cfdocument", vec![package["CFDocument"].clone()]),
            ("cfitem", package["CFItems"].as_array().unwrap().clone()),
            (
                "cfassociation",
                package["CFAssociations"].as_array().unwrap().clone(),
            ),
        ];
        for (name, parts) in parts {
            let schema: Value =
                serde_json::from_slice(&file(&format!("case/case-v1p1-{name}.json"))).unwrap();
            for mut part in parts {
                // These schemas are of an implementation that calls the identifier `sourcedId`.
                part["sourcedId"] = part["identifier"].clone();
                let faults = schema_faults(&schema, &schema, &part);
                assert!(faults.is_empty(), "{name}: {faults:?}\n{part}");
            }
        }
    }
}

/// The parts of JSON Schema that the CASE schemas use.
fn schema_faults(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let definition = &root["definitions"][reference.rsplit('/').next().unwrap()];
        return schema_faults(root, definition, value);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices
            .iter()
            .filter(|choice| schema_faults(root, choice, value).is_empty());
        return if fits.count() == 1 {
            vec![]
        } else {
            vec!["oneOf".to_owned()]
        };
    }
    let mut faults = Vec::new();
    let fits = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("integer") => value.is_i64(),
        _ => true,
    };
    if !fits {
        faults.push(format!("{value} is no {}", schema["type"]));
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        if value.get(required.as_str().unwrap()).is_none() {
            faults.push(format!("no {required}"));
        }
    }
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(found) = value.get(key) {
            faults.extend(schema_faults(root, property, found));
        }
    }
    if schema["pattern"].is_string() {
        let text = value.as_str().unwrap_or("");
        let lengths: Vec<usize> = text.split('-').map(str::len).collect();
        if lengths != [8, 4, 4, 4, 12] {
            faults.push(format!("{text} is no UUID"));
        }
    }
    faults
}

#[test]
fn ctdl_gives_back_what_it_has_terms_for_and_says_what_it_has_not() {
    for framework in samples() {
        let written = ctdl::write(&framework);
        let again = ctdl::read(written.document.to_string().as_bytes()).unwrap();
        let mut kept = framework.clone();
        let mut lost_alternates = 0;
        for statement in &mut kept.statements {
            lost_alternates += usize::from(!statement.alternates.is_empty());
            statement.alternates.clear();
            statement.links.retain(|link| {
                !matches!(
                    link.relation,
                    LinkRelation::Essential
                        | LinkRelation::Optional
                        | LinkRelation::Activity
                        | LinkRelation::Case(_)
                )
            });
        }
        let found = diff(&kept, &again);
        assert!(found.is_empty(), "{found:?}");
        let said = written
            .lost
            .iter()
            .find(|loss| loss.field == "alternates")
            .map_or(0, |loss| loss.statements);
        assert_eq!(said, lost_alternates);
        let terms = terms_of("ctdlasn")
            .into_iter()
            .chain(terms_of("ctdl"))
            .collect::<BTreeSet<_>>();
        for node in written.document["@graph"].as_array().unwrap() {
            let class = node["@type"].as_str().unwrap();
            for key in node
                .as_object()
                .unwrap()
                .keys()
                .filter(|key| !key.starts_with('@'))
            {
                assert!(
                    terms.contains(&(key.clone(), class.to_owned())),
                    "{key} is no property of {class}"
                );
            }
        }
    }
}

/// Properties and the classes that they may stand in, from the published schema.
fn terms_of(name: &str) -> BTreeSet<(String, String)> {
    let schema: Value = serde_json::from_slice(&file(&format!("ctdl/{name}/schema.json"))).unwrap();
    let mut terms = BTreeSet::new();
    for term in schema["@graph"].as_array().unwrap() {
        for class in term["schema:domainIncludes"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let pair = (
                term["@id"].as_str().unwrap().to_owned(),
                class.as_str().unwrap().to_owned(),
            );
            terms.insert(pair);
        }
    }
    terms
}

#[test]
fn a_file_tells_its_form() {
    for (path, expect) in [
        ("onet-29.3/occupations.tsv", Form::Onet),
        ("onet-29.3/dwa_reference.tsv", Form::Onet),
        ("esco/ict_skills.json", Form::Esco),
        ("osmt-rsd/skills.json", Form::Rsd),
        ("osmt-rsd/skill-detail-example.json", Form::Rsd),
        ("esco/skills_text.csv", Form::Csv),
    ] {
        assert_eq!(Form::of(&file(path)), Ok(expect), "{path}");
    }
    let framework = invented();
    assert_eq!(
        Form::of(
            case::write(&framework, "2026-01-31T00:00:00Z")
                .to_string()
                .as_bytes()
        ),
        Ok(Form::Case)
    );
    assert_eq!(
        Form::of(ctdl::write(&framework).document.to_string().as_bytes()),
        Ok(Form::Ctdl)
    );
}
