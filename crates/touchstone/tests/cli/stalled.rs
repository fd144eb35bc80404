//! A cohort whose steps fail: who waits sees how far it is and why it stands, and nobody else's failures.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use tokio::runtime::Runtime;
use touchstone_store::{BatchState, NewJob, Store};

use super::{
    keeping::{ids, issued},
    run::Folder,
};

/// Awards the sample to somebody who has it not.
const ISSUE: [&str; 5] = [
    "issue",
    "--achievement",
    "precision-measurement",
    "--csv",
    "second.csv",
];

/// An institution with two credentials, a list of one more, and its key where nobody finds it.
fn without_key() -> (Folder, PathBuf, PathBuf) {
    let folder = issued();
    folder.write(
        "second.csv",
        "name,email,identifier,level,evidence,awarded_on\nCy,cy@example.org,3,3,https://example.org/e/1,2026-11-12\n",
    );
    let key = fs::read_dir(folder.path("touchstone-data/keys"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().ends_with("example-1.key.json"))
        .unwrap();
    let away = folder.path("away");
    fs::rename(&key, &away).unwrap();
    (folder, key, away)
}

async fn store(folder: &Folder) -> Store {
    let file = folder.path("touchstone-data/touchstone.db");
    let url = format!("sqlite://{}", file.display());
    Store::connect(&url).await.unwrap()
}

/// Gives a job of somebody else up.
fn bury(folder: &Folder, kind: &str) {
    let job = &NewJob {
        id: "somebody-elses".into(),
        kind: kind.into(),
        payload: "{}".into(),
        dedupe: None,
        run_at: 0,
        created_at: 0,
    };
    Runtime::new().unwrap().block_on(async {
        let store = store(folder).await;
        let queued = store.write(|mut tx| async move { tx.enqueue(job.clone()).await });
        queued.await.unwrap();
        let claimed = &store.claim_jobs(&[kind], 1, 2, 1).await.unwrap()[0];
        let buried = store.write(|mut tx| async move {
            tx.bury_job(claimed, None, "somebody else’s trouble").await
        });
        buried.await.unwrap();
    });
}

/// Has the list issued until it fails, and stops; then it fails thirty times and waits for an hour. Answers with the batch.
fn failed_all_night(folder: &Folder) -> String {
    let mut issuing = folder.start(&ISSUE);
    let mut told = BufReader::new(issuing.stderr.take().unwrap()).lines();
    told.find(|line| line.as_ref().is_ok_and(|line| line.contains("failed")))
        .unwrap()
        .unwrap();
    issuing.kill().unwrap();
    issuing.wait().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let hence = i64::try_from(now.as_millis()).unwrap() + 60 * 60 * 1_000;
    Runtime::new().unwrap().block_on(async {
        let store = store(folder).await;
        loop {
            let claimed = store.claim_jobs(&["issue-batch"], hence, hence, 1).await;
            let job = &claimed.unwrap()[0];
            let about: Value = serde_json::from_str(&job.payload).unwrap();
            let batch = about["batch"].as_str().unwrap();
            let dedupe = &format!("issue-batch:{batch}");
            let back = store.write(|mut tx| async move {
                tx.retry_job(job, Some(dedupe), hence, "no such key").await
            });
            back.await.unwrap();
            if job.attempts == 30 {
                return batch.to_owned();
            }
        }
    })
}

#[test]
fn somebody_elses_dead_job_is_not_why_issuing_fails() {
    let (folder, key, away) = without_key();
    bury(&folder, "key-mail");
    let mut issuing = folder.start(&ISSUE);
    let mut told = BufReader::new(issuing.stderr.take().unwrap()).lines();
    let why = told
        .find_map(|line| line.ok().filter(|line| line.contains("issue-batch")))
        .unwrap();
    assert!(why.contains("failed: no such key"), "{why}");
    fs::rename(&away, &key).unwrap();
    let rest: Vec<String> = told.map_while(Result::ok).collect();
    assert!(issuing.wait().unwrap().success(), "{rest:?}");
    assert!(!rest.concat().contains("somebody else"), "{rest:?}");
    assert_eq!(ids(&folder, &[]).len(), 3);
    folder
        .run(&["doctor"])
        .exits(1)
        .says("1 were given up after many tries, the first a job key-mail: somebody else’s trouble")
        .says("`touchstone work --once --again` tries them at once");
}

#[test]
fn a_job_whose_worker_hangs_is_told() {
    let folder = issued();
    folder.run(&["doctor"]).exits(0);
    let (kind, payload, since) = ("key-mail", "{}", 0);
    let job = &NewJob {
        id: "hangs".into(),
        kind: kind.into(),
        payload: payload.into(),
        dedupe: None,
        run_at: since,
        created_at: since,
    };
    Runtime::new().unwrap().block_on(async {
        let store = store(&folder).await;
        let queued = store.write(|mut tx| async move { tx.enqueue(job.clone()).await });
        queued.await.unwrap();
        let claimed = store.claim_jobs(&[kind], 1, 2, 1).await.unwrap();
        assert_eq!(claimed.len(), 1);
    });
    folder
        .run(&["doctor"])
        .exits(1)
        .says("1 in work, one without a sign of life for");
    // One that was given up does not hide it.
    bury(&folder, "moved-mail");
    folder
        .run(&["doctor"])
        .exits(1)
        .says("1 in work, one without a sign of life for")
        .says("1 were given up after many tries");
}

#[test]
fn what_keeps_a_cohort_is_named_with_the_ways_out_until_it_is_tried_again() {
    let (folder, key, away) = without_key();
    let batch = failed_all_night(&folder);
    folder
        .run(&["doctor"])
        .exits(1)
        .says("“second.csv” is confirmed and not issued after 30 tries: no such key")
        .says("`touchstone work --once --again`")
        .says(&format!("/cohorts/{batch}"));
    fs::rename(&away, &key).unwrap();
    // Its time has not come, and it would go on by itself; here it goes on at a word.
    folder.run(&["work", "--once"]).exits(0);
    assert_eq!(ids(&folder, &[]).len(), 2);
    folder
        .run(&["work", "--once", "--again"])
        .exits(0)
        .warns("1 jobs that failed and 0 that were given up are tried now.");
    assert_eq!(ids(&folder, &[]).len(), 3);
    folder.run(&["doctor"]).exits(0);
    folder
        .run(&ISSUE)
        .exits(0)
        .says("1 credentials stand in batch");
}

#[test]
fn the_same_command_again_tries_at_once_what_waits_for_its_time_and_names_the_ways_out() {
    let (folder, key, away) = without_key();
    let batch = failed_all_night(&folder);
    folder
        .run(&ISSUE)
        .exits(1)
        .warns("issue-batch failed 31 times: no such key")
        .warns("run the same command again")
        .warns(&format!(
            "`touchstone batch cancel {batch}` gives up what is not signed of it; so does its page, /cohorts/{batch}"
        ));
    fs::rename(&away, &key).unwrap();
    let again = folder.run(&ISSUE).exits(0);
    assert!(!again.err.contains("failed"), "{}", again.err);
    assert_eq!(ids(&folder, &[]).len(), 3);
}

#[test]
fn what_can_never_be_signed_is_given_up_by_a_command() {
    let (folder, key, away) = without_key();
    let batch = failed_all_night(&folder);
    let state = |batch: &str| {
        let list = ["--json", "batch", "list", "--search", "second"];
        let found = folder.run(&list).exits(0).json();
        assert_eq!(found["batches"][0]["id"], batch);
        assert_eq!(found["batches"].as_array().unwrap().len(), 1, "{found}");
        found["batches"][0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&batch), "sealing");
    folder
        .run(&["batch", "cancel", &batch])
        .exits(0)
        .says("is given up: nothing of it was issued");
    assert_eq!(state(&batch), "cancelled");
    // Again changes nothing, and its job is gone with it.
    folder.run(&["batch", "cancel", &batch]).exits(0);
    fs::rename(&away, &key).unwrap();
    folder.run(&["work", "--once", "--again"]).exits(0);
    assert_eq!(ids(&folder, &[]).len(), 2);
    folder.run(&["doctor"]).exits(0);
    // The same people can go in another list.
    let issued = folder.run(&ISSUE).exits(0);
    let said = issued.text();
    assert!(!said.contains(&batch), "{said}");
    assert_eq!(ids(&folder, &[]).len(), 3);
}

#[test]
fn what_is_issued_is_not_given_up_and_who_asks_is_told_the_way_out() {
    let folder = issued();
    let all = folder.run(&["--json", "batch", "list"]).exits(0).json();
    let batch = all["batches"][0]["id"].as_str().unwrap();
    folder
        .run(&["batch", "list"])
        .exits(0)
        .says(batch)
        .says("sealed");
    assert_eq!(ids(&folder, &["--batch", batch]).len(), 2);
    assert!(ids(&folder, &["--batch", "nobody"]).is_empty());
    folder
        .run(&["batch", "cancel", batch])
        .exits(1)
        .warns("revoke its credentials instead");
    folder
        .run(&["batch", "cancel", "nobody"])
        .exits(1)
        .warns("no such batch");
    folder
        .run(&["batch", "list", "--after", "nowhere"])
        .exits(1)
        .warns("no page of this list");
    assert_eq!(ids(&folder, &[]).len(), 2);
}

#[test]
fn a_list_that_was_set_down_and_not_approved_goes_on_at_the_same_command() {
    let (folder, key, away) = without_key();
    failed_all_night(&folder);
    Runtime::new().unwrap().block_on(async {
        let store = store(&folder).await;
        let begun = &store
            .read()
            .batches_in_state(BatchState::Sealing)
            .await
            .unwrap()[0];
        let back = store.write(|mut tx| async move {
            let (from, to) = (begun.state, BatchState::Validated);
            tx.move_batch(&begun.tenant, &begun.id, from, to).await
        });
        back.await.unwrap();
    });
    fs::rename(&away, &key).unwrap();
    folder
        .run(&ISSUE)
        .exits(0)
        .says("1 credentials stand in batch");
    assert_eq!(ids(&folder, &[]).len(), 3);
}

#[test]
fn a_terminal_shows_how_many_of_all_are_signed() {
    let folder = issued();
    let mut list = String::from("name,email,identifier,level,evidence,awarded_on\n");
    for number in 100..160 {
        list += &format!(
            "Learner {number},l{number}@example.org,{number},3,https://example.org/e/1,2026-11-12\n"
        );
    }
    folder.write("second.csv", list);
    // What `script` runs has a terminal.
    let command = format!("{} {}", env!("CARGO_BIN_EXE_touchstone"), ISSUE.join(" "));
    let seen = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(folder.path(""))
        .env("TERM", "xterm")
        .output()
        .unwrap();
    let seen = String::from_utf8(seen.stdout).unwrap();
    // On a slow machine what is set down is shown before, and counts as far.
    let mut bars = seen.split(['\r', '\n']);
    let signed = bars.any(|bar| bar.contains("signing") && bar.contains("60/60"));
    assert!(signed, "{seen:?}");

    let unseen = folder.run(&ISSUE).exits(0);
    assert!(!unseen.err.contains("signing"), "{}", unseen.err);
}
