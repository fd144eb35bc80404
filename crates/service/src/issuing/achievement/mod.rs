//! What can be earned: the definition document, and the document published for each version of it.
//!
//! `docs/formats/achievement.md` describes the document for those who write one. [`Definition::from_json`] reads it into a type
//! that cannot be wrong and names every fault, not only the first. [`publish()`] makes the bytes that are served for a version.
//!
//! **Invariant:** a definition that was stored reads back; equal definitions give equal bytes.

mod definition;
mod fault;
mod fields;
mod ids;
mod publish;
mod read;
mod requires;
mod told;

pub use definition::{
    Alignment, Criteria, Definition, Image, ImageType, RequiredEvidence, Rubric, RubricLevel,
};
pub(crate) use definition::{PILOT, RELEASE};
pub use fault::{DefinitionFault, DefinitionFaultKind};
pub(crate) use fields::can_be_linked;
pub use ids::AchievementIds;
pub use publish::{Circumstances, Published, publish};
pub use read::DefinitionError;
pub(super) use read::{MOST_LINKS, is_picture};
pub(super) use requires::cycle;
