//! Looking at whom an institution asked, and what they said.

use touchstone_store::{
    Cursor, EndorsementRequestRow, EndorsementRow, InstitutionRow, Page, StoreError, TenantId,
};

use super::{State, document::path_of_endorsement};
use crate::World;

/// A request with what was said to it, as the institution that asked sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Endorsement {
    /// Who was asked about what.
    pub request: EndorsementRequestRow,
    /// What they said, if they endorsed.
    pub said: Option<EndorsementRow>,
    /// How it stands.
    pub state: State,
    /// Who asked, by name; `None` where a program did.
    pub asker: Option<String>,
    /// Where the signed endorsement is published, while it is.
    pub path: Option<String>,
}

/// Some requests of an institution, newest first.
#[crate::boxed]
pub async fn endorsements(
    world: &World,
    tenant: &TenantId,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Endorsement>, StoreError> {
    let reader = world.store.read();
    let page = reader.endorsement_requests(tenant, after, limit).await?;
    let institution = reader.institution(tenant).await?;
    let members = reader.members(tenant).await?;
    let name = |id: &str| {
        let member = members.iter().find(|member| member.id == id)?;
        Some(member.name.clone())
    };
    let whole = |(request, said): (EndorsementRequestRow, _)| {
        let asker = name(&request.asked_by);
        whole(world, institution.as_ref(), asker, request, said)
    };
    Ok(Page {
        rows: page.rows.into_iter().map(whole).collect(),
        next: page.next,
    })
}

/// One request of an institution.
#[crate::boxed]
pub async fn endorsement(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Endorsement>, StoreError> {
    let reader = world.store.read();
    let Some(request) = reader.endorsement_request(tenant, id).await? else {
        return Ok(None);
    };
    let said = reader.endorsement(tenant, id).await?;
    let asker = reader.member(tenant, &request.asked_by).await?;
    let asker = asker.map(|asker| asker.name);
    let institution = reader.institution(tenant).await?;
    Ok(Some(whole(
        world,
        institution.as_ref(),
        asker,
        request,
        said,
    )))
}

fn whole(
    world: &World,
    institution: Option<&InstitutionRow>,
    asker: Option<String>,
    request: EndorsementRequestRow,
    said: Option<EndorsementRow>,
) -> Endorsement {
    let shown = said.as_ref().is_some_and(is_published);
    let path = institution.filter(|_| shown);
    Endorsement {
        state: State::of(&request, said.as_ref(), world.clock.now().unix_millis()),
        path: path.map(|institution| path_of_endorsement(&institution.slug, &request.id)),
        asker,
        request,
        said,
    }
}

/// Whether its documents are published: not hidden, and not taken back.
pub(super) fn is_published(said: &EndorsementRow) -> bool {
    said.hidden_at.is_none() && said.withdrawn_at.is_none()
}
