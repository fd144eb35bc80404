//! What is drawn for a form when its page is made, and the id that follows from it: a form that is sent twice makes one thing.
//!
//! **Invariant:** the id follows from whose form it is as well, so nobody meets a row of somebody else's, whatever they send.

use touchstone_store::TenantId;
use uuid::Builder;

use crate::World;

/// Draws something for a form.
pub fn draw(world: &World) -> String {
    world.rng.uuid().to_string()
}

/// The id of what a form makes: the same for what was drawn once, as long as the same person sends it. Where nothing was drawn, another each
/// time.
pub(crate) fn id(
    world: &World,
    kind: &str,
    tenant: &TenantId,
    actor: &str,
    drawn: Option<&str>,
) -> String {
    let Some(drawn) = drawn else {
        return world.rng.uuid().to_string();
    };
    let mut whole: Vec<u8> = Vec::new();
    for part in [kind, tenant.as_str(), actor, drawn] {
        whole.extend(part.len().to_be_bytes());
        whole.extend(part.as_bytes());
    }
    let (mut bytes, digest) = ([0; 16], (world.crypto.sha256)(&whole));
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}
