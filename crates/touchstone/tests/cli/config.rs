//! Configuration, as the binary meets it.

use super::{keeping::FOUND, run::Folder};

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

/// Providers of nodes take what opens them as a part of the address.
#[test]
fn the_address_of_a_node_is_told_without_what_may_be_a_secret() {
    let folder = Folder::new();
    let set = |more: &str| {
        let contract = "11".repeat(20);
        let words = format!("chain=1 contract=0x{contract} key=evm.key max_fee=0.002{more}");
        let line = format!("evm chain https://node.example.org/SECRET?k=SECRET {words}");
        folder.write("t.toml", format!("[log]\nanchors = [\"{line}\"]\n"));
        folder.run(&["--config", "t.toml", "config", "show"])
    };
    let shown = set("")
        .exits(0)
        .says("evm chain https://node.example.org/… chain=1");
    let refused = set(" confirmations=0")
        .exits(78)
        .warns("\"evm chain …\": confirmations= is a number of blocks");
    for told in [shown.text(), shown.err, refused.text(), refused.err] {
        assert!(!told.contains("SECRET"), "{told}");
    }
}

/// A value of the right kind that nothing can come of is a fault of the settings, too.
#[test]
fn a_value_that_nothing_can_come_of_ends_with_78() {
    let folder = Folder::new();
    folder.run(FOUND).exits(0);
    for (settings, command, says) in [
        (
            "[mail]\nsender = \"nobody\"\n",
            &["doctor"][..],
            "mail.sender",
        ),
        (
            "[mail]\nsmtp_url = \"http://mail.example\"\n",
            &["doctor"],
            "mail.smtp_url",
        ),
        ("[log]\nlevel = \"=,=\"\n", &SERVE, "log.level"),
        (
            "[site]\ntrusted_proxies = [\"nearby\"]\n",
            &SERVE,
            "site.trusted_proxies",
        ),
        (
            "[site]\nunknown = 1\n",
            &["verify", "faulty.toml"],
            "site.unknown",
        ),
        (
            "[site]\nunknown = 1\n",
            &["lint", "faulty.toml"],
            "site.unknown",
        ),
        ("[site]\nunknown = 1\n", &STATUS_PROVE, "site.unknown"),
    ] {
        folder.write("faulty.toml", settings);
        let run = [&["--config", "faulty.toml", "--local"], command].concat();
        folder.run(&run).exits(78).warns(says);
    }
    // A mail server keeps what it brought until this is mended.
    let bounced = ["--config", "faulty.toml", "mail", "bounced", "faulty.toml"];
    folder.run(&bounced).exits(75).warns("site.unknown");
}

const STATUS_PROVE: [&str; 8] = [
    "status",
    "prove",
    "https://verify.example.edu/i/riverside/status/1",
    "--log",
    "log",
    "--index",
    "1",
    "--out=proof",
];
const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[test]
fn with_json_an_error_is_json_too_and_ends_with_the_same_code() {
    let folder = Folder::new();
    folder.write("t.toml", "[mail]\nsmpt_url = \"smtp://a\"\n");
    for (args, code, words) in [
        (
            vec!["--config", "t.toml", "config", "show"],
            78,
            "t.toml, line 2: there is no setting `mail.smpt_url`",
        ),
        (
            vec!["credential", "list"],
            1,
            "there is no installation in touchstone-data",
        ),
        (
            vec!["credential", "lost"],
            64,
            "unrecognized subcommand 'lost'",
        ),
    ] {
        let ended = folder.run(&[&args[..], &["--json"]].concat()).exits(code);
        let last = ended.err.trim_end().lines().last().unwrap_or_default();
        let told: serde_json::Value = serde_json::from_str(last).unwrap();
        assert_eq!(told["exitCode"], code);
        assert!(told["error"].as_str().unwrap().contains(words), "{told}");
        assert!(ended.out.is_empty(), "{}", ended.text());
        folder.run(&args).exits(code).warns(words);
    }
}

#[test]
fn commands_that_read_leave_a_database_as_it_is() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("touchstone-data")).unwrap();
    folder.write("touchstone-data/touchstone.db", "");
    for _ in 0..2 {
        folder
            .run(&["credential", "list"])
            .exits(1)
            .warns("touchstone.db holds nothing yet: `touchstone init`");
        folder
            .run(&["doctor"])
            .exits(1)
            .says("ATTENTION  database       answers and holds nothing yet");
    }
}
