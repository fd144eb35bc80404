//! Which applications hold a credential that names a key: whom its being given up concerns besides its owner.
//!
//! Asked by name of the key alone, of what applicants handed in. That a credential names the key says nothing of whether the key signed it: who wrote
//! the name into it is concerned as well, and is told no more than that.

use touchstone_store::{StoreError, TenantId};
use touchstone_vc::json::Value;

use super::ends_at;
use crate::{World, crosswalk, operations::Lease};

/// An employer whose applications are concerned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Concerned {
    /// The employer.
    pub(crate) tenant: TenantId,
    /// Its roles of which there are such applications.
    pub(crate) roles: Vec<ConcernedRole>,
}

/// A role that is or was open for applications, and which of those hold such a credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ConcernedRole {
    /// What it is called.
    pub(crate) title: String,
    /// The posting.
    pub(crate) posting: String,
    /// The applications, by id.
    pub(crate) applications: Vec<String>,
}

/// The first employer after this one, by id, with an application that holds a credential which names this verification method. The job is kept
/// meanwhile.
pub(crate) async fn next_concerned(
    world: &World,
    method: &str,
    after: &str,
    lease: &Lease<'_>,
) -> Result<Option<Concerned>, StoreError> {
    let all = world.store.read().institutions().await?.into_iter();
    let mut left: Vec<TenantId> = all.map(|row| row.id).collect();
    left.retain(|tenant| tenant.as_str() > after);
    left.sort_unstable();
    for tenant in left {
        lease.extend(&world.store, world.clock.now()).await?;
        let roles = concerned_of(world, &tenant, method, lease).await?;
        if !roles.is_empty() {
            return Ok(Some(Concerned { tenant, roles }));
        }
    }
    Ok(None)
}

/// The roles of one employer.
async fn concerned_of(
    world: &World,
    tenant: &TenantId,
    method: &str,
    lease: &Lease<'_>,
) -> Result<Vec<ConcernedRole>, StoreError> {
    let reader = world.store.read();
    let mut roles = Vec::new();
    for posting in reader.postings(tenant, None).await? {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let now = world.clock.now();
            lease.extend(&world.store, now).await?;
            let page = reader
                .applications(tenant, &posting.id, &after, PAGE)
                .await?;
            let Some(last) = page.last() else {
                break;
            };
            after.clone_from(&last.id);
            for row in page {
                if ends_at(world, &row) <= now.unix_millis() {
                    continue;
                }
                let files = reader.application_files(tenant, &row.id).await?;
                if files.iter().any(|file| names(&file.credential, method)) {
                    found.push(row.id);
                }
            }
        }
        if found.is_empty() {
            continue;
        }
        let role = crosswalk::role(world, tenant, &posting.role).await?;
        roles.push(ConcernedRole {
            title: role.map(|kept| kept.role.title).unwrap_or_default(),
            posting: posting.id,
            applications: found,
        });
    }
    Ok(roles)
}

/// Whether a proof of a credential names this verification method.
fn names(credential: &[u8], method: &str) -> bool {
    let Ok(document) = Value::parse(credential) else {
        return false;
    };
    let proofs = document.get("proof").map_or(&[][..], Value::items);
    let named =
        |proof: &Value<'_>| proof.get("verificationMethod").and_then(Value::as_str) == Some(method);
    proofs.iter().any(named)
}

/// Applications at a time: as many as are read long before the job is another's.
const PAGE: u64 = 50;
