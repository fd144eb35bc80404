//! Endorsing for another institution of this installation: its key signs, and it is the issuer of the endorsement.

use touchstone_store::{EndorsementWay, TenantId};

use super::{
    AnswerError, Said,
    answer::{Given, keep, open},
    document::Signer,
};
use crate::{
    World,
    operations::{moving::be_here, sign_up::is_shown},
};

/// What a member says for their institution.
#[derive(Clone, Debug)]
pub struct MemberAnswer {
    /// Their institution.
    pub tenant: TenantId,
    /// Who says it, as proven by the caller.
    pub actor: String,
    /// What they say.
    pub comment: String,
    /// Until when it holds: milliseconds since 1970.
    pub until: i64,
}

/// Signs with the key of the member's institution, and keeps it.
#[crate::boxed]
pub async fn answer_as_member(
    world: &World,
    token: &str,
    order: &MemberAnswer,
) -> Result<(), AnswerError> {
    let open = open(world, token).await?;
    if open.request.tenant == order.tenant {
        return Err(AnswerError::OwnInstitution);
    }
    let reader = world.store.read();
    if !is_shown(&reader, &order.tenant).await? {
        return Err(AnswerError::NotShown);
    }
    be_here(world, &reader, &order.tenant).await??;
    let institution = reader.institution(&order.tenant).await?;
    let institution = institution.ok_or(AnswerError::NoSuchLink)?;
    let member = reader.member(&order.tenant, &order.actor).await?;
    let member = member.ok_or(AnswerError::NoSuchLink)?;
    let no_key = || AnswerError::NoKey(institution.name.clone());
    let did = institution.did.clone().ok_or_else(no_key)?;
    let key = reader.active_signing_key(&order.tenant).await?;
    let key = key.ok_or_else(no_key)?;
    let now = world.clock.now();
    let said = Said {
        organization: institution.name.clone(),
        person: member.name,
        comment: order.comment.clone(),
        until: order.until,
    };
    let said = said.checked(now)?;
    let signer = Signer {
        institution: &institution,
        key: &key,
        now,
    };
    let document = signer.endorse(world, &open, &said).await?;
    let given = Given {
        way: EndorsementWay::Member,
        said,
        issuer: did,
        document,
        evidence: None,
        key: Some((order.tenant.clone(), key)),
        member: Some((order.tenant.clone(), order.actor.clone())),
        now,
    };
    keep(world, token, &open, &given).await
}
