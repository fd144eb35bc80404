//! Mapping sets and frameworks: files of strangers.

use touchstone_crosswalk::framework::{File, Form, Origin, case, csv};
use touchstone_crosswalk::sssom::MappingSet;
use touchstone_service::crosswalk::{packed, unpacked};

use super::texts;
use crate::Target;

/// Mapping sets as SSSOM/TSV, with the YAML before the table.
pub(crate) const SSSOM: Target = Target {
    name: "sssom",
    claim: "a set that is read and can be written has one canonical form, which is read again as the same",
    run: sssom,
    seeds: || {
        texts(&[
            SET,
            "#curie_map:\n#  a: \"https://a.example/\"\n#mapping_set_id: https://a.example/set\n#creator_label:\n#  - \"Zoë \\u0041\"\n#  - 'it''s'\n#comment: |\n#  two\n#  lines\n#other: {a: 1, b: [2, 3]}\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\tauthor_label\na:1\tskos:broadMatch\ta:2\tsemapv:LexicalMatching\tone|two\\|three\n",
            "#curie_map: {a: 'https://a.example/'}\n#extension_definitions:\n#  - slot_name: grade\n#    property: a:grade\n#    type_hint: xsd:integer\nsubject_id,predicate_id,object_id,mapping_justification,grade,predicate_modifier\na:1,skos:exactMatch,sssom:NoTermFound,semapv:ManualMappingCuration,\"1\",Not\n",
            "subject_id\tpredicate_id\tobject_id\tmapping_justification\nskos:Concept\tskos:exactMatch\towl:Class\tsemapv:MappingReview\n",
        ])
    },
};

/// The YAML alone, broken as deep as it goes.
pub(crate) const SSSOM_HEADER: Target = Target {
    name: "sssom-header",
    claim: "lines of YAML before a table are read or refused, and never wait",
    run: |bytes| {
        let mut file = Vec::with_capacity(bytes.len() + TABLE.len());
        for line in bytes.split(|byte| *byte == b'\n') {
            file.push(b'#');
            file.extend(line);
            file.push(b'\n');
        }
        file.extend(TABLE.as_bytes());
        sssom(&file);
    },
    seeds: || {
        texts(&[
            "curie_map:\n  a: https://a.example/\nmapping_set_title: T\nlicense: 'https://a.example/l'\n",
            "curie_map: {a: \"https:\\/\\/a.example\\/\"}\nsee_also: [https://a.example/1, 'https://a.example/2']\ncomment: >-\n  folded\n  text\n\nother: |+\n  kept\n\n",
            "mapping_date: 2026-01-31\nmapping_set_confidence: 0.5\nsubject_preprocessing:\n- semapv:Stemming\n- \"semapv:BlankNormalisation\"\n",
        ])
    },
};

/// Mapping sets as JSON.
pub(crate) const SSSOM_JSON: Target = Target {
    name: "sssom-json",
    claim: "a set that is read and written as JSON is read again as the same",
    run: |bytes| {
        let Ok(read) = MappingSet::read_json(bytes) else {
            return;
        };
        if let Ok(written) = read.set.to_json() {
            let again = MappingSet::read_json(written.to_string().as_bytes());
            let again = again.expect("what was written is read");
            assert_eq!(again.set.to_json().ok(), Some(written));
        }
    },
    seeds: || {
        texts(&[
            r#"{"curie_map":{"a":"https://a.example/"},"mapping_set_id":"https://a.example/set","license":"https://a.example/l","mappings":[{"subject_id":"a:1","predicate_id":"skos:exactMatch","object_id":"a:2","mapping_justification":"semapv:ManualMappingCuration","confidence":0.5,"author_label":["A"]}]}"#,
            r#"{"mappings":[{"subject_id":"https://a.example/1","predicate_id":"http://www.w3.org/2004/02/skos/core#exactMatch","object_id":"https://a.example/2","mapping_justification":"https://w3id.org/semapv/vocab/LexicalMatching","similarity_score":1}]}"#,
        ])
    },
};

/// Frameworks in every form.
pub(crate) const FRAMEWORK: Target = Target {
    name: "framework",
    claim: "a framework that is read in any form is written as CASE and read again with as many statements",
    run: framework,
    seeds: || {
        texts(&[
            "O*NET-SOC Code\tTitle\tDescription\n11-1011.00\tChief Executives\tPlan.\n",
            "conceptUri,preferredLabel,altLabels,skillType\nhttp://data.europa.eu/esco/skill/1,weld,\"join\nmelt\",skill/competence\n",
            r#"[{"uri":"http://data.europa.eu/esco/skill/1","label":"weld","altLabels":["join"]}]"#,
            r#"{"CFDocument":{"identifier":"1","uri":"https://a.example/d","title":"T","creator":"C"},"CFItems":[{"identifier":"2","uri":"https://a.example/i","fullStatement":"Weld","CFItemType":"skill"}],"CFAssociations":[{"associationType":"isChildOf","originNodeURI":{"identifier":"2","uri":"https://a.example/i"},"destinationNodeURI":{"identifier":"1","uri":"https://a.example/d"}}]}"#,
            r#"{"@graph":[{"@id":"https://a.example/f","@type":"ceasn:CompetencyFramework","ceasn:name":{"en":"F"}},{"@id":"https://a.example/c","@type":["ceasn:Competency"],"ceasn:competencyText":{"en":"Weld","de":"Schweißen"},"ceasn:isChildOf":"https://a.example/f"}]}"#,
            r#"[{"id":"https://a.example/s","skillName":"Weld","skillStatement":"Weld pipes","keywords":["a"],"occupations":[{"code":"51-4121"}]}]"#,
            "uri;label;kind;parents\nhttps://a.example/1;Weld;task;\nhttps://a.example/2;Weld pipes;task;https://a.example/1\n",
        ])
    },
};

/// Frameworks in ZIP files.
pub(crate) const FRAMEWORK_ARCHIVE: Target = Target {
    name: "framework-archive",
    claim: "what is taken out of a ZIP file is what its files have, within bounds, or an error by name",
    run: |bytes| {
        if let Ok(found) = unpacked(bytes, None) {
            let size: usize = found.files.iter().map(Vec::len).sum();
            assert!(!found.files.is_empty() && size <= 128 << 20);
        }
    },
    seeds: || {
        let occupations =
            "O*NET-SOC Code\tTitle\tDescription\n11-1011.00\tChief Executives\tPlan.\n";
        let tasks = "O*NET-SOC Code\tTask ID\tTask\n11-1011.00\t1\tPlan.\n";
        let files = [
            ("Occupation Data.txt", occupations),
            ("db/Task Statements.txt", tasks),
            ("Read Me.txt", "none"),
        ];
        let files = files.map(|(name, text)| File {
            name: name.to_owned(),
            text: text.to_owned(),
        });
        vec![packed(Form::Onet, files.to_vec()).expect("memory is written to")]
    },
};

fn sssom(bytes: &[u8]) {
    let Ok(read) = MappingSet::read_tsv(bytes) else {
        return;
    };
    let Ok(written) = read.set.canonical() else {
        return;
    };
    let again = MappingSet::read_tsv(written.as_bytes()).expect("a canonical file is read");
    assert_eq!(again.set.canonical().ok(), Some(written));
}

fn framework(bytes: &[u8]) {
    let Ok(form) = Form::of(bytes) else { return };
    let origin = Origin {
        uri: "https://a.example/f".to_owned(),
        title: "F".to_owned(),
        ..Origin::default()
    };
    let Ok(framework) = form.read(&[bytes], origin.clone()) else {
        return;
    };
    let _ = csv::write(&framework);
    for form in [Form::Onet, Form::Esco] {
        let files = form.write(&framework, "2026-01-31T00:00:00Z").document;
        let files: Vec<&[u8]> = files.iter().map(|file| file.text.as_bytes()).collect();
        let again = form.read(&files, origin.clone());
        assert!(again.map_or(0, |again| again.statements.len()) <= framework.statements.len());
    }
    let written = case::write(&framework, "2026-01-31T00:00:00Z").to_string();
    if let Ok(again) = case::read(written.as_bytes()) {
        assert_eq!(again.statements.len(), framework.statements.len());
    }
}

const TABLE: &str = "subject_id\tpredicate_id\tobject_id\tmapping_justification\nskos:Concept\tskos:exactMatch\towl:Class\tsemapv:MappingReview\n";
const SET: &str = "#curie_map:\n#  a: https://a.example/\n#  b: https://b.example/\n#license: https://a.example/l\n#mapping_set_id: https://a.example/set\nsubject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\tconfidence\treviewer_label\treviewer_agreement\treview_date\na:1\tÖl\tskos:exactMatch\tb:1\tsemapv:ManualMappingCuration\t0.90\tR|S\t-0.5\t2026-01-31\n";
