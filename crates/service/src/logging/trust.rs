//! A trust file: what somebody who trusts this log gives to a verifier (C2SP tlog-policy).

use std::collections::BTreeSet;

use touchstone_vc::did;

use super::{LogError, anchor::trusted, cosign::policy};
use crate::World;

/// Writes it, with the witnesses that are asked and their quorum. `None` before the log is begun.
#[crate::boxed]
pub async fn trust_file(world: &World) -> Result<Option<String>, LogError> {
    let Some(tree) = world.store.read().log_tree().await? else {
        return Ok(None);
    };
    let policy = policy(world, &tree.origin).await?;
    let witnesses = match policy.witnesses().is_empty() {
        true => {
            "Name the witnesses that you trust below,\n# and in the last line how many of them must have seen a checkpoint."
        }
        false => {
            "The witnesses are those that\n# this log asks: strike those whom you do not trust, and judge for yourself whether the quorum is enough for you."
        }
    };
    let mut anchors: String = world
        .anchors
        .anchors
        .iter()
        .map(|one| one.trust.as_str())
        .collect();
    if !anchors.is_empty() {
        anchors.insert_str(
            0,
            "\n# Whom you believe about times besides: comments to other readers of this format.\n",
        );
    }
    let former = former(world).await?;
    if !former.is_empty() {
        anchors.push_str(
            "\n# Whom this log asked before, struck: take the `# ` away from those whom you believe about the times that they stated then.\n",
        );
        anchors.push_str(&former);
    }
    let mut domains = String::new();
    for domain in domains_since(world, &tree.origin).await? {
        if domains.is_empty() {
            domains.push_str(
                "\n# The institutions of this log moved to another domain: strike the line if you do not believe that it speaks for it.\n",
            );
        }
        domains.push_str(&format!("#domain {} {domain}\n", tree.origin));
    }
    Ok(Some(format!(
        "# Trust in the log {origin}, for `touchstone verify --trust` and for other readers of C2SP tlog-policy.\n\
         # Compare the key with one that you were given on another way. {witnesses}\n\
         {policy}{domains}{anchors}",
        origin = tree.origin
    )))
}

/// The domains that institutions moved to since the log was begun: it is called by the address that it had then.
async fn domains_since(world: &World, origin: &str) -> Result<BTreeSet<String>, LogError> {
    let reader = world.store.read();
    let former = reader.all_former_dids().await?;
    let mut dids: Vec<String> = former.iter().map(|row| row.did.clone()).collect();
    for institution in reader.institutions().await? {
        let moved = former.iter().any(|row| row.tenant == institution.id);
        dids.extend(institution.did.filter(|_| moved));
    }
    let domains = dids.iter().filter_map(|did| did::web::domain(did));
    let own = |domain: &String| origin == domain || origin.starts_with(&format!("{domain}/"));
    Ok(domains.filter(|domain| !own(domain)).collect())
}

/// The lines, struck, of anchors that once stated a time and are not asked any more, or not by this certificate.
async fn former(world: &World) -> Result<String, LogError> {
    let reader = world.store.read();
    let mut former: BTreeSet<(String, String)> = BTreeSet::new();
    for (anchor, trust) in reader.log_anchors_confirmed().await? {
        former.extend(trust.map(|trust| (anchor, trust)));
    }
    for one in &world.anchors.anchors {
        let now = trusted(world, one);
        former.remove(&(now.anchor, now.id));
    }
    let rows = reader.log_anchor_trusts().await?.into_iter();
    let lines = rows.filter(|row| former.contains(&(row.anchor.clone(), row.id.clone())));
    let lines = lines.filter(|row| row.line.starts_with('#'));
    Ok(lines.map(|row| format!("# {}", row.line)).collect())
}
