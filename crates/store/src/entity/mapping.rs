//! Table `mapping`.

use sea_orm::entity::prelude::*;

use super::MappingState;
use crate::TenantId;

/// One mapping of a set, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mapping")]
pub struct Model {
    /// Mapping id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The set.
    pub mapping_set: String,
    /// The institution that proposed it or took it in.
    pub organization: TenantId,
    /// The mapping as SSSOM/TSV, a set of one.
    pub document: String,
    /// The subject: its IRI, or a literal.
    pub subject: String,
    /// What the subject is called.
    pub subject_label: String,
    /// The object: its IRI, or a literal.
    pub object: String,
    /// What the object is called.
    pub object_label: String,
    /// The predicate, by IRI.
    pub predicate: String,
    /// 1 if it states that the relation does not hold.
    pub negated: i64,
    /// How it stands.
    pub state: MappingState,
    /// Which review this is, from 1.
    pub round: i64,
    /// Who proposed it or took it in.
    pub proposed_by: String,
    /// When.
    pub proposed_at: i64,
    /// When the votes of this round first decided, or, of an agreement that was made anew, when the oldest of its votes was cast.
    pub decided_at: Option<i64>,
    /// Until when the agreement is good, or the release from which it was taken over.
    pub review_due: Option<i64>,
    /// Set if people state it, which is what it goes back to when a decision is undone: 1 in the file from which it was taken in, or else until
    /// when the release of an institution here was good from which it was taken over.
    pub stated: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
