//! Handing over what a verdict is judged from, so that the reader's own program can judge again without us.
//!
//! Only what anybody may fetch anyway goes out: published documents, and whom this installation lists.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_store::StoreError;
use touchstone_vc::{
    Credential, Fetched, Register, Supplied, Trust, bake::unbake_any, did, json::Value,
};

use super::{
    check::{CheckError, own, trust},
    documents::{achievement, status},
    former::document_of_did,
    gather::gather_small,
};
use crate::{
    World,
    operations::{
        moving::{name_of, names},
        sign_up::is_shown,
    },
};

/// What judging the credential in `file` takes, as far as this installation publishes it. Of uploaded evidence no more than
/// [`MOST_EVIDENCE`]: every reader of the page loads it.
#[crate::boxed]
pub async fn supply(world: &World, file: &[u8]) -> Result<Supplied, CheckError> {
    let (_, json) = unbake_any(file)?;
    let credential = Credential::parse(&json)?;
    let required = touchstone_vc::required(&credential);
    let evidence = gather_small(world, required, MOST_EVIDENCE).await?;
    Ok(Supplied {
        contexts: contexts(world),
        ..Supplied::of(&evidence, about(&trust(world).await?, &credential))
    })
}

/// What the registers say about whom the credential names, and nothing else of them: they may be an operator's own, and long.
fn about(trust: &Trust, credential: &Credential<'_>) -> Trust {
    let mut named = BTreeSet::new();
    texts(credential.document(), &mut named);
    let registers = trust.registers.iter().map(|register| {
        let entries = named.iter().filter_map(|id| {
            let listing = register.issuers.get(*id)?;
            Some(((*id).to_owned(), *listing))
        });
        let register = Register {
            name: register.name.clone(),
            issuers: entries.collect(),
            source: register.source.clone(),
            as_of: register.as_of,
            unread: register.unread,
        };
        register.into()
    });
    Trust {
        registers: registers.collect(),
    }
}

/// Every text in a document: an issuer stands at its top, and with each credential inside.
fn texts<'v>(value: &'v Value<'_>, all: &mut BTreeSet<&'v str>) {
    match value {
        Value::String(text) => {
            all.insert(text);
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(object) => object.iter().for_each(|(_, value)| texts(value, all)),
        _ => {}
    }
}

/// What judging any credential issued here takes: the keys of every institution that others see, its status lists, and the achievements that
/// credentials are bound to.
///
/// What decides comes first, and what does not fit into [`MOST_BYTES`] any more is left out. A credential whose list did not fit cannot be
/// fully checked from this alone, and the report says so.
#[crate::boxed]
pub async fn supply_all(world: &World) -> Result<Supplied, StoreError> {
    let reader = world.store.read();
    let mut institutions = Vec::new();
    for institution in reader.institutions().await? {
        if is_shown(&reader, &institution.id).await? {
            institutions.push(institution);
        }
    }
    let mut found = Vec::new();
    for institution in &institutions {
        let names = names(world, &reader, institution).await?;
        for name in &names {
            let address = did::document_url(&name.did);
            found.extend(address.zip(document_of_did(world, institution, &name.did).await?));
        }
        for list in reader.status_lists(&institution.id).await? {
            let published = status(&reader, institution, list.number).await?;
            let name = name_of(&names, list.number);
            found.extend(
                name.zip(published)
                    .map(|(name, list)| (name.link(&list.path), list)),
            );
        }
    }
    for institution in &institutions {
        let names = names(world, &reader, institution).await?;
        for row in reader.achievements(&institution.id).await? {
            let versions = reader.achievement_versions(&institution.id, &row.id);
            for version in versions.await? {
                let published = achievement(&reader, institution, &row.slug, version.version);
                let published = published.await?;
                let Some(published) = published else { continue };
                found.push((world.site.link(&published.path), published.clone()));
                // What was awarded before the institution moved names the address of then.
                let all = names.iter().map(|name| name.link(&published.path));
                let before = all.filter(|address| *address != world.site.link(&published.path));
                found.extend(before.map(|address| (address, published.clone())));
            }
        }
    }
    let fetched_at = world.clock.now();
    let found = found.into_iter();
    let found = found.map(|(address, document)| (address, document.bytes));
    let documents = that_fit(found, MOST_BYTES);
    let documents = documents.map(|(address, bytes)| (address, Fetched { bytes, fetched_at }));
    Ok(Supplied {
        documents: documents.collect(),
        // Of the registers of others nothing: what was issued here was issued by whom we list ourselves.
        trust: own(world).await?,
        contexts: contexts(world),
    })
}

/// Those that fit, in their order. One that is too large, such as an achievement with its picture, keeps no smaller one behind it out.
fn that_fit(
    found: impl Iterator<Item = (String, Vec<u8>)>,
    mut room: usize,
) -> impl Iterator<Item = (String, Vec<u8>)> {
    found.filter(move |(_, bytes)| {
        let left = room.checked_sub(bytes.len());
        room = left.unwrap_or(room);
        left.is_some()
    })
}

/// Those that the operator added: a browser has the bundled ones.
fn contexts(world: &World) -> BTreeMap<String, String> {
    let added = world.contexts.added();
    added.map(|(url, text)| (url.to_owned(), text)).collect()
}

/// How many bytes of uploaded evidence go along with a page, all files together.
const MOST_EVIDENCE: usize = 1 << 20;

/// As much as a browser is asked to load for one page: some two hundred status lists.
const MOST_BYTES: usize = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_keeps_nothing_behind_it_out() {
        let sizes = [
            ("list", 4),
            ("picture", 7),
            ("plain", 5),
            ("last", 2),
            ("empty", 0),
        ];
        let found = sizes.map(|(address, size)| (address.to_owned(), vec![0; size]));
        let kept: Vec<String> = that_fit(found.into_iter(), 10).map(|(at, _)| at).collect();
        assert_eq!(kept, ["list", "plain", "empty"]);
    }
}
