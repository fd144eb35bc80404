//! A framework that was taken in, as a file for other systems.

use touchstone_crosswalk::framework::Form;
use touchstone_store::{StoreError, TenantId};
use touchstone_vc::Timestamp;

use super::framework::load;
use crate::World;

/// A framework as a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FrameworkFile {
    /// What stands in it.
    pub text: String,
    /// What it is.
    pub media_type: &'static str,
    /// What it is called.
    pub file_name: String,
}

/// Writes a version of a framework. `None` where the institution has no such framework, or where the form is only read.
#[crate::boxed]
pub async fn write_framework(
    world: &World,
    tenant: &TenantId,
    id: &str,
    form: Form,
) -> Result<Option<FrameworkFile>, StoreError> {
    let reader = world.store.read();
    let Some(row) = reader.framework(tenant, id).await? else {
        return Ok(None);
    };
    let framework = load(&reader, tenant, &row).await?;
    let taken = Timestamp::from_unix_millis(row.taken_at).to_string();
    // Large frameworks take a moment.
    let written = tokio::task::spawn_blocking(move || form.write(&framework, &taken)).await;
    let written = written.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let end = match form {
        Form::Csv => "csv",
        _ => "json",
    };
    Ok(written.map(|written| FrameworkFile {
        text: written.document,
        media_type: form.media_type(),
        file_name: format!("framework-{}.{end}", form.name()),
    }))
}
