//! Opening the page for an institution's own people, or giving it a new address.

use touchstone_store::{AuditLine, StaffPageRow, TenantId};

use super::StaffPageError;
use crate::{World, operations::sign_up::is_shown};

/// A request to open the page.
#[derive(Clone, Debug)]
pub struct StaffPageOpening {
    /// The institution.
    pub tenant: TenantId,
    /// Who opens it, as proven by the caller.
    pub actor: String,
}

/// Opens the page and answers the name under which it is found. One that was open leads nowhere from then on.
#[crate::boxed]
pub async fn open_staff_page(
    world: &World,
    order: &StaffPageOpening,
) -> Result<String, StaffPageError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            if !is_shown(&tx, &order.tenant).await? {
                return Err(StaffPageError::NotShown);
            }
            let before = tx.staff_page(&order.tenant).await?;
            if before.is_some() {
                tx.remove_staff_page(&order.tenant).await?;
            }
            let public = world.rng.uuid().simple().to_string();
            tx.add_staff_page(StaffPageRow {
                tenant: order.tenant.clone(),
                public: public.clone(),
                opened_at: now,
                opened_by: order.actor.clone(),
            })
            .await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: match before {
                    None => "staff_page.open".into(),
                    Some(_) => "staff_page.move".into(),
                },
                subject: order.tenant.to_string(),
                detail: "{}".into(),
            }])
            .await?;
            Ok(public)
        })
        .await
}
