//! What an institution is and was called, and where what it issued under each name is published.

use touchstone_store::{FormerDidRow, InstitutionRow, Reader, StoreError, TenantId};
use touchstone_vc::{Timestamp, did};
use url::Url;

use crate::World;

/// One DID of an institution.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Name {
    pub(crate) did: String,
    /// The address under which its documents stand, without a trailing slash.
    pub(crate) base: String,
    /// Status lists with a lower number, from that of the name before on, are published there. `None`: those of now.
    lists_before: Option<i64>,
    /// The lines of the outbox up to here, from those of the name before on, were written under it. `None`: those of now.
    until: Option<i64>,
}

impl Name {
    /// The absolute address of a path that starts with a slash.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// All names of an institution, the one of now last. Empty where it has no DID yet.
pub(crate) async fn names(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
) -> Result<Vec<Name>, StoreError> {
    let Some(did) = institution.did.clone() else {
        return Ok(Vec::new());
    };
    let former = reader.former_dids(&institution.id).await?;
    let mut names: Vec<Name> = former.into_iter().map(Name::from).collect();
    // A DID that is an address stays with it, whatever the site is called by now.
    let fixed = institution
        .public_url
        .clone()
        .filter(|_| did::domain(&did).is_some());
    names.push(Name {
        did,
        base: fixed.unwrap_or_else(|| world.site.link("")),
        lists_before: None,
        until: None,
    });
    Ok(names)
}

/// The name under which a status list with this number is published.
pub(crate) fn name_of(names: &[Name], list: i64) -> Option<&Name> {
    let mut names = names.iter();
    names.find(|name| name.lists_before.is_none_or(|before| list < before))
}

impl Name {
    /// The name under which a line of the outbox was written.
    pub(crate) fn of_line(names: &[Self], seq: i64) -> Option<&Self> {
        let mut names = names.iter();
        names.find(|name| name.until.is_none_or(|until| seq <= until))
    }

    /// The name that is this DID.
    pub(crate) fn called<'a>(names: &'a [Self], did: &str) -> Option<&'a Self> {
        names.iter().find(|name| name.did == did)
    }
}

impl From<FormerDidRow> for Name {
    fn from(row: FormerDidRow) -> Self {
        Self {
            did: row.did,
            base: row.public_url,
            lists_before: Some(row.lists_before),
            until: Some(row.outbox),
        }
    }
}

/// The institution that is called so, or was.
pub(crate) async fn institution_of(
    reader: &Reader,
    did: &str,
) -> Result<Option<InstitutionRow>, StoreError> {
    reader.institution_by_did(did).await
}

/// A DID that an institution had.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Former {
    /// The DID.
    pub did: String,
    /// Where its documents stand, without a trailing slash.
    pub public_url: String,
    /// Until when it was the institution's.
    pub moved_at: Timestamp,
}

/// The DIDs that an institution had before, oldest first.
#[crate::boxed]
pub async fn former(world: &World, tenant: &TenantId) -> Result<Vec<Former>, StoreError> {
    let rows = world.store.read().former_dids(tenant).await?;
    let rows = rows.into_iter().map(|row| Former {
        did: row.did,
        public_url: row.public_url,
        moved_at: Timestamp::from_unix_millis(row.moved_at),
    });
    Ok(rows.collect())
}

/// Host and port of an address, as they stand in a request: `verify.example.edu`, `localhost:8080`.
pub(crate) fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}
