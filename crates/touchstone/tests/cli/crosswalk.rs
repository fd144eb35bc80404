//! Frameworks and mapping sets on the command line.

use super::run::Folder;

const SET: &str = "#curie_map:\n#  A: https://a.example/\n#  B: https://b.example/\n#mapping_set_id: https://a.example/set\n#license: https://creativecommons.org/licenses/by/4.0/\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\nA:1\tskos:exactMatch\tB:1\tsemapv:ManualMappingCuration\t0.9\nA:2\tskos:closeMatch\tB:2\tsemapv:LexicalMatching\t0.5\n";

const SKILLS: &str = "uri,label,description\nhttps://x.example/1,Weld pipes,Join pipes of steel by welding.\nhttps://x.example/2,Bake bread,Prepare dough and bake it.\n";

#[test]
fn a_sound_set_is_counted_and_hashed_and_its_order_does_not_matter() {
    let folder = Folder::new();
    folder.write("a.sssom.tsv", SET);
    let mut lines: Vec<&str> = SET.lines().collect();
    let last = lines.len() - 1;
    lines.swap(last, last - 1);
    folder.write("b.sssom.tsv", lines.join("\r\n"));
    let hash = |name| {
        let ran = folder
            .run(&["crosswalk", "validate", name, "--json"])
            .exits(0);
        let answer: serde_json::Value = serde_json::from_str(&ran.text()).unwrap();
        assert_eq!(answer["mappings"], 2);
        assert_eq!(answer["standing"]["suggested"], 1);
        answer["sha256"].clone()
    };
    assert_eq!(hash("a.sssom.tsv"), hash("b.sssom.tsv"));
    folder
        .run(&["crosswalk", "validate", "a.sssom.tsv", "--for-release"])
        .exits(65)
        .warns("mapping_set_version");
}

#[test]
fn a_faulty_set_ends_with_65_and_names_line_column_and_the_way_out() {
    let folder = Folder::new();
    folder.write("a.sssom.tsv", SET.replace("0.9", "9"));
    folder
        .run(&["crosswalk", "validate", "a.sssom.tsv"])
        .exits(65)
        .warns("line 7, confidence: 9 lies outside 0 to 1: write a number from 0 to 1");
}

#[test]
fn a_framework_is_counted_and_written_in_another_form_and_what_is_lost_is_told() {
    let folder = Folder::new();
    folder.write(
        "skills.csv",
        SKILLS
            .replace("uri,label", "uri,label,alternates")
            .replace("Weld pipes", "Weld pipes,join pipes")
            .replace("Bake bread", "Bake bread,"),
    );
    folder
        .run(&[
            "crosswalk",
            "import",
            "skills.csv",
            "--uri",
            "https://x.example/",
            "--title",
            "Skills",
            "--as",
            "ctdl",
            "--out",
            "skills.json",
        ])
        .exits(0)
        .says("2 statements")
        .says("alternates of 1 statement");
    folder
        .run(&["crosswalk", "import", "skills.json", "--json"])
        .exits(0)
        .says("\"statements\": 2");
    folder
        .run(&[
            "crosswalk",
            "import",
            "skills.csv",
            "--as",
            "onet",
            "--out",
            "skills.zip",
        ])
        .exits(1)
        .warns("only if it was read as onet");
    assert!(!folder.path("skills.zip").exists());
}

#[test]
fn tables_of_onet_are_packed_into_one_file_and_read_from_it() {
    let folder = Folder::new();
    folder.write(
        "occupations.txt",
        "O*NET-SOC Code\tTitle\tDescription\n51-4041.00\tMachinists\tSet up machine tools.\n",
    );
    folder.write(
        "tasks.txt",
        "O*NET-SOC Code\tTitle\tTask ID\tTask\n51-4041.00\tMachinists\t1\tMeasure parts.\n",
    );
    let files = ["occupations.txt", "tasks.txt"];
    let write = [
        "--uri",
        "https://x.example",
        "--as",
        "onet",
        "--out",
        "onet.zip",
    ];
    let import = ["crosswalk", "import"];
    folder
        .run(&[&import[..], &files, &write].concat())
        .exits(0)
        .says("2 statements")
        .says("onet.zip holds it as onet");
    folder
        .run(&["crosswalk", "import", "onet.zip", "--json"])
        .exits(0)
        .says("\"statements\": 2")
        .says("\"passedOver\": []");
}

#[test]
fn a_diff_says_what_changed_and_for_whom() {
    let folder = Folder::new();
    folder.write("a.csv", SKILLS);
    folder.write(
        "b.csv",
        SKILLS.replace("Bake bread", "Bake bread and cakes"),
    );
    folder
        .run(&["crosswalk", "diff", "a.csv", "b.csv"])
        .exits(0)
        .says("label was \"Bake bread\", is \"Bake bread and cakes\"");
    folder
        .run(&[
            "crosswalk",
            "diff",
            "a.csv",
            "b.csv",
            "--touching",
            "https://x.example/1",
        ])
        .exits(0)
        .says("Nothing changed.");
    folder.write("a.sssom.tsv", SET);
    folder.write("b.sssom.tsv", SET.replace("0.9", "0.95"));
    folder
        .run(&["crosswalk", "diff", "a.sssom.tsv", "b.sssom.tsv"])
        .exits(0)
        .says("confidence was \"0.9\", is \"0.95\"");
    folder
        .run(&["crosswalk", "diff", "a.csv", "a.sssom.tsv"])
        .exits(1)
        .warns("two of a kind");
}

#[test]
fn suggestions_are_found_by_their_words_and_while_typing() {
    let folder = Folder::new();
    folder.write("skills.csv", SKILLS);
    let first = |args: &[&str]| {
        let ran = folder
            .run(
                &[
                    &["crosswalk", "suggest", "--in", "skills.csv", "--json"],
                    args,
                ]
                .concat(),
            )
            .exits(0);
        let answer: serde_json::Value = serde_json::from_str(&ran.text()).unwrap();
        assert_eq!(answer["standing"], "suggested");
        answer["suggestions"][0]["uri"].clone()
    };
    assert_eq!(first(&["welding of steel"]), "https://x.example/1");
    assert_eq!(first(&["--typing", "bake br"]), "https://x.example/2");
    folder
        .run(&["crosswalk", "suggest", "--in", "skills.csv", "zzz"])
        .exits(0)
        .says("Nothing has any of these words.");
}

#[cfg(not(feature = "sentences"))]
#[test]
fn without_models_of_sentences_the_option_says_how_to_get_them() {
    let folder = Folder::new();
    folder.write("skills.csv", SKILLS);
    let suggest = ["crosswalk", "suggest", "--in", "skills.csv", "weld"];
    folder
        .run(&[&suggest[..], &["--model", "model"]].concat())
        .exits(1)
        .warns("--features sentences");
}

#[test]
fn sets_that_contradict_each_other_are_not_merged_unasked() {
    let folder = Folder::new();
    folder.write("a.sssom.tsv", SET);
    folder.write(
        "b.sssom.tsv",
        SET.replace("A:1\tskos:exactMatch", "A:1\tskos:broadMatch"),
    );
    let merge = [
        "crosswalk",
        "merge",
        "a.sssom.tsv",
        "b.sssom.tsv",
        "--out",
        "both.sssom.tsv",
    ];
    folder
        .run(&merge)
        .exits(65)
        .warns("A:1 and B:1: exact, broad");
    assert!(!folder.path("both.sssom.tsv").exists());
    folder
        .run(&[&merge[..], &["--keep-contradictions"]].concat())
        .exits(0)
        .says("3 mappings; 1 stood in more than one set");
    folder
        .run(&["crosswalk", "validate", "both.sssom.tsv"])
        .exits(0);
}

#[test]
fn words_of_a_file_do_not_steer_the_terminal() {
    let folder = Folder::new();
    folder.write(
        "skills.csv",
        "uri,label\nhttps://x.example/1,Weld \u{1b}[2Jpipes\n",
    );
    let ran = folder
        .run(&["crosswalk", "suggest", "--in", "skills.csv", "weld"])
        .exits(0);
    assert!(!ran.text().contains('\u{1b}'), "{:?}", ran.text());
    let ran = folder
        .run(&[
            "crosswalk",
            "import",
            "skills.csv",
            "--title",
            "\u{1b}]0;x\u{7}",
        ])
        .exits(0);
    assert!(!ran.text().contains('\u{1b}'), "{:?}", ran.text());
}

#[test]
fn a_second_file_of_a_form_that_is_one_file_is_refused() {
    let folder = Folder::new();
    folder.write("a.csv", SKILLS);
    folder.write("b.csv", SKILLS);
    folder
        .run(&["crosswalk", "import", "a.csv", "b.csv"])
        .exits(65)
        .warns("csv has one file, and here are 2");
}
