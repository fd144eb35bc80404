//! Webhooks as those who may hire see them: where messages go, and what became of the last ones.

use touchstone_store::{StoreError, TenantId, WebhookMessageRow, WebhookRow, WebhookState};

use crate::World;

/// A webhook, without its secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Where messages go.
    pub address: String,
    /// When it was added.
    pub made_at: i64,
    /// Since when nothing goes there any more, because it answered that it is gone.
    pub disabled_at: Option<i64>,
    /// How many messages wait to be sent, or to be tried again.
    pub waiting: u64,
    /// How many were given up after many tries.
    pub given_up: u64,
    /// The newest messages.
    pub messages: Vec<WebhookMessageRow>,
}

/// The webhooks of an institution, oldest first.
#[crate::boxed]
pub async fn webhooks(world: &World, tenant: &TenantId) -> Result<Vec<Webhook>, StoreError> {
    let reader = world.store.read();
    let mut all = Vec::new();
    for row in reader.webhooks(tenant).await? {
        let WebhookRow {
            id,
            address,
            made_at,
            disabled_at,
            ..
        } = row;
        let counted = async |state| reader.webhook_messages_counted(tenant, &id, state).await;
        all.push(Webhook {
            waiting: counted(WebhookState::Waiting).await?,
            given_up: counted(WebhookState::Dead).await?,
            messages: reader.webhook_messages(tenant, &id, SHOWN).await?,
            id,
            address,
            made_at,
            disabled_at,
        });
    }
    Ok(all)
}

/// Messages that are shown of each.
const SHOWN: u64 = 10;
