//! A trust file: what somebody who trusts this log gives to a verifier (C2SP tlog-policy).

use super::{LogError, cosign::policy};
use crate::World;

/// Writes it, with the witnesses that are asked and their quorum. `None` before the log is begun.
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
    let anchors: String = world
        .anchors
        .anchors
        .iter()
        .map(|one| one.trust.as_str())
        .collect();
    let anchors = match anchors.is_empty() {
        true => anchors,
        false => format!(
            "\n# Whom you believe about times besides: comments to other readers of this format.\n{anchors}"
        ),
    };
    Ok(Some(format!(
        "# Trust in the log {origin}, for `touchstone verify --trust` and for other readers of C2SP tlog-policy.\n\
         # Compare the key with one that you were given on another way. {witnesses}\n\
         {policy}{anchors}",
        origin = tree.origin
    )))
}
