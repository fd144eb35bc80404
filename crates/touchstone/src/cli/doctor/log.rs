//! How the public log stands, who vouches for it, and what is vouched for here.

use std::time::Duration;

use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::{
    World,
    logging::{ConfiguredAnchor, Quorum, StandingAnchor, is_sound, standing},
    ports::{Price, coins},
    witnessing::waiting,
};
use touchstone_store::{AnchorState, Store};
use touchstone_tlog::VerifierKey;
use touchstone_vc::multibase::encode_hex;

use super::{Finding, ill, now, well};
use crate::{cli::log::NOT_ASKED, installation::Settings};

/// The public log: whether it is continued, and who has vouched for it.
pub(super) async fn log(world: &World, findings: &mut Vec<Finding>) {
    let standing = match standing(world).await {
        Ok(Some(standing)) => standing,
        Ok(None) => {
            return findings.push(well("log", "is begun with the first institution".into()));
        }
        Err(error) => return findings.push(ill("log", error.to_string())),
    };
    let size = standing.size;
    let age = (now().unix_millis() - standing.shown_at.unix_millis()).max(0) / 1_000;
    let waits = standing
        .queued_since
        .map_or(0, |since| now().unix_millis() - since.unix_millis())
        / 1_000;
    findings.push(match is_sound(world).await {
        Err(error) => ill("log", error.to_string()),
        Ok(()) if waits > 60 => ill(
            "log",
            format!(
                "{} changes wait to be entered, the first for {waits} s; is `touchstone serve` or `touchstone work` running?",
                standing.queued
            ),
        ),
        Ok(()) => well(
            "log",
            format!("{size} entries; the checkpoint is {age} s old, {} changes wait", standing.queued),
        ),
    });
    findings.push(match standing.quorum {
        Quorum::NotAsked if standing.witnesses.is_empty() => {
            well("witnesses", "none is asked; log.witnesses names them".into())
        }
        Quorum::NotAsked => well("witnesses", "are asked, and log.quorum asks for none".into()),
        Quorum::Reached => well("witnesses", format!("enough have cosigned {size} entries")),
        Quorum::Pending if age < 60 => {
            well("witnesses", format!("pending: {size} entries were shown {age} s ago"))
        }
        Quorum::Pending => ill(
            "witnesses",
            format!(
                "pending for {age} s: too few have cosigned {size} entries{}. Nothing is held up by it, and proofs are pending until enough have",
                standing.witnessed.map_or(String::new(), |had| format!("; enough have cosigned {had}"))
            ),
        ),
    });
    findings.extend(standing.anchors.iter().map(anchor));
    for one in &world.anchors.anchors {
        findings.extend(price(one).await);
    }
    for one in &standing.witnesses {
        if let Some((since, said)) = &one.against {
            let then = match &one.overruled {
                None => format!(
                    "nothing more is entered in the log; what is issued waits. `touchstone log monitor` compares what is shown. If an older copy was put \
                     back: `touchstone restore`. If the witness is wrong: `touchstone log go-on {} --reason WHY`",
                    one.name
                ),
                Some(reason) => format!(
                    "somebody decided to go on in spite of it: {reason}. Take it out of log.witnesses if it stays so"
                ),
            };
            findings.push(ill(
                "witness",
                format!(
                    "ALARM: {} ({}), since {since}: {said}; {then}",
                    one.name, one.url
                ),
            ));
        }
        findings.push(match &one.refused {
            Some(_) if one.against.is_some() => continue,
            Some((since, why)) => ill(
                "witness",
                format!(
                    "{} ({}) has not cosigned since {since}: {why}",
                    one.name, one.url
                ),
            ),
            None if one.asked_at.is_none() => well(
                "witness",
                format!("{} ({}) was not asked yet", one.name, one.url),
            ),
            None => well(
                "witness",
                format!(
                    "{} ({}) cosigned {} entries",
                    one.name, one.url, one.cosigned
                ),
            ),
        });
    }
}

/// Who states when the log was there: what that costs first, then how it goes.
fn anchor(one: &StandingAnchor) -> Finding {
    let how = match one.is_asked {
        true => {
            let minutes = one.every_ms / 60_000;
            format!("is asked for an answer every {minutes} minutes at most")
        }
        false => NOT_ASKED.to_owned(),
    };
    let words = format!("{} ({}) {how}: {}", one.name, one.url, one.cost);
    let had = one
        .confirmed
        .as_ref()
        .map(|confirmed| (confirmed.size, confirmed.seen_by, confirmed.block));
    let had = match had {
        None => "nothing is confirmed yet".to_owned(),
        Some((size, Some(by), _)) => format!("it states that it had seen {size} entries by {by}"),
        Some((size, None, Some(block))) => {
            format!("{size} entries are under block {block} of Bitcoin")
        }
        Some((size, None, None)) => format!("{size} entries are confirmed"),
    };
    match (one.fails(), &one.newest) {
        _ if !one.is_asked => well("anchor", format!("{words}; {had}")),
        (Some((newest, why)), _) => {
            let after = match newest.state {
                AnchorState::Failed => {
                    "given up; it is asked anew when as much time has passed as log.anchor_every_minutes says"
                }
                _ => "it is tried again",
            };
            ill(
                "anchor",
                format!(
                    "{words}. {} entries are not anchored since {}: {why}; {after}. Nothing is held up by it, and {had}",
                    newest.size, newest.submitted_at
                ),
            )
        }
        (None, Some(newest)) if newest.state == AnchorState::Pending => well(
            "anchor",
            format!(
                "{words}. Pending: {} entries since {}; {had}",
                newest.size, newest.submitted_at
            ),
        ),
        (None, _) => well("anchor", format!("{words}; {had}")),
    }
}

/// What one more checkpoint would cost at an anchor now, where that changes, and whether there is so much. Nothing is handed in.
async fn price(one: &ConfiguredAnchor) -> Option<Finding> {
    let asked = tokio::time::timeout(PATIENCE, one.ask.as_ref()?.price()).await;
    let name = &one.name;
    let price = match asked {
        Ok(Ok(price)) => price?,
        Ok(Err(error)) => {
            let words = format!("{name}: what it would cost now is not known: {error}");
            return Some(ill("anchor", words));
        }
        Err(_) => {
            let words = format!("{name}: what it would cost now is not known: no answer in time");
            return Some(ill("anchor", words));
        }
    };
    let Price {
        now,
        most,
        has,
        payer,
    } = price;
    let words = format!(
        "{name}: one more would cost {} now, and may cost {}; 0x{}, which pays, has {}",
        coins(now),
        coins(most),
        encode_hex(&payer),
        coins(has)
    );
    Some(if now > most {
        let words = format!("{words}. Nothing is sent until it costs less, or max_fee is raised");
        ill("anchor", words)
    } else if now > has {
        ill(
            "anchor",
            format!("{words}. Nothing is sent until it has more"),
        )
    } else {
        well("anchor", words)
    })
}

/// How long an anchor may take to say what it costs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What this installation vouches for as a witness, after a backup was restored.
pub(super) async fn vouching(store: &Store, settings: &Settings) -> Vec<Finding> {
    let logs = settings.config.witness.logs.iter();
    let logs: Vec<VerifierKey> = logs
        .filter_map(|text| VerifierKey::parse(text, &TLOG_CRYPTO).ok())
        .collect();
    match waiting(store, &logs, &TLOG_CRYPTO).await {
        Err(error) => vec![ill("vouching", error.to_string())],
        Ok(waiting) => waiting
            .into_iter()
            .map(|one| {
                ill(
                    "vouching",
                    format!(
                        "nothing of {} is cosigned, because a backup was restored: `touchstone witness confirm {} --size N` names the newest \
                         size that was ever cosigned ({} is known here)",
                        one.origin, one.origin, one.known
                    ),
                )
            })
            .collect(),
    }
}
