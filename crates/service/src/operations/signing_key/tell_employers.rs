//! Telling employers here that a key was given up which signed credentials in applications to them.
//!
//! **Invariant:** once for each employer and key, by mail to each member who may read applications and by webhook; no mail names an applicant.

use touchstone_store::{InstitutionRow, StoreError, TenantId};
use touchstone_vc::Timestamp;

use super::{SigningKey, signing_key, tell::TellError};
use crate::{
    World,
    hiring::{ConcernedRole, concerned, concerned_of, in_doubt},
    operations::{
        Member, Permission,
        job::{Job, Lease},
        member,
        notice::{Notice, mail},
    },
};

/// How many are told of a key that is given up, besides its owner.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Employers {
    /// Institutions with such applications.
    pub institutions: usize,
    /// Applications that hold a credential signed with the key.
    pub applications: usize,
}

/// Counts them. Nobody is told.
pub(super) async fn employers(world: &World, key: &str) -> Result<Employers, StoreError> {
    let all = concerned(world, key, None).await?;
    Ok(Employers {
        institutions: all.len(),
        applications: all.iter().map(|one| one.applications()).sum(),
    })
}

/// Looks who is concerned, queues a mail to each member in charge there and what their programs are told, and ends the job with that: done twice, it would
/// tell whoever was told by then again.
pub(in crate::operations) async fn tell_employers(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    key: &str,
) -> Result<(), StoreError> {
    let found = signing_key(world, tenant, key).await?;
    let all = match found.filter(|key| key.compromised_since.is_some()) {
        Some(key) => concerned(world, &key.name, Some(lease)).await?,
        None => Vec::new(),
    };
    let (all, now) = (&all, world.clock.now());
    world
        .store
        .write(|mut tx| async move {
            lease.hold(&mut tx, now).await?;
            for employer in all {
                for row in tx.members(&employer.tenant).await? {
                    let member = Member::from_row(row)?;
                    if !member.may(Permission::Hire) {
                        continue;
                    }
                    let job = Job::EmployerMail {
                        tenant: employer.tenant.to_string(),
                        issuer: tenant.to_string(),
                        key: key.to_owned(),
                        member: member.id,
                    };
                    tx.enqueue(job.queued(&*world.rng, now, now)).await?;
                }
                for role in &employer.roles {
                    in_doubt(world, &mut tx, &employer.tenant, role).await?;
                }
            }
            lease.end(&mut tx).await
        })
        .await
}

/// A mail to somebody who reads applications.
pub(in crate::operations) struct EmployerMail<'a> {
    /// The employer.
    pub(in crate::operations) tenant: &'a TenantId,
    /// Whose key it was.
    pub(in crate::operations) issuer: &'a TenantId,
    /// The key.
    pub(in crate::operations) key: &'a str,
    /// To whom.
    pub(in crate::operations) member: &'a str,
}

/// Mails them of which roles, and of how many applications. Nothing where none is left, and nothing to whoever may not read them any more.
pub(in crate::operations) async fn tell_employer(
    world: &World,
    order: EmployerMail<'_>,
) -> Result<(), TellError> {
    let EmployerMail {
        tenant,
        issuer,
        key: id,
        member: to,
    } = order;
    let reader = world.store.read();
    let (employer, by) = (
        reader.institution(tenant).await?,
        reader.institution(issuer).await?,
    );
    let key = signing_key(world, issuer, id).await?;
    let (Some(employer), Some(by), Some(key)) = (employer, by, key) else {
        return Ok(());
    };
    let Some(since) = key.compromised_since else {
        return Ok(());
    };
    let Some(member) = member(world, tenant, to).await? else {
        return Ok(());
    };
    if !member.may(Permission::Hire) {
        return Ok(());
    }
    let roles = concerned_of(world, tenant, &key.name, None).await?;
    if roles.is_empty() {
        return Ok(());
    }
    let said = said(&employer, &by, &key, since, &roles);
    let out = out(world, &by, &roles);
    let notice = Notice {
        id: format!("key.{id}.{tenant}.{to}"),
        to: (&member.email, &member.name),
        institution: &employer.name,
        subject: format!(
            "Credentials of {} in your applications are in doubt",
            by.name
        ),
        said: &said,
        out: &out,
        about: "a signing key that was given up, to an employer",
    };
    Ok(mail(world, notice).await?)
}

fn said(
    employer: &InstitutionRow,
    by: &InstitutionRow,
    key: &SigningKey,
    since: Timestamp,
    roles: &[ConcernedRole],
) -> String {
    let all: usize = roles.iter().map(|role| role.applications.len()).sum();
    let holds = match all {
        1 => "1 application holds".to_owned(),
        all => format!("{all} applications hold"),
    };
    format!(
        "{} gave up a key that signs its credentials ({}): it may have been in other hands since {since}. {holds} a credential that was signed with \
         it, to {}. Nobody can tell from such a credential alone when it was signed; whoever looks at it here is told that it is in doubt.",
        by.name, key.name, employer.name
    )
}

/// What to do, and where: each role with how many applications.
fn out(world: &World, by: &InstitutionRow, roles: &[ConcernedRole]) -> String {
    let mut lines: Vec<String> = roles
        .iter()
        .take(MOST_ROLES)
        .map(|role| {
            let place = world.site.link(&format!("/postings/{}", role.posting));
            format!("{} ({}): {place}", role.title, role.applications.len())
        })
        .collect();
    if roles.len() > MOST_ROLES {
        lines.push(format!("and {} more roles", roles.len() - MOST_ROLES));
    }
    format!(
        "What to do: decide nothing on such a credential alone, and ask for the one that {} issues anew in its place. Roles, with how many applications: {}.",
        by.name,
        lines.join("; ")
    )
}

/// How many roles a mail names.
const MOST_ROLES: usize = 20;
