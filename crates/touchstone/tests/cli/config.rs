//! Configuration, as the binary meets it.

use super::run::Folder;

#[test]
fn an_unknown_key_is_refused_with_file_line_and_the_nearest_key() {
    let folder = Folder::new();
    folder.write(
        "t.toml",
        "[site]\nlisten = \"127.0.0.1:0\"\n\n[mail]\nsmpt_url = \"smtp://a\"\n",
    );
    folder
        .run(&["--config", "t.toml", "config", "show"])
        .exits(78)
        .warns(
            "t.toml, line 5: there is no setting `mail.smpt_url`; did you mean `mail.smtp_url`?",
        );
}

#[test]
fn the_environment_wins_and_is_checked_too() {
    let folder = Folder::new();
    folder.write("t.toml", "[site]\noperator = \"File\"\n");
    let show = ["--config", "t.toml", "--json", "config", "show"];
    let shown = folder
        .run_with(&show, &[("TOUCHSTONE_SITE_OPERATOR", "Environment")], b"")
        .exits(0)
        .json();
    assert_eq!(shown["settings"]["site.operator"], "\"Environment\"");
    folder
        .run_with(&show, &[("TOUCHSTONE_SITE_OPERATR", "x")], b"")
        .exits(78)
        .warns("did you mean `site.operator`?");
}

#[test]
fn a_named_configuration_that_is_not_there_is_an_error() {
    Folder::new()
        .run(&["--config", "absent.toml", "config", "show"])
        .exits(1)
        .warns("configuration absent.toml");
}

#[test]
fn a_command_without_an_installation_says_how_to_make_one() {
    Folder::new()
        .run(&["credential", "list"])
        .exits(1)
        .warns("touchstone init");
}
