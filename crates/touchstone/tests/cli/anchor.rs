//! The log at a time-stamping authority, from the settings to the verdict.

use std::fs;

use serde_json::{Value, json};
use touchstone_testkit::{Manner, TimestampAuthority};

use super::keeping::{ids, issued};
use super::run::{Folder, Ran};

/// Runs the binary with this authority in its settings.
fn run(folder: &Folder, authority: &TimestampAuthority, args: &[&str]) -> Ran {
    folder.write("touchstone-data/tsa.pem", authority.root());
    let line = format!("rfc3161 notary {} tsa.pem", authority.url());
    let environment = [
        ("TOUCHSTONE_LOG_ANCHORS", line.as_str()),
        ("TOUCHSTONE_FETCH_LOOPBACK", "true"),
    ];
    folder.run_with(args, &environment, b"")
}

#[test]
fn an_anchored_log_shows_a_time_to_who_trusts_the_authority_and_openssl_agrees() {
    let folder = issued();
    let authority = TimestampAuthority::new();
    folder.run(&["work", "--once"]).exits(0);
    folder
        .run(&["log", "anchors"])
        .exits(0)
        .says("Nobody is asked; log.anchors names who is.");
    let run = |args: &[&str]| run(&folder, &authority, args);
    let id = ids(&folder, &[]).remove(0);
    let bundle = |name: &str| {
        run(&["credential", "export", &id, "--bundle", "--out", name]).exits(0);
    };
    bundle("before.bundle");
    assert_eq!(authority.asked(), 0, "only work asks");

    run(&["work", "--once"]).exits(0);
    run(&["work", "--once"]).exits(0);
    assert_eq!(authority.asked(), 1, "once a day");
    let listed = run(&["--json", "log", "anchors"]).exits(0).json();
    let one = &listed["checkpoints"][0];
    assert_eq!(one["state"], "confirmed", "{listed}");
    run(&["log", "anchors"])
        .exits(0)
        .says("is asked for an answer every 1440 minutes at most: one answer each time: the protocol is free")
        .says("confirmed")
        .says("it states that it had seen them by");
    run(&["doctor"]).says("it states that it had seen");
    run(&["publish", "--to", "public"]).exits(0);
    let published = |place: &str| {
        let path = one[place].as_str().unwrap();
        fs::read(folder.path(&format!("public/{path}"))).unwrap()
    };
    assert!(authority.verifies(&published("proof"), &published("text")));

    // What is published is read with the log, and so is what is stored; a flipped bit names the file.
    let fsck = ["log", "fsck", "public/log"];
    folder
        .run(&fsck)
        .exits(0)
        .says("anchors: 2 files read")
        .says("notary.tsr: whole by itself, no certificate that is trusted vouches");
    run(&["log", "fsck"])
        .exits(0)
        .says("anchors: 2 files read")
        .says("Every hash is right.");
    for place in ["proof", "text"] {
        let path = one[place].as_str().unwrap();
        let at = folder.path(&format!("public/{path}"));
        let sound = fs::read(&at).unwrap();
        let mut flipped = sound.clone();
        let end = flipped.len() - 9;
        flipped[end] ^= 1;
        fs::write(&at, flipped).unwrap();
        let named = path.strip_prefix("log/").unwrap();
        let told = folder
            .run(&[&["--json"], &fsck[..]].concat())
            .exits(1)
            .json();
        assert_eq!(told["faults"][0]["file"], named, "{told}");
        assert_eq!(told["faults"][1], Value::Null, "{told}");
        fs::write(&at, sound).unwrap();
    }

    bundle("after.bundle");
    run(&["log", "trust", "--out", "trust.policy"]).exits(0);
    folder
        .run(&[&fsck[..], &["--policy", "trust.policy"]].concat())
        .exits(0)
        .says("anchors: 2 files read\nEvery hash is right.");
    let text = fs::read_to_string(folder.path("trust.policy")).unwrap();
    let less = text.lines().filter(|line| !line.starts_with("#anchor"));
    let less: String = less.map(|line| format!("{line}\n")).collect();
    assert!(less.len() < text.len());
    folder.write("less.policy", less);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    for (bundle, trust, says) in [
        (
            "after.bundle",
            "trust.policy",
            "as the anchor notary states",
        ),
        (
            "after.bundle",
            "less.policy",
            "no certificate that is trusted vouches for who signed it",
        ),
        ("before.bundle", "trust.policy", "Time: the issuer's word"),
    ] {
        folder
            .run(&["verify", bundle, "--offline", "--trust", trust])
            .exits(0)
            .says(says);
    }
    let check = [
        "--json",
        "verify",
        "after.bundle",
        "--offline",
        "--trust",
        "trust.policy",
    ];
    let json = folder.run(&check).exits(0).json();
    assert_eq!(json["seenBy"]["name"], "notary");
    assert_eq!(json["seenBy"]["time"], one["seenBy"]);

    // What a page finds in the reader's own browser is what the command finds.
    let file = fs::read(folder.path("after.bundle")).unwrap();
    let at = &json["at"];
    let here = in_a_browser(&file, &json!({ "at": at, "trust": text }));
    assert_eq!(here["report"], json);
    assert_eq!(here["verdict"]["outcome"], "pass");
    let page = here["main"].as_str().unwrap();
    assert!(page.contains("as the anchor notary states"), "{page}");
    let without = in_a_browser(&file, &json!({ "at": at }));
    assert_eq!(without["verdict"]["outcome"], "unknown");
    let page = without["main"].as_str().unwrap();
    assert!(page.contains("Whom do you trust?"), "{page}");
    let altered = std::str::from_utf8(&file).unwrap();
    let altered = altered.replacen("Precision measurement", "Precision measuring", 1);
    assert_ne!(altered.as_bytes(), file);
    let altered = in_a_browser(altered.as_bytes(), &json!({ "at": at, "trust": text }));
    assert_eq!(altered["verdict"]["outcome"], "failed", "{altered}");
    let faulty = in_a_browser(
        b"{\"format\": \"touchstone-bundle/1\"}",
        &json!({ "at": at }),
    );
    assert_eq!(faulty["error"]["code"], "unreadable_bundle", "{faulty}");
    let no_text = in_a_browser(&file, &json!({ "at": at, "trust": [1, 2] }));
    assert_eq!(no_text["error"]["code"], "inputs_unreadable", "{no_text}");
    let fresh = json!({ "at": at, "trust": text, "statusMaxAge": 86_400_000 });
    assert_eq!(in_a_browser(&file, &fresh)["verdict"]["outcome"], "pass");
    let too_old = json!({ "at": at, "trust": text, "statusMaxAge": 0 });
    let too_old = in_a_browser(&file, &too_old);
    assert_eq!(too_old["verdict"]["outcome"], "unknown", "{too_old}");
    for no_age in [json!(-1), json!(0.5), json!("1")] {
        let no_age = json!({ "at": at, "trust": text, "statusMaxAge": no_age });
        let no_age = in_a_browser(&file, &no_age);
        assert_eq!(no_age["error"]["code"], "inputs_unreadable", "{no_age}");
    }
    let no_file = json!({ "at": at, "trust": "nothing\n" });
    let no_file = in_a_browser(&file, &no_file);
    assert_eq!(no_file["error"]["code"], "trust_unreadable", "{no_file}");
    // Each credential keeps its own report, also beside one that cannot be read.
    let mut two: Value = serde_json::from_slice(&file).unwrap();
    let mut unreadable = two["credentials"][0].clone();
    unreadable["document"] = "{}".into();
    two["credentials"]
        .as_array_mut()
        .unwrap()
        .insert(0, unreadable);
    // A bundle says first what it is.
    let format = two.as_object_mut().unwrap().remove("format").unwrap();
    let two = format!("{{\"format\":{format},{}", &two.to_string()[1..]);
    let two = in_a_browser(two.as_bytes(), &json!({ "at": at, "trust": text }));
    assert_eq!(two["verdict"]["outcome"], "failed", "{two}");
    let reports = &two["report"]["credentials"];
    assert_eq!(reports[0], Value::Null, "{two}");
    assert_eq!(reports[1], json["credentials"][0], "{two}");
    // Whether it was withdrawn by then is not known today.
    let later = json!({ "at": "2027-06-01T00:00:00Z", "trust": text, "statusAt": true });
    let later = in_a_browser(&file, &later);
    assert_eq!(later["verdict"]["outcome"], "unknown", "{later}");
}

/// What the verifier that browsers load answers, as it is compiled for this machine.
fn in_a_browser(file: &[u8], inputs: &Value) -> Value {
    let answer = touchstone_wasm::check_whole(file, inputs.to_string().as_bytes());
    serde_json::from_str(&answer).unwrap()
}

#[test]
fn an_authority_that_is_down_is_told_and_holds_up_nothing() {
    let folder = issued();
    let authority = TimestampAuthority::new();
    authority.set(Manner::Broken);
    let run = |args: &[&str]| run(&folder, &authority, args);
    run(&["work", "--once"]).exits(0);
    run(&["log", "anchors"])
        .exits(0)
        .says("pending")
        .says("it answered 503");
    run(&["doctor"])
        .exits(1)
        .says("the authority may charge for it")
        .says("it answered 503; it is tried again. Nothing is held up by it");
    let id = ids(&folder, &[]).remove(0);
    run(&[
        "credential",
        "export",
        &id,
        "--bundle",
        "--out",
        "ada.bundle",
    ])
    .exits(0);
    folder.write("touchstone-data/tsa.pem", "no certificate");
    let line = "rfc3161 notary https://tsa.example.org/tsr tsa.pem";
    folder
        .run_with(&["doctor"], &[("TOUCHSTONE_LOG_ANCHORS", line)], b"")
        .warns("log.anchors: notary");
}

/// A copy from which nobody is asked anything still knows whom the log is anchored with.
#[test]
fn where_nothing_may_be_fetched_an_anchor_is_named_and_not_asked() {
    let folder = issued();
    let authority = TimestampAuthority::new();
    folder.write("touchstone-data/tsa.pem", authority.root());
    // What opens an authority is nobody's business.
    let line = format!("rfc3161 notary {}?key=SECRET tsa.pem", authority.url());
    let environment = [
        ("TOUCHSTONE_LOG_ANCHORS", line.as_str()),
        ("TOUCHSTONE_FETCH_LOOPBACK", "true"),
        ("TOUCHSTONE_FETCH_ALLOW", "false"),
    ];
    let run = |args: &[&str]| folder.run_with(args, &environment, b"");
    run(&["work", "--once"]).exits(0);
    assert_eq!(authority.asked(), 0);
    run(&["log", "anchors"])
        .exits(0)
        .says("notary (rfc3161,")
        .says("is not asked, because fetch.allow is false");
    let listed = run(&["--json", "log", "anchors"]).exits(0).json();
    assert_eq!(listed["anchors"][0]["asked"], false, "{listed}");
    assert!(!listed.to_string().contains("SECRET"), "{listed}");
    run(&["doctor"]).says("is not asked, because fetch.allow is false");
    run(&["log", "trust", "--out", "trust.policy"]).exits(0);
    let text = fs::read_to_string(folder.path("trust.policy")).unwrap();
    assert!(text.contains("\n#anchor rfc3161 notary "), "{text}");
}
