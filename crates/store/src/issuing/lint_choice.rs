//! For which profile achievements have to be ready before they are issued.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{LintChoiceRow, Reader, StoreError, TenantId, Tx, bulk::insert, entity::lint_choice};

impl Reader {
    /// What was chosen for an achievement, or for the whole institution (an empty id).
    #[crate::boxed]
    pub async fn lint_choice(
        &self,
        tenant: &TenantId,
        achievement: &str,
    ) -> Result<Option<LintChoiceRow>, StoreError> {
        let found = lint_choice::Entity::find_by_id((tenant.clone(), achievement.to_owned()));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Chooses; whatever was chosen before is replaced.
    #[crate::boxed]
    pub async fn choose_lint(&mut self, row: LintChoiceRow) -> Result<(), StoreError> {
        self.forget_lint_choice(&row.tenant, &row.achievement)
            .await?;
        insert::<lint_choice::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Forgets a choice: what the institution chose holds again.
    #[crate::boxed]
    pub async fn forget_lint_choice(
        &mut self,
        tenant: &TenantId,
        achievement: &str,
    ) -> Result<(), StoreError> {
        lint_choice::Entity::delete_many()
            .filter(lint_choice::Column::Tenant.eq(tenant.clone()))
            .filter(lint_choice::Column::Achievement.eq(achievement))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }
}
