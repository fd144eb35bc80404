//! Frameworks as others publish them: counted against the files themselves, written and read again, held against the schemas.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use touchstone_crosswalk::framework::{
    AssociationType, Form, Framework, Link, LinkRelation, Origin, Statement, StatementKind, case,
    csv, ctdl, diff, esco, rsd,
};

use crate::framework_tables::read_onet;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data")
}

pub(crate) fn file(path: &str) -> Vec<u8> {
    fs::read(data().join(path)).unwrap_or_else(|error| panic!("../shared/data/{path}: {error}"))
}

pub(crate) fn origin(uri: &str) -> Origin {
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
pub(crate) fn invented() -> Framework {
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
