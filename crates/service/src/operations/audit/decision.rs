//! A decision about the whole installation: a line in the record of every institution that it concerns, which is each of them.

use serde_json::Value;
use touchstone_store::{AuditLine, InstitutionRow, StoreError, Tx};

/// What somebody decided who answers for the installation.
pub(crate) struct Decision<'a> {
    /// When.
    pub(crate) at: i64,
    /// Who.
    pub(crate) actor: &'a str,
    /// What, as `noun.verb`.
    pub(crate) action: &'a str,
    /// To what.
    pub(crate) subject: &'a str,
    /// The rest, without any secret: what everybody may read, and what is as long with many institutions as with one.
    pub(crate) detail: Value,
}

impl Decision<'_> {
    /// Writes it into every record, in the transaction that makes it true.
    pub(crate) async fn record(&self, tx: &mut Tx) -> Result<(), StoreError> {
        self.record_with(tx, &|_: &InstitutionRow| Value::Null)
            .await
    }

    /// The same, with what concerns one institution (an object) in the record of that one alone.
    pub(crate) async fn record_with(
        &self,
        tx: &mut Tx,
        own: &(dyn Fn(&InstitutionRow) -> Value + Sync),
    ) -> Result<(), StoreError> {
        let mut lines = Vec::new();
        for institution in tx.institutions().await? {
            let mut detail = self.detail.clone();
            if let (Some(members), Value::Object(own)) = (detail.as_object_mut(), own(&institution))
            {
                members.extend(own);
            }
            lines.push(AuditLine {
                tenant: institution.id,
                at: self.at,
                actor: self.actor.to_owned(),
                action: self.action.to_owned(),
                subject: self.subject.to_owned(),
                detail: detail.to_string(),
            });
        }
        tx.audit(lines).await
    }
}
