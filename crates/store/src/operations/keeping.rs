//! Objects that were put into the object store, and settings of the installation.

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict,
};

use crate::{
    ObjectRow, Reader, SettingRow, StoreError, Tx,
    entity::{object, setting},
};

impl Reader {
    /// What is known of an object.
    #[crate::boxed]
    pub async fn object(&self, key: &str) -> Result<Option<ObjectRow>, StoreError> {
        Ok(object::Entity::find_by_id(key)
            .one(self.sql.as_ref())
            .await?)
    }

    /// Those of these objects that are there, in no order.
    #[crate::boxed]
    pub async fn objects_named(&self, keys: &[String]) -> Result<Vec<ObjectRow>, StoreError> {
        let mut found = Vec::new();
        for keys in keys.chunks(LOOKUP) {
            let some = object::Entity::find().filter(object::Column::Key.is_in(keys));
            found.extend(some.all(self.sql.as_ref()).await?);
        }
        Ok(found)
    }

    /// All objects, by key.
    #[crate::boxed]
    pub async fn objects(&self) -> Result<Vec<ObjectRow>, StoreError> {
        let all = object::Entity::find().order_by_asc(object::Column::Key);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// A setting.
    #[crate::boxed]
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let found = setting::Entity::find_by_id(key)
            .one(self.sql.as_ref())
            .await?;
        Ok(found.map(|row| row.value))
    }

    /// Those of these settings that are there, in no order.
    #[crate::boxed]
    pub async fn settings_named(&self, keys: &[String]) -> Result<Vec<SettingRow>, StoreError> {
        let mut found = Vec::new();
        for keys in keys.chunks(LOOKUP) {
            let some = setting::Entity::find().filter(setting::Column::Key.is_in(keys));
            found.extend(some.all(self.sql.as_ref()).await?);
        }
        Ok(found)
    }
}

impl Tx {
    /// Notes an object that was put. Putting the same one again changes nothing.
    #[crate::boxed]
    pub async fn add_object(&mut self, row: ObjectRow) -> Result<(), StoreError> {
        object::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::column(object::Column::Key)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Writes a setting.
    #[crate::boxed]
    pub async fn set_setting(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        let row = SettingRow {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        setting::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::column(setting::Column::Key)
                    .update_column(setting::Column::Value)
                    .to_owned(),
            )
            .exec_without_returning(self.sql.as_ref())
            .await?;
        Ok(())
    }
}

/// Keys in one question; both databases take some thousand.
const LOOKUP: usize = 500;
