//! The passphrase of the keys in shares: any three of five open a backup on a blank machine, and two do not.

use std::{fs, os::unix::fs::PermissionsExt};

use super::keeping::{ids, issued};

#[test]
fn any_three_of_five_shares_open_a_backup_on_a_blank_machine_and_two_do_not() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    let escrow = ["key", "escrow", "--to", "shares"];
    folder
        .run(&escrow)
        .exits(0)
        .says("any 3 of them open the keys");
    folder.run(&escrow).exits(1).warns("is there already");
    folder
        .run(&["key", "escrow", "--to", "others", "--needed", "6"])
        .exits(1)
        .warns("no more than are made");
    for number in 1..=5 {
        let file = folder.path(&format!("shares/share-{number}.txt"));
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(&format!("share {number} of 5")), "{text}");
    }
    let secret = fs::read_to_string(folder.path("touchstone-data/keys/passphrase")).unwrap();
    // The record knows of the set, once: what was refused made none. Nothing of a share is in it.
    folder
        .run(&["audit", "export", "--out", "record.audit"])
        .exits(0);
    let record = fs::read_to_string(folder.path("record.audit")).unwrap();
    let lines: Vec<&str> = record
        .lines()
        .filter(|line| line.contains("\"key.escrow\""))
        .collect();
    let share = fs::read_to_string(folder.path("shares/share-1.txt")).unwrap();
    let set = share.lines().find_map(|line| line.strip_prefix("Set:  "));
    let [line] = lines[..] else {
        panic!("{record}");
    };
    assert!(line.contains(set.unwrap()) && line.contains("command line"));
    assert!(line.contains(r#"{\"needed\":3,\"shares\":5}"#), "{line}");
    folder.run(&["backup", "--to", "b.zip"]).exits(0);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();

    // Typed from paper, in small letters.
    let typed = fs::read_to_string(folder.path("shares/share-4.txt")).unwrap();
    let (_, lines) = typed.split_once("\n1:").unwrap();
    let lines = format!("1:{}", lines.to_lowercase());
    folder.write("typed.txt", &lines);
    let wrong = lines.replacen(lines.split_whitespace().nth(3).unwrap(), "0000", 1);
    folder.write("wrong.txt", &wrong);

    let mut number = 0;
    let mut restore = |shares: &[&str]| {
        number += 1;
        let data = format!("restored-{number}");
        let mut args = vec![
            "--data",
            &data,
            "restore",
            "--from",
            "b.zip",
            "--documents",
            "public",
            "--without-log",
        ];
        args.extend(shares.iter().flat_map(|share| ["--share", share]));
        let ran = folder.run(&args);
        (data.clone(), ran)
    };
    let two = restore(&["shares/share-1.txt", "shares/share-5.txt"]);
    two.1.exits(1).warns("too few shares: 1 more");
    assert!(!folder.path(&two.0).exists(), "nothing was unpacked");
    let wrong = restore(&["shares/share-1.txt", "shares/share-5.txt", "wrong.txt"]);
    wrong.1.exits(1).warns("wrong.txt: line 1 was not typed");
    for shares in [
        [
            "shares/share-1.txt",
            "shares/share-2.txt",
            "shares/share-3.txt",
        ],
        ["shares/share-5.txt", "typed.txt", "shares/share-2.txt"],
    ] {
        let (data, ran) = restore(&shares);
        ran.exits(0);
        let args = ["--data", &data, "audit", "export", "--out"];
        let file = format!("{data}.audit");
        folder.run(&[&args[..], &[&file]].concat()).exits(0);
        let record = fs::read_to_string(folder.path(&file)).unwrap();
        let opened = record
            .lines()
            .find(|line| line.contains("installation.restore"));
        let opened = opened.unwrap_or_else(|| panic!("{record}"));
        assert!(opened.contains(set.unwrap()), "{opened}");
        let kept = fs::read_to_string(folder.path(&format!("{data}/keys/passphrase"))).unwrap();
        assert_eq!(kept.trim_end(), secret.trim_end());
        assert_eq!(ids(&folder, &["--data", &data]).len(), 2);
        folder
            .run(&["--data", &data, "key", "list"])
            .exits(0)
            .says("active");
        let cohort = "name,email,identifier,level,evidence,awarded_on\nDee,dee@example.org,4,3,https://example.org/e/1,2026-11-12\n";
        folder.write("more.csv", cohort);
        let issue = [
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            "more.csv",
        ];
        folder
            .run(&[&["--data", &data], &issue[..]].concat())
            .exits(0);
    }
}

/// A passphrase that the settings have asked for, or that stands in a file elsewhere, is not written where nobody wants it.
#[test]
fn a_passphrase_that_was_put_together_stands_only_where_the_settings_look_for_it() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    folder.run(&["key", "escrow", "--to", "shares"]).exits(0);
    let secret = fs::read_to_string(folder.path("touchstone-data/keys/passphrase")).unwrap();
    folder.run(&["backup", "--to", "b.zip"]).exits(0);
    let given = |option: &'static str| {
        let [one, two, three] = [
            "shares/share-1.txt",
            "shares/share-3.txt",
            "shares/share-5.txt",
        ];
        [option, one, option, two, option, three]
    };
    let restore = |data: &str, settings: &str| {
        folder.write("other.toml", settings);
        let fixed = ["--config", "other.toml", "--data", data, "restore"];
        let from = ["--from", "b.zip", "--documents", "public", "--without-log"];
        folder.run(&[&fixed[..], &from, &given("--share")].concat())
    };
    restore("asked", "[keys]\nprompt = true\n")
        .exits(0)
        .says("asked for at every start (keys.prompt)")
        .says("touchstone key escrow --join");
    assert!(!folder.path("asked/keys/passphrase").exists());

    let no_folder = folder.path("b.zip/passphrase");
    let named = format!("[keys]\npassphrase_file = \"{}\"\n", no_folder.display());
    restore("named", &named)
        .exits(0)
        .says("cannot be written here");
    assert!(!folder.path("named/keys/passphrase").exists());
    fs::create_dir(folder.path("secrets")).unwrap();
    let elsewhere = folder.path("secrets/passphrase");
    restore(
        "there",
        &format!("[keys]\npassphrase_file = \"{}\"\n", elsewhere.display()),
    )
    .exits(0);
    assert!(!folder.path("there/keys/passphrase").exists());
    assert_eq!(
        fs::read_to_string(&elsewhere).unwrap().trim_end(),
        secret.trim_end()
    );
    let mode = fs::metadata(&elsewhere).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    folder
        .run(&["--config", "other.toml", "--data", "there", "key", "list"])
        .exits(0)
        .says("active");
    fs::write(&elsewhere, "another\n").unwrap();
    restore(
        "taken",
        &format!("[keys]\npassphrase_file = \"{}\"\n", elsewhere.display()),
    )
    .exits(0)
    .says("has another passphrase");
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "another\n");

    let join = ["key", "escrow", "--to", "joined.txt"];
    let join = [&join[..], &given("--join")].concat();
    folder
        .run(&join)
        .exits(0)
        .says("The passphrase of the keys is in joined.txt");
    folder.run(&join).exits(1).warns("is there already");
    assert_eq!(
        fs::read_to_string(folder.path("joined.txt"))
            .unwrap()
            .trim_end(),
        secret.trim_end()
    );
}
