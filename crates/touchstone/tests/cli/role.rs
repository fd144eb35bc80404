//! Roles and postings on the command line.

use super::run::Folder;

const SETTER: &str = r#"{"title": "Machine setter", "tasks": [
    {"label": "Sets machines", "need": "must", "level": 2, "rubric": "https://hafen.example/i/hafen/competencies/setting/", "maxAgeDays": 730},
    {"id": "https://tasks.example/2", "label": "Éxamine les pièces", "need": "nice", "evidence": ["observation"]}
]}"#;
const POSTING: &str = r#"{"@context": "https://schema.org", "@type": "JobPosting", "title": "Zerspaner",
    "responsibilities": ["Sets machines", "Measures parts"], "jdx:preferredCredential": {"name": "A crane licence"}}"#;

fn founded() -> Folder {
    let folder = Folder::new();
    let institution = ["--local", "--name", "Hafenwerke", "--slug", "hafen"];
    let first = ["--email", "boss@hafen.example", "--member", "Boss"];
    folder
        .run(&[&["init"][..], &institution, &first].concat())
        .exits(0);
    folder
}

#[test]
fn a_role_is_written_shown_written_anew_opened_and_closed() {
    let folder = founded();
    folder
        .run(&["role", "list"])
        .exits(0)
        .says("described no role yet");
    let file = folder.write("setter.json", SETTER);
    let file = file.to_str().unwrap();
    let written = folder
        .run(&["--json", "role", "write", file])
        .exits(0)
        .json();
    let id = written["id"].as_str().unwrap();
    let shown = folder.run(&["role", "show", "Machine setter"]).exits(0);
    for words in [
        "must: Sets machines, level 2 of https://hafen.example/i/hafen/competencies/setting, at most 730 days old",
        "wanted: Éxamine les pièces, shown by observation",
    ] {
        assert!(shown.text().contains(words), "{}", shown.text());
    }
    let document = folder.run(&["--json", "role", "show", id]).exits(0).json();
    let again = folder.write("again.json", document.to_string());
    let anew = folder.run(&[
        "--json",
        "role",
        "write",
        again.to_str().unwrap(),
        "--role",
        id,
    ]);
    assert_eq!(
        anew.exits(0).json()["id"],
        id,
        "a shown document is read again"
    );
    assert_eq!(
        folder.run(&["--json", "role", "show", id]).exits(0).json(),
        document
    );
    let asked = folder.run(&["role", "show", id, "--dcql"]).exits(0).json();
    assert_eq!(
        asked["uncovered_tasks"][0]["label"], "Sets machines",
        "no achievement shows it yet: {asked}"
    );

    let opened = folder
        .run(&[
            "--json", "role", "open", id, "--name", "setter", "--days", "30", "--blind",
        ])
        .exits(0)
        .json();
    assert!(
        opened["link"]
            .as_str()
            .unwrap()
            .ends_with("/apply/hafen.setter"),
        "{opened}"
    );
    let posting = opened["id"].as_str().unwrap();
    folder.run(&["role", "postings", id]).exits(0).says("open");
    folder.run(&["role", "close", posting]).exits(0);
    folder
        .run(&["role", "close", posting])
        .exits(1)
        .warns("closed before");
    let listed = folder.run(&["--json", "role", "postings"]).exits(0).json();
    assert_eq!(listed["postings"][0]["open"], false);
}

#[test]
fn own_people_have_a_page_whose_address_is_given_up_by_a_new_one() {
    let folder = founded();
    let file = folder.write("setter.json", SETTER);
    folder
        .run(&["role", "write", file.to_str().unwrap()])
        .exits(0);
    let page = ["role", "staff-page"];
    folder.run(&page).exits(0).says("It is not open");
    let open = || {
        let args = ["--json", "role", "staff-page", "--open"];
        let opened = folder.run(&args).exits(0).json();
        opened["page"].as_str().unwrap().to_owned()
    };
    let (first, second) = (open(), open());
    assert!(first.contains("/staff/") && first != second, "{first}");
    folder.run(&page).exits(0).says(&second);
    let role = ["role", "open", "Machine setter", "--staff"];
    folder.run(&role).exits(0).says("/apply/");
    folder
        .run(&[&role[..], &["--name", "setter"]].concat())
        .exits(64);
    let listed = folder.run(&["--json", "role", "postings"]).exits(0).json();
    assert_eq!(listed["postings"][0]["staff"], true);
    let close = [&page[..], &["--close"]].concat();
    folder.run(&close).exits(0).says("stay open until each");
    folder.run(&close).exits(1).warns("there is no such page");
}

#[test]
fn a_posting_becomes_a_document_and_faults_say_where() {
    let folder = founded();
    let posting = folder.write("posting.json", POSTING);
    let drafted = folder
        .run(&["role", "draft", posting.to_str().unwrap()])
        .exits(0)
        .json();
    assert_eq!(drafted["title"], "Zerspaner");
    assert_eq!(drafted["tasks"][1]["label"], "Measures parts");
    assert_eq!(drafted["tasks"][1]["need"], "must");
    assert_eq!(drafted["tasks"][2]["need"], "nice");
    let draft = folder.write("draft.json", drafted.to_string());
    folder
        .run(&["role", "write", draft.to_str().unwrap()])
        .exits(0);
    let faulty = folder.write("faulty.json", SETTER.replace("730", "0"));
    folder
        .run(&["role", "write", faulty.to_str().unwrap()])
        .exits(1)
        .warns("task 1: an age is 1 to 36,500 days");
    let unknown = folder.write("unknown.json", SETTER.replace("level", "lvl"));
    folder
        .run(&["role", "write", unknown.to_str().unwrap()])
        .exits(1)
        .warns("lvl");
    folder
        .run(&["role", "show", "Nobody"])
        .exits(1)
        .warns("touchstone role list");
}
