//! The people of one chunk: those known already, and those to be added.

use std::collections::HashMap;

use touchstone_store::{LearnerRow, Reader, StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::{
    World,
    issuing::{RowInput, cohort::Cohort},
};

/// Learners of this chunk.
pub(crate) struct Learners {
    people: Vec<Person>,
    /// Who has an identifier, a DID or an address, by it.
    by_identifier: HashMap<String, Vec<usize>>,
    by_did: HashMap<String, Vec<usize>>,
    by_email: HashMap<String, Vec<usize>>,
}

struct Person {
    row: LearnerRow,
    what: What,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum What {
    Known,
    /// Known before, and a row says something new.
    Changed,
    Added,
}

impl Learners {
    /// Finds those who are known. `under_way` are people who are being stored at this moment.
    pub(crate) async fn load(
        reader: &Reader,
        tenant: &TenantId,
        inputs: &[RowInput],
        under_way: &[LearnerRow],
    ) -> Result<Self, StoreError> {
        let emails: Vec<String> = inputs
            .iter()
            .filter_map(|input| input.email.clone())
            .collect();
        let identifiers: Vec<String> = inputs
            .iter()
            .filter_map(|input| input.identifier.clone())
            .collect();
        let dids: Vec<String> = inputs
            .iter()
            .filter_map(|input| input.did.clone())
            .collect();
        let mut known = reader
            .learners_known_by(tenant, &emails, &identifiers, &dids)
            .await?;
        let newer: HashMap<&str, &LearnerRow> =
            under_way.iter().map(|row| (row.id.as_str(), row)).collect();
        known.retain(|row| !newer.contains_key(row.id.as_str()));
        known.extend(under_way.iter().cloned());
        Ok(Self::of(known))
    }

    fn of(known: Vec<LearnerRow>) -> Self {
        let mut learners = Self {
            people: Vec::with_capacity(known.len()),
            by_identifier: HashMap::new(),
            by_did: HashMap::new(),
            by_email: HashMap::new(),
        };
        for row in known {
            learners.add(row, What::Known);
        }
        learners
    }

    /// The id of the person in this row. An identifier decides alone, and so does a DID where there are not two identifiers; an
    /// address only together with the name, because families share addresses.
    pub(super) fn find_or_add(
        &mut self,
        world: &World,
        cohort: &Cohort,
        input: &RowInput,
        now: Timestamp,
    ) -> String {
        let Some(at) = self.find(input) else {
            let id = world.rng.ordered_uuid(now).to_string();
            let row = fresh(id.clone(), &cohort.tenant, input, now);
            self.add(row, What::Added);
            return id;
        };
        let person = &mut self.people[at];
        let id = person.row.id.clone();
        if person.what != What::Added && follow(&mut person.row, input) {
            person.what = What::Changed;
            self.index(at);
        }
        id
    }

    /// The person of a row as they will stand once it is issued.
    pub(crate) fn foreseen(
        &self,
        tenant: &TenantId,
        input: &RowInput,
        now: Timestamp,
    ) -> LearnerRow {
        match self.find(input) {
            Some(at) => {
                let mut learner = self.people[at].row.clone();
                follow(&mut learner, input);
                learner
            }
            None => fresh(String::new(), tenant, input, now),
        }
    }

    /// Those to be added, and those known before of whom a row says something new.
    pub(super) fn into_news(self) -> (Vec<LearnerRow>, Vec<LearnerRow>) {
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for Person { row, what } in self.people {
            match what {
                What::Known => {}
                What::Changed => changed.push(row),
                What::Added => added.push(row),
            }
        }
        (added, changed)
    }

    /// The first of those who are the person of this row: somebody of this list before somebody known.
    fn find(&self, input: &RowInput) -> Option<usize> {
        let of = |index: &HashMap<String, Vec<usize>>, key: Option<&String>| {
            key.and_then(|key| index.get(key)).cloned()
        };
        let named = [
            of(&self.by_identifier, input.identifier.as_ref()),
            of(&self.by_did, input.did.as_ref()),
            of(&self.by_email, input.email.as_ref()),
        ];
        let people = named.into_iter().flatten().flatten();
        people
            .filter(|at| same(&self.people[*at].row, input))
            .min_by_key(|at| (self.people[*at].what != What::Added, *at))
    }

    fn add(&mut self, row: LearnerRow, what: What) {
        self.people.push(Person { row, what });
        self.index(self.people.len() - 1);
    }

    /// Makes a person findable by what is known of them now. By what was known before they are found too, and then compared.
    fn index(&mut self, at: usize) {
        let row = &self.people[at].row;
        for (index, key) in [
            (&mut self.by_identifier, &row.identifier),
            (&mut self.by_did, &row.did),
            (&mut self.by_email, &row.email),
        ] {
            if let Some(key) = key {
                let there = index.entry(key.clone()).or_default();
                if !there.contains(&at) {
                    there.push(at);
                }
            }
        }
    }
}

fn same(learner: &LearnerRow, input: &RowInput) -> bool {
    match (&input.identifier, &learner.identifier) {
        (Some(wanted), Some(has)) => wanted == has,
        _ => {
            let same_did = input.did.is_some() && learner.did == input.did;
            let same_address = input.email.is_some() && learner.email == input.email;
            let name = input.name.as_deref();
            same_did || same_address && name.is_none_or(|name| learner.name == name)
        }
    }
}

fn fresh(id: String, tenant: &TenantId, input: &RowInput, now: Timestamp) -> LearnerRow {
    LearnerRow {
        id,
        tenant: tenant.clone(),
        name: input.name.clone().unwrap_or_default(),
        email: input.email.clone(),
        identifier: input.identifier.clone(),
        did: input.did.clone(),
        language: input.language.clone(),
        search: String::new(), // The store fills it.
        created_at: now.unix_millis(),
    }
}

/// Takes over what the confirmed row says about a person we know: the address shown in the preview is the one that is
/// written to. Answers whether anything was new.
fn follow(learner: &mut LearnerRow, input: &RowInput) -> bool {
    let before = learner.clone();
    if let Some(name) = &input.name {
        learner.name.clone_from(name);
    }
    if input.email.is_some() {
        learner.email.clone_from(&input.email);
    }
    if input.did.is_some() {
        learner.did.clone_from(&input.did);
    }
    if input.language.is_some() {
        learner.language.clone_from(&input.language);
    }
    *learner != before
}
