//! JSON-LD: the `Achievement` of Open Badges 3.0 by itself, with its contexts, as it stands in a credential.
//!
//! What Open Badges has no term for is told in its criteria, as there: every term of the document means something.

use serde_json::{Value, json};
use touchstone_vc::badge;

use super::Described;
use crate::issuing::AchievementIds;

pub(super) fn write(described: &Described<'_>, ids: &AchievementIds) -> Value {
    let achievement = described.definition.achievement(ids);
    let mut document = json!({ "@context": Value::from(&badge::contexts()) });
    let members = Value::from(&badge::achievement_value(&achievement));
    if let (Some(document), Value::Object(members)) = (document.as_object_mut(), members) {
        document.extend(members);
    }
    document
}
