//! The last good copies of registers that others keep, and what institutions publish about themselves in federations.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    EntityConfigurationRow, Reader, RegisterCopyRow, Store, StoreError, TenantId, Tx,
    entity::{entity_configuration, register_copy},
};

/// How old a copy is, without the copy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegisterAge {
    /// Where the register is read, as it is kept.
    pub source: String,
    /// When the last good copy was read.
    pub fetched_at: Option<i64>,
    /// Why the last reading failed; absent if it did not.
    pub error: Option<String>,
    /// When it failed.
    pub error_at: Option<i64>,
}

impl Reader {
    /// How old each copy is.
    #[crate::boxed]
    pub async fn register_ages(&self) -> Result<Vec<RegisterAge>, StoreError> {
        type Row = (String, Option<i64>, Option<String>, Option<i64>);
        let rows: Vec<Row> = register_copy::Entity::find()
            .select_only()
            .columns([
                register_copy::Column::Source,
                register_copy::Column::FetchedAt,
                register_copy::Column::Error,
                register_copy::Column::ErrorAt,
            ])
            .into_tuple()
            .all(self.sql.as_ref())
            .await?;
        let ages = rows
            .into_iter()
            .map(|(source, fetched_at, error, error_at)| RegisterAge {
                source,
                fetched_at,
                error,
                error_at,
            });
        Ok(ages.collect())
    }

    /// The copy of the register that is kept as `source`.
    #[crate::boxed]
    pub async fn register_copy(&self, source: &str) -> Result<Option<RegisterCopyRow>, StoreError> {
        Ok(register_copy::Entity::find_by_id(source)
            .one(self.sql.as_ref())
            .await?)
    }

    /// What a tenant publishes about itself in federations.
    #[crate::boxed]
    pub async fn entity_configuration(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<EntityConfigurationRow>, StoreError> {
        Ok(entity_configuration::Entity::find_by_id(tenant.clone())
            .one(self.sql.as_ref())
            .await?)
    }
}

impl Tx {
    /// Publishes it, in place of what was published before.
    #[crate::boxed]
    pub async fn publish_entity_configuration(
        &mut self,
        row: EntityConfigurationRow,
    ) -> Result<(), StoreError> {
        let all = [
            entity_configuration::Column::Says,
            entity_configuration::Column::Bytes,
            entity_configuration::Column::PublishedAt,
            entity_configuration::Column::ValidUntil,
        ];
        entity_configuration::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::column(entity_configuration::Column::Tenant)
                    .update_columns(all)
                    .to_owned(),
            )
            .exec_without_returning(self.sql.as_ref())
            .await?;
        Ok(())
    }
}

impl Store {
    /// Keeps a good copy of a register; its error, if it had one, is over.
    #[crate::boxed]
    pub async fn keep_register_copy(
        &self,
        source: &str,
        bytes: Vec<u8>,
        at: i64,
    ) -> Result<(), StoreError> {
        let good = register_copy::ActiveModel {
            source: Set(source.to_owned()),
            bytes: Set(Some(bytes)),
            fetched_at: Set(Some(at)),
            error: Set(None),
            error_at: Set(None),
        };
        let all = [
            register_copy::Column::Bytes,
            register_copy::Column::FetchedAt,
            register_copy::Column::Error,
            register_copy::Column::ErrorAt,
        ];
        self.upsert_register_copy(good, &all).await
    }

    /// Notes that a register could not be read. The last good copy stays.
    #[crate::boxed]
    pub async fn miss_register_copy(
        &self,
        source: &str,
        error: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let missed = register_copy::ActiveModel {
            source: Set(source.to_owned()),
            bytes: Set(None),
            fetched_at: Set(None),
            error: Set(Some(error.to_owned())),
            error_at: Set(Some(at)),
        };
        let error_only = [register_copy::Column::Error, register_copy::Column::ErrorAt];
        self.upsert_register_copy(missed, &error_only).await
    }

    /// Forgets the copies of registers that nobody asks any more: all but those kept as one of `sources`.
    #[crate::boxed]
    pub async fn keep_register_copies_of(&self, sources: &[String]) -> Result<(), StoreError> {
        register_copy::Entity::delete_many()
            .filter(register_copy::Column::Source.is_not_in(sources))
            .exec(&self.at_once())
            .await?;
        Ok(())
    }

    async fn upsert_register_copy(
        &self,
        row: register_copy::ActiveModel,
        changed: &[register_copy::Column],
    ) -> Result<(), StoreError> {
        register_copy::Entity::insert(row)
            .on_conflict(
                OnConflict::column(register_copy::Column::Source)
                    .update_columns(changed.iter().copied())
                    .to_owned(),
            )
            .exec_without_returning(&self.at_once())
            .await?;
        Ok(())
    }
}
