//! What can be asked on the command line. One file per command.

mod achievement;
mod audit;
mod backup;
mod bake;
mod batch;
mod chain;
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
mod outside;
mod place;
mod publish;
mod registry;
mod restore;
mod role;
mod serve;
mod serve_conformance;
mod status;
mod token;
mod trust_chain;
mod verify;
mod verify_bundle;
mod verify_presentation;
mod verify_stapled;
mod witness;
mod work;

use std::{path::PathBuf, pin::Pin};

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
    Token(token::Args),
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
        // Boxed, each by itself: one future with room for any of them would be large, and slow to compile.
        let done: Pin<Box<dyn Future<Output = Result<Answer>>>> = match command {
            Command::Demo(args) => Box::pin(args.run(&global)),
            Command::Serve(args) => Box::pin(args.run(&global)),
            Command::Work(args) => Box::pin(args.run(&global)),
            Command::Init(args) => Box::pin(args.run(&global)),
            Command::Member(args) => Box::pin(args.run(&global)),
            Command::Achievement(args) => Box::pin(args.run(&global)),
            Command::Issue(args) => Box::pin(args.run(&global)),
            Command::Batch(args) => Box::pin(args.run(&global)),
            Command::Credential(args) => Box::pin(args.run(&global)),
            Command::Key(args) => Box::pin(args.run(&global)),
            Command::Move(args) => Box::pin(args.run(&global)),
            Command::Verify(args) => Box::pin(args.run(&global)),
            Command::Registry(args) => Box::pin(args.run(&global)),
            Command::Status(args) => Box::pin(args.run(&global)),
            Command::Token(args) => Box::pin(args.run(&global)),
            Command::Log(args) => Box::pin(args.run(&global)),
            Command::Audit(args) => Box::pin(args.run(&global)),
            Command::Witness(args) => Box::pin(args.run(&global)),
            Command::Crosswalk(args) => Box::pin(args.run(&global)),
            Command::Role(args) => Box::pin(args.run(&global)),
            Command::Employer(args) => Box::pin(args.run(&global)),
            Command::Endorsement(args) => Box::pin(args.run(&global)),
            Command::Lint(args) => Box::pin(args.run(&global)),
            Command::Mail(args) => Box::pin(args.run(&global)),
            Command::Bake(args) => return args.run(),
            Command::Unbake(args) => return args.run(),
            Command::Publish(args) => Box::pin(args.run(&global)),
            Command::Backup(args) => Box::pin(args.run(&global)),
            Command::Restore(args) => Box::pin(args.run(&global)),
            Command::Doctor(args) => Box::pin(args.run(&global)),
            Command::Config(args) => return args.run(&global),
        };
        done.await
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

impl Ended {
    /// It is not so, or it was not done.
    pub(crate) fn failed(message: String) -> anyhow::Error {
        let exit = Exit::Failed;
        Self { message, exit }.into()
    }

    /// Neither yes nor no.
    pub(crate) fn unchecked(message: String) -> anyhow::Error {
        let exit = Exit::Unchecked;
        Self { message, exit }.into()
    }
}

const FIRST_STEPS: &str = "\
First steps:
  touchstone demo                          an example institution, walked through in this terminal
  touchstone verify credential.json        check a credential that somebody gave you
  touchstone init --name \"Example University\" --slug example --email you@example.edu
  touchstone help COMMAND                  what a command does, with examples

Exit codes: 0 done or valid, 1 failed or not valid, 2 could not be checked, 64 usage, 65 faulty input, 75 later, 78 configuration.";
