//! Help and usage.

use super::run::Folder;

const COMMANDS: &[&str] = &[
    "demo",
    "serve",
    "work",
    "init",
    "member",
    "achievement",
    "issue",
    "batch",
    "credential",
    "key",
    "move",
    "verify",
    "registry",
    "status",
    "log",
    "audit",
    "witness",
    "crosswalk",
    "role",
    "employer",
    "lint",
    "mail",
    "bake",
    "unbake",
    "publish",
    "backup",
    "restore",
    "doctor",
    "config",
];

#[test]
fn help_names_every_command() {
    let help = Folder::new().run(&["--help"]).exits(0).text();
    for command in COMMANDS {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command} is missing:\n{help}"
        );
    }
}

#[test]
fn help_of_every_command_teaches_with_an_example() {
    let folder = Folder::new();
    for command in COMMANDS {
        folder
            .run(&[command, "--help"])
            .exits(0)
            .says(&format!("\n  touchstone {command}"));
    }
}

#[test]
fn usage_errors_exit_with_64() {
    let folder = Folder::new();
    for args in [
        &["no-such-command"][..],
        &["verify"],
        &["verify", "a.json", "--at", "yesterday"],
        &["issue", "--csv"],
        &["credential", "export", "ID", "--format", "docx"],
        &[],
    ] {
        let ran = folder.run(args).exits(64);
        assert!(
            !ran.err.is_empty() && ran.out.is_empty(),
            "{args:?}: {ran:?}"
        );
    }
}
