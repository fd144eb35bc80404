//! Who has a vote in a set: those that joined, each organization once.
//!
//! **Invariant:** organizations that have shown the same domain, or one below the other's, are one; whoever of them joined first has the vote. It is
//! looked at with each step, so that a domain which is named after joining gives nobody a second one.

use touchstone_store::{Reader, StoreError, TenantId};

use crate::operations::sign_up::{is_shown, shown_domain};

/// Why an organization may take no step in a set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outside {
    /// There is no such set for it.
    NoSuchSet,
    /// It was asked to take part and has not said yes.
    NotJoined,
    /// It signed up by itself, and its domain is not shown.
    NotShown,
    /// It would have two votes.
    SameDomain,
}

/// Whether an organization may take steps in a set.
pub(crate) async fn is_party(
    reader: &Reader,
    tenant: &TenantId,
    set: &str,
) -> Result<Result<(), Outside>, StoreError> {
    let Some(party) = reader.mapping_party(tenant, set).await? else {
        return Ok(Err(Outside::NoSuchSet));
    };
    if party.joined_at.is_none() {
        return Ok(Err(Outside::NotJoined));
    }
    if !is_shown(reader, tenant).await? {
        return Ok(Err(Outside::NotShown));
    }
    Ok(
        match taking_part(reader, tenant, set).await?.contains(tenant) {
            true => Ok(()),
            false => Err(Outside::SameDomain),
        },
    )
}

/// Those of the parties of a set that take part, in the order in which they joined: who was asked and has not joined has no say.
pub(crate) async fn taking_part(
    reader: &Reader,
    tenant: &TenantId,
    set: &str,
) -> Result<Vec<TenantId>, StoreError> {
    let mut parties = reader.mapping_parties(tenant, set).await?;
    parties.retain(|party| party.joined_at.is_some());
    parties.sort_by(|one, other| {
        (one.joined_at, one.tenant.as_str()).cmp(&(other.joined_at, other.tenant.as_str()))
    });
    let (mut all, mut domains) = (Vec::new(), Vec::<String>::new());
    for party in parties {
        if let Some(own) = shown_domain(reader, &party.tenant).await? {
            if domains.iter().any(|other| is_one(&own, other)) {
                continue;
            }
            domains.push(own);
        }
        all.push(party.tenant);
    }
    Ok(all)
}

/// Whether an organization that takes part in a set is the same as this one, by the domains that both have shown.
pub(super) async fn takes_part_already(
    reader: &Reader,
    tenant: &TenantId,
    set: &str,
) -> Result<bool, StoreError> {
    let Some(own) = shown_domain(reader, tenant).await? else {
        return Ok(false);
    };
    for other in taking_part(reader, tenant, set).await? {
        let domain = shown_domain(reader, &other).await?;
        if other != *tenant && domain.is_some_and(|domain| is_one(&own, &domain)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether two domains are of one organization: the same, or one below the other.
pub(crate) fn is_one(one: &str, other: &str) -> bool {
    let below = |one: &str, other: &str| {
        let rest = one.strip_suffix(other);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    below(&one, &other) || below(&other, &one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_below_another_is_of_the_same_organization() {
        for (one, other) in [
            ("acme.example", "acme.example"),
            ("hr.acme.example", "acme.example"),
            ("acme.example", "HR.Acme.example"),
        ] {
            assert!(is_one(one, other), "{one}, {other}");
        }
        for (one, other) in [
            ("hr.acme.example", "it.acme.example"),
            ("notacme.example", "acme.example"),
            ("acme.example", "acme.example.org"),
        ] {
            assert!(!is_one(one, other), "{one}, {other}");
        }
    }
}
