//! How a restore began: the record has it once the installation is open.

use serde::{Deserialize, Serialize};

/// How a restored database came to be there. The record gets it with the line that opens the installation: until then nothing is written there.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Begun {
    /// Who restores, as proven by the caller.
    pub actor: String,
    /// The database was put back by other means.
    pub database_restored: bool,
    /// The set of the shares that opened the keys, if shares did.
    pub shares: Option<String>,
}

impl Begun {
    /// The same, of a restore that was begun before and is not open yet: who began it, and the shares that opened the keys then, stay what they were.
    pub(super) fn going_on(&self, before: Option<&str>) -> Self {
        let before = before.and_then(|before| serde_json::from_str::<Self>(before).ok());
        let Some(before) = before else {
            return self.clone();
        };
        let first = Some(before.actor).filter(|actor| !actor.is_empty());
        Self {
            actor: first.unwrap_or_else(|| self.actor.clone()),
            database_restored: before.database_restored || self.database_restored,
            shares: self.shares.clone().or(before.shares),
        }
    }
}
