//! Frameworks as rows: what was read from files, kept whole.

use serde_json::{Value, json};
use touchstone_crosswalk::framework::{
    Framework, Link, LinkRelation, Origin, Statement, StatementKind,
};
use touchstone_store::{FrameworkRow, FrameworkStatementRow, Reader, StoreError, TenantId};

use crate::World;

/// The frameworks that an institution took in, by title.
#[crate::boxed]
pub async fn frameworks(world: &World, tenant: &TenantId) -> Result<Vec<FrameworkRow>, StoreError> {
    world.store.read().frameworks(tenant).await
}

/// One of them.
#[crate::boxed]
pub async fn one_framework(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<FrameworkRow>, StoreError> {
    world.store.read().framework(tenant, id).await
}

/// Of these, the version of the framework with this identifier that was taken in last before a moment.
pub(super) fn latest_before(
    all: Vec<FrameworkRow>,
    uri: &str,
    moment: i64,
) -> Option<FrameworkRow> {
    let versions = all.into_iter();
    versions
        .filter(|one| one.uri == uri && one.taken_at < moment)
        .max_by_key(|one| one.taken_at)
}

/// A framework with all that it states, as its file said it.
pub(super) async fn load(
    reader: &Reader,
    tenant: &TenantId,
    row: &FrameworkRow,
) -> Result<Framework, StoreError> {
    let statements = reader.framework_statements(tenant, &row.id).await?;
    made_of(row, &statements)
}

/// A framework of its rows.
pub(super) fn made_of(
    row: &FrameworkRow,
    statements: &[FrameworkStatementRow],
) -> Result<Framework, StoreError> {
    Ok(Framework {
        origin: origin(row)?,
        statements: statements
            .iter()
            .map(from_row)
            .collect::<Option<_>>()
            .ok_or(StoreError::Corrupt {
                table: "framework_statement",
                column: "more",
            })?,
    })
}

/// What a framework says of itself besides its identifier, title and version.
pub(super) fn about(origin: &Origin) -> String {
    json!({
        "language": origin.language,
        "publisher": origin.publisher,
        "description": origin.description,
        "license": origin.license,
    })
    .to_string()
}

fn origin(row: &FrameworkRow) -> Result<Origin, StoreError> {
    let about: Value = serde_json::from_str(&row.about).map_err(|_| StoreError::Corrupt {
        table: "framework",
        column: "about",
    })?;
    let text = |member: &str| about[member].as_str().map(str::to_owned);
    Ok(Origin {
        uri: row.uri.clone(),
        title: row.title.clone(),
        version: Some(row.version.clone()).filter(|version| !version.is_empty()),
        language: text("language"),
        publisher: text("publisher"),
        description: text("description"),
        license: text("license"),
    })
}

/// A statement as a row of `framework`.
pub(super) fn to_row(
    framework: &str,
    position: usize,
    statement: &Statement,
) -> FrameworkStatementRow {
    let links: Vec<Value> = statement
        .links
        .iter()
        .map(|link| json!([link.relation.word(), link.target]))
        .collect();
    FrameworkStatementRow {
        framework: framework.to_owned(),
        position: i64::try_from(position).unwrap_or(i64::MAX),
        uri: statement.uri.clone(),
        kind: statement.kind.word().to_owned(),
        label: statement.label.clone(),
        more: json!({
            "code": statement.code,
            "description": statement.description,
            "alternates": statement.alternates,
            "keywords": statement.keywords,
            "parents": statement.parents,
            "links": links,
        })
        .to_string(),
    }
}

fn from_row(row: &FrameworkStatementRow) -> Option<Statement> {
    let more: Value = serde_json::from_str(&row.more).ok()?;
    let text = |member: &str| more[member].as_str().map(str::to_owned);
    let texts = |member: &str| -> Option<Vec<String>> {
        let all = more[member].as_array()?.iter();
        all.map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let link = |link: &Value| {
        Some(Link {
            relation: LinkRelation::from_word(link[0].as_str()?)?,
            target: link[1].as_str()?.to_owned(),
        })
    };
    Some(Statement {
        uri: row.uri.clone(),
        code: text("code"),
        kind: StatementKind::from_word(&row.kind)?,
        label: row.label.clone(),
        description: text("description"),
        alternates: texts("alternates")?,
        keywords: texts("keywords")?,
        parents: texts("parents")?,
        links: more["links"]
            .as_array()?
            .iter()
            .map(link)
            .collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_survives_being_kept() {
        let statement = Statement {
            uri: "https://a.example/1".into(),
            code: Some("1".into()),
            kind: StatementKind::Task,
            label: "Dreht Wellen".into(),
            description: None,
            alternates: vec!["Wellen drehen".into(), "تدوير".into()],
            keywords: vec![],
            parents: vec!["https://a.example/0".into()],
            links: vec![Link {
                relation: LinkRelation::Broad,
                target: "x".into(),
            }],
        };
        assert_eq!(from_row(&to_row("f", 3, &statement)), Some(statement));
    }
}
