//! Addresses of programs that are told what became of applications, and what each is told.

use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    Reader, StoreError, TenantId, Tx, WebhookMessageRow, WebhookRow, WebhookState,
    bulk::{insert, insert_all},
    entity::{webhook, webhook_message},
    tx::hit,
};

impl Reader {
    /// The webhooks of an institution, oldest first.
    #[crate::boxed]
    pub async fn webhooks(&self, tenant: &TenantId) -> Result<Vec<WebhookRow>, StoreError> {
        let all = webhook::Entity::find()
            .filter(webhook::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(webhook::Column::MadeAt)
            .order_by_asc(webhook::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One webhook of an institution.
    #[crate::boxed]
    pub async fn webhook(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<WebhookRow>, StoreError> {
        let found =
            webhook::Entity::find_by_id(id).filter(webhook::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The newest messages to a webhook.
    #[crate::boxed]
    pub async fn webhook_messages(
        &self,
        tenant: &TenantId,
        webhook: &str,
        limit: u64,
    ) -> Result<Vec<WebhookMessageRow>, StoreError> {
        let newest = webhook_message::Entity::find()
            .filter(webhook_message::Column::Tenant.eq(tenant.clone()))
            .filter(webhook_message::Column::Webhook.eq(webhook))
            .order_by_desc(webhook_message::Column::At)
            .order_by_asc(webhook_message::Column::Id)
            .limit(limit);
        Ok(newest.all(self.sql.as_ref()).await?)
    }

    /// How many messages to a webhook are in a state.
    #[crate::boxed]
    pub async fn webhook_messages_counted(
        &self,
        tenant: &TenantId,
        webhook: &str,
        state: WebhookState,
    ) -> Result<u64, StoreError> {
        let found = webhook_message::Entity::find()
            .filter(webhook_message::Column::Tenant.eq(tenant.clone()))
            .filter(webhook_message::Column::Webhook.eq(webhook))
            .filter(webhook_message::Column::State.eq(state));
        Ok(found.count(self.sql.as_ref()).await?)
    }

    /// The message, of any institution, that is due and has waited longest, but for those to some webhooks.
    #[crate::boxed]
    pub async fn webhook_message_due(
        &self,
        now: i64,
        not_to: &[String],
    ) -> Result<Option<WebhookMessageRow>, StoreError> {
        let due = webhook_message::Entity::find()
            .filter(webhook_message::Column::State.eq(WebhookState::Waiting))
            .filter(webhook_message::Column::NextAt.lte(now))
            .filter(webhook_message::Column::Webhook.is_not_in(not_to))
            .order_by_asc(webhook_message::Column::NextAt)
            .order_by_asc(webhook_message::Column::Id);
        Ok(due.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a webhook.
    #[crate::boxed]
    pub async fn add_webhook(&mut self, row: WebhookRow) -> Result<(), StoreError> {
        insert::<webhook::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Removes a webhook with its messages. Conflicts if it is not there.
    #[crate::boxed]
    pub async fn remove_webhook(&mut self, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
        webhook_message::Entity::delete_many()
            .filter(webhook_message::Column::Tenant.eq(tenant.clone()))
            .filter(webhook_message::Column::Webhook.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        let gone = webhook::Entity::delete_many()
            .filter(webhook::Column::Tenant.eq(tenant.clone()))
            .filter(webhook::Column::Id.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        hit("webhook", gone.rows_affected)
    }

    /// Sends nothing more to a webhook: what waits for it is given up.
    #[crate::boxed]
    pub async fn disable_webhook(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        webhook_message::Entity::update_many()
            .col_expr(
                webhook_message::Column::State,
                Expr::value(WebhookState::Dead.as_str()),
            )
            .col_expr(webhook_message::Column::NextAt, Expr::value(None::<i64>))
            .filter(webhook_message::Column::Tenant.eq(tenant.clone()))
            .filter(webhook_message::Column::Webhook.eq(id))
            .filter(webhook_message::Column::State.eq(WebhookState::Waiting))
            .exec(self.sql.as_ref())
            .await?;
        let disabled = webhook::Entity::update_many()
            .col_expr(webhook::Column::DisabledAt, Expr::value(at))
            .filter(webhook::Column::Tenant.eq(tenant.clone()))
            .filter(webhook::Column::Id.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        hit("webhook", disabled.rows_affected)
    }

    /// Adds messages to be sent.
    #[crate::boxed]
    pub async fn add_webhook_messages(
        &mut self,
        rows: Vec<WebhookMessageRow>,
    ) -> Result<(), StoreError> {
        insert_all::<webhook_message::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// Takes a message up until a moment, before which it is not due.
    #[crate::boxed]
    pub async fn claim_webhook_message(
        &mut self,
        tenant: &TenantId,
        id: &str,
        until: i64,
    ) -> Result<(), StoreError> {
        let claimed = webhook_message::Entity::update_many()
            .col_expr(webhook_message::Column::NextAt, Expr::value(until))
            .filter(webhook_message::Column::Tenant.eq(tenant.clone()))
            .filter(webhook_message::Column::Id.eq(id))
            .filter(webhook_message::Column::State.eq(WebhookState::Waiting))
            .exec(self.sql.as_ref())
            .await?;
        hit("webhook_message", claimed.rows_affected)
    }

    /// Has what waits for a webhook wait until a moment, untried; what was written down before `before` is given up.
    #[crate::boxed]
    pub async fn put_off_webhook_messages(
        &mut self,
        (tenant, webhook): (&TenantId, &str),
        until: i64,
        before: i64,
        why: &str,
    ) -> Result<(), StoreError> {
        let waiting = webhook_message::Entity::update_many()
            .col_expr(webhook_message::Column::LastError, Expr::value(why))
            .filter(webhook_message::Column::Tenant.eq(tenant.clone()))
            .filter(webhook_message::Column::Webhook.eq(webhook))
            .filter(webhook_message::Column::State.eq(WebhookState::Waiting))
            .filter(webhook_message::Column::NextAt.lt(until));
        let given_up = waiting
            .clone()
            .col_expr(
                webhook_message::Column::State,
                Expr::value(WebhookState::Dead.as_str()),
            )
            .col_expr(webhook_message::Column::NextAt, Expr::value(None::<i64>))
            .filter(webhook_message::Column::At.lt(before));
        given_up.exec(self.sql.as_ref()).await?;
        let put_off = waiting.col_expr(webhook_message::Column::NextAt, Expr::value(until));
        put_off.exec(self.sql.as_ref()).await?;
        Ok(())
    }

    /// Writes down what became of a message. Conflicts if it waits no more.
    #[crate::boxed]
    pub async fn settle_webhook_message(
        &mut self,
        row: &WebhookMessageRow,
    ) -> Result<(), StoreError> {
        let settled = webhook_message::Entity::update_many()
            .col_expr(
                webhook_message::Column::State,
                Expr::value(row.state.as_str()),
            )
            .col_expr(webhook_message::Column::Attempts, Expr::value(row.attempts))
            .col_expr(webhook_message::Column::NextAt, Expr::value(row.next_at))
            .col_expr(
                webhook_message::Column::LastError,
                Expr::value(row.last_error.clone()),
            )
            .col_expr(
                webhook_message::Column::DeliveredAt,
                Expr::value(row.delivered_at),
            )
            .filter(webhook_message::Column::Id.eq(row.id.as_str()))
            .filter(webhook_message::Column::Tenant.eq(row.tenant.clone()))
            .filter(webhook_message::Column::State.eq(WebhookState::Waiting))
            .exec(self.sql.as_ref())
            .await?;
        hit("webhook_message", settled.rows_affected)
    }

    /// Forgets messages that are over, of every institution, and were made before `before`.
    #[crate::boxed]
    pub async fn forget_webhook_messages(&mut self, before: i64) -> Result<(), StoreError> {
        webhook_message::Entity::delete_many()
            .filter(webhook_message::Column::State.ne(WebhookState::Waiting))
            .filter(webhook_message::Column::At.lt(before))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }
}
