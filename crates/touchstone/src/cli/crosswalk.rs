//! `touchstone crosswalk`: frameworks and mapping sets as files.

mod diff;
mod import;
mod input;
mod merge;
mod pinned;
mod read;
mod role_file;
mod sentences;
mod suggest;
mod validate;

use anyhow::Result;
use clap::Subcommand;

use super::Global;
use crate::answer::Answer;

/// Read frameworks and mapping sets, check, compare, merge and search them, and read credentials through them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A framework states tasks, skills or occupations: O*NET tables, ESCO, CASE 1.1, CTDL-ASN, Rich Skill Descriptors or a plain table. A mapping \
set says what one framework's words mean in another's: SSSOM as TSV or JSON, a file that anybody can check, fork and pin by its hash. \
Nothing is sent anywhere, and no installation is needed.

Examples:
  touchstone crosswalk validate welding.sssom.tsv
  touchstone crosswalk import occupations.tsv tasks.tsv --uri https://www.onetcenter.org/database.html --title O*NET
  touchstone crosswalk diff skills-2025.csv skills-2026.csv
  touchstone crosswalk suggest --in skills.csv \"weld pipes\"
  touchstone crosswalk merge north.sssom.tsv south.sssom.tsv --out both.sssom.tsv
  touchstone crosswalk read ada.json --role setter.json --set safety-1.sssom.tsv --reading answer.json

Exit codes: 0 done, 1 failed, 65 the file has faults; of `read`, 2 could not be checked.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Validate(validate::Validate),
    Import(import::Import),
    Diff(diff::Diff),
    Suggest(suggest::Suggest),
    Merge(merge::Merge),
    Read(read::Read),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let answer = match self.what {
            What::Validate(args) => args.run(),
            What::Import(args) => args.run(),
            What::Diff(args) => args.run(),
            What::Suggest(args) => args.run(),
            What::Merge(args) => args.run(),
            What::Read(args) => args.run(global).await,
        };
        // Words of files are words of strangers: none of them steers a terminal.
        answer.map(|answer| answer.with_plain_words())
    }
}
