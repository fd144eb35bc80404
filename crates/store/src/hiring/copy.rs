//! Documents about an applicant by which their credentials are checked. They belong to the application and go with it.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};

use crate::{ApplicationCopyRow, Reader, StoreError, TenantId, Tx, entity::application_copy};

impl Reader {
    /// The documents that are kept with an application.
    #[crate::boxed]
    pub async fn application_copies(
        &self,
        tenant: &TenantId,
        application: &str,
    ) -> Result<Vec<ApplicationCopyRow>, StoreError> {
        if self.application(tenant, application).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = application_copy::Entity::find()
            .filter(application_copy::Column::Application.eq(application));
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Keeps what became of fetching a document: the copy, or the error, which leaves the last good copy. Conflicts if the application is
    /// not there any more.
    #[crate::boxed]
    pub async fn keep_application_copy(
        &mut self,
        tenant: &TenantId,
        row: ApplicationCopyRow,
    ) -> Result<(), StoreError> {
        if self.application(tenant, &row.application).await?.is_none() {
            return Err(StoreError::Conflict {
                table: "application",
            });
        }
        let mut changed = vec![
            application_copy::Column::Error,
            application_copy::Column::ErrorAt,
        ];
        if row.bytes.is_some() {
            changed.push(application_copy::Column::Bytes);
            changed.push(application_copy::Column::FetchedAt);
        }
        application_copy::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::columns([
                    application_copy::Column::Application,
                    application_copy::Column::Url,
                ])
                .update_columns(changed)
                .to_owned(),
            )
            .exec_without_returning(self.sql.as_ref())
            .await?;
        Ok(())
    }
}
