//! What a static host is told of the files that `publish` writes: the table of `docs/operating.md`.

use touchstone_service::{World, logging, verifying};

/// Every file that is published of this world has its line there, with its media type. Tests call this once they have made a kind of it.
pub(crate) async fn hosts_are_told_of_every_file(world: &World) {
    let lines: Vec<_> = OPERATING.lines().filter_map(line).collect();
    for (path, media_type) in published(world).await {
        let fitting = lines.iter().filter(|(pattern, _)| fits(pattern, &path));
        let longest = fitting.max_by_key(|(pattern, _)| pattern.len());
        let (_, told) = longest.unwrap_or_else(|| panic!("no line for {path}"));
        let told = told.contains(&format!("`{media_type}`"));
        assert!(told, "the line for {path} does not say {media_type}");
    }
}

const OPERATING: &str = include_str!("../../../../docs/operating.md");

/// The pattern of a path, and what is said of its media type.
fn line(text: &str) -> Option<(&str, &str)> {
    let (pattern, rest) = text.strip_prefix("| `")?.split_once('`')?;
    let told = rest.split(" | ").nth(1)?;
    pattern.starts_with('/').then_some((pattern, told))
}

fn fits(pattern: &str, path: &str) -> bool {
    if let Some(above) = pattern.strip_suffix("**") {
        return path.starts_with(above);
    }
    let (pattern, path) = (pattern.split('/'), path.split('/'));
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.collect(), path.collect());
    let fits = |(pattern, part): (&&str, &&str)| match pattern.strip_prefix('*') {
        Some(end) => part.ends_with(end),
        None => pattern == part,
    };
    pattern.len() == path.len() && pattern.iter().zip(&path).all(fits)
}

/// Paths and media types. Those of evidence are as it was declared.
async fn published(world: &World) -> Vec<(String, String)> {
    let documents = verifying::documents(world).await.unwrap().into_iter();
    let documents = documents.map(|one| (one.path, one.media_type.to_owned()));
    let files = verifying::files(world).await.unwrap().into_iter();
    let files = files.filter(|one| !one.evidence);
    let files = files.map(|one| (one.path, one.media_type));
    let mut all: Vec<_> = documents.chain(files).collect();
    if let Some(log) = logging::whole(world).await.unwrap() {
        let paths = log.paths.into_iter().chain(log.anchors);
        for path in paths.chain(["checkpoint".to_owned()]) {
            let file = logging::file(world, &path).await.unwrap().unwrap();
            all.push((format!("/log/{path}"), file.media_type.to_owned()));
        }
    }
    all
}
