//! Table `competency_version`.

use sea_orm::entity::prelude::*;

use crate::{CompetencyPart, CompetencyState, TenantId};

/// One version of a competency. Its words never change; how it stands follows from the votes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competency_version")]
pub struct Model {
    /// The competency.
    #[sea_orm(primary_key, auto_increment = false)]
    pub competency: String,
    /// Which version, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The organization that wrote it.
    pub organization: TenantId,
    /// Who wrote it for them.
    pub written_by: String,
    /// What was written anew in it; the rest is as before.
    pub part: CompetencyPart,
    /// Its tasks, as JSON.
    pub tasks: String,
    /// Its levels, as JSON; empty until the issuer drafts them.
    pub rubric: String,
    /// Why it was written.
    pub why: String,
    /// When.
    pub written_at: i64,
    /// How it stands.
    pub state: CompetencyState,
    /// Which review, from 1.
    pub round: i64,
    /// When the votes decided; `None`: they have not.
    pub decided_at: Option<i64>,
    /// Until when the agreement is good.
    pub review_due: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
