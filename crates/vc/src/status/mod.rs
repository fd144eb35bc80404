//! Can the credential be relied on, or did its issuer take it back?
//!
//! Three kinds of list are read: Bitstring Status List 1.0, its forerunner Status List 2021, and the revocation list of
//! 1EdTech. A kind that is not known, and a list that cannot be had, read or trusted, is *unknown*: never *withdrawn*,
//! never *not withdrawn*.

pub mod bitstring;
mod entry;
mod list;
mod remembered;
pub(crate) mod revocations;

pub(crate) use entry::{Entry, Kind, MAX_SIZE};
pub(crate) use list::read;
pub use remembered::{List, Lists};

use crate::Credential;

/// Where a credential stands in the status list at an address, for one purpose or for whichever it is. It stands nowhere in it, or an
/// entry cannot be read, or has several bits, or there are several: then nobody can answer for one place alone, and there is none.
#[must_use]
pub fn index_in(credential: &Credential<'_>, url: &str, purpose: Option<&str>) -> Option<u64> {
    let entries = credential.status_entries();
    let mut meant = entries.iter().filter_map(|(_, value)| {
        let entry = Entry::read(value);
        let meant = Kind::of(value) == Some(Kind::Bitstring)
            && entry.list == Some(url)
            && purpose.is_none_or(|purpose| entry.purpose == Some(purpose));
        meant.then_some(entry.index.filter(|_| entry.size == Some(1)))
    });
    match (meant.next(), meant.next()) {
        (Some(only), None) => only,
        _ => None,
    }
}
