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

/// Where a credential stands in the status list at an address, for one purpose or for whichever it is; `None` if it does not, or if its
/// entries there have several bits.
#[must_use]
pub fn index_in(credential: &Credential<'_>, url: &str, purpose: Option<&str>) -> Option<u64> {
    let entries = credential.status_entries();
    let of_list = entries.iter().find_map(|(_, value)| {
        let entry = Entry::read(value);
        let meant = Kind::of(value) == Some(Kind::Bitstring)
            && entry.list == Some(url)
            && purpose.is_none_or(|purpose| entry.purpose == Some(purpose))
            && entry.size == Some(1);
        meant.then_some(entry.index)
    });
    of_list.flatten()
}
