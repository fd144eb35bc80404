//! What can be asked on the command line. One file per command.

mod achievement;
mod audit;
mod backup;
mod bake;
mod batch;
mod config;
mod credential;
mod crosswalk;
mod demo;
mod doctor;
mod employer;
mod endorsement;
mod file;
mod init;
mod institution;
mod issue;
mod key;
mod lint;
mod log;
mod mail;
mod member;
mod move_here;
mod place;
mod publish;
mod registry;
mod restore;
mod role;
mod serve;
mod serve_conformance;
mod status;
mod verify;
mod verify_bundle;
mod verify_presentation;
mod witness;
mod work;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::{answer::Answer, exit::Exit, installation::DATA};

/// Issue credentials that people own, and check them anywhere, also without us.
#[derive(Debug, Parser)]
#[command(name = "touchstone", version, max_term_width = 100, after_help = FIRST_STEPS)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Args, Debug)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The data folder [default: touchstone-data; of `demo`: touchstone-demo].
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "TOUCHSTONE_DATA",
        hide_env_values = true
    )]
    pub(crate) data: Option<PathBuf>,
    /// The configuration [default: touchstone.toml in the data folder, if it is there].
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "TOUCHSTONE_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The institution, by the short name in its address; needed only where there are several.
    #[arg(long, global = true, value_name = "SLUG")]
    pub(crate) institution: Option<String>,
    /// A trial on this machine: works without a public address and says so on every credential.
    #[arg(long, global = true)]
    pub(crate) local: bool,
}

impl Global {
    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| DATA.into())
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Serve(serve::Args),
    Work(work::Args),
    Init(init::Args),
    Member(member::Args),
    Achievement(achievement::Args),
    Issue(issue::Args),
    Batch(batch::Args),
    Credential(credential::Args),
    Key(key::Args),
    Move(move_here::Args),
    Verify(verify::Args),
    Registry(registry::Args),
    Status(status::Args),
    Log(log::Args),
    Audit(audit::Args),
    Witness(witness::Args),
    Crosswalk(crosswalk::Args),
    Role(role::Args),
    Employer(employer::Args),
    Endorsement(endorsement::Args),
    Lint(lint::Args),
    Mail(mail::Args),
    Bake(bake::Bake),
    Unbake(bake::Unbake),
    Publish(publish::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Doctor(doctor::Args),
    Config(config::Args),
}

impl Cli {
    /// Does what was asked.
    pub(crate) async fn run(self) -> Result<Answer> {
        let Self { global, command } = self;
        match command {
            Command::Demo(args) => args.run(&global).await,
            Command::Serve(args) => args.run(&global).await,
            Command::Work(args) => args.run(&global).await,
            Command::Init(args) => args.run(&global).await,
            Command::Member(args) => args.run(&global).await,
            Command::Achievement(args) => args.run(&global).await,
            Command::Issue(args) => args.run(&global).await,
            Command::Batch(args) => args.run(&global).await,
            Command::Credential(args) => args.run(&global).await,
            Command::Key(args) => args.run(&global).await,
            Command::Move(args) => args.run(&global).await,
            Command::Verify(args) => args.run(&global).await,
            Command::Registry(args) => args.run(&global).await,
            Command::Status(args) => args.run(&global).await,
            Command::Log(args) => args.run(&global).await,
            Command::Audit(args) => args.run(&global).await,
            Command::Witness(args) => args.run(&global).await,
            Command::Crosswalk(args) => args.run(),
            Command::Role(args) => args.run(&global).await,
            Command::Employer(args) => args.run(&global).await,
            Command::Endorsement(args) => args.run(&global).await,
            Command::Lint(args) => args.run(&global).await,
            Command::Mail(args) => args.run(&global).await,
            Command::Bake(args) => args.run(),
            Command::Unbake(args) => args.run(),
            Command::Publish(args) => args.run(&global).await,
            Command::Backup(args) => args.run(&global).await,
            Command::Restore(args) => args.run(&global).await,
            Command::Doctor(args) => args.run(&global).await,
            Command::Config(args) => args.run(&global),
        }
    }
}

/// An end that is not a fault of this program, with its own exit code.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Ended {
    /// What there is to say.
    pub(crate) message: String,
    /// How it ended.
    pub(crate) exit: Exit,
}

const FIRST_STEPS: &str = "\
First steps:
  touchstone demo                          an example institution, walked through in this terminal
  touchstone verify credential.json        check a credential that somebody gave you
  touchstone init --name \"Example University\" --slug example --email you@example.edu
  touchstone help COMMAND                  what a command does, with examples

Exit codes: 0 done or valid, 1 failed or not valid, 2 could not be checked, 64 usage, 65 faulty input, 75 later, 78 configuration.";
