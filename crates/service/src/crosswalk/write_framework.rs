//! A framework that was taken in, as a file for other systems.

use touchstone_crosswalk::framework::Form;
use touchstone_store::{StoreError, TenantId};
use touchstone_vc::Timestamp;

use super::{archive, framework::load};
use crate::World;

/// A framework as a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FrameworkFile {
    /// What stands in it.
    pub bytes: Vec<u8>,
    /// What it is.
    pub media_type: &'static str,
    /// What it is called.
    pub file_name: String,
}

/// Writes a version of a framework. `None` where the institution has no such framework, or where it is not one of this form.
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
    if !Form::parse(&row.form).is_some_and(|taken_as| form.writes(taken_as)) {
        return Ok(None);
    }
    let framework = load(&reader, tenant, &row).await?;
    let taken = Timestamp::from_unix_millis(row.taken_at).to_string();
    // Large frameworks take a moment.
    let written = tokio::task::spawn_blocking(move || {
        let written = form.write(&framework, &taken);
        archive::packed(form, written.document).expect("memory is written to without an error")
    });
    let written = written.await;
    Ok(Some(FrameworkFile {
        bytes: written.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())),
        media_type: form.media_type(),
        file_name: format!("framework-{}.{}", form.name(), form.ending()),
    }))
}
