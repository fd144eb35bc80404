//! What Prometheus reads: everything an operator needs, and nothing of anybody.

use std::collections::BTreeSet;

use touchstone_service::logging::ask_all;
use touchstone_service::operations::{wind, work_until_idle};

use crate::api_program::Program;
use crate::site::Site;

pub(crate) async fn metrics(site: &Site) -> String {
    let answer = Program::stranger(site).get("/metrics").await;
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.bytes).unwrap()
}

#[tokio::test]
async fn what_is_issued_delivered_waiting_and_old_is_told() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    program.issue(&site).await;
    work_until_idle(&site.test.world).await.unwrap();
    site.test.clock.advance_millis(60_000);
    let text = metrics(&site).await;
    for line in [
        "touchstone_database_up 1",
        "touchstone_signer_up 1",
        "touchstone_credentials_issued_total 2",
        "touchstone_deliveries{state=\"sent\"} 1",
        "touchstone_deliveries{state=\"bounced\"} 0",
        "touchstone_deliveries{state=\"dead\"} 0",
        "touchstone_status_list_age_seconds 60",
        "touchstone_status_list_stale_in_seconds 604740",
        "touchstone_status_publication_waiting_seconds 0",
        "touchstone_jobs{state=\"dead\"} 0",
        "touchstone_jobs_failing 0",
        "touchstone_jobs_oldest_seconds 0",
        "touchstone_jobs_lost_seconds 0",
        "touchstone_log_checkpoint_age_seconds 60",
        "touchstone_log_queue 0",
        "touchstone_log_queue_oldest_seconds 0",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}:\n{text}");
    }
}

#[tokio::test]
async fn a_job_whose_worker_gives_no_sign_of_life_is_told() {
    let site = Site::empty().await;
    let world = &site.test.world;
    wind(world).await.unwrap();
    let now = world.clock.now().unix_millis();
    let claimed = world
        .store
        .claim_jobs(&["deliver"], now, now + 30_000, 1)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 1);
    let lost = async |seconds: i64| {
        let text = metrics(&site).await;
        let line = format!("\ntouchstone_jobs_lost_seconds {seconds}\n");
        assert!(text.contains(&line), "{text}");
    };
    lost(0).await;
    site.test.clock.advance_millis(90_000);
    lost(60).await;
}

#[tokio::test]
async fn no_tenant_and_no_person_stands_in_a_metric() {
    let (site, _) = Site::witnessed().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let text = metrics(&site).await;
    let tenant = site.test.world.store.read().institutions().await.unwrap();
    for word in [
        "riverside",
        "Amara",
        "example.org",
        "workshop",
        tenant[0].id.as_str(),
        ids[0].as_str(),
    ] {
        assert!(!text.contains(word), "{word}");
    }
    let labels: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('{')?.1.split_once('='))
        .map(|(label, _)| label)
        .collect();
    assert_eq!(
        labels,
        BTreeSet::from(["class", "result", "state", "witness"])
    );
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_told_and_gives_no_old_numbers() {
    let site = Site::empty().await;
    site.test.world.store.clone().close().await.unwrap();
    let text = metrics(&site).await;
    assert!(text.contains("\ntouchstone_database_up 0\n"));
    assert!(!text.contains("touchstone_credentials_issued_total"));
    assert!(text.contains("touchstone_http_answers_total"));
}

#[tokio::test]
async fn every_metric_is_documented_and_nothing_else_is() {
    let site = Site::vouched_for().await;
    let program = Program::of(&site, "riverside").await;
    program.issue(&site).await;
    let text = metrics(&site).await;
    let told: BTreeSet<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .collect();
    let documented = include_str!("../../../../docs/operating.md");
    let rows: BTreeSet<(&str, &str)> = documented
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `touchstone_")?.split(" | ");
            let name = cells.next()?.trim_end_matches('`');
            let name = name.split('{').next()?;
            let start = line.find("touchstone_")?;
            Some((
                &line[start..start + "touchstone_".len() + name.len()],
                cells.next()?,
            ))
        })
        .collect();
    assert_eq!(told, rows);
}

#[tokio::test]
async fn t50_what_the_witnesses_of_the_log_answered_is_told() {
    let (site, witness) = Site::witnessed().await;
    let program = Program::of(&site, "riverside").await;
    program.issue(&site).await;
    work_until_idle(&site.test.world).await.unwrap();
    let told = async |lines: &[&str]| {
        site.test.clock.advance_millis(10_000);
        let text = metrics(&site).await;
        for line in lines {
            assert!(text.contains(&format!("\n{line}")), "{line}:\n{text}");
        }
    };
    witness.set_down(true);
    ask_all(&site.test.world).await;
    told(&[
        "touchstone_log_quorum 0\n",
        "touchstone_log_witnessed_entries 0\n",
        "touchstone_log_witness_up{witness=\"north\"} 0\n",
    ])
    .await;
    witness.set_down(false);
    ask_all(&site.test.world).await;
    told(&[
        "touchstone_log_quorum 1\n",
        "touchstone_log_witness_up{witness=\"north\"} 1\n",
        "touchstone_log_witness_against{witness=\"north\"} 0\n",
        "touchstone_log_stopped{witness=\"north\"} 0\n",
    ])
    .await;
}
