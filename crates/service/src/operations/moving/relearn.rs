//! After an older copy of the database was restored: that institutions had moved since, as the log says it.

use touchstone_store::{InstitutionRow, KeyState, SigningKeyRow};
use touchstone_vc::{Timestamp, did, log::Succession};

use super::{MoveError, Moved, here::did_here, move_here::Change, names::institution_of};
use crate::{World, operations::restore::number_lists_anew, ports::SignError};

/// A succession that the log has.
#[derive(Clone, Copy)]
pub(in crate::operations) struct Logged<'a> {
    pub(in crate::operations) stated: &'a Succession,
    pub(in crate::operations) signatures: &'a [Vec<u8>; 2],
    /// When the new key began to sign, as the log says.
    pub(in crate::operations) since: Timestamp,
}

/// Takes over the moves of an institution that the log has and the database does not, one after the other. Answers with how many are news. They must lead to
/// where the site is. Lists that were opened under a new DID cannot be known, so new ones get numbers that none can have had.
pub(in crate::operations) async fn relearn(
    world: &World,
    institution: &InstitutionRow,
    logged: &[Logged<'_>],
) -> Result<usize, MoveError> {
    let Some(did) = institution.did.clone().filter(|did| did::web::is(did)) else {
        return Ok(0);
    };
    let chain = chain(&did, logged);
    let Some(last) = chain.last() else {
        return Ok(0);
    };
    let to = &last.stated.successor;
    if did_here(&world.site, &institution.slug).as_ref() != Some(to) {
        return Err(MoveError::MovedOn {
            from: did,
            to: to.clone(),
            here: world.site.link(""),
        });
    }
    let (mut row, mut learned) = (institution.clone(), 0);
    for step in &chain {
        if institution_of(&world.store.read(), &step.stated.successor)
            .await?
            .is_some()
        {
            break;
        }
        learned += 1;
        row = take_over(world, row, step, learned == chain.len()).await?;
    }
    Ok(learned)
}

/// The moves from a DID on, each from where the one before it led.
fn chain<'a>(did: &str, logged: &[Logged<'a>]) -> Vec<Logged<'a>> {
    let (mut chain, mut now) = (Vec::new(), did);
    for step in logged {
        if step.stated.issuer == now {
            chain.push(*step);
            now = &step.stated.successor;
        }
    }
    chain
}

/// Writes one of them, and answers with the institution as it is then.
async fn take_over(
    world: &World,
    row: InstitutionRow,
    step: &Logged<'_>,
    is_last: bool,
) -> Result<InstitutionRow, MoveError> {
    let stated = step.stated;
    let id = stated.successor_method.rsplit('#').next();
    let id = id.unwrap_or_default().to_owned();
    let now = world.clock.now();
    let key = &SigningKeyRow {
        custody: custody(world, &id, &stated.successor_key).await,
        id,
        tenant: row.id.clone(),
        verification_method: stated.successor_method.clone(),
        public_multibase: stated.successor_key.clone(),
        state: KeyState::Active,
        created_at: step.since.unix_millis(),
        retired_at: None,
        secret: None,
        activates_at: None,
        compromised_since: None,
    };
    let kept = &Moved::new(stated, step.signatures.clone()).kept();
    // Where it was in between, its DID says.
    let between = did::web::domain(&stated.successor).filter(|_| !is_last);
    let between = between.map(|domain| format!("https://{domain}"));
    let to_url = between.unwrap_or_else(|| world.site.link(""));
    let (before, url) = (&row, to_url.as_str());
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            let outbox = tx.last_of_outbox().await?;
            let change = Change {
                row: before,
                to: &stated.successor,
                to_url: url,
                key,
                succession: kept,
                at: now,
                outbox,
                actor: "restore",
                reason: "learnt from the log after a restore",
                learnt: true,
                is_last,
            };
            change.write(world, tx).await?;
            number_lists_anew(world, tx, &before.id).await?;
            Ok::<_, MoveError>(())
        })
        .await?;
    Ok(InstitutionRow {
        did: Some(stated.successor.clone()),
        public_url: Some(to_url),
        ..row
    })
}

/// Where the key is, or may be: a signer that is away may have it. One that is nowhere is ended once all is learnt.
async fn custody(world: &World, id: &str, public_key: &str) -> String {
    let mut away = None;
    for custody in world.signer.custodies() {
        match world.signer.public(&format!("{custody}{id}")).await {
            Ok(public) if public.named().to_multikey() == public_key => return custody.to_owned(),
            Err(SignError::Unavailable | SignError::PinRefused | SignError::Locked) => {
                away = Some(custody);
            }
            _ => {}
        }
    }
    away.unwrap_or(world.signer.custody()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_followed_from_where_the_one_before_led() {
        let of = |issuer: &str, successor: &str| Succession {
            issuer: issuer.into(),
            successor: successor.into(),
            since: Timestamp::from_unix_seconds(0),
            method: format!("{issuer}#1"),
            public_key: String::new(),
            successor_method: format!("{successor}#1"),
            successor_key: String::new(),
        };
        let all = [of("a", "b"), of("x", "y"), of("a", "b"), of("b", "c")];
        let signatures = &[Vec::new(), Vec::new()];
        let logged: Vec<Logged<'_>> = all
            .iter()
            .map(|stated| Logged {
                stated,
                signatures,
                since: stated.since,
            })
            .collect();
        for (from, to) in [
            ("a", &["b", "c"][..]),
            ("b", &["c"][..]),
            ("x", &["y"][..]),
            ("c", &[][..]),
        ] {
            let chain = chain(from, &logged);
            let led = chain.iter().map(|one| one.stated.successor.as_str());
            assert_eq!(led.collect::<Vec<_>>(), to, "{from}");
        }
    }
}
