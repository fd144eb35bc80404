//! `touchstone backup`: everything that an installation needs to stand up again, in one file.

use std::{
    fs::{self, DirEntry},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_adapters::SystemClock;
use touchstone_service::{
    logging::{hold_pruning, release_pruning},
    ports::Clock,
};
use touchstone_store::Schema;
use touchstone_vc::{DAY_MS, Timestamp};

use super::Global;
use crate::{
    answer::Answer,
    archive::{ABOUT, Archive, DATABASE, SETTINGS},
    installation::{Settings, listed, make_private_folder},
    progress,
};

/// Write a backup while the installation is in use: database, encrypted keys, files, configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The passphrase of the keys is not in the backup: keep it elsewhere. On PostgreSQL the database is not in it either: back that up with \
pg_dump at the same time; the answer says so.

Examples:
  touchstone backup --to touchstone-2026-11-21.zip
  touchstone --data /var/lib/touchstone backup --to /mnt/backup/touchstone.zip --json")]
pub(crate) struct Args {
    /// The file to write; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let settings = Settings::read_made(global)?;
        let mut archive = Archive::begin(&self.to)?;
        let spinner = progress::spinner("copying the database");
        // The database first: a file that is added meanwhile is then one too many and not one too few.
        let store = settings.open_store_as_it_is().await?;
        if store.schema().await? == Schema::Absent {
            bail!("there is nothing to back up yet: `touchstone init` makes an institution");
        }
        // Its tiles must still be there when they are packed.
        let held = Timestamp::from_unix_millis(SystemClock.now().unix_millis() + HOLD_MS);
        hold_pruning(&store, held).await?;
        make_private_folder(&settings.data)?;
        forget_stopped(&settings.data);
        // A name of its own: another backup may be under way.
        let copy = tempfile::Builder::new()
            .prefix(COPY)
            .suffix(".part")
            .tempfile_in(&settings.data)
            .with_context(|| format!("folder {}", settings.data.display()))?;
        let path = copy.path().to_str();
        let path = path.context("the data folder's name is not text")?;
        let with_database = store
            .copy_into(path)
            .await
            .with_context(|| format!("copying the database to {path}"))?;
        if with_database {
            spinner.now("packing the database");
            archive.add_file(DATABASE, copy.path())?;
        }
        drop(copy);
        spinner.now("packing keys and files");
        let configuration = settings.data.join(SETTINGS);
        if configuration.exists() {
            archive.add_file(SETTINGS, &configuration)?;
        }
        archive.add_folder("keys", &settings.keys(), &|path| {
            // The marks of keys that signed their last are worth as much as the keys.
            path.extension()
                .is_some_and(|kind| kind == "json" || kind == "ended")
        })?;
        // What is being written while this runs has no name of ours yet.
        let finished = |path: &std::path::Path| {
            let name = path.file_name().and_then(std::ffi::OsStr::to_str);
            name.is_some_and(|name| !name.starts_with('.'))
        };
        archive.add_folder("objects", &settings.objects(), &finished)?;
        let made_at = SystemClock.now().to_string();
        let about = json!({
            "version": 1,
            "program": env!("CARGO_PKG_VERSION"),
            "madeAt": made_at,
            "database": if with_database { "included" } else { "postgresql" },
        });
        archive.add_text(ABOUT, &about.to_string())?;
        let (files, bytes) = archive.finish(&self.to)?;
        release_pruning(&store, held).await?;
        drop(spinner);
        let size = fs::metadata(&self.to)
            .map(|about| about.len())
            .unwrap_or_default();
        let mut text = format!(
            "{} holds {files} files ({bytes} bytes, {size} packed).\nThe passphrase of the keys is not in it: keep {} elsewhere too.",
            self.to.display(),
            crate::installation::passphrase_file(&settings).display(),
        );
        let apart = apart(global, &settings);
        for (name, path) in &apart {
            text.push_str(&format!("\nNot in it either: {} ({name}).", path.display()));
        }
        let apart: Vec<_> = (apart.iter())
            .map(|(name, path)| json!({ "setting": name, "file": path }))
            .collect();
        if !with_database {
            text.push_str(
                "\nThe database is on PostgreSQL and is NOT in it. Back it up now, with PostgreSQL's own tool:\n  \
                 pg_dump --format=custom --file touchstone.dump \"$TOUCHSTONE_DATABASE_URL\"",
            );
        }
        let json = json!({
            "file": self.to, "files": files, "bytes": bytes, "packed": size, "madeAt": made_at, "databaseIncluded": with_database,
            "passphraseIncluded": false, "filesNotIncluded": apart,
        });
        Ok(Answer::new(text, json))
    }
}

/// Takes away copies of the database that backups left which were stopped: nobody has written to them for longer than a backup may take.
fn forget_stopped(data: &Path) {
    let before = SystemClock.now().unix_millis() - HOLD_MS;
    let entries = fs::read_dir(data).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name == "backup.part" || name.starts_with(COPY) && name.ends_with(".part");
        if ours && written(&entry).is_some_and(|written| written < before) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// When a file was written to last, in milliseconds since 1970.
fn written(entry: &DirEntry) -> Option<i64> {
    let written = entry.metadata().ok()?.modified().ok()?;
    let since = written.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

/// The files without which it does not start as it is, and that are not packed, each with what names it.
fn apart(global: &Global, settings: &Settings) -> Vec<(&'static str, PathBuf)> {
    let named = settings.config.files().into_iter();
    let mut apart: Vec<_> = named
        .map(|(name, path)| (name, settings.data.join(path)))
        .collect();
    if let Some(list) = &settings.config.contexts.list {
        let listed = listed(&settings.data.join(list)).into_iter();
        apart.extend(listed.map(|file| ("contexts.list", file)));
    }
    // That in the data folder is packed.
    let same = |one: &PathBuf| {
        let packed = fs::canonicalize(settings.data.join(SETTINGS)).ok();
        packed.is_some() && packed == fs::canonicalize(one).ok()
    };
    if let Some(config) = global.config.as_ref().filter(|config| !same(config)) {
        apart.push(("--config", config.clone()));
    }
    apart
}

/// What the name of a copy of the database begins with.
const COPY: &str = "backup-copy-";
/// How long a backup may take before partial tiles of the log are taken away again: a day.
const HOLD_MS: i64 = DAY_MS;
