//! Taking in a framework, or a new version of one, and saying what changed for whom.

use std::collections::BTreeSet;

use touchstone_crosswalk::framework::{
    Form, FormError, Framework, FrameworkFault, Origin, StatementChange, diff,
};
use touchstone_store::{AuditLine, FrameworkRow, Reader, StoreError, TenantId};

use super::{
    archive::ArchiveError,
    framework::{about, latest_before, load, to_row},
    read_framework::{ReadFramework, read_framework},
};
use crate::{World, digest::sha256_hex};

/// A request to take in a framework.
#[derive(Clone, Debug)]
pub struct FrameworkOrder {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The form of the files; `None`: found out.
    pub form: Option<Form>,
    /// What the files do not say of themselves.
    pub origin: Origin,
    /// The files, of one version together; a ZIP file stands for those in it.
    pub files: Vec<Vec<u8>>,
}

/// A framework that was taken in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TakenFramework {
    /// Its id here.
    pub id: String,
    /// How many statements it has.
    pub statements: usize,
    /// The version that was there before, if any.
    pub before: Option<String>,
    /// Statements that are new, gone, and said otherwise, compared with it.
    pub added: usize,
    /// See above.
    pub removed: usize,
    /// See above.
    pub changed: usize,
    /// Mappings of the institution's sets whose statements changed or are gone.
    pub mappings_touched: usize,
    /// Files of a ZIP file that a framework is not read from, by name.
    pub passed_over: Vec<String>,
}

/// Takes in a framework. The version before stays beside it: what was mapped to it can still be read.
#[crate::boxed]
pub async fn take_framework(
    world: &World,
    order: &FrameworkOrder,
) -> Result<TakenFramework, FrameworkError> {
    let sent = order.files.first().filter(|file| !file.is_empty());
    sent.ok_or(FrameworkError::NoFile)?;
    let (files, form, origin) = (order.files.clone(), order.form, order.origin.clone());
    // Large files take a moment.
    let read = tokio::task::spawn_blocking(move || read_framework(&files, form, origin)).await;
    let read = read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let ReadFramework {
        framework,
        form,
        passed_over,
    } = read?;
    if framework.statements.is_empty() {
        return Err(FrameworkError::Empty);
    }
    if framework.statements.len() > MOST_STATEMENTS {
        return Err(FrameworkError::TooMany);
    }
    if framework.origin.uri.is_empty() {
        return Err(FrameworkError::NoIdentifier);
    }
    let now = world.clock.now().unix_millis();
    let (tenant, statements) = (&order.tenant, framework.statements.len());
    let row = FrameworkRow {
        id: world.rng.uuid().to_string(),
        tenant: tenant.clone(),
        uri: framework.origin.uri.clone(),
        title: match framework.origin.title.as_str() {
            "" => framework.origin.uri.clone(),
            title => title.to_owned(),
        },
        version: framework.origin.version.clone().unwrap_or_default(),
        about: about(&framework.origin),
        form: form.name().to_owned(),
        statements: i64::try_from(statements).unwrap_or(i64::MAX),
        sha256: sha256_hex(world.crypto, &order.files.concat()),
        taken_at: now,
        taken_by: order.actor.clone(),
    };
    let reader = world.store.read();
    let before = latest(&reader, tenant, &row.uri).await?;
    let row = &FrameworkRow {
        // Which one is the version before is told by when they were taken in: no two at once.
        taken_at: (before.as_ref()).map_or(now, |before| now.max(before.taken_at + 1)),
        ..row
    };
    // Compared before the transaction, which others wait for.
    let taken = TakenFramework {
        passed_over,
        ..compared(&reader, tenant, before.as_ref(), &framework, &row.id).await?
    };
    let (framework, before) = (&framework, before.as_ref().map(|before| &before.id));
    let written = world.store.write(|mut tx| async move {
        let still = latest(&tx, tenant, &row.uri).await?;
        if still.as_ref().map(|still| &still.id) != before {
            return Err(FrameworkError::InBetween);
        }
        let rows = framework.statements.iter().enumerate();
        let rows = rows.map(|(at, statement)| to_row(&row.id, at, statement));
        tx.add_framework(row.clone(), rows.collect()).await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "framework.take".into(),
            subject: row.id.clone(),
            detail: serde_json::json!({
                "uri": row.uri, "version": row.version, "statements": row.statements, "sha256": row.sha256,
            })
            .to_string(),
        }])
        .await?;
        Ok(())
    });
    match written.await {
        Err(FrameworkError::Store(StoreError::Conflict { table: "framework" })) => {
            Err(FrameworkError::Known)
        }
        written => written.map(|()| taken),
    }
}

/// The version of a framework that was taken in last.
async fn latest(
    reader: &Reader,
    tenant: &TenantId,
    uri: &str,
) -> Result<Option<FrameworkRow>, StoreError> {
    Ok(latest_before(
        reader.frameworks(tenant).await?,
        uri,
        i64::MAX,
    ))
}

/// What is said otherwise than before, and how many mappings are about that.
async fn compared(
    reader: &Reader,
    tenant: &TenantId,
    before: Option<&FrameworkRow>,
    framework: &Framework,
    id: &str,
) -> Result<TakenFramework, StoreError> {
    let mut taken = TakenFramework {
        id: id.to_owned(),
        statements: framework.statements.len(),
        before: before.map(|before| before.version.clone()),
        added: 0,
        removed: 0,
        changed: 0,
        mappings_touched: 0,
        passed_over: Vec::new(),
    };
    let Some(before) = before else {
        return Ok(taken);
    };
    let before = load(reader, tenant, before).await?;
    let mut about = Vec::new();
    for (uri, change) in diff(&before, framework).statements {
        match change {
            StatementChange::Added(_) => {
                taken.added += 1;
                continue;
            }
            StatementChange::Removed { .. } => taken.removed += 1,
            StatementChange::Changed { .. } => taken.changed += 1,
        }
        about.push(uri);
    }
    let mut touched = BTreeSet::new();
    for set in reader.mapping_sets(tenant).await? {
        let found = reader.mappings_about(tenant, &set.id, &about).await?;
        touched.extend(found.into_iter().map(|(id, ..)| id));
    }
    taken.mappings_touched = touched.len();
    Ok(taken)
}

/// Why no framework was taken in.
#[derive(Debug, thiserror::Error)]
pub enum FrameworkError {
    /// Nothing was sent.
    #[error("there is no file: choose one")]
    NoFile,
    /// It is a ZIP file that was not taken apart.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The form is none of the known ones.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The file is faulty.
    #[error("{}", first_faults(.0))]
    Faulty(Vec<FrameworkFault>),
    /// It states nothing.
    #[error("the file states nothing: no statement was found in it")]
    Empty,
    /// It states more than is kept.
    #[error("the file has more than {MOST_STATEMENTS} statements: take in a part of it")]
    TooMany,
    /// Nobody could refer to it.
    #[error("the file does not say what identifies the framework: give its address")]
    NoIdentifier,
    /// This version is here.
    #[error("this version of the framework was taken in before: give the new one its version")]
    Known,
    /// What the comparison rests on has changed.
    #[error("another version of the framework was taken in meanwhile: take this one in again")]
    InBetween,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The first of many faults, for a sentence; lists name them all.
fn first_faults(faults: &[FrameworkFault]) -> String {
    let first: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
    match faults.len() {
        0..=5 => first.join("; "),
        many => format!("{}; and {} more", first.join("; "), many - 5),
    }
}

/// Several times the largest public framework.
const MOST_STATEMENTS: usize = 200_000;
