//! Beginning a mapping set.

use touchstone_crosswalk::sssom::Fault;
use touchstone_store::{AuditLine, MappingSetRow, StoreError, TenantId};
use url::Url;

use super::propose::{NO_REASON, reason};
use crate::{
    World,
    issuing::{Slug, SlugError},
    text::line_of,
};

/// A request to begin a mapping set.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The institution that will publish it.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Its short name in addresses; it never changes.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Under which licence others may use it: an address.
    pub license: String,
    /// For how many days an agreement is good.
    pub review_days: i64,
    /// Why it is begun.
    pub why: String,
}

/// Begins a set without mappings, and answers its id.
#[crate::boxed]
pub async fn begin_set(world: &World, order: &Beginning) -> Result<String, SetError> {
    let row = &row(world, order)?;
    let why = &reason(&order.why).ok_or(SetError::Reason)?;
    let begun = world.store.write(|mut tx| async move {
        tx.add_mapping_set(row.clone()).await?;
        tx.audit([begun(row, why)]).await
    });
    match begun.await {
        Err(StoreError::Conflict {
            table: "mapping_set",
        }) => Err(SetError::SlugTaken),
        begun => {
            begun?;
            Ok(row.id.clone())
        }
    }
}

pub(super) fn row(world: &World, order: &Beginning) -> Result<MappingSetRow, SetError> {
    let slug = Slug::new(&order.slug)?;
    let title = line_of(&order.title, 200).ok_or(SetError::Title)?;
    let license = order.license.trim();
    let address = Url::parse(license).map_err(|_| SetError::License)?;
    if !["http", "https"].contains(&address.scheme()) || license.len() > 500 {
        return Err(SetError::License);
    }
    if !(1..=3_650).contains(&order.review_days) {
        return Err(SetError::ReviewDays);
    }
    Ok(MappingSetRow {
        id: world.rng.uuid().to_string(),
        tenant: order.tenant.clone(),
        slug: slug.to_string(),
        title,
        license: license.to_owned(),
        head: String::new(),
        prefixes: "{}".into(),
        review_days: order.review_days,
        created_at: world.clock.now().unix_millis(),
        created_by: order.actor.clone(),
    })
}

pub(super) fn begun(row: &MappingSetRow, why: &str) -> AuditLine {
    AuditLine {
        tenant: row.tenant.clone(),
        at: row.created_at,
        actor: row.created_by.clone(),
        action: "mapping_set.begin".into(),
        subject: row.id.clone(),
        detail: serde_json::json!({"slug": row.slug, "title": row.title, "why": why}).to_string(),
    }
}

/// Why no set was begun or taken in.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// The short name is none.
    #[error("{0}")]
    Slug(#[from] SlugError),
    /// Another set of the institution has it.
    #[error("there is a mapping set with this short name already; choose another")]
    SlugTaken,
    /// No title, or none that can be shown.
    #[error("give the set a title, in at most 200 characters, without hidden signs")]
    Title,
    /// Nobody could use it.
    #[error(
        "give the licence under which others may use the set, as an address: https://creativecommons.org/licenses/by/4.0/"
    )]
    License,
    /// Not a number of days.
    #[error("an agreement is good for 1 to 3,650 days")]
    ReviewDays,
    /// Nothing about why, or too many words.
    #[error("{NO_REASON}")]
    Reason,
    /// The file is no mapping set.
    #[error("{}", words(.0))]
    Faulty(Vec<Fault>),
    /// The file has more mappings than are kept.
    #[error("the file has more than {MOST_MAPPINGS} mappings: take in a part of it")]
    TooMany,
    /// One set is not merged with itself, and many are not compared.
    #[error("choose from 2 to {MOST_SETS} sets of which a version was released")]
    Few,
    /// There is no such set for this institution.
    #[error("no such mapping set")]
    NoSuchSet,
    /// Nothing of a set was released.
    #[error("of “{0}” no version was released yet: release one first")]
    NotReleased(String),
    /// What was agreed on has to be looked at first.
    #[error(
        "the latest version of “{0}” is out of date: have its mappings reviewed again and the next version released first"
    )]
    Ended(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// As many as anybody compares.
pub(super) const MOST_SETS: usize = 20;

/// The first of many faults, for a sentence.
fn words(faults: &[Fault]) -> String {
    let first: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
    match faults.len() {
        0..=5 => first.join("; "),
        many => format!("{}; and {} more", first.join("; "), many - 5),
    }
}

/// As many as a page of a set and a release stay quick with.
pub(super) const MOST_MAPPINGS: usize = 100_000;

#[cfg(test)]
mod tests {
    use touchstone_crosswalk::sssom::{Place, Reason};

    use super::*;

    #[test]
    fn the_first_five_faults_are_told_and_the_rest_counted() {
        let faults = |many: usize| {
            let fault = |line| Fault {
                at: Place::Line(line, None),
                reason: Reason::NotUtf8,
            };
            (1..=many).map(fault).collect::<Vec<_>>()
        };
        let told = |many| words(&faults(many));
        assert_eq!(told(1), faults(1)[0].to_string());
        assert_eq!(told(5).matches("UTF-8:").count(), 5);
        assert!(!told(5).contains("more"), "{}", told(5));
        assert_eq!(told(7).matches("UTF-8:").count(), 5);
        assert!(told(7).ends_with("; and 2 more"), "{}", told(7));
    }
}
