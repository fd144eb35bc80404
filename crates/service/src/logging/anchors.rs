//! Who is asked to state when a checkpoint of the log was there, and how often.

use std::sync::Arc;

use touchstone_anchor::Kind;

use crate::ports::Anchor;

/// The anchors of this installation's own log. None, unless somebody configured one.
#[derive(Default)]
pub struct Anchors {
    /// Each that is configured.
    pub anchors: Vec<ConfiguredAnchor>,
    /// How far apart checkpoints are anchored at the least, in milliseconds.
    pub every_ms: i64,
}

/// An anchor that is named in the settings.
pub struct ConfiguredAnchor {
    /// What the configuration calls it; it stands in addresses of files.
    pub name: String,
    /// What kind it is.
    pub kind: Kind,
    /// Where it is asked, as it may be shown: an address can have a secret in its path.
    pub url: String,
    /// What it costs to ask it, in words.
    pub cost: String,
    /// What a trust file says of it, a line each.
    pub trust: String,
    /// How it is asked. `None` where nobody may be asked anything.
    pub ask: Option<Arc<dyn Anchor>>,
}

impl Anchors {
    pub(super) fn named(&self, name: &str) -> Option<&ConfiguredAnchor> {
        self.anchors.iter().find(|one| one.name == name)
    }
}
