//! `touchstone crosswalk`: frameworks and mapping sets as files.

mod diff;
mod import;
mod input;
mod merge;
mod sentences;
mod suggest;
mod validate;

use anyhow::Result;
use clap::Subcommand;

use crate::answer::Answer;

/// Read frameworks and mapping sets, check, compare, merge and search them.
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

Exit codes: 0 done, 1 failed, 65 the file has faults.")]
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
}

impl Args {
    pub(crate) fn run(self) -> Result<Answer> {
        let answer = match self.what {
            What::Validate(args) => args.run(),
            What::Import(args) => args.run(),
            What::Diff(args) => args.run(),
            What::Suggest(args) => args.run(),
            What::Merge(args) => args.run(),
        };
        // Words of files are words of strangers: none of them steers a terminal.
        answer.map(|answer| answer.with_plain_words())
    }
}
