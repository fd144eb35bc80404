//! Telling employers here that a key was given up which credentials in applications to them name.
//!
//! **Invariants:** once for each employer and key, by mail to each member who may read applications and by webhook; no mail names an applicant. The
//! institution whose key it was learns nothing of it: not who is told, and not how many.

use touchstone_store::{InstitutionRow, StoreError, TenantId, Tx};
use touchstone_vc::Timestamp;

use super::{signing_key, tell::TellError};
use crate::{
    World,
    hiring::{ConcernedRole, in_doubt, next_concerned},
    operations::{
        Member, Permission,
        job::{Job, Lease, RoleInDoubt},
        member,
        notice::{Notice, mail},
    },
};

/// Looks which employer after this one is concerned next, queues what it is told and the same job for those after it, and ends the job with that: done
/// twice, it would tell whoever was told by then again.
pub(in crate::operations) async fn tell_employers(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    key: &str,
    after: &str,
) -> Result<(), StoreError> {
    let found = signing_key(world, tenant, key).await?;
    let employer = match found.filter(|found| found.compromised_since.is_some()) {
        Some(found) => next_concerned(world, &found.name, after, lease).await?,
        None => None,
    };
    let (employer, now) = (&employer, world.clock.now());
    world
        .store
        .write(|mut tx| async move {
            if let Some(employer) = employer {
                queue_mails(
                    world,
                    &mut tx,
                    (tenant, key),
                    &employer.tenant,
                    &employer.roles,
                )
                .await?;
                in_doubt(world, &mut tx, &employer.tenant, &employer.roles).await?;
                let rest = Job::TellEmployers {
                    tenant: tenant.to_string(),
                    key: key.to_owned(),
                    after: employer.tenant.to_string(),
                };
                tx.enqueue(rest.queued(&*world.rng, now, now)).await?;
            }
            lease.end(&mut tx).await
        })
        .await
}

/// Queues a mail to each member in charge of applications: with what was found, so that none looks for it again.
async fn queue_mails(
    world: &World,
    tx: &mut Tx,
    (issuer, key): (&TenantId, &str),
    employer: &TenantId,
    roles: &[ConcernedRole],
) -> Result<(), StoreError> {
    let now = world.clock.now();
    let told = roles.iter().map(|role| RoleInDoubt {
        posting: role.posting.clone(),
        title: role.title.clone(),
        applications: role.applications.len(),
    });
    let told: Vec<RoleInDoubt> = told.collect();
    for row in tx.members(employer).await? {
        let member = Member::from_row(row)?;
        if !member.may(Permission::Hire) {
            continue;
        }
        let job = Job::EmployerMail {
            tenant: employer.to_string(),
            issuer: issuer.to_string(),
            key: key.to_owned(),
            member: member.id,
            roles: told.clone(),
        };
        tx.enqueue(job.queued(&*world.rng, now, now)).await?;
    }
    Ok(())
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
    /// Of which roles.
    pub(in crate::operations) roles: &'a [RoleInDoubt],
}

/// Mails them of which roles, and of how many applications. Nothing to whoever may not read them any more.
pub(in crate::operations) async fn tell_employer(
    world: &World,
    order: EmployerMail<'_>,
) -> Result<(), TellError> {
    let EmployerMail {
        tenant,
        issuer,
        key: id,
        member: to,
        roles,
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
    let said = said(&employer, &by, since, roles);
    let out = out(world, &by, roles);
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
    since: Timestamp,
    roles: &[RoleInDoubt],
) -> String {
    let all: usize = roles.iter().map(|role| role.applications).sum();
    let (employer, by) = (&employer.name, &by.name);
    let hold = match all {
        1 => format!("1 application to {employer} holds"),
        all => format!("{all} applications to {employer} hold"),
    };
    format!(
        "{by} gave up a key that signs its credentials: it may have been in other hands since {since}. {hold} a credential that names that key. \
         Nobody can tell from such a credential alone when it was signed; whoever looks at it here is told that it is in doubt."
    )
}

/// What to do, and where: each role with how many applications.
fn out(world: &World, by: &InstitutionRow, roles: &[RoleInDoubt]) -> String {
    let mut lines: Vec<String> = roles
        .iter()
        .take(MOST_ROLES)
        .map(|role| {
            let place = world.site.link(&format!("/postings/{}", role.posting));
            format!("{} ({}): {place}", role.title, role.applications)
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
