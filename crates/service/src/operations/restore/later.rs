//! Status lists that were opened after the backup was made: the restored database does not know them, and the world does.
//!
//! Their numbers follow the last one that is known, so that is where they are looked for, and wherever the log has one. One that is found is taken
//! in whole: its bits stay as they were published, and none of its positions is given. Where nobody can say whether there are more, or one is done
//! without, new lists get numbers that no list can have had before: minutes since 1970.

use touchstone_store::{InstitutionRow, Reader, StatusListRow, StoreError, TenantId, Tx};
use touchstone_vc::status::bitstring::Bits;

use super::published::{Found, Read, Sources, published};
use crate::{World, operations::moving::names};

/// What was looked for, and found.
#[derive(Default)]
pub(super) struct Later {
    /// Lists that this database did not know, as the newest copy shows them; of those that are among `unread`, too, that is not the last.
    pub(super) found: Vec<(StatusListRow, Bits)>,
    /// Addresses at which there is or was a list that cannot be read, is not signed by its issuer, or is not the last that was published there.
    pub(super) unread: Vec<String>,
    /// The first address of which nobody could say whether there is a list.
    pub(super) unsure: Option<String>,
}

/// Looks at the addresses after the last list that is known, until some in a row are empty, and at those where the log has a list.
pub(super) async fn look(
    world: &World,
    institution: &InstitutionRow,
    known: &[StatusListRow],
    sources: &Sources<'_>,
) -> Result<Later, StoreError> {
    let mut later = Later::default();
    let names = names(world, &world.store.read(), institution).await?;
    let Some(name) = names.last() else {
        return Ok(later);
    };
    let place = name.link(&format!("/i/{}/status/", institution.slug));
    let mut logged = sources.numbers_ahead(&place);
    logged.retain(|number| known.iter().all(|list| list.number != *number));
    let mut last = known.iter().map(|list| list.number).max().unwrap_or(0);
    let mut empty = 0;
    loop {
        let goes_on = empty < EMPTY_IN_A_ROW && later.unsure.is_none();
        if goes_on {
            last += 1;
        }
        let next = goes_on.then_some(last);
        let Some(number) = next.or_else(|| logged.first().copied()) else {
            return Ok(later);
        };
        let is_logged = logged.remove(&number);
        let url = format!("{place}{number}");
        if !is_logged && later.found.len() + later.unread.len() >= MOST {
            later.unsure = Some(url);
            continue;
        }
        let read = published(world, institution, name, &url, None, sources).await?;
        let is_empty = !is_logged && matches!(read, Read::Nothing);
        if goes_on {
            empty = if is_empty { empty + 1 } else { 0 };
        }
        match read {
            Read::Last(found) => match list(world, institution, number, found) {
                Some(found) => later.found.push(found),
                None => later.unread.push(url),
            },
            // Where it is done without the last, this is the most that is known.
            Read::Older(found) => {
                later.found.extend(list(world, institution, number, found));
                later.unread.push(url);
            }
            Read::Nothing if is_empty => {}
            Read::NoAnswer if !is_logged => later.unsure = Some(url),
            // There is one, or there was: the log has it.
            Read::NotOurs | Read::Nothing | Read::NoAnswer => later.unread.push(url),
        }
    }
}

/// The number that a tenant's next list gets.
pub(crate) async fn next_number(reader: &Reader, tenant: &TenantId) -> Result<i64, StoreError> {
    let next = reader.next_status_number(tenant).await?;
    let floor = reader.setting(&floor_key(tenant)).await?;
    let floor = floor.and_then(|floor| floor.parse().ok()).unwrap_or(0);
    Ok(next.max(floor))
}

/// The setting under which the lowest number for new lists of a tenant is kept.
pub(super) fn floor_key(tenant: &TenantId) -> String {
    format!("status_number_floor:{tenant}")
}

/// Gives new lists of a tenant numbers that no list of any earlier time can have.
pub(crate) async fn number_lists_anew(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
) -> Result<(), StoreError> {
    tx.set_setting(&floor_key(tenant), &floor(world).to_string())
        .await
}

/// A number that no list of any earlier time can have.
pub(super) fn floor(world: &World) -> i64 {
    world.clock.now().unix_millis() / 60_000
}

/// The row of a list that was published: nothing of it is free.
fn list(
    world: &World,
    institution: &InstitutionRow,
    number: i64,
    found: Found,
) -> Option<(StatusListRow, Bits)> {
    let bits = found.bits?;
    let length = i64::try_from(bits.len()).ok()?;
    let at = world.clock.now().unix_millis();
    let row = StatusListRow {
        id: world.rng.uuid().to_string(),
        tenant: institution.id.clone(),
        number,
        purpose: found.purpose,
        length,
        used: vec![0xff; bits.len().div_ceil(8).try_into().ok()?],
        used_count: length,
        version: 0,
        created_at: at,
        abandoned_at: Some(at),
    };
    Some((row, bits))
}

/// Two lists, one for withdrawing and one for pausing, are opened together; a third empty address is for good measure.
const EMPTY_IN_A_ROW: u32 = 3;
/// A server that answers every address with something does not keep us for ever.
const MOST: usize = 10_000;
