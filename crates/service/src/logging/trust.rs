//! A trust file: what somebody who trusts this log gives to a verifier (C2SP tlog-policy).

use super::{LogError, verifier_key};
use crate::World;

/// Writes it. `None` before the log is begun.
pub async fn trust_file(world: &World) -> Result<Option<String>, LogError> {
    let Some(tree) = world.store.read().log_tree().await? else {
        return Ok(None);
    };
    let key = verifier_key(world, &tree.origin).await?;
    let url = world.site.link("/log");
    Ok(Some(format!(
        "# Trust in the log {origin}, for `touchstone verify --trust` and for other readers of C2SP tlog-policy.\n\
         # Compare the key with one that you were given on another way. Name the witnesses that you trust below,\n\
         # and in the last line how many of them must have seen a checkpoint.\n\
         log {key} {url}\n\
         quorum none\n",
        origin = tree.origin
    )))
}
