//! Under which address an installation published before, as its own status lists say.
//!
//! Every credential names the address of its list for ever. A process that publishes under another one would put the list where
//! nobody looks.

use touchstone_store::StoreError;
use touchstone_vc::json::Value;

use crate::{
    World,
    operations::moving::{name_of, names},
};

/// The address under which a list was published that now would be published elsewhere: `http://localhost:8000`. `None` if all of
/// them stand where they are to stand: where this site is, or where their institution was when they were opened.
#[crate::boxed]
pub async fn published_elsewhere(world: &World) -> Result<Option<String>, StoreError> {
    let reader = world.store.read();
    for institution in reader.institutions().await? {
        let names = names(world, &reader, &institution).await?;
        for list in reader.status_lists(&institution.id).await? {
            let Some(published) = reader.publication(&list.id).await? else {
                continue;
            };
            let path = format!("/i/{}/status/{}", institution.slug, list.number);
            let named = Value::parse(&published.bytes).ok();
            let named = named.as_ref().and_then(|list| list.get("id")?.as_str());
            let there = name_of(&names, list.number).map(|name| name.link(&path));
            if let Some(named) = named.filter(|named| Some(*named) != there.as_deref()) {
                let before = named.strip_suffix(path.as_str()).unwrap_or(named);
                return Ok(Some(before.to_owned()));
            }
        }
    }
    Ok(None)
}
