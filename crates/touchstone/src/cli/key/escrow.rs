//! `touchstone key escrow`: the passphrase of the keys in shares that several people keep, and back from them.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use touchstone_adapters::{Passphrase, SystemClock, escrow::Share};
use touchstone_service::{
    operations::{Escrow, escrow},
    ports::Clock as _,
};

use crate::{
    answer::Answer,
    cli::{Global, institution},
    installation::{Settings, make_private_folder, write_private},
};

/// Split the passphrase that opens the keys, in this installation and in every backup, into shares that several people keep.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each share is a text file to be printed and taken away; typed again it is checked line by line. With as many as are needed a backup opens:
  touchstone restore --from backup.zip --share a.txt --share b.txt --share c.txt

Where nobody knows the passphrase any more and the settings have it asked for, --join writes it to a file. That needs no installation.

Examples:
  touchstone key escrow --to shares                    five shares, any three of which open the keys
  touchstone key escrow --to shares --needed 2 --shares 3
  touchstone key escrow --join a.txt --join b.txt --join c.txt --to passphrase.txt")]
pub(super) struct Args {
    /// The folder for the shares; none may be in it yet. With --join the file for the passphrase, which must not be there yet.
    #[arg(long, value_name = "DIR|FILE")]
    to: PathBuf,
    /// A share to get the passphrase back from; say it for each.
    #[arg(long = "join", value_name = "FILE", conflicts_with_all = ["shares", "needed"])]
    join: Vec<PathBuf>,
    /// How many shares are made.
    #[arg(long, value_name = "N", default_value_t = 5)]
    shares: u8,
    /// How many of them together give the passphrase back.
    #[arg(long, value_name = "N", default_value_t = 3)]
    needed: u8,
}

/// The passphrase that these shares give, and of which set they are.
pub(in crate::cli) fn joined(files: &[PathBuf]) -> Result<(Passphrase, String)> {
    let mut shares = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        shares.push(Share::parse(&text).with_context(|| file.display().to_string())?);
    }
    let set = shares.first().map(Share::set).unwrap_or_default();
    Ok((Passphrase::join(&shares)?, set))
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        if !self.join.is_empty() {
            return self.put_together();
        }
        let settings = Settings::read_made(global)?;
        // A passphrase that opens nothing is not worth keeping: the one that opened the keys is split, and no other is asked for.
        let passphrase = settings.passphrase_that_opens()?;
        let shares = passphrase.split(self.needed, self.shares)?;
        make_private_folder(&self.to)?;
        self.refuse_other_shares()?;
        let set = shares.first().context("no share was made")?.set();
        let order = Escrow {
            actor: institution::actor(),
            set: set.clone(),
            shares: self.shares,
            needed: self.needed,
        };
        // Before the first is written: shares of which no record knows are handed out by nobody.
        let store = settings.open_store().await?;
        let recorded = escrow(&store, SystemClock.now(), &order).await;
        recorded.context("no share was written")?;
        let mut files = Vec::new();
        for share in &shares {
            let file = self.to.join(format!("share-{}.txt", share.number()));
            let made = write_private(&file, self.text(&settings, share).as_bytes())?;
            ensure!(
                made,
                "{} is there already; name an empty folder with --to, so that shares are not mixed up",
                file.display()
            );
            files.push(file);
        }
        let text = format!(
            "{} shares of set {set} are in {}; any {} of them open the keys. Give each to somebody else, on paper or on a medium of its own, \
             and remove them here. Try it before you need it: `touchstone restore --data elsewhere --from BACKUP` with --share for each. Every institution's audit record has that it was split.",
            shares.len(),
            self.to.display(),
            self.needed
        );
        let json = json!({ "set": set, "needed": self.needed, "shares": files });
        Ok(Answer::new(text, json))
    }

    fn put_together(&self) -> Result<Answer> {
        let (passphrase, _) = joined(&self.join)?;
        let made = write_private(&self.to, format!("{}\n", passphrase.expose()).as_bytes())?;
        ensure!(
            made,
            "{} is there already; name another file with --to",
            self.to.display()
        );
        let text = format!(
            "The passphrase of the keys is in {}, which nobody else on this machine can read. Take it away when it is where it belongs.",
            self.to.display()
        );
        Ok(Answer::new(text, json!({ "passphrase": self.to })))
    }

    /// Before the first is written: shares of two sets in one folder would be handed out together, and what a stopped run left is enough to open
    /// the keys.
    fn refuse_other_shares(&self) -> Result<()> {
        for file in fs::read_dir(&self.to).with_context(|| self.to.display().to_string())? {
            let name = file?.file_name();
            ensure!(
                !name.to_string_lossy().starts_with("share-"),
                "{} is there already; name an empty folder with --to, so that shares are not mixed up",
                self.to.join(name).display()
            );
        }
        Ok(())
    }

    fn text(&self, settings: &Settings, share: &Share) -> String {
        let site = &settings.config.site.public_url;
        let site = site
            .as_ref()
            .map_or("a trial on one machine", |url| url.as_str());
        format!(
            "TOUCHSTONE KEY ESCROW, share {} of {}\n\n\
             For:  {site}\nMade: {}\nSet:  {}\n\n\
             Any {} shares of this set open the signing keys in every backup of this installation. Fewer tell nothing. Keep it where nobody \
             who keeps another share gets at it, and tell the operator when you no longer can.\n\n\
             To open a backup: touchstone restore --from BACKUP --share FILE --share FILE …\n\n\
             {share}",
            share.number(),
            self.shares,
            SystemClock.now(),
            share.set(),
            self.needed,
        )
    }
}
