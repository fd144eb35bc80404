//! From a position of a status list to the credential that has it.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    CredentialRow, Reader, StatusListRow, StatusPurpose, StoreError, TenantId, entity::credential,
};

impl Reader {
    /// The credential with this position of a list. Absent if none has it here.
    #[crate::boxed]
    pub async fn credential_at(
        &self,
        tenant: &TenantId,
        list: &StatusListRow,
        position: i64,
    ) -> Result<Option<CredentialRow>, StoreError> {
        let (of_list, index) = match list.purpose {
            StatusPurpose::Revocation => (
                credential::Column::StatusList,
                credential::Column::StatusIndex,
            ),
            StatusPurpose::Suspension => (
                credential::Column::SuspensionList,
                credential::Column::SuspensionIndex,
            ),
        };
        let found = credential::Entity::find()
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(of_list.eq(list.id.as_str()))
            .filter(index.eq(position));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}
