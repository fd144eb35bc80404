//! How the log stands: how long it is, what waits, who has vouched for it. For whoever runs it, and for everybody who asks.

use touchstone_store::AnchorState;
use touchstone_tlog::SignedCheckpoint;
use touchstone_vc::Timestamp;

use super::{
    LogError,
    anchored::Anchored,
    cosign::{self, told},
    edge, scrub, shown, unsigned,
};
use crate::{World, witnessing};

/// How the log stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// Entries under the checkpoint that is shown.
    pub size: u64,
    /// When it was first shown, by our clock.
    pub shown_at: Timestamp,
    /// Changes that wait to be entered.
    pub queued: u64,
    /// Since when the longest of them has waited.
    pub queued_since: Option<Timestamp>,
    /// Whether enough witnesses have cosigned it.
    pub quorum: Quorum,
    /// Entries under the newest checkpoint that enough witnesses cosigned.
    pub witnessed: Option<u64>,
    /// Each witness that is asked.
    pub witnesses: Vec<Standby>,
    /// Each anchor that is configured.
    pub anchors: Vec<StandingAnchor>,
}

impl Standing {
    /// The witness because of which nothing more is signed.
    pub fn stopped_by(&self) -> Option<&Standby> {
        self.witnesses.iter().find(|one| one.stops_the_log())
    }
}

/// Whether enough witnesses have cosigned a checkpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quorum {
    /// Nobody asks for any.
    NotAsked,
    /// Not yet: nothing is wrong, and nothing is vouched for.
    Pending,
    /// Enough have.
    Reached,
}

impl Quorum {
    /// Its word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAsked => "none",
            Self::Pending => "pending",
            Self::Reached => "reached",
        }
    }
}

/// Whether the log could be continued from the files that are stored: they must hash to the checkpoint that is shown, and nothing that was found altered may be so still.
#[crate::boxed]
pub async fn is_sound(world: &World) -> Result<(), LogError> {
    let Some(shown) = shown(world).await? else {
        return Ok(());
    };
    let root = SignedCheckpoint::parse(&shown.checkpoint)?.checkpoint.root;
    let edge = edge::stored(world, shown.size, root).await?;
    edge::begun(world, &edge).await?;
    scrub::is_intact(world).await
}

/// A witness, and what it answered last.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standby {
    /// What the policy calls it.
    pub name: String,
    /// Where it is asked.
    pub url: String,
    /// Whether it has cosigned the checkpoint that is shown.
    pub has_cosigned: bool,
    /// Entries of the newest checkpoint that it cosigned.
    pub cosigned: u64,
    /// When it answered last, or did not.
    pub asked_at: Option<Timestamp>,
    /// Since when it has not cosigned, and why.
    pub refused: Option<(Timestamp, String)>,
    /// Since when it says that it has seen another history of this log, or more of it, and in which words. It stands until it cosigns.
    pub against: Option<(Timestamp, String)>,
    /// Why somebody decided to go on in spite of that.
    pub overruled: Option<String>,
}

impl Standby {
    /// It speaks against the log, and nobody has said that it is wrong: nothing is signed.
    pub fn stops_the_log(&self) -> bool {
        self.against.is_some() && self.overruled.is_none()
    }
}

/// An anchor, and what became of the checkpoints that it was asked about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StandingAnchor {
    /// What the configuration calls it.
    pub name: String,
    /// Its kind, in a word.
    pub kind: &'static str,
    /// Where it is asked.
    pub url: String,
    /// What it costs to ask it.
    pub cost: String,
    /// How far apart checkpoints are anchored at the least, in milliseconds.
    pub every_ms: i64,
    /// Whether it is asked: nobody is where this installation may fetch nothing.
    pub is_asked: bool,
    /// The newest checkpoint that it was asked about.
    pub newest: Option<Anchored>,
    /// The newest one whose time it states.
    pub confirmed: Option<Anchored>,
}

impl StandingAnchor {
    /// The newest checkpoint was given up, or was not taken when it was asked for last; and why.
    pub fn fails(&self) -> Option<(&Anchored, &str)> {
        let newest = self.newest.as_ref()?;
        Some((newest, newest.why.as_deref()?))
    }
}

/// Reads how the log stands. `None` before it is begun.
#[crate::boxed]
pub async fn standing(world: &World) -> Result<Option<Standing>, LogError> {
    let Some(shown) = shown(world).await? else {
        return Ok(None);
    };
    let reader = world.store.read();
    let Some(tree) = reader.log_tree().await? else {
        return Ok(None);
    };
    let (queued, oldest) = reader.outbox_waits(tree.outbox).await?;
    let signed = SignedCheckpoint::parse(&shown.checkpoint)?;
    let policy = &world.witnesses.policy;
    let quorum = match policy.asks_for_witnesses() {
        false => Quorum::NotAsked,
        true if cosign::has_quorum(world, &signed).await? => Quorum::Reached,
        true => Quorum::Pending,
    };
    let mut witnesses = Vec::new();
    for place in witnessing::places(policy).into_values() {
        let told = told(&reader, &place.url).await?;
        witnesses.push(Standby {
            has_cosigned: place.cosigned(&signed),
            name: place.name,
            url: place.url,
            cosigned: told.cosigned,
            asked_at: (told.at > 0).then(|| Timestamp::from_unix_millis(told.at)),
            refused: told
                .said
                .map(|said| (Timestamp::from_unix_millis(told.since), said)),
            overruled: told
                .objection
                .as_ref()
                .and_then(|objection| objection.overruled.clone()),
            against: told
                .objection
                .map(|one| (Timestamp::from_unix_millis(one.at), one.said)),
        });
    }
    let mut anchors = Vec::new();
    for one in &world.anchors.anchors {
        let newest = reader.newest_log_anchor(&one.name, None).await?;
        let state = Some(AnchorState::Confirmed);
        let confirmed = reader.newest_log_anchor(&one.name, state).await?;
        anchors.push(StandingAnchor {
            name: one.name.clone(),
            kind: one.kind.as_str(),
            url: one.url.clone(),
            cost: one.cost.clone(),
            every_ms: world.anchors.every_ms,
            is_asked: one.ask.is_some(),
            newest: newest.map(Anchored::from),
            confirmed: confirmed.map(Anchored::from),
        });
    }
    let witnessed = cosign::witnessed(world).await?;
    Ok(Some(Standing {
        size: shown.size,
        shown_at: Timestamp::from_unix_millis(tree.shown_at),
        queued: unsigned(queued),
        queued_since: oldest.map(Timestamp::from_unix_millis),
        quorum,
        witnessed: witnessed.map(|shown| shown.size),
        witnesses,
        anchors,
    }))
}
