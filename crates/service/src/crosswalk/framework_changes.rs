//! What a version of a framework says otherwise than the one before, and what here that is about.

use std::collections::BTreeMap;

use touchstone_crosswalk::framework::{FieldChange, StatementChange, diff};
use touchstone_store::{FrameworkRow, StoreError, TenantId};

use super::{
    framework::{latest_before, load},
    role::kept,
};
use crate::{World, issuing::achievements};

/// A version of a framework, beside the one that was taken in before it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FrameworkChanges {
    /// The version.
    pub framework: FrameworkRow,
    /// The one before; `None` of the first.
    pub before: Option<FrameworkRow>,
    /// How many statements are new.
    pub added: usize,
    /// Those that are gone or said otherwise: first those that something here is about, each group by identifier, and so many of them at most.
    pub statements: Vec<ChangedStatement>,
    /// How many of those are not listed.
    pub more: usize,
}

/// A statement that is gone or said otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChangedStatement {
    /// Its identifier.
    pub uri: String,
    /// What it was called.
    pub label: String,
    /// What was said otherwise; `None` if it is gone.
    pub fields: Option<Vec<FieldChange>>,
    /// Of one that is gone: the identifier of what may take its place, because it has the same code or the same words.
    pub successor: Option<String>,
    /// What here is about it, so much of it at most.
    pub concerns: Vec<Concern>,
    /// How much more is.
    pub more_concerns: usize,
}

/// Something here that is about a statement.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Concern {
    /// An achievement whose latest version names it.
    Achievement {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    },
    /// A mapping from it or to it.
    Mapping {
        /// The set.
        set: String,
        /// The mapping.
        id: String,
        /// What the set is called.
        title: String,
    },
    /// A role that asks for it.
    Role {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
}

/// Compares a version of a framework with the one that was taken in before it. `None` where the institution has no such framework.
#[crate::boxed]
pub async fn framework_changes(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<FrameworkChanges>, StoreError> {
    let reader = world.store.read();
    let Some(framework) = reader.framework(tenant, id).await? else {
        return Ok(None);
    };
    let all = reader.frameworks(tenant).await?;
    let before = latest_before(all, &framework.uri, framework.taken_at);
    let (mut added, mut statements) = (0, Vec::new());
    if let Some(before) = &before {
        let was = load(&reader, tenant, before).await?;
        let is = load(&reader, tenant, &framework).await?;
        // Large frameworks take a moment.
        let compared = tokio::task::spawn_blocking(move || diff(&was, &is)).await;
        let compared =
            compared.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        for (uri, change) in compared.statements {
            let (before, fields, successor) = match change {
                StatementChange::Added(_) => {
                    added += 1;
                    continue;
                }
                StatementChange::Removed { before, successor } => (before, None, successor),
                StatementChange::Changed { before, fields } => (before, Some(fields), None),
            };
            statements.push(ChangedStatement {
                uri,
                label: before.label,
                fields,
                successor,
                concerns: Vec::new(),
                more_concerns: 0,
            });
        }
    }
    let about: Vec<String> = statements.iter().map(|one| one.uri.clone()).collect();
    let mut concerns = concerns(world, tenant, &about).await?;
    for one in &mut statements {
        one.concerns = concerns.remove(&one.uri).unwrap_or_default();
        one.concerns.sort();
        one.more_concerns = one.concerns.len().saturating_sub(MOST_CONCERNS);
        one.concerns.truncate(MOST_CONCERNS);
    }
    statements.sort_by_key(|one| one.concerns.is_empty());
    let more = statements.len().saturating_sub(MOST_LISTED);
    statements.truncate(MOST_LISTED);
    Ok(Some(FrameworkChanges {
        framework,
        before,
        added,
        statements,
        more,
    }))
}

/// What is about any of these statements, by statement.
async fn concerns(
    world: &World,
    tenant: &TenantId,
    about: &[String],
) -> Result<BTreeMap<String, Vec<Concern>>, StoreError> {
    let mut all: BTreeMap<String, Vec<Concern>> = BTreeMap::new();
    if about.is_empty() {
        return Ok(all);
    }
    let reader = world.store.read();
    let mut add = |uri: &str, concern: &Concern| {
        if about
            .binary_search_by(|known| known.as_str().cmp(uri))
            .is_ok()
        {
            let of = all.entry(uri.to_owned()).or_default();
            if !of.contains(concern) {
                of.push(concern.clone());
            }
        }
    };
    for listed in achievements(world, tenant).await? {
        let concern = Concern::Achievement {
            id: listed.achievement.id,
            name: listed.achievement.name,
        };
        for link in &listed.definition.alignment {
            add(&link.target_url, &concern);
        }
    }
    for row in reader.roles(tenant).await? {
        let role = kept(row)?;
        let concern = Concern::Role {
            id: role.row.id,
            title: role.row.title,
        };
        for task in &role.role.tasks {
            add(&task.id, &concern);
        }
    }
    for set in reader.mapping_sets(tenant).await? {
        for (id, subject, object) in reader.mappings_about(tenant, &set.id, about).await? {
            let concern = Concern::Mapping {
                set: set.id.clone(),
                id,
                title: set.title.clone(),
            };
            add(&subject, &concern);
            add(&object, &concern);
        }
    }
    Ok(all)
}

/// Statements that a page shows at most.
const MOST_LISTED: usize = 500;
/// What is listed of what is about one of them.
const MOST_CONCERNS: usize = 20;
