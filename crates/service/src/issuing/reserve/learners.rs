//! The people of one chunk: those known already, and those to be added.

use touchstone_store::{LearnerRow, Reader, StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::{
    World,
    issuing::{RowInput, cohort::Cohort},
};

/// Learners of this chunk.
pub(crate) struct Learners {
    known: Vec<LearnerRow>,
    pub(super) added: Vec<LearnerRow>,
    pub(super) changed: Vec<LearnerRow>,
}

impl Learners {
    /// Finds those who are known.
    pub(crate) async fn load(
        reader: &Reader,
        tenant: &TenantId,
        inputs: &[RowInput],
    ) -> Result<Self, StoreError> {
        let emails: Vec<String> = inputs
            .iter()
            .filter_map(|input| input.email.clone())
            .collect();
        let identifiers: Vec<String> = inputs
            .iter()
            .filter_map(|input| input.identifier.clone())
            .collect();
        let known = reader
            .learners_known_by(tenant, &emails, &identifiers)
            .await?;
        Ok(Self {
            known,
            added: Vec::new(),
            changed: Vec::new(),
        })
    }

    /// The id of the person in this row. An identifier decides alone; an address only together with the name, because
    /// families share addresses.
    pub(super) fn find_or_add(
        &mut self,
        world: &World,
        cohort: &Cohort,
        input: &RowInput,
        now: Timestamp,
    ) -> String {
        if let Some(learner) = self.added.iter().find(|learner| same(learner, input)) {
            return learner.id.clone();
        }
        if let Some(learner) = self.known.iter_mut().find(|learner| same(learner, input)) {
            if follow(learner, input) {
                self.changed.retain(|changed| changed.id != learner.id);
                self.changed.push(learner.clone());
            }
            return learner.id.clone();
        }
        let id = world.rng.uuid().to_string();
        self.added
            .push(fresh(id.clone(), &cohort.tenant, input, now));
        id
    }

    /// The person of a row as they will stand once it is issued.
    pub(crate) fn foreseen(
        &self,
        tenant: &TenantId,
        input: &RowInput,
        now: Timestamp,
    ) -> LearnerRow {
        let known = self.known.iter().find(|learner| same(learner, input));
        match known.cloned() {
            Some(mut learner) => {
                follow(&mut learner, input);
                learner
            }
            None => fresh(String::new(), tenant, input, now),
        }
    }
}

fn same(learner: &LearnerRow, input: &RowInput) -> bool {
    match (&input.identifier, &learner.identifier) {
        (Some(wanted), Some(has)) => wanted == has,
        _ => {
            let same_address = input.email.is_some() && learner.email == input.email;
            let name = input.name.as_deref();
            same_address && name.is_none_or(|name| learner.name == name)
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
    if input.language.is_some() {
        learner.language.clone_from(&input.language);
    }
    *learner != before
}
