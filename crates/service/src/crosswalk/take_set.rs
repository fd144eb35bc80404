//! Taking in a mapping set from a file: a fork of what others published, or what a program suggests.

use touchstone_crosswalk::sssom::{MappingSet, Notice, Slot};
use touchstone_store::{AuditLine, MappingRow, MappingState, StoreError};

use super::{
    begin_set::{Beginning, MOST_MAPPINGS, SetError, begun, row},
    document::{self, NewMapping, Origin, is_suggestion},
    propose::reason,
};
use crate::World;

/// A mapping set in a file.
#[derive(Clone, Debug)]
pub struct SetFile {
    /// What becomes of it. An empty title or licence is taken from the file.
    pub beginning: Beginning,
    /// The file: SSSOM as TSV or JSON.
    pub bytes: Vec<u8>,
}

/// A set that was taken in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TakenSet {
    /// Its id here.
    pub id: String,
    /// Mappings that people state.
    pub stated: usize,
    /// Mappings that a program made and nobody reviewed: they stay suggestions.
    pub suggested: usize,
    /// What its author may want to know.
    pub notices: Vec<Notice>,
}

/// Takes in a set. Nothing in it counts as agreed here: that is for the votes.
#[crate::boxed]
pub async fn take_set(world: &World, order: &SetFile) -> Result<TakenSet, SetError> {
    let first = order.bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let read = match first {
        Some(b'{') => MappingSet::read_json(&order.bytes),
        _ => MappingSet::read_tsv(&order.bytes),
    };
    let read = read.map_err(SetError::Faulty)?;
    let mut beginning = order.beginning.clone();
    if beginning.title.trim().is_empty() {
        beginning.title = read.set.title().unwrap_or_default().to_owned();
    }
    if beginning.license.trim().is_empty() {
        beginning.license = read.set.one(Slot::License).unwrap_or_default().to_owned();
    }
    let origins = vec![Origin::Words; read.set.mappings().len()];
    take(world, &beginning, &read.set, read.notices, &origins).await
}

/// Takes in what was read, of each mapping with where that was.
pub(super) async fn take(
    world: &World,
    beginning: &Beginning,
    read: &MappingSet,
    notices: Vec<Notice>,
    origins: &[Origin],
) -> Result<TakenSet, SetError> {
    if read.mappings().len() > MOST_MAPPINGS {
        return Err(SetError::TooMany);
    }
    let head = read.with_mappings(Vec::new());
    let set = &mut row(world, beginning)?;
    let why = &reason(&beginning.why).ok_or(SetError::Reason)?;
    let mut written = head.clone();
    written.cover();
    set.head = written
        .canonical()
        .map_err(|fault| SetError::Faulty(vec![fault]))?;
    let prefixes: serde_json::Map<String, serde_json::Value> = head
        .prefixes()
        .iter()
        .map(|(name, address)| (name.to_owned(), address.into()))
        .collect();
    set.prefixes = serde_json::Value::Object(prefixes).to_string();
    let mut rows = Vec::with_capacity(read.mappings().len());
    let mut suggested = 0;
    // Ids that are made in one millisecond have no order of their own; the file has one.
    let now = world.clock.now();
    let made = read.mappings().iter();
    let mut ids: Vec<String> = made
        .map(|_| world.rng.ordered_uuid(now).to_string())
        .collect();
    ids.sort_unstable();
    for ((mapping, id), origin) in read.mappings().iter().zip(ids).zip(origins) {
        let machine = *origin == Origin::Words && is_suggestion(mapping);
        suggested += usize::from(machine);
        let new = NewMapping {
            set: &set.id,
            organization: &set.tenant,
            actor: &set.created_by,
            state: match machine {
                true => MappingState::Suggested,
                false => MappingState::Stated,
            },
            origin: *origin,
        };
        let row = document::row(world, &head, mapping, &new);
        let row = row.map_err(|fault| SetError::Faulty(vec![fault]))?;
        rows.push(MappingRow { id, ..row });
    }
    let (set, rows) = (&*set, &rows);
    let taken = world.store.write(|mut tx| async move {
        tx.add_mapping_set(set.clone()).await?;
        tx.add_mappings(rows.clone()).await?;
        let took = AuditLine {
            action: "mapping_set.take".into(),
            detail: serde_json::json!({
                "slug": set.slug, "mappings": rows.len(), "suggested": suggested, "why": why,
            })
            .to_string(),
            ..begun(set, why)
        };
        tx.audit([took]).await
    });
    match taken.await {
        Err(StoreError::Conflict {
            table: "mapping_set",
        }) => Err(SetError::SlugTaken),
        taken => {
            taken?;
            Ok(TakenSet {
                id: set.id.clone(),
                stated: rows.len() - suggested,
                suggested,
                notices,
            })
        }
    }
}
