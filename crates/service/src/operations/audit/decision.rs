//! A decision about the whole installation: a line in the record of every institution that it concerns, which is each of them.

use touchstone_store::{AuditLine, StoreError, Tx};

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
    /// The rest, without any secret.
    pub(crate) detail: serde_json::Value,
}

impl Decision<'_> {
    /// Writes it into every record, in the transaction that makes it true.
    pub(crate) async fn record(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let all = tx.institutions().await?;
        let lines = all.into_iter().map(|institution| AuditLine {
            tenant: institution.id,
            at: self.at,
            actor: self.actor.to_owned(),
            action: self.action.to_owned(),
            subject: self.subject.to_owned(),
            detail: self.detail.to_string(),
        });
        tx.audit(lines).await
    }
}
