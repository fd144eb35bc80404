//! Achievements and their versions. A version that was issued under does not change any more.

use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    AchievementRow, AchievementVersionRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{achievement, achievement_version, credential},
    tx::hit,
};

impl Reader {
    /// One achievement.
    #[crate::boxed]
    pub async fn achievement(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<AchievementRow>, StoreError> {
        let found = achievement::Entity::find_by_id(id)
            .filter(achievement::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// One achievement, by its short name.
    #[crate::boxed]
    pub async fn achievement_by_slug(
        &self,
        tenant: &TenantId,
        slug: &str,
    ) -> Result<Option<AchievementRow>, StoreError> {
        let found = achievement::Entity::find()
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .filter(achievement::Column::Slug.eq(slug));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// All achievements, archived ones too, by name.
    #[crate::boxed]
    pub async fn achievements(&self, tenant: &TenantId) -> Result<Vec<AchievementRow>, StoreError> {
        let all = achievement::Entity::find()
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(achievement::Column::Name)
            .order_by_asc(achievement::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// What the latest version of each achievement says, of archived ones too, by name: the definitions, and nothing that is published.
    #[crate::boxed]
    pub async fn latest_definitions(&self, tenant: &TenantId) -> Result<Vec<String>, StoreError> {
        let of = achievement_version::Entity::belongs_to(achievement::Entity)
            .from(achievement_version::Column::Achievement)
            .to(achievement::Column::Id)
            .into();
        let number = (
            achievement_version::Entity,
            achievement_version::Column::Version,
        );
        let latest = (achievement::Entity, achievement::Column::LatestVersion);
        let all = achievement_version::Entity::find()
            .select_only()
            .column(achievement_version::Column::Document)
            .join(JoinType::InnerJoin, of)
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .filter(Expr::col(number).equals(latest))
            .order_by_asc(achievement::Column::Name)
            .order_by_asc(achievement::Column::Id)
            .into_tuple();
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One version of an achievement.
    #[crate::boxed]
    pub async fn achievement_version(
        &self,
        tenant: &TenantId,
        achievement: &str,
        version: i64,
    ) -> Result<Option<AchievementVersionRow>, StoreError> {
        if self.achievement(tenant, achievement).await?.is_none() {
            return Ok(None);
        }
        let found = achievement_version::Entity::find_by_id((achievement.to_owned(), version));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// One version, by the short name of its achievement.
    #[crate::boxed]
    pub async fn achievement_version_by_slug(
        &self,
        tenant: &TenantId,
        slug: &str,
        version: i64,
    ) -> Result<Option<AchievementVersionRow>, StoreError> {
        let of = achievement_version::Entity::belongs_to(achievement::Entity)
            .from(achievement_version::Column::Achievement)
            .to(achievement::Column::Id)
            .into();
        let found = achievement_version::Entity::find()
            .join(JoinType::InnerJoin, of)
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .filter(achievement::Column::Slug.eq(slug))
            .filter(achievement_version::Column::Version.eq(version));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// All versions of an achievement, latest first.
    #[crate::boxed]
    pub async fn achievement_versions(
        &self,
        tenant: &TenantId,
        achievement: &str,
    ) -> Result<Vec<AchievementVersionRow>, StoreError> {
        if self.achievement(tenant, achievement).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = achievement_version::Entity::find()
            .filter(achievement_version::Column::Achievement.eq(achievement))
            .order_by_desc(achievement_version::Column::Version);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// When the first credential was issued under a version that was frozen at `since`.
    #[crate::boxed]
    pub async fn first_award(
        &self,
        tenant: &TenantId,
        achievement: &str,
        version: i64,
        since: i64,
    ) -> Result<Option<i64>, StoreError> {
        let first = credential::Entity::find()
            .select_only()
            .column(credential::Column::IssuedAt)
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::Achievement.eq(achievement))
            .filter(credential::Column::IssuedAt.gte(since))
            .filter(credential::Column::Version.eq(version))
            .order_by_asc(credential::Column::IssuedAt)
            .into_tuple();
        Ok(first.one(self.sql.as_ref()).await?)
    }

    /// Every version of an institution's achievements under which was issued, by name and number: its achievement's short name, the achievement, the
    /// number, and the hash of what is published.
    #[crate::boxed]
    pub async fn versions_issued_under(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<(String, String, i64, String)>, StoreError> {
        let of = achievement_version::Entity::belongs_to(achievement::Entity)
            .from(achievement_version::Column::Achievement)
            .to(achievement::Column::Id)
            .into();
        let all = achievement_version::Entity::find()
            .select_only()
            .column(achievement::Column::Slug)
            .column(achievement_version::Column::Achievement)
            .column(achievement_version::Column::Version)
            .column(achievement_version::Column::Sha256)
            .join(JoinType::InnerJoin, of)
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .filter(achievement_version::Column::IssuedUnderAt.is_not_null())
            .order_by_asc(achievement::Column::Name)
            .order_by_asc(achievement::Column::Id)
            .order_by_desc(achievement_version::Column::Version)
            .into_tuple();
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds an achievement. Conflicts if its slug is taken.
    #[crate::boxed]
    pub async fn add_achievement(&mut self, row: AchievementRow) -> Result<(), StoreError> {
        insert::<achievement::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Adds a version and makes it the latest. Conflicts if that number exists.
    #[crate::boxed]
    pub async fn add_achievement_version(
        &mut self,
        tenant: &TenantId,
        name: &str,
        row: AchievementVersionRow,
    ) -> Result<(), StoreError> {
        let latest = achievement::Entity::update_many()
            .col_expr(achievement::Column::LatestVersion, Expr::value(row.version))
            .col_expr(achievement::Column::Name, Expr::value(name))
            .filter(achievement::Column::Id.eq(row.achievement.as_str()))
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("achievement", latest.rows_affected)?;
        insert::<achievement_version::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Rewrites a version. Conflicts once it was issued under.
    #[crate::boxed]
    pub async fn rewrite_achievement_version(
        &mut self,
        tenant: &TenantId,
        name: &str,
        row: AchievementVersionRow,
    ) -> Result<(), StoreError> {
        let named = achievement::Entity::update_many()
            .col_expr(achievement::Column::Name, Expr::value(name))
            .filter(achievement::Column::Id.eq(row.achievement.as_str()))
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("achievement", named.rows_affected)?;
        let rewritten = achievement_version::Entity::update_many()
            .col_expr(
                achievement_version::Column::Document,
                Expr::value(row.document),
            )
            .col_expr(
                achievement_version::Column::Published,
                Expr::value(row.published),
            )
            .col_expr(achievement_version::Column::Sha256, Expr::value(row.sha256))
            .col_expr(
                achievement_version::Column::CreatedAt,
                Expr::value(row.created_at),
            )
            .col_expr(
                achievement_version::Column::CreatedBy,
                Expr::value(row.created_by),
            )
            .filter(achievement_version::Column::Achievement.eq(row.achievement))
            .filter(achievement_version::Column::Version.eq(row.version))
            .filter(achievement_version::Column::IssuedUnderAt.is_null()) // Frozen otherwise.
            .exec(self.sql.as_ref())
            .await?;
        hit("achievement_version", rewritten.rows_affected)
    }

    /// Freezes a version: something was reserved or issued under it. Freezing it again changes nothing, and is answered
    /// with `false`.
    #[crate::boxed]
    pub async fn freeze_achievement_version(
        &mut self,
        tenant: &TenantId,
        achievement: &str,
        version: i64,
        at: i64,
    ) -> Result<bool, StoreError> {
        if self.achievement(tenant, achievement).await?.is_none() {
            return Err(StoreError::Conflict {
                table: "achievement",
            });
        }
        let frozen = achievement_version::Entity::update_many()
            .col_expr(achievement_version::Column::IssuedUnderAt, Expr::value(at))
            .filter(achievement_version::Column::Achievement.eq(achievement))
            .filter(achievement_version::Column::Version.eq(version))
            .filter(achievement_version::Column::IssuedUnderAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        Ok(frozen.rows_affected > 0)
    }

    /// Takes an achievement out of use, or back into it.
    #[crate::boxed]
    pub async fn archive_achievement(
        &mut self,
        tenant: &TenantId,
        id: &str,
        archived_at: Option<i64>,
    ) -> Result<(), StoreError> {
        let archived = achievement::Entity::update_many()
            .col_expr(achievement::Column::ArchivedAt, Expr::value(archived_at))
            .filter(achievement::Column::Id.eq(id))
            .filter(achievement::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("achievement", archived.rows_affected)
    }
}
