//! What whoever holds a link sees: who asks, and exactly what they would endorse.

use touchstone_store::{EndorsementRequestRow, EndorsementRow, InstitutionRow, Reader, StoreError};

use super::{Endorsed, State, document, thing::endorsed};
use crate::{World, operations::sign_up::is_shown, secret};

/// A request as whoever was asked sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// What is asked, of whom, until when.
    pub request: EndorsementRequestRow,
    /// The institution that asks.
    pub institution: InstitutionRow,
    /// Who asks there, by name; `None` where a program did.
    pub asker: Option<String>,
    /// What they would endorse.
    pub endorsed: Endorsed,
    /// What they said, if they did.
    pub said: Option<EndorsementRow>,
    /// How it stands.
    pub state: State,
    /// The text that somebody with a wallet or a key of their own signs.
    pub to_sign: String,
}

/// The request behind a link. `None` where there is none.
#[crate::boxed]
pub async fn look(world: &World, token: &str) -> Result<Option<Look>, StoreError> {
    let reader = world.store.read();
    let Some(found) = find(world, &reader, token).await? else {
        return Ok(None);
    };
    let (request, institution, endorsed) = found;
    let said = reader.endorsement(&request.tenant, &request.id).await?;
    let asker = reader.member(&request.tenant, &request.asked_by).await?;
    let now = world.clock.now();
    Ok(Some(Look {
        state: State::of(&request, said.as_ref(), now.unix_millis()),
        to_sign: document::to_sign(&request.id, &endorsed, &institution, now),
        asker: asker.map(|asker| asker.name),
        request,
        institution,
        endorsed,
        said,
    }))
}

/// The request behind a link, who asks, and what is to be endorsed as it stands now.
pub(super) async fn find(
    world: &World,
    reader: &Reader,
    token: &str,
) -> Result<Option<(EndorsementRequestRow, InstitutionRow, Endorsed)>, StoreError> {
    let hash = secret::hash(world.crypto, token);
    let Some(request) = reader.endorsement_request_by_token(&hash).await? else {
        return Ok(None);
    };
    if !is_shown(reader, &request.tenant).await? {
        return Ok(None);
    }
    let Some(institution) = reader.institution(&request.tenant).await? else {
        return Ok(None);
    };
    let (thing, version) = (&request.thing, Some(request.version));
    let found = endorsed(world, reader, &institution, request.kind, thing, version);
    Ok(found.await?.map(|found| (request, institution, found)))
}
