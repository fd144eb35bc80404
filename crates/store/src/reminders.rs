//! Whom to remind of a credential that ends, and who does not want it.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    CredentialRow, Cursor, Reader, ReminderChoiceRow, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{credential, reminder_choice},
    tx::hit,
};

impl Reader {
    /// Credentials of every tenant that end in `from..until`, neither revoked nor replaced, the first to end first; those
    /// after `after` (when it ends, and its id).
    #[crate::boxed]
    pub async fn credentials_expiring(
        &self,
        from: i64,
        until: i64,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Vec<CredentialRow>, StoreError> {
        let mut found = credential::Entity::find()
            .filter(credential::Column::ValidUntil.gte(from))
            .filter(credential::Column::ValidUntil.lt(until))
            .filter(credential::Column::RevokedAt.is_null())
            .filter(credential::Column::ReplacedBy.is_null())
            .order_by_asc(credential::Column::ValidUntil)
            .order_by_asc(credential::Column::Id)
            .limit(limit);
        if let Some(Cursor { at, id }) = after {
            found = found.filter(
                Condition::any()
                    .add(credential::Column::ValidUntil.gt(*at))
                    .add(
                        Condition::all()
                            .add(credential::Column::ValidUntil.eq(*at))
                            .add(credential::Column::Id.gt(id)),
                    ),
            );
        }
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Whether a learner has a credential of the same achievement that stands longer: it was renewed.
    #[crate::boxed]
    pub async fn is_renewed(&self, row: &CredentialRow) -> Result<bool, StoreError> {
        let longer = Condition::any()
            .add(credential::Column::ValidUntil.is_null())
            .add(credential::Column::ValidUntil.gt(row.valid_until));
        let newer = credential::Entity::find()
            .filter(credential::Column::Tenant.eq(row.tenant.clone()))
            .filter(credential::Column::Learner.eq(row.learner.as_str()))
            .filter(credential::Column::Achievement.eq(row.achievement.as_str()))
            .filter(credential::Column::RevokedAt.is_null())
            .filter(longer);
        Ok(newer.count(self.sql.as_ref()).await? > 0)
    }

    /// The choice behind a link's token, of any tenant: whoever has the token may ask.
    #[crate::boxed]
    pub async fn reminder_choice(
        &self,
        token_hash: &str,
    ) -> Result<Option<ReminderChoiceRow>, StoreError> {
        Ok(reminder_choice::Entity::find_by_id(token_hash)
            .one(self.sql.as_ref())
            .await?)
    }

    /// Whether a learner switched reminders off.
    #[crate::boxed]
    pub async fn reminders_off(
        &self,
        tenant: &TenantId,
        learner: &str,
    ) -> Result<bool, StoreError> {
        let off = reminder_choice::Entity::find()
            .filter(reminder_choice::Column::Tenant.eq(tenant.clone()))
            .filter(reminder_choice::Column::Learner.eq(learner))
            .filter(reminder_choice::Column::OffAt.is_not_null());
        Ok(off.count(self.sql.as_ref()).await? > 0)
    }
}

impl Tx {
    /// Adds the choice that a reminder offers.
    #[crate::boxed]
    pub async fn add_reminder_choice(&mut self, row: ReminderChoiceRow) -> Result<(), StoreError> {
        insert::<reminder_choice::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Takes away the choice of a reminder that did not go out.
    #[crate::boxed]
    pub async fn remove_reminder_choice(
        &mut self,
        tenant: &TenantId,
        token_hash: &str,
    ) -> Result<(), StoreError> {
        reminder_choice::Entity::delete_many()
            .filter(reminder_choice::Column::Tenant.eq(tenant.clone()))
            .filter(reminder_choice::Column::TokenHash.eq(token_hash))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Switches a learner's reminders off, or on again (`None`): every link that was sent says the same from then on. Conflicts
    /// if the learner never had one.
    #[crate::boxed]
    pub async fn choose_reminders(
        &mut self,
        tenant: &TenantId,
        learner: &str,
        off_at: Option<i64>,
    ) -> Result<(), StoreError> {
        let chosen = reminder_choice::Entity::update_many()
            .col_expr(reminder_choice::Column::OffAt, Expr::value(off_at))
            .filter(reminder_choice::Column::Tenant.eq(tenant.clone()))
            .filter(reminder_choice::Column::Learner.eq(learner))
            .exec(self.sql.as_ref())
            .await?;
        hit("reminder_choice", chosen.rows_affected.min(1))
    }
}
