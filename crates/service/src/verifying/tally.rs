//! How often credentials of an achievement were checked: by day, by the way in which, and by what was found.
//!
//! **Invariant:** neither who looked nor whose credential was looked at is counted. An achievement that fewer than
//! [`FEWEST`] credentials were awarded under gives no counts: they would tell of single people.

use std::collections::BTreeMap;

use touchstone_store::{CredentialFilter, StoreError, TallyRow, TenantId};
use touchstone_vc::{DAY_MS, Timestamp, Verdict};

use crate::{World, operations::moving::institution_of};

/// The way in which a credential was checked.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Way {
    /// On its public page.
    Page,
    /// Handed in as a file, a text or a link.
    HandedIn,
    /// By a program.
    Api,
}

/// What was found, in four words. The same four everywhere counts are shown.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Found {
    /// Everything that decides passed.
    Pass,
    /// Something that decides failed.
    Fail,
    /// Something that decides could not be checked.
    Unknown,
    /// It stands, and something should be known besides.
    Warn,
}

/// What is counted under one number.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub struct Tally {
    pub tenant: TenantId,
    pub achievement: String,
    pub way: Way,
    pub found: Found,
}

/// Adds counts to those of the day that `world`'s clock shows.
pub async fn add_tallies(
    world: &World,
    counted: impl IntoIterator<Item = (Tally, u64)>,
) -> Result<(), StoreError> {
    let day = day(world.clock.now());
    let rows = counted.into_iter().map(|(tally, n)| TallyRow {
        tenant: tally.tenant,
        achievement: tally.achievement,
        day,
        kind: kind(tally.way, tally.found),
        n: i64::try_from(n).unwrap_or(i64::MAX),
    });
    world.store.count(rows.collect()).await
}

/// What a check of this credential is counted under, if it was issued here.
#[crate::boxed]
pub async fn tally_of(
    world: &World,
    issuer: &str,
    credential: &str,
    way: Way,
    found: Found,
) -> Result<Option<Tally>, StoreError> {
    let Some(id) = credential.strip_prefix("urn:uuid:") else {
        return Ok(None);
    };
    let reader = world.store.read();
    let Some(ours) = institution_of(&reader, issuer).await? else {
        return Ok(None);
    };
    let row = reader.credential(&ours.id, id).await?;
    Ok(row.map(|row| Tally {
        tenant: row.tenant,
        achievement: row.achievement,
        way,
        found,
    }))
}

/// How often credentials of an achievement were checked, day by day, the latest first, over the last `days` days.
#[crate::boxed]
pub async fn tallies(
    world: &World,
    tenant: &TenantId,
    achievement: &str,
    days: u16,
) -> Result<Tallies, StoreError> {
    let reader = world.store.read();
    let awarded = CredentialFilter {
        achievement: Some(achievement.to_owned()),
        ..CredentialFilter::default()
    };
    if reader.count_credentials(tenant, &awarded).await? < FEWEST {
        return Ok(Tallies::TooFew);
    }
    let until = day(world.clock.now()) + 1;
    let rows = reader
        .tallies(tenant, Some(achievement), until - i64::from(days), until)
        .await?;
    let mut by_day: BTreeMap<i64, Counts> = BTreeMap::new();
    for row in rows {
        // A kind that an older or newer version counts is not shown as something else.
        if let Some((way, found)) = parse(&row.kind) {
            by_day.entry(row.day).or_default().add(way, found, row.n);
        }
    }
    let days = by_day.into_iter().rev().map(|(day, counts)| Day {
        at: Timestamp::from_unix_millis(day.saturating_mul(DAY_MS)),
        counts,
    });
    Ok(Tallies::Days(days.collect()))
}

/// Counts of an achievement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Tallies {
    /// Fewer than [`FEWEST`] credentials were awarded: not enough for a count that tells of nobody.
    TooFew,
    /// Days on which any was checked, the latest first.
    Days(Vec<Day>),
}

/// Counts of one day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Day {
    /// The day's first moment, UTC.
    pub at: Timestamp,
    /// The counts.
    pub counts: Counts,
}

/// Counts by way and by what was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Counts([[i64; 4]; 3]);

impl Counts {
    /// How often it was checked in this way with this result.
    pub fn of(&self, way: Way, found: Found) -> i64 {
        self.0[way as usize][found as usize]
    }

    /// How often it was checked in this way.
    pub fn by(&self, way: Way) -> i64 {
        self.0[way as usize].iter().sum()
    }

    /// How often this was found.
    pub fn with(&self, found: Found) -> i64 {
        self.0.iter().map(|ways| ways[found as usize]).sum()
    }

    /// How often it was checked.
    pub fn all(&self) -> i64 {
        self.0.iter().flatten().sum()
    }

    fn add(&mut self, way: Way, found: Found, n: i64) {
        let count = &mut self.0[way as usize][found as usize];
        *count = count.saturating_add(n);
    }
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Page, Self::HandedIn, Self::Api];

    /// Its name: `page`, `handed_in` or `api`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::HandedIn => "handed_in",
            Self::Api => "api",
        }
    }
}

impl Found {
    /// All results.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::Unknown, Self::Warn];

    /// Its name: `pass`, `fail`, `unknown` or `warn`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
        }
    }
}

impl From<Verdict> for Found {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Failed => Self::Fail,
            Verdict::Unknown => Self::Unknown,
            Verdict::NotListed | Verdict::TakeCare => Self::Warn,
        }
    }
}

/// Days since 1970-01-01, UTC.
fn day(at: Timestamp) -> i64 {
    at.unix_millis().div_euclid(DAY_MS)
}

/// The name under which a count is stored.
fn kind(way: Way, found: Found) -> String {
    format!("{}:{}", way.as_str(), found.as_str())
}

fn parse(kind: &str) -> Option<(Way, Found)> {
    let (way, found) = kind.split_once(':')?;
    let way = Way::ALL.into_iter().find(|known| known.as_str() == way)?;
    let found = Found::ALL
        .into_iter()
        .find(|known| known.as_str() == found)?;
    Some((way, found))
}

/// The smallest number of awarded credentials whose counts are told.
pub const FEWEST: u64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_it_was_counted() {
        for way in Way::ALL {
            for found in Found::ALL {
                assert_eq!(parse(&kind(way, found)), Some((way, found)));
            }
        }
        for other in ["page", "page:", "page:seen", "shop:pass", ""] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn sums_are_over_ways_and_results() {
        let mut counts = Counts::default();
        counts.add(Way::Page, Found::Pass, 3);
        counts.add(Way::Api, Found::Pass, 2);
        counts.add(Way::Api, Found::Fail, 1);
        assert_eq!(counts.of(Way::Api, Found::Fail), 1);
        assert_eq!((counts.by(Way::Api), counts.with(Found::Pass)), (3, 5));
        assert_eq!(counts.all(), 6);
    }
}
