//! What anchors keep of the log: how far it had come at least, though not with what.

use super::LogError;
use crate::{World, ports::KeptTree};

/// What was learned of the anchors that keep what they were handed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Kept {
    /// The largest tree of this log at each, by its name in the settings.
    pub trees: Vec<(String, KeptTree)>,
    /// Those that could not be asked, each with the reason.
    pub unasked: Vec<String>,
}

/// Asks each anchor that may be asked.
#[crate::boxed]
pub async fn kept(world: &World) -> Result<Kept, LogError> {
    let mut kept = Kept::default();
    let Some(tree) = world.store.read().log_tree().await? else {
        return Ok(kept);
    };
    for one in &world.anchors.anchors {
        let Some(ask) = &one.ask else { continue };
        match ask.kept(&tree.origin).await {
            Ok(tree) => kept.trees.extend(tree.map(|tree| (one.name.clone(), tree))),
            Err(error) => kept.unasked.push(format!("{}: {error}", one.name)),
        }
    }
    Ok(kept)
}
