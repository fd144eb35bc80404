//! The status lists that chunks take positions of, the tenant's open ones first, then new ones.
//!
//! The next chunk takes its positions while the last one is still being stored; whether anybody else took some in between shows
//! when they are stored.

use touchstone_store::{Reader, StatusListRow, StatusPurpose, StoreError};
use touchstone_vc::model::AwardStatus;

use crate::{
    World,
    issuing::{
        cohort::Cohort,
        compose::position,
        give_place::new_list,
        positions::{FULL, draw, unused},
    },
    operations::restore::next_number,
};

/// A list as it was read (or is about to be made), with what one chunk takes of it.
pub(super) struct Given {
    pub(super) list: StatusListRow,
    pub(super) is_new: bool,
    pub(super) used: Vec<u8>,
    pub(super) given: Vec<(i64, String)>,
}

/// The lists in play, and the number that the next new one gets.
pub(super) struct Lists {
    lists: Vec<Given>,
    next_number: i64,
}

/// A list's id and a position in it.
pub(super) type Place = Option<(String, i64)>;

impl Lists {
    /// Reads the tenant's open lists.
    pub(super) async fn load(reader: &Reader, cohort: &Cohort) -> Result<Self, StoreError> {
        let mut lists = Vec::new();
        for purpose in purposes(cohort) {
            if let Some(list) = reader.open_status_list(&cohort.tenant, *purpose).await? {
                lists.push(Given {
                    used: list.used.clone(),
                    list,
                    is_new: false,
                    given: Vec::new(),
                });
            }
        }
        let next_number = next_number(reader, &cohort.tenant).await?;
        Ok(Self { lists, next_number })
    }

    /// Takes the positions that one credential needs.
    pub(super) fn give(
        &mut self,
        world: &World,
        cohort: &Cohort,
        credential: &str,
    ) -> (AwardStatus, [Place; 2]) {
        let mut taken = Vec::with_capacity(2);
        for purpose in purposes(cohort) {
            let (number, list, index) = self.take(world, cohort, *purpose, credential);
            taken.push((
                position(cohort.status_url(world, number), index),
                (list, i64::from(index)),
            ));
        }
        let mut taken = taken.into_iter();
        match (taken.next(), taken.next()) {
            (None, _) => (AwardStatus::Irrevocable, [None, None]),
            (Some((revocation, place)), None) => {
                (AwardStatus::Revocable { revocation }, [Some(place), None])
            }
            (Some((revocation, place)), Some((suspension, second))) => (
                AwardStatus::Pausable {
                    revocation,
                    suspension,
                },
                [Some(place), Some(second)],
            ),
        }
    }

    /// The lists of which something was taken since this was asked last. From now on that counts as stored.
    pub(super) fn hand_out(&mut self) -> Vec<Given> {
        let taken = self.lists.iter_mut().filter(|list| !list.given.is_empty());
        let handed_out = taken.map(Given::hand_out).collect();
        self.lists
            .retain(|list| list.list.used_count < i64::from(FULL));
        handed_out
    }

    fn take(
        &mut self,
        world: &World,
        cohort: &Cohort,
        purpose: StatusPurpose,
        credential: &str,
    ) -> (i64, String, u32) {
        for given in self
            .lists
            .iter_mut()
            .filter(|given| given.list.purpose == purpose)
        {
            if let Some(index) = given.take(world, credential) {
                return (given.list.number, given.list.id.clone(), index);
            }
        }
        let mut fresh = Given {
            list: new_list(world, &cohort.tenant, self.next_number, purpose),
            is_new: true,
            used: unused(),
            given: Vec::new(),
        };
        self.next_number += 1;
        let index = fresh.take(world, credential).expect("a new list has room");
        let taken = (fresh.list.number, fresh.list.id.clone(), index);
        self.lists.push(fresh);
        taken
    }
}

impl Given {
    /// This list for one chunk; what stays is the list as it will be once that chunk is stored.
    fn hand_out(&mut self) -> Self {
        let out = Self {
            list: self.list.clone(),
            is_new: std::mem::take(&mut self.is_new),
            used: self.used.clone(),
            given: std::mem::take(&mut self.given),
        };
        self.list.used_count += i64::try_from(out.given.len()).unwrap_or(i64::MAX);
        self.list.version += 1;
        out
    }

    fn take(&mut self, world: &World, credential: &str) -> Option<u32> {
        let used_count = self.list.used_count + i64::try_from(self.given.len()).unwrap_or(i64::MAX);
        let drawn = draw(
            &mut self.used,
            u32::try_from(used_count).unwrap_or(u32::MAX),
            1,
            &*world.rng,
        );
        let index = *drawn.first()?;
        self.given.push((i64::from(index), credential.to_owned()));
        Some(index)
    }
}

/// The lists a credential of this achievement stands in.
fn purposes(cohort: &Cohort) -> &'static [StatusPurpose] {
    match (
        cohort.definition.revocable,
        cohort.definition.allows_suspension,
    ) {
        (false, _) => &[],
        (true, false) => &[StatusPurpose::Revocation],
        (true, true) => &[StatusPurpose::Revocation, StatusPurpose::Suspension],
    }
}
