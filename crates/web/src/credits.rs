//! What the licences of frameworks ask to be said where a role shows their tasks.

use touchstone_page::credential::credits;
use touchstone_service::crosswalk::{KeptRole, frameworks};
use touchstone_service::rows::FrameworkRow;

use crate::ApiError;
use crate::state::Web;

/// The lines for whoever shows the role of an institution.
pub(crate) async fn of(
    web: &Web,
    kept: &KeptRole,
    institution: &str,
) -> Result<Vec<String>, ApiError> {
    let known = frameworks(&web.world, &kept.row.tenant).await?;
    Ok(among(&known, kept, institution))
}

/// The same, where the frameworks of the institution are at hand.
pub(crate) fn among(known: &[FrameworkRow], kept: &KeptRole, institution: &str) -> Vec<String> {
    let tasks = kept.role.tasks.iter();
    let names: Vec<String> = tasks.filter_map(|task| named(known, &task.id)).collect();
    let names = names.iter().map(String::as_str).collect();
    credits(names, institution)
}

/// The framework that a task is taken from: known by its address, and its version by what the institution took in last.
fn named(known: &[FrameworkRow], task: &str) -> Option<String> {
    let of = |row: &&FrameworkRow| {
        let rest = task.strip_prefix(&row.uri);
        rest.is_some_and(|rest| rest.starts_with(['#', '/']))
    };
    let known = known.iter().filter(of).max_by_key(|row| row.taken_at);
    let source = SOURCES.iter().find(|(start, _)| task.starts_with(start));
    let title = source.map(|(_, title)| *title);
    let title = title.or(known.map(|row| row.title.as_str()))?;
    let version = known.map_or("", |row| row.version.as_str());
    Some(format!("{title} {version}").trim_end().to_owned())
}

/// Frameworks whose licences ask for a line, by where their tasks and skills have their addresses.
const SOURCES: [(&str, &str); 3] = [
    ("https://www.onetcenter.org/", "O*NET"),
    ("https://www.onetonline.org/", "O*NET"),
    ("http://data.europa.eu/esco/", "ESCO"),
];

#[cfg(test)]
mod tests {
    use touchstone_service::rows::TenantId;

    use super::*;

    fn row(uri: &str, title: &str, version: &str, taken_at: i64) -> FrameworkRow {
        FrameworkRow {
            id: version.into(),
            tenant: TenantId::new("riverside"),
            uri: uri.into(),
            title: title.into(),
            version: version.into(),
            about: String::new(),
            form: "onet".into(),
            statements: 1,
            sha256: String::new(),
            taken_at,
            taken_by: String::new(),
        }
    }

    #[test]
    fn a_task_is_credited_by_its_address_with_the_version_that_was_taken_in_last() {
        let onet = "https://www.onetcenter.org/database.html";
        let known = [
            row(onet, "Tasks", "29.2", 1),
            row(onet, "Tasks", "29.3", 2),
            row("https://own.example/tasks", "O*NET", "1", 3),
        ];
        let named = |task: &str| named(&known, task);
        assert_eq!(
            named(&format!("{onet}#task-3095")).as_deref(),
            Some("O*NET 29.3")
        );
        assert_eq!(
            named("https://www.onetonline.org/link/x").as_deref(),
            Some("O*NET")
        );
        assert_eq!(
            named("https://own.example/tasks#1").as_deref(),
            Some("O*NET 1")
        );
        assert_eq!(named("https://own.example/tasks-2#1"), None);
        assert_eq!(named("urn:uuid:1"), None);
    }
}
