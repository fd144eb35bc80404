//! The registers that are asked about issuers: those in files, which are read here, and those that others publish.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use touchstone_service::verifying::{Recognition, RegisterFile, Source, SourceKind};
use touchstone_vc::{Timestamp, federation::KeySet, registry::Registry};

use super::Settings;

/// Reads those that are files, so that a broken one is found at start and not by a reader.
pub(super) fn recognition(settings: &Settings) -> Result<Recognition> {
    let set = &settings.config.recognition;
    let (mut files, mut sources) = (Vec::new(), Vec::new());
    for one in &set.registries.0 {
        if one.is_address() {
            sources.push(Source {
                name: one.name.clone(),
                address: one.place.clone(),
                kind: SourceKind::Document,
            });
            continue;
        }
        let path = settings.data.join(&one.place);
        let read = register(&path, Some(&one.name));
        files.push(read.context("recognition.registries")?);
    }
    for one in &set.federations.0 {
        let path = settings.data.join(&one.keys);
        let shown = || format!("recognition.federations: {}", path.display());
        let keys = KeySet::parse(&fs::read(&path).with_context(shown)?).with_context(shown)?;
        sources.push(Source {
            name: one.name.clone(),
            address: one.anchor.clone(),
            kind: SourceKind::Federation {
                keys,
                trust_marks: set.trust_marks.clone(),
            },
        });
    }
    let whole = |count: usize, unit: i64| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        count.saturating_mul(unit).min(YEAR_MS)
    };
    let every_ms = whole(set.every_hours, HOUR_MS).max(HOUR_MS);
    let most_age_ms = whole(set.max_age_days, 24 * HOUR_MS);
    let recognition = Recognition::new(files, sources, every_ms, most_age_ms);
    Ok(recognition.below(set.authority_hints.0.clone()))
}

/// Reads a register that is a file. It is as old as the file, and called as it calls itself if nobody says otherwise.
pub(crate) fn register(path: &Path, name: Option<&str>) -> Result<RegisterFile> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).with_context(|| shown.clone())?;
    let registry = Registry::parse(&bytes).with_context(|| shown.clone())?;
    let changed = fs::metadata(path).and_then(|about| about.modified());
    let changed = changed.with_context(|| shown.clone())?;
    let since = changed.duration_since(std::time::UNIX_EPOCH);
    let as_of = since
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok());
    let file = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let own = registry.name.clone();
    Ok(RegisterFile {
        name: name.map(str::to_owned).or(own).or(file).unwrap_or(shown),
        registry,
        as_of: as_of.map(|at| Timestamp::from_unix_millis(at).whole_seconds()),
    })
}

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// No copy is good for longer.
const YEAR_MS: i64 = 366 * 24 * HOUR_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_register_as_old_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("partners.json");
        fs::write(
            &path,
            r#"{"name": "Partners", "issuers": [{"id": "did:web:a.example"}]}"#,
        )
        .unwrap();
        let read = register(&path, None).unwrap();
        assert_eq!(
            (read.name.as_str(), read.registry.issuers.len()),
            ("Partners", 1)
        );
        assert!(read.as_of.is_some());
        assert_eq!(register(&path, Some("Ours")).unwrap().name, "Ours");
        fs::write(&path, r#"{"issuers": [{}]}"#).unwrap();
        let refused = format!("{:#}", register(&path, None).unwrap_err());
        assert!(
            refused.contains("partners.json: entry 1 of `issuers`"),
            "{refused}"
        );
    }
}
