//! Taking in a framework, or a new version of one, and saying what changed for whom.

use touchstone_crosswalk::framework::{
    Form, FormError, FrameworkFault, Origin, StatementChange, diff,
};
use touchstone_store::{AuditLine, FrameworkRow, MappingFilter, StoreError, TenantId};

use super::framework::{about, load, to_row};
use crate::{World, issuing::sha256_hex};

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
    /// The files, of one version together.
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
}

/// Takes in a framework. The version before stays beside it: what was mapped to it can still be read.
pub async fn take_framework(
    world: &World,
    order: &FrameworkOrder,
) -> Result<TakenFramework, FrameworkError> {
    let files: Vec<&[u8]> = order.files.iter().map(Vec::as_slice).collect();
    let first = files.first().filter(|file| !file.is_empty());
    let first = first.ok_or(FrameworkError::NoFile)?;
    let form = match order.form {
        Some(form) => form,
        None => Form::of(first)?,
    };
    let framework = form
        .read(&files, order.origin.clone())
        .map_err(FrameworkError::Faulty)?;
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
    let row = &FrameworkRow {
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
        sha256: sha256_hex(world.crypto, &files.concat()),
        taken_at: now,
        taken_by: order.actor.clone(),
    };
    let framework = &framework;
    let taken = world.store.write(|mut tx| async move {
        let known = tx.frameworks(tenant).await?;
        let before = known
            .iter()
            .filter(|known| known.uri == row.uri)
            .max_by_key(|known| known.taken_at);
        let mut taken = TakenFramework {
            id: row.id.clone(),
            statements,
            before: before.map(|before| before.version.clone()),
            added: 0,
            removed: 0,
            changed: 0,
            mappings_touched: 0,
        };
        if let Some(before) = before {
            let before = load(&tx, tenant, before).await?;
            for (uri, change) in diff(&before, framework).statements {
                match change {
                    StatementChange::Added(_) => {
                        taken.added += 1;
                        continue;
                    }
                    StatementChange::Removed { .. } => taken.removed += 1,
                    StatementChange::Changed { .. } => taken.changed += 1,
                }
                let about = MappingFilter { about: Some(uri), ..MappingFilter::default() };
                for set in tx.mapping_sets(tenant).await? {
                    let touched = tx.mappings_counted(tenant, &set.id, &about).await?;
                    taken.mappings_touched += usize::try_from(touched).unwrap_or(usize::MAX);
                }
            }
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
        Ok(taken)
    });
    match taken.await {
        Err(StoreError::Conflict { table: "framework" }) => Err(FrameworkError::Known),
        taken => Ok(taken?),
    }
}

/// Why no framework was taken in.
#[derive(Debug, thiserror::Error)]
pub enum FrameworkError {
    /// Nothing was sent.
    #[error("there is no file: choose one")]
    NoFile,
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
