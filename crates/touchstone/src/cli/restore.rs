//! `touchstone restore`: an installation from a backup, which first learns what was published since.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_adapters::{Passphrase, SystemClock};
use touchstone_service::{
    logging::Learned,
    operations::restore::{Begun, Forgone, Reconciled, is_restored, mark_restored, reconcile},
    ports::Clock,
};

use super::{Global, institution::actor, key::joined, outside::at_hand};
use crate::{
    answer::{Answer, plain},
    archive::{SETTINGS, look, unpack},
    exit::Exit,
    installation::{
        Keeping, Restoring, Settings, close_to_others, keep_passphrase, make_private_folder,
        passphrase_file,
    },
    progress,
};

/// Make an installation from a backup, in a data folder that holds none.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is restored starts read-only: it serves and checks, and issues and revokes nothing. It then reads the status lists as they were \
published, so that nothing withdrawn since the backup stands again, and closes the lists that were in use, so that no position is given \
twice. Lists that were opened since the backup are looked for too, and each list is held against what the log has of it: an older copy does \
not do. The public log is read as well, as it was published and as its witnesses saw it, and contracts of log.anchors are asked how far it had come: nothing is signed over what was signed since. A copy of the log from before the backup does not say that nothing was. Where lists or log cannot be read (the server they stood on is gone), name a copy with \
--documents, or decide with --without-published and --without-log. On PostgreSQL restore the database first, with pg_restore, into a database \
of its own, name that one in TOUCHSTONE_DATABASE_URL, and say --database-restored: in the backup's settings stands the one that was in use. \
A witness that was restored cosigns nothing until `touchstone witness confirm`.

Examples:
  touchstone restore --from touchstone-2026-11-21.zip --data restored
  touchstone restore --data restored --from backup.zip --documents public/
  touchstone restore --data restored --from backup.zip --share a.txt --share b.txt --share c.txt
  touchstone restore --data restored --from backup.zip --database-restored
                                           the rest of an installation whose database pg_restore has put back
  touchstone restore --again                                 read what was published again
  touchstone restore --again --database-restored
                                           begin read-only: an older database was put back under this data folder")]
pub(crate) struct Args {
    /// The backup.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "again",
        conflicts_with = "again"
    )]
    from: Option<PathBuf>,
    /// Only read what was published again, in an installation that is still read-only.
    #[arg(long)]
    again: bool,
    /// The database was put back by other means (pg_restore): it starts read-only. Whatever is changed by others meanwhile is at risk, so it
    /// must be no database that is in use.
    #[arg(long)]
    database_restored: bool,
    /// Look here, too, for the published lists and the published log: a folder written by `touchstone publish`.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Go on although some lists cannot be read, or older copies of them only: what was withdrawn in them since is forgotten.
    #[arg(long)]
    without_published: bool,
    /// Go on although nobody can say how far the public log had come: you say that nobody was ever shown more of it than is in the backup. If
    /// somebody was, the log will be seen to have forked, and nothing repairs that. The same of the history of a DID (did.jsonl) that nobody can show.
    #[arg(long)]
    without_log: bool,
    /// The passphrase of the keys, as a file; it is copied to where the settings look for it. Otherwise it comes from where it is configured.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// A share of the passphrase, as `touchstone key escrow` made it or typed again; say it for each.
    #[arg(
        long = "share",
        value_name = "FILE",
        conflicts_with = "passphrase_file",
        requires = "from"
    )]
    shares: Vec<PathBuf>,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let (mut passphrase, mut note) = (None, None);
        if let Some(archive) = &self.from {
            let settings = Settings::read(global)?;
            Restoring::refuse(&settings.data)?;
            if settings.data.join(crate::archive::DATABASE).exists() {
                bail!(
                    "{} holds an installation already; restore into an empty folder with --data",
                    settings.data.display()
                );
            }
            let keys = settings.keys().join("keystore.json");
            for there in [&keys, &passphrase_file(&settings)] {
                if there.exists() {
                    bail!(
                        "{} is there already; restore into an empty folder with --data, so that no key is replaced",
                        there.display()
                    );
                }
            }
            self.may_unpack(archive, global)?;
            let shares;
            (passphrase, shares) = self.passphrase()?;
            make_private_folder(&settings.data)?;
            close_to_others(&settings.data)?; // It may have been made by hand, or by a package.
            // From here on nobody else opens it, whatever happens below.
            let mut restoring = Restoring {
                unpacked: false,
                begun: self.begun(shares),
            };
            restoring.write(&settings.data)?;
            let spinner = progress::spinner("unpacking");
            unpack(archive, &settings.data)?;
            drop(spinner);
            let settings = Settings::read(global)?;
            settings.require_made()?;
            if let Some(given) = &passphrase
                && let Keeping::Nowhere(what) = keep_passphrase(&settings, given)?
            {
                note = Some(what);
            }
            restoring.unpacked = true;
            restoring.write(&settings.data)?;
        }
        let settings = Settings::read(global)?;
        let under_way = Restoring::read(&settings.data)?;
        if let Some(restoring) = &under_way
            && !restoring.unpacked
        {
            restoring.refused(&settings.data)?;
        }
        settings.require_made()?;
        if let Some(restoring) = under_way {
            mark(&settings, &restoring.begun).await?;
            Restoring::finish(&settings.data)?;
        }
        if self.again && self.database_restored {
            mark(&settings, &self.begun(None)).await?;
        }
        let opening = settings.open_for_restoring(passphrase.as_ref());
        let installation = opening.await?;
        if !is_restored(&installation.world.store).await? {
            if let Some(why) = installation.why_read_only() {
                bail!(why);
            }
            return Ok(Answer::new(
                "Nothing waits to be restored here.",
                json!({ "open": true }),
            ));
        }
        let spinner = progress::spinner("reading what was published");
        let documents = self.documents.clone();
        let found = |url: &str| at_hand(documents.as_deref()?, url).map(|found| found.bytes);
        let without = Forgone {
            lists: self.without_published,
            log: self.without_log,
        };
        let learned = reconcile(&installation.world, &found, &actor(), without).await?;
        drop(spinner);
        let told = answer(&installation.data, &learned, note);
        let packed = installation.data.join(SETTINGS);
        let others = self.database_restored || global.config.is_some();
        if self.from.is_none() || !others || !packed.exists() {
            return Ok(told);
        }
        // It was restored by other settings than those that will be read there next.
        let words = format!(
            "\n{} is the backup's: before anything else runs there, write into it the database that was put back, and leave out what another \
             installation uses.",
            packed.display()
        );
        Ok(told.with_more((words, "settings", json!(packed))))
    }

    /// How it began: the record has that once it can be written to.
    fn begun(&self, shares: Option<String>) -> Begun {
        Begun {
            actor: actor(),
            database_restored: self.database_restored,
            shares,
        }
    }

    /// Whether what is unpacked lies where the settings will look for it, and touches nothing that others use.
    fn may_unpack(&self, archive: &Path, global: &Global) -> Result<()> {
        let about = look(archive)?;
        let settings = Settings::read_packed(global, about.settings)?;
        if !about.with_database && !self.database_restored {
            bail!(
                "{} was made on PostgreSQL, so the database is not in it, and its settings name the one that was in use. Put the database back with \
                 pg_restore, into one of its own; name that in TOUCHSTONE_DATABASE_URL; then say --database-restored. Nothing was unpacked",
                archive.display()
            );
        }
        if !about.with_database && settings.config.database.url.is_none() {
            bail!(
                "name the database that was put back in TOUCHSTONE_DATABASE_URL. Nothing was unpacked"
            );
        }
        let (inside, config) = (&settings.data, &settings.config);
        let elsewhere = [
            (
                "database.url",
                about.with_database && config.database.url.is_some(),
            ),
            ("keys.path", settings.keys() != inside.join("keys")),
            (
                "objects.folder",
                settings.objects() != inside.join("objects"),
            ),
        ];
        let elsewhere = elsewhere.iter().filter(|(_, elsewhere)| *elsewhere);
        let elsewhere: Vec<&str> = elsewhere.map(|(key, _)| *key).collect();
        if elsewhere.is_empty() {
            return Ok(());
        }
        bail!(
            "a backup is unpacked into the data folder, and by the settings ({}) this installation would look elsewhere, where perhaps another one \
             lives. Name settings without them with --config FILE. Nothing was unpacked",
            elsewhere.join(", ")
        )
    }

    /// What was given to open the keys, before anything is unpacked; and the set of the shares that gave it.
    fn passphrase(&self) -> Result<(Option<Passphrase>, Option<String>)> {
        if let Some(from) = &self.passphrase_file {
            let read = fs::read_to_string(from).with_context(|| from.display().to_string());
            return Ok((Some(Passphrase::new(&read?)), None));
        }
        if self.shares.is_empty() {
            return Ok((None, None));
        }
        let (passphrase, set) = joined(&self.shares)?;
        Ok((Some(passphrase), Some(set)))
    }
}

/// Notes that it was restored, and how: from here on it is read-only.
async fn mark(settings: &Settings, begun: &Begun) -> Result<()> {
    let store = settings.open_store_unpacked().await?;
    mark_restored(&store, SystemClock.now(), begun).await?;
    Ok(())
}

fn answer(data: &Path, learned: &Reconciled, note: Option<String>) -> Answer {
    let json = json!({
        "data": data, "open": learned.open, "lists": learned.lists, "withdrawn": learned.withdrawn, "paused": learned.paused,
        "log": match learned.log {
            Learned::Nothing => "unchanged",
            Learned::TakenOver(_) => "taken-over",
            Learned::Unknown { .. } => "unknown",
            Learned::Behind { .. } => "behind",
            Learned::Anchored { .. } => "anchored",
            Learned::Witnessed { .. } => "witnessed",
            Learned::Diverged { .. } | Learned::Forked { .. } => "diverged",
        },
        "waitsFor": learned.waits_for(), "logNotShownBy": silent(&learned.log), "anchorsNotAsked": learned.unasked,
        "reinstated": learned.reinstated, "later": learned.later, "unread": learned.unread, "unsure": learned.unsure,
        "keys": learned.keys, "historyLines": learned.histories.lines, "passphrase": note,
    });
    let noted = note.map_or(String::new(), |note| format!("\n{note}"));
    let unread = learned
        .unread
        .iter()
        .map(|url| format!("  {url}\n"))
        .collect::<String>();
    if !learned.open {
        let text = read_only(data, learned, &unread) + &noted;
        return Answer::new(text, json).with_exit(Exit::Failed);
    }
    let mut text = format!(
        "{} is restored and open. Learned from the published lists: {} withdrawn, {} paused, {} reinstated since the backup. \
         Lists that were in use and take no new credentials any more: {}.",
        data.display(),
        learned.withdrawn,
        learned.paused,
        learned.reinstated,
        learned.lists
    );
    if learned.later > 0 {
        text.push_str(&format!(
            "\nLists that were opened since the backup, and are known again: {}.",
            learned.later
        ));
    }
    match learned.log {
        Learned::Nothing => {}
        Learned::TakenOver(size) => text.push_str(&format!(
            "\nThe log goes on from its {size} entries, as they were published since."
        )),
        Learned::Unknown { .. }
        | Learned::Behind { .. }
        | Learned::Anchored { .. }
        | Learned::Witnessed { .. }
        | Learned::Diverged { .. }
        | Learned::Forked { .. } => text.push_str(
            "\nNobody could say how far the public log had come, and you decided to go on: if anybody was shown more of it than is in the backup, it \
             will be seen to have forked.",
        ),
    }
    text.push_str(&unasked(learned));
    if learned.histories.lines > 0 {
        text.push_str(&format!(
            "\nHistories of DIDs go on from what was published: {} lines were added since the backup.",
            learned.histories.lines
        ));
    }
    if learned.keys > 0 {
        text.push_str(&format!(
            "\nSigning keys changed {} times since; that is taken over from the log. `touchstone key list` shows what signs now.",
            learned.keys
        ));
    }
    for url in &learned.unsure {
        text.push_str(&format!(
            "\nNobody answered for {url}, so there may be lists that were opened since the backup. Their numbers are not given \
             again; what was issued in them cannot be checked here, and does not stand."
        ));
    }
    if !learned.unread.is_empty() {
        text.push_str(&format!(
            "\nNot read, or only older copies of them, as you decided; what was withdrawn in them since is forgotten:\n{unread}"
        ));
    }
    Answer::new(text + &noted, json)
}

/// Why it stays read-only, and every way out.
fn read_only(data: &std::path::Path, learned: &Reconciled, unread: &str) -> String {
    let data = data.display();
    let mut text = format!(
        "{data} is restored and stays READ-ONLY: {}.\n",
        learned.waits_for()
    );
    if learned.waits_for_lists {
        text.push_str(&format!("Status lists:\n{unread}"));
    }
    text.push_str(&format!(
        "Way out: `touchstone --data {data} restore --again` once what was published can be read; with --documents DIR where you have a copy (a folder of \
         `touchstone publish`, with log/ in it)"
    ));
    if learned.waits_for_lists {
        text.push_str(
            "; a copy of the lists from before their last change does not do; with --without-published if the lists are lost for good",
        );
    }
    if !learned.histories.unread.is_empty() {
        text.push_str(
            "; for a history (did.jsonl) that is lost for good, with --without-log, if you know that nothing was added to it since the backup",
        );
    }
    match &learned.log {
        Learned::Unknown { .. } if learned.waits_for_log => text.push_str(
            "; of the log with a copy that was made after the backup, or once its public address or each witness of the settings answers; with --without-log if \
             you know that nobody was ever shown more of the log than is in the backup",
        ),
        Learned::Behind { .. } => text.push_str(
            ". What was copied of the log by now is kept and not read again. Nothing else opens it: to go on from less than was signed would fork the log",
        ),
        Learned::Anchored { anchor, .. } => text.push_str(&format!(
            ". If that is not this log's (the key that pays was stolen, or the node does not tell the truth), take {anchor} out of log.anchors and \
             restore again: whoever was shown more will see that the log forked"
        )),
        Learned::Witnessed { witness, .. } => text.push_str(&format!(
            ". If the {witness} is wrong, take it out of log.witnesses or log.policy and restore again: whoever was shown more will see that the log forked"
        )),
        Learned::Forked { witness, .. } => text.push_str(&format!(
            ". If the {witness} is wrong, take it out of log.witnesses or log.policy and restore again: whoever was shown what it cosigned will see that the \
             log forked. Otherwise database, files and keys are not of one installation: restore them from one backup"
        )),
        Learned::Diverged { .. } => text.push_str(
            ". Database, files and keys must be of one installation: restore them from one backup, and the published log beside them",
        ),
        _ => {}
    }
    text.push('.');
    text + &unasked(learned)
}

/// Who was asked how far the log had come and could not say, where nobody could.
fn silent(log: &Learned) -> &[String] {
    match log {
        Learned::Unknown { silent } => silent,
        _ => &[],
    }
}

/// Which anchors could have known more, and were not asked.
fn unasked(learned: &Reconciled) -> String {
    let lines = learned.unasked.iter();
    let lines = lines.map(|line| format!("\nNot asked how far the log had come: {}", plain(line)));
    lines.collect()
}
